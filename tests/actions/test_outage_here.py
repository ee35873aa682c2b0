import httpx
import pytest
import sqlalchemy as sa

from actions.broadband_new import ActionBroadbandNew
from actions.outage_here import ActionOutageHere
from bss import models
from common.database import reading
from tests.actions.journeys import Talker
from tests.actions.talk import TALK, Turn, run, tracker
from tests.bss import raw

GULOU, ELSEWHERE = "江苏省南京市鼓楼区中山路1号", "上海市静安区南京西路1号"


async def shares(place: str, near: str = "", loop: str | None = None) -> Turn:
    entities = {"place": place, "near": near}
    return await run(ActionOutageHere(), tracker("/share_place", "share_place", entities=entities, loop=loop))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("place", "near"), [(GULOU, ""), ("", "32.066,118.770"), (GULOU, "31.23,121.45")])
async def test_an_outage_where_the_customer_is_is_told_and_its_end_watched(place: str, near: str) -> None:
    turn = await shares(place, near)

    assert turn.responses == ["utter_place_outage"]
    assert turn.text.startswith("您所在的南京市鼓楼区有一处故障，影响宽带、电视：道路施工挖断光缆")
    with reading() as session:
        watched = session.execute(sa.select(models.Watch.conversation_id, models.Watch.topic)).all()
    assert watched == [(TALK, "outage")]


@pytest.mark.parametrize(("place", "near"), [(ELSEWHERE, ""), ("", "39.904,116.407"), ("某处", ""), ("", "")])
async def test_where_none_is_known_a_fault_can_be_reported(place: str, near: str) -> None:
    turn = await shares(place, near)

    assert turn.responses == ["utter_place_clear"]


async def test_in_the_middle_of_something_nothing_else_is_offered() -> None:
    assert (await shares(ELSEWHERE, loop="journey_form")).responses == ["utter_place_clear_within"]


async def test_when_the_operator_does_not_answer_it_is_said_so(sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "outage")

    assert (await shares(GULOU)).responses == ["utter_bss_unavailable"]


async def test_a_place_is_the_address_that_a_journey_asked_for(number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)
    await talker.begin("我要装宽带")
    assert talker.state is not None
    assert talker.state.ask is not None
    assert "address" in talker.state.ask.accepts

    await talker.say("/share_place", "share_place", 1.0, place=GULOU, near="32.066,118.770")

    assert GULOU in talker.slots["journey"]["values"].values()
