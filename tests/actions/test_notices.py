"""Notices: where and while they hold."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from actions import notices as module
from actions.fault import ActionFault
from actions.notices import notices
from actions.outage_here import ActionOutageHere
from common.times import SHANGHAI
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker
from tests.bss import raw

NOON = datetime(2026, 11, 27, 12, tzinfo=SHANGHAI)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The one notice that there is; a test says where and when it holds."""
    notice: dict[str, Any] = {"id": "storm", "title": "台风提醒", "text": "台风期间，上门可能要晚一些。"}
    monkeypatch.setattr(module, "content", lambda name: {"notices": [notice]})
    return notice


SAID = [{"title": "台风提醒", "words": "台风期间，上门可能要晚一些。"}]


def test_what_is_restricted_by_nothing_is_for_everybody(written: dict[str, Any]) -> None:
    assert notices(None, ["mobile"], NOON) == notices("某处", [], NOON) == SAID


@pytest.mark.parametrize(
    ("place", "fits"), [("南京市鼓楼区", True), ("江苏省南京市鼓楼区中山路1号", True), ("苏州市", False), (None, False)]
)
def test_an_area_is_part_of_the_place(written: dict[str, Any], place: str | None, fits: bool) -> None:
    written["area"] = "南京市"

    assert notices(place, ["broadband"], NOON) == (SAID if fits else [])


@pytest.mark.parametrize(
    ("lines", "kinds", "fits"),
    [
        (["broadband", "iptv"], ["iptv"], True),
        (["broadband"], ["mobile"], False),
        ([], ["mobile"], True),
        (["iptv"], [], True),
    ],
)
def test_a_kind_of_line_fits_or_does_not(
    written: dict[str, Any], lines: list[str], kinds: list[str], fits: bool
) -> None:
    written["lines"] = lines

    assert notices("南京市", kinds, NOON) == (SAID if fits else [])


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        ("2026-11-27T12:00", None, True),
        ("2026-11-27T12:01", None, False),
        (None, "2026-11-27T12:00", False),
        (None, "2026-11-27T12:01:00+08:00", True),
        ("2026-11-27T03:00:00Z", "2026-11-27T05:00:00Z", True),
        (datetime(2026, 11, 27, 11), datetime(2026, 11, 27, 13), True),
    ],
)
def test_it_holds_from_its_first_moment_to_before_its_last(
    written: dict[str, Any], since: Any, until: Any, holds: bool
) -> None:
    written |= {"from": since, "to": until}

    assert notices("南京市", [], NOON) == (SAID if holds else [])


@pytest.mark.usefixtures("database", "written")
async def test_a_fault_is_looked_for_after_the_notice(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionFault(), "18000001013")

    turn = await talker.begin("宽带断网了", "report_fault_broadband")

    assert turn.texts[0] == "台风提醒：台风期间，上门可能要晚一些。"
    assert turn.responses == ["utter_notice", "utter_fault_outage"]


@pytest.mark.usefixtures("written")
async def test_a_place_that_is_shared_has_its_notice_before_its_outages(sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "outage")

    turn = await run(ActionOutageHere(), tracker("", "share_place", entities={"place": "上海市静安区", "near": ""}))

    assert turn.responses == ["utter_notice", "utter_bss_unavailable"]
