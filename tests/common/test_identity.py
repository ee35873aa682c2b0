import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identity import (
    Identity,
    InvalidIdentity,
    channel_token,
    derived_key,
    issue_conversation,
    issue_identity,
    open_sealed,
    read_conversation,
    read_identity,
    seal,
)
from common.settings import settings

CUSTOMER = Identity("18900001001", "talk-1", "sms_code")


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds)


def test_an_identity_comes_back_in_its_own_conversation() -> None:
    assert read_identity(issue_identity(CUSTOMER), "talk-1") == CUSTOMER


def test_an_identity_of_another_conversation_is_refused() -> None:
    with pytest.raises(InvalidIdentity):
        read_identity(issue_identity(CUSTOMER), "talk-2")


def test_a_token_shows_neither_number_nor_conversation() -> None:
    token = issue_identity(CUSTOMER)
    raw = base64.urlsafe_b64decode(token)

    assert b"18900001001" not in raw
    assert b"talk-1" not in raw


@pytest.mark.parametrize("kind", ["conversation", "claim", "rasa-channel"])
def test_no_other_kind_of_token_can_stand_in_for_an_identity(kind: str) -> None:
    with pytest.raises(InvalidIdentity):
        read_identity(seal(kind, {"n": "18900001001", "c": "talk-1", "m": "sms_code"}), "talk-1")


def test_an_identity_opens_no_conversation() -> None:
    with pytest.raises(InvalidIdentity):
        read_conversation(issue_identity(CUSTOMER))


def test_a_token_made_with_another_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    forged = issue_identity(CUSTOMER)
    settings.cache_clear()
    monkeypatch.setenv("WANHAO_SECRET", "another-secret-another-secret-another")

    with pytest.raises(InvalidIdentity):
        read_identity(forged, "talk-1")


@pytest.mark.parametrize("token", ["", "x", "验证", "\ud800", "gAAAA", "null", "{}"])
def test_text_that_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidIdentity):
        read_identity(token, "talk-1")
    with pytest.raises(InvalidIdentity):
        read_conversation(token)


@given(position=st.integers(0, 150), bit=st.integers(0, 7))
def test_a_token_changed_in_one_bit_is_refused(position: int, bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(issue_conversation("talk-1")))
    raw[position % len(raw)] ^= 1 << bit

    with pytest.raises(InvalidIdentity):
        read_conversation(base64.urlsafe_b64encode(bytes(raw)).decode())


def test_an_identity_ends_after_fifteen_idle_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_identity(CUSTOMER)
    later(monkeypatch, 890)
    assert read_identity(token, "talk-1") == CUSTOMER
    renewed = issue_identity(CUSTOMER)
    later(monkeypatch, 20)

    with pytest.raises(InvalidIdentity):
        read_identity(token, "talk-1")
    assert read_identity(renewed, "talk-1") == CUSTOMER


def test_a_conversation_token_lives_as_long_as_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_conversation("talk-1")
    later(monkeypatch, 86_390)
    assert read_conversation(token) == "talk-1"
    later(monkeypatch, 20)

    with pytest.raises(InvalidIdentity):
        read_conversation(token)


def test_a_token_from_the_future_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    token = issue_conversation("talk-1")
    monkeypatch.setattr(time, "time", lambda: now)

    with pytest.raises(InvalidIdentity):
        read_conversation(token)


def test_every_purpose_has_a_key_of_its_own() -> None:
    purposes = ["conversation", "identity", "claim", "rasa-channel"]

    assert len({derived_key(purpose) for purpose in purposes}) == 4
    assert channel_token() == derived_key("rasa-channel").hex()
    assert settings().secret.get_secret_value() not in channel_token()


@given(st.dictionaries(st.text(), st.text()))
def test_what_is_sealed_comes_back_as_it_was(claims: dict[str, str]) -> None:
    assert open_sealed("claim", seal("claim", claims), 60) == claims
