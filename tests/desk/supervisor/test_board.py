import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bss.models import OperatorRequest
from common.database import transaction
from desk.staff_models import Presence, Staff
from desk.supervisor import shifts
from desk.supervisor.board import board
from tests.desk.agents import agent, counted, enters
from tests.desk.conftest import Clock
from tests.desk.staff.people import Browser
from tests.desk.supervisor.history import asked, scored, talk

Browsers = Callable[[], Browser]


def agents() -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in board()["agents"]}


def groups() -> dict[str, tuple[int, int, int]]:
    return {one["group"]: (one["waiting"], one["ready"], one["chats"]) for one in board()["queue"]["by_group"]}


def test_an_empty_desk_has_a_board(clock: Clock) -> None:
    shown = board()

    assert shown["queue"]["waiting"] == shown["queue"]["oldest_seconds"] == 0
    assert {one["group"] for one in shown["queue"]["by_group"]} >= {"mobile", "fault", "retention"}
    assert shown["sla"] == {
        "target_seconds": 60,
        "within_share": None,
        "answered_today": 0,
        "abandoned_today": 0,
        "mean_wait_seconds": None,
        "mean_handle_seconds": None,
        "mean_first_reply_seconds": None,
    }
    assert [shown[name] for name in ("waiting", "agents", "chats", "callbacks")] == [[], [], [], []]
    nothing = {"count": 0, "mean": None, "by_score": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0}}
    assert shown["satisfaction"] == shown["bot_satisfaction"] == nothing


def test_the_service_of_today_is_that_of_today_alone(clock: Clock) -> None:
    staff, now = agent(), clock.now()
    asked(now - timedelta(hours=3), staff, waited=60, reply=10, took=200)
    asked(now - timedelta(hours=2), staff, waited=61, reply=20, took=400)
    asked(now - timedelta(hours=1), staff, waited=11, reply=None, took=None, state="active")
    asked(now - timedelta(hours=1), waited=300, state="cancelled")
    asked(now - timedelta(hours=1), waited=300, state="callback")
    asked(now - timedelta(hours=13), staff, waited=900, reply=900, took=900)
    asked(now - timedelta(hours=13), waited=900, state="cancelled")

    assert board()["sla"] == {
        "target_seconds": 60,
        "within_share": 0.5,
        "answered_today": 3,
        "abandoned_today": 1,
        "mean_wait_seconds": 44,
        "mean_handle_seconds": 300,
        "mean_first_reply_seconds": 15,
    }


def test_a_chat_that_began_yesterday_and_ended_today_is_closed_today(clock: Clock) -> None:
    staff = agent()
    asked(clock.now() - timedelta(hours=13), staff, took=3600 * 2)

    assert board()["sla"]["answered_today"] == 0
    assert agents()["林晓"]["closed_today"] == 1


def test_groups_tell_who_waits_who_is_free_and_what_runs(clock: Clock) -> None:
    first = agent("甲", groups=("mobile", "fault"))
    agent("乙", groups=("mobile",), state="busy")
    gone = agent("丙", groups=("mobile",))
    with transaction() as session:
        session.get(Presence, gone).seen_at = clock.now() - timedelta(minutes=5)
    enters()
    enters()
    enters(group="fault")
    asked(clock.now(), first, state="active", took=None)
    asked(clock.now(), first, state="offered", took=None, group="fault")

    assert {group: figures for group, figures in groups().items() if any(figures)} == {
        "mobile": (2, 1, 1),
        "fault": (1, 1, 1),
    }
    assert board()["queue"]["waiting"] == len(board()["waiting"]) == 3


def test_how_long_the_oldest_waits_is_told(clock: Clock) -> None:
    asked(clock.now() - timedelta(seconds=125), state="queued", took=None)
    asked(clock.now() - timedelta(seconds=40), state="queued", took=None, group="fault")

    shown = board()["queue"]

    assert shown["oldest_seconds"] == 125
    assert {one["group"]: one["oldest_seconds"] for one in shown["by_group"] if one["waiting"]} == {
        "mobile": 125,
        "fault": 40,
    }


def test_agents_are_shown_with_what_they_have_and_did(clock: Clock) -> None:
    staff, now = agent("甲", ceiling=4), clock.now()
    asked(now, staff, state="active", took=None)
    done = asked(now - timedelta(hours=1), staff)
    asked(now - timedelta(hours=14), staff)
    scored(now, 5, staff, done)
    scored(now, 4, staff, asked(now - timedelta(hours=2), staff))
    scored(now - timedelta(hours=13), 1, staff, done)

    (shown,) = board()["agents"]

    assert {name: shown[name] for name in ("id", "name", "groups", "state", "connected", "chats", "ceiling")} == {
        "id": staff,
        "name": "甲",
        "groups": ["mobile"],
        "state": "ready",
        "connected": True,
        "chats": 1,
        "ceiling": 4,
    }
    assert (shown["closed_today"], shown["satisfaction"], shown["on_shift"]) == (2, 4.5, None)


