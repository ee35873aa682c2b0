"""What the sandbox reads from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """Where the sandbox listens, where it keeps its data, and what it makes its customers from."""

    host: str = "127.0.0.1"
    port: int = 8100
    database_url: str = "sqlite:///var/sandbox.db"
    seed: int = 10000
    # Events go to these hosts only: a registered callback must not make the sandbox call strangers.
    callback_hosts: frozenset[str] = field(default_factory=lambda: frozenset({"127.0.0.1", "localhost", "::1"}))


def from_environment() -> Settings:
    """Settings from ``SANDBOX_*`` variables; what is not set keeps its default."""
    default = Settings()
    extra = os.environ.get("SANDBOX_CALLBACK_HOSTS", "")
    return Settings(
        host=os.environ.get("SANDBOX_HOST", default.host),
        port=int(os.environ.get("SANDBOX_PORT", default.port)),
        database_url=os.environ.get("SANDBOX_DATABASE_URL", default.database_url),
        seed=int(os.environ.get("SANDBOX_SEED", default.seed)),
        callback_hosts=default.callback_hosts | {name.strip() for name in extra.split(",") if name.strip()},
    )
