"""Every setting of the product, declared once; each can be set by an environment variable `WANHAO_<NAME>`."""

import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, BaseSettings, Field, SecretStr, validator

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


def laptop_secret() -> SecretStr:
    """The secret of a laptop: made at first use, kept in `var/secret`, readable by its owner only.

    Production sets `WANHAO_SECRET` instead.
    """
    path = VAR / "secret"
    VAR.mkdir(exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return SecretStr(path.read_text(encoding="ascii").strip())
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return SecretStr(secret)


class WechatAccount(BaseModel):
    """An official account of WeChat. With `aes_key` (43 characters) messages come and go encrypted, and only so."""

    app_id: str
    secret: SecretStr
    token: SecretStr
    aes_key: SecretStr | None = None
    api: str = "https://api.weixin.qq.com"
    template_id: str | None = None
    card_url: str | None = None

    @validator("aes_key")
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:  # noqa: N805
        if value is not None and not re.fullmatch(r"[A-Za-z0-9+/]{43}", value.get_secret_value()):
            raise ValueError("an aes_key has 43 characters")
        return value


class Settings(BaseSettings):
    """The product's settings. Seconds for times, bytes for sizes, URLs without a trailing slash."""

    secret: SecretStr = Field(default_factory=laptop_secret)
    demo: bool = Field(default=False, description="show demo customers and their SMS on the page; never in production")

    database_url: str = f"sqlite:///{VAR / 'wanhao.db'}"
    rasa_database_url: str = f"sqlite:///{VAR / 'rasa.db'}"
    redis_url: str | None = Field(default=None, description="shared by desk replicas; none on a laptop")

    desk_host: str = "127.0.0.1"
    desk_port: int = 8000
    pictures_dir: Path = VAR / "pictures"
    knowledge_dir: Path = VAR / "knowledge"
    releases_dir: Path = VAR / "releases"
    drafts_dir: Path = VAR / "drafts"

    rasa_url: str = "http://127.0.0.1:5005"
    rasa_next_url: str = Field(default="http://127.0.0.1:5006", description="where the next model is started, in turn")
    actions_url: str = "http://127.0.0.1:5055"
    worker_url: str = "http://127.0.0.1:5065"
    author_url: str = "http://127.0.0.1:5070"
    listener_url: str | None = Field(
        default=None, description="where the operator reaches the worker; none: worker_url; empty: no events"
    )
    sandbox_url: str = "http://127.0.0.1:8100"

    bss_url: str = Field(default="http://127.0.0.1:8100", description="the operator's TM Forum APIs")
    bss_urls: dict[str, str] = Field(default_factory=dict, description='per API, JSON: {"678": "https://billing…"}')
    payment_url: str = Field(
        default="http://127.0.0.1:8100/operator/v1/payment/{id}", description="where top-ups are paid"
    )
    bss_token: SecretStr | None = Field(default=None, description="bearer sent to the operator's systems")
    bss_tokens: dict[str, SecretStr] = Field(default_factory=dict, description='per API, JSON: {"678": "…"}')

    turn_seconds: float = Field(default=4.0, description="one deadline a turn, shared by all calls behind an action")
    answer_seconds: float = Field(default=4.6, description="when the desk stops waiting and tells the customer")
    identity_seconds: int = Field(default=900, description="idle time that ends a verified identity")
    staff_number_seconds: int = Field(default=30 * 86_400, description="how long an agent's side can read a number")
    always_open: bool = Field(default=False, description="people answer at any hour; for demonstrations and tests")
    conversation_seconds: int = Field(default=86_400, description="life of a conversation's bearer token")
    message_length: int = 1_000
    picture_bytes: int = 5 * 1024 * 1024
    messages_a_minute: int = Field(default=240, description="per conversation; more is answered with 429")
    conversations_a_minute: int = Field(default=600, description="new ones per client address; more: 429")
    wechat_accounts: dict[str, WechatAccount] = Field(
        default_factory=dict, description="official accounts by name, JSON"
    )
    wechat_seconds: float = Field(default=4.0, description="when WeChat is answered without the bot's answer")

    staff_idle_seconds: int = Field(default=28_800, description="idle time that ends a login of staff")
    staff_session_seconds: int = Field(default=43_200, description="when a login of staff ends in any case")
    staff_lock_tries: int = Field(default=5, description="wrong passwords in a row that lock an account")
    staff_lock_seconds: int = Field(default=900, description="how long it is locked")
    staff_logins_a_minute: int = Field(default=60, description="tries per client address; more: 429")
    new_password: SecretStr | None = Field(default=None, description="for `python -m desk.staff`, nothing else")

    @validator("secret")
    def _long_enough(cls, value: SecretStr) -> SecretStr:  # noqa: N805
        if len(value.get_secret_value()) < 32:
            raise ValueError("WANHAO_SECRET needs at least 32 characters")
        return value

    class Config:
        env_prefix = "WANHAO_"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read from the environment once."""
    return Settings()