def test_who_is_there_comes_first(clock: Clock) -> None:
    agent("丁", state="offline")
    agent("丙", state="break")
    agent("乙", state="busy")
    agent("甲")

    assert [one["name"] for one in board()["agents"]] == ["甲", "乙", "丙", "丁"]


def test_only_who_serves_customers_is_shown(clock: Clock) -> None:
    agent("编", role="editor")
    agent("无", groups=())
    agent("长", role="supervisor")
    closed = agent("停")
    with transaction() as session:
        session.get(Staff, closed).active = False
    agent("demo.x")

    assert set(agents()) == {"长"}


def test_a_day_that_is_planned_tells_who_should_be_there(clock: Clock) -> None:
    on, later, off = agent("甲"), agent("乙"), agent("丙")
    today = (clock.now() + timedelta(hours=8)).date()
    shifts.add(on, on, today, "08:00", "16:00")
    shifts.add(on, later, today, "12:01", "24:00")

    assert {name: one["on_shift"] for name, one in agents().items()} == {"甲": True, "乙": False, "丙": False}
    assert off in {one["id"] for one in board()["agents"]}


def test_open_chats_name_their_agent(clock: Clock) -> None:
    first, second = agent("甲"), agent("乙")
    asked(clock.now(), second, state="active", took=None)
    asked(clock.now(), first, state="offered", took=None)
    asked(clock.now(), first)

    assert [(card["state"], card["agent"]) for card in board()["chats"]] == [("offered", "甲"), ("active", "乙")]


def test_call_backs_show_the_ticket_that_was_made_for_them(clock: Clock) -> None:
    now, conversation = clock.now(), talk(clock.now())
    found = asked(now, state="callback", waited=60, conversation_id=conversation)
    without = asked(now, state="callback", group="fault")
    asked(now - timedelta(hours=13), state="callback")
    for number, seconds in (("before", 30), ("TT8", 90), ("TT9", 120)):
        request(number, conversation, now + timedelta(seconds=seconds))

    shown = board()["callbacks"]

    assert [(one["handover"], one["ticket"], one["group"]) for one in shown] == [
        (found, "TT8", "mobile"),
        (without, None, "fault"),
    ]


def request(number: str, conversation: str, at: Any) -> None:
    with transaction() as session:
        values = {"key": number, "receipt": number, "kind": "ticket", "state": "done", "next_try_at": at}
        session.add(OperatorRequest(conversation_id=conversation, operator_number=number, created_at=at, **values))


def test_satisfaction_with_people_and_with_the_bot_is_counted_apart(clock: Clock) -> None:
    staff, now = agent(), clock.now()
    found = asked(now, staff)
    for score in (5, 5, 2):
        scored(now, score, staff, found)
    scored(now, 1)
    scored(now, None)

    shown = board()

    assert shown["satisfaction"] == {"count": 3, "mean": 4.0, "by_score": {"1": 0, "2": 1, "3": 0, "4": 0, "5": 2}}
    assert shown["bot_satisfaction"] == {"count": 1, "mean": 1.0, "by_score": {"1": 1, "2": 0, "3": 0, "4": 0, "5": 0}}


def fill(now: datetime, many: int) -> list[tuple[int, int]]:
    """So many agents and what each ended: with a chat, ten customers who wait, a score, a call-back each."""
    made = []
    for number in range(many):
        staff = agent(f"坐席{many}-{number}")
        asked(now, staff, state="active", took=None)
        ended = asked(now, staff, waited=0, reply=0, took=0)
        scored(now, 5, staff, ended)
        for _ in range(10):
            asked(now - timedelta(seconds=number), state="queued", took=None)
        asked(now, state="callback", waited=0)
        made.append((staff, ended))
    return made


def test_more_chats_and_agents_put_no_more_questions_to_the_database(clock: Clock) -> None:
    fill(clock.now(), 2)
    with counted() as before:
        board()
    fill(clock.now(), 12)
    with counted() as after:
        board()

    assert len(after) == len(before) < 30


def test_a_busy_board_is_there_at_once(clock: Clock) -> None:
    fill(clock.now(), 50)
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        shown = board()
        took.append(time.perf_counter() - begun)

    assert (len(shown["waiting"]), len(shown["agents"]), len(shown["chats"])) == (500, 50, 50)
    assert min(took) < 2, took


def test_the_board_is_served_to_supervisors(browsers: Browsers) -> None:
    lead = browsers().signs_in("lead")
    found = enters()

    shown = lead.get("/api/supervisor/v1/board").json()

    assert [card["handover"] for card in shown["waiting"]] == [found]
    assert shown["queue"]["waiting"] == 1
