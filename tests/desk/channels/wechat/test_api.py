import time
from collections.abc import Callable
from typing import Any

import pytest

from common.settings import settings
from desk.channels.wechat import api, delivery
from desk.channels.wechat.api import Api
from desk.errors import Refused
from tests.bss.scripted import Script, answers, breaks_off, drips, hangs_up, in_turn
from tests.desk.channels.wechat.wechat import OPENID, Wechat
from tests.desk.test_pictures import PNG

TOKEN = answers(200, b'{"access_token": "t", "expires_in": 7200}')
TAKEN = answers(200, b'{"errcode": 0, "errmsg": "ok"}')


HALF = breaks_off(b'{"errcode": 0')


@pytest.fixture
def hall(wechat: Wechat) -> Api:
    """The account's API."""
    return Api("hall", settings().wechat_accounts["hall"])


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call and a token end after half a second, but for the time that one wait may take."""
    monkeypatch.setattr(api, "WHOLE_SECONDS", 0.5)
    monkeypatch.setattr(api, "SECONDS", 0.5)


def timed(work: Callable[[], Any]) -> tuple[Any, bool]:
    """What comes of it, and whether it came soon."""
    began = time.monotonic()
    return work(), time.monotonic() - began < 2


def test_a_call_whose_waits_are_all_short_ends_before_the_lease_does() -> None:
    longest_wait_for_a_token = 10.0

    assert api.WHOLE_SECONDS + longest_wait_for_a_token < delivery.LEASE.total_seconds()


@pytest.mark.parametrize("length", [1000, None])
def test_an_answer_that_drips_is_given_up_and_sent_again_later(
    hall: Api, wechat: Wechat, short: None, length: int | None
) -> None:
    wechat.operator.script = in_turn(TOKEN, drips(0.1, length=length))

    assert timed(lambda: hall.send_text(OPENID, "您好")) == ("later", True)


def test_a_token_that_drips_is_given_up(hall: Api, wechat: Wechat, short: None) -> None:
    wechat.operator.script = drips(0.1)

    assert timed(lambda: hall.send_text(OPENID, "您好")) == ("later", True)


def test_a_picture_that_drips_is_lost_in_time(hall: Api, wechat: Wechat, short: None) -> None:
    wechat.operator.script = in_turn(TOKEN, drips(0.1, length=None))

    def fetch() -> None:
        with pytest.raises(Refused):
            hall.picture("m")

    assert timed(fetch) == (None, True)


@pytest.mark.parametrize("bad", [answers(200, b"<html>busy</html>"), answers(200, b"[]"), HALF, hangs_up])
def test_what_is_no_whole_answer_is_no_success(hall: Api, wechat: Wechat, bad: Script) -> None:
    wechat.operator.script = in_turn(TOKEN, bad, TAKEN)

    assert [hall.send_text(OPENID, "您好") for _ in range(2)] == ["later", "sent"]


def test_a_picture_whose_upload_is_not_answered_properly_is_sent_again_later(hall: Api, wechat: Wechat) -> None:
    wechat.operator.script = in_turn(TOKEN, answers(200, b"busy"))

    assert hall.send_picture(OPENID, PNG, "image/png") == "later"


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164])
def test_while_no_token_is_given_messages_are_kept_and_the_log_says_why(
    hall: Api, wechat: Wechat, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    wechat.operator.script = answers(200, f'{{"errcode": {code}, "errmsg": "invalid ip 10.0.0.1"}}'.encode())

    assert hall.send_text(OPENID, "您好") == "later"
    assert f"account hall: not sent (later): no token: {code} invalid ip 10.0.0.1" in caplog.text
    assert OPENID not in caplog.text
    assert "您好" not in caplog.text


def test_a_page_instead_of_a_token_loses_no_message(hall: Api, wechat: Wechat) -> None:
    wechat.operator.script = in_turn(answers(200, b"<html>busy</html>"), TOKEN, TAKEN)

    assert [hall.send_text(OPENID, "您好") for _ in range(2)] == ["later", "sent"]
