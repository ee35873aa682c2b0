import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from common import settings as module
from common.settings import Settings, laptop_secret, settings


def test_an_environment_variable_sets_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_DESK_PORT", "8123")
    monkeypatch.setenv("WANHAO_BSS_URLS", '{"678": "https://billing.example"}')
    monkeypatch.setenv("WANHAO_DEMO", "true")

    read = Settings()

    assert (read.desk_port, read.bss_urls, read.demo) == (8123, {"678": "https://billing.example"}, True)


def test_a_variable_without_the_prefix_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PORT", "8123")
    monkeypatch.setenv("DEMO", "true")

    assert (Settings().desk_port, Settings().demo) == (8000, False)


def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings()
    monkeypatch.setenv("WANHAO_DESK_PORT", "8123")

    assert settings() is first


@pytest.mark.parametrize("secret", ["", "x", "x" * 31])
def test_a_short_secret_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("WANHAO_SECRET", secret)

    with pytest.raises(ValidationError, match="at least 32") as raised:
        Settings()
    assert not secret or secret * 2 not in str(raised.value)


def test_a_secret_of_32_characters_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_SECRET", "y" * 32)

    assert Settings().secret.get_secret_value() == "y" * 32


def test_printing_the_settings_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_BSS_TOKEN", "operator-bearer")
    read = Settings()

    assert read.secret.get_secret_value() not in repr(read)
    assert "operator-bearer" not in repr(read)


def test_demo_mode_is_off_unless_it_is_asked_for() -> None:
    assert Settings().demo is False


@pytest.fixture
def laptop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The `var` folder of a laptop that has never started the product."""
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    monkeypatch.delenv("WANHAO_SECRET")
    return tmp_path / "var"


def test_a_laptop_makes_its_secret_once_and_keeps_it(laptop: Path) -> None:
    first = laptop_secret().get_secret_value()

    assert laptop_secret().get_secret_value() == first
    assert Settings().secret.get_secret_value() == first
    assert len(first) >= 32


def test_only_the_owner_can_read_the_laptop_secret(laptop: Path) -> None:
    laptop_secret()

    assert stat.S_IMODE((laptop / "secret").stat().st_mode) == 0o600


def test_two_laptops_have_different_secrets(laptop: Path) -> None:
    first = laptop_secret().get_secret_value()
    (laptop / "secret").unlink()

    assert laptop_secret().get_secret_value() != first
