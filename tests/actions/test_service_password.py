"""New service passwords over the real sandbox."""

import json
import re

import httpx
import pytest

from actions.service_password import ActionServicePassword
from bss import passwords
from bss.errors import Rejected
from common.masking import mask_number
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


async def test_a_new_password_goes_to_the_owner_and_nowhere_else(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionServicePassword(), number)
    turn = await talker.begin("帮我查一下服务密码")
    assert talker.open == "utter_new_password_confirm"
    assert "只能重置" in turn.text

    turn = await talker.press("重置密码")

    sent = raw.messages(sandbox, number)[-1]
    (password,) = re.findall(r"\d{6}", sent)
    passwords.verify(number, password)
    assert mask_number(number) in turn.text
    assert password not in turn.text + json.dumps(talker.slots)


async def test_nothing_changes_before_it_is_wanted(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionServicePassword(), number)
    await talker.begin("改密码")

    turn = await talker.press("先不办")

    assert turn.responses == ["utter_stopped_journey"]
    passwords.verify(number, raw.password(number))


async def test_who_gets_no_message_is_told_where_to_go(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> str:
        raise Rejected("cannotReceiveSms", "no message reaches this line")

    monkeypatch.setattr(passwords, "reset", refuse)
    talker = Talker(ActionServicePassword(), number)
    await talker.begin()

    assert (await talker.press("重置密码")).responses == ["utter_new_password_no_sms"]


async def test_pressed_again_after_a_lost_answer_one_password_is_made(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionServicePassword(), number)
    await talker.begin()
    raw.breaks(sandbox, "otp")

    await talker.press("重置密码")
    assert talker.open == "utter_journey_unavailable"
    raw.mends(sandbox)
    turn = await talker.press("再试一次")

    assert turn.responses == ["utter_new_password_sent"]
    assert len(raw.messages(sandbox, number)) == 1
