"""The quality board's figures are those of plain counting, and every number is as long as its list."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.times import SHANGHAI
from desk.board_models import Contact, CountedDay
from desk.errors import Refused
from desk.handover_models import Handover
from desk.models import Choice, Conversation, Message, Turn
from desk.supervisor import contacts, quality_board, quality_figures, quality_talks
from desk.supervisor.quality_figures import FIGURES, Days
from knowledge_base.authoring.models import IntentName
from tests.desk.agents import agent
from tests.desk.staff.people import Browser
from tests.desk.supervisor import talks
from tests.desk.supervisor.history import asked, talk

Browsers = Callable[[], Browser]
ROOT = "/api/supervisor/v1/quality-board"
FIRST = date(2026, 3, 1)
ONE = Days(FIRST, FIRST)
RANGE = {"from": str(FIRST), "to": str(FIRST)}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in Shanghai, days after the first."""
    return datetime.combine(FIRST, datetime.min.time(), SHANGHAI) + timedelta(days=day, hours=hour, minutes=minute)


def said(conversation: str, when: datetime, intent: str | None = "query_balance", **values: Any) -> None:
    """A customer's message, what the bot took it for, and its line."""
    with transaction() as session:
        turn = Turn(id=f"{conversation[:8]}{when.timestamp():.0f}", conversation_id=conversation, created_at=when)
        turn.text, turn.state, turn.intent = values.pop("text", "我的号码是18912345678，还有多少话费"), "done", intent
        for name, value in values.items():
            setattr(turn, name, value)
        session.add(turn)
        session.flush()
        row = session.get(Conversation, conversation)
        row.last_seq += 1
        session.add(
            Message(
                conversation_id=conversation,
                seq=row.last_seq,
                role="customer",
                text=turn.text,
                turn_id=turn.id,
                at=when,
            )
        )


def shown(days: Days = ONE, channel: str | None = None) -> dict[str, Any]:
    """The board, counted anew."""
    return quality_board.board(days, channel)


def tile(name: str, days: Days = ONE) -> tuple[float | None, int]:
    one = next(one for one in shown(days)["figures"] if one["name"] == name)
    return one["value"], one["base"]


def contact() -> Contact:
    contacts.catch_up(FIRST, FIRST, 60)
    with transaction() as session:
        found: Contact = session.scalars(sa.select(Contact)).one()
        return found


# Contacts


def test_a_conversation_counts_once_on_every_day_on_which_its_customer_spoke() -> None:
    one, silent = talk(at(0, 9)), talk(at(0, 9))
    for when in (at(0, 9), at(0, 23, 59), at(1, 0)):
        said(one, when)
    said(silent, at(0, 9), None, text="", payload="/line_tested{}")

    both = shown(Days(FIRST, FIRST + timedelta(days=2)))

    assert [day["conversations"] for day in both["days"]] == [1, 1, 0]


def test_the_bot_resolved_what_no_person_was_asked_for_and_what_it_understood_last() -> None:
    fine, lost, failed, mended, handed = (talk(at(0, 9)) for _ in range(5))
    for one in (fine, handed):
        said(one, at(0, 9))
    said(lost, at(0, 9), "out_of_scope_noise")
    said(mended, at(0, 9), "nlu_fallback")
    said(mended, at(0, 10))
    said(failed, at(0, 9), None, state="failed")
    asked(at(0, 9, 1), conversation_id=handed, state="cancelled")

    assert tile("resolved") == (0.4, 5)
    assert shown()["sides"]["resolved"] == {"resolved": 2, "lost": 2}


def test_who_is_still_with_a_person_on_the_next_day_was_not_resolved_by_the_bot() -> None:
    one = talk(at(0, 9))
    asked(at(-1, 23), agent(), took=36_000, conversation_id=one)
    said(one, at(0, 8))

    assert contact().handed


def test_what_is_pressed_counts_as_what_it_means() -> None:
    one = talk(at(0, 9))
    said(one, at(0, 9), None, payload='/query_bill{"month": "2026-02"}', text="查账单")
    said(one, at(0, 9, 1), None, payload="desk:human", text="转人工")

    assert contact().topic == "query_bill"
    assert [(row["key"], row["count"]) for row in shown()["parts"]["intents"]] == [("query_bill", 1)]


def test_what_happens_after_counting_is_counted_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    one = talk(at(0, 9))
    said(one, at(0, 9))
    monkeypatch.setattr(contacts, "utc_now", lambda: at(0, 9, 1))
    assert not contact().handed
    asked(at(0, 9, 2), conversation_id=one, state="cancelled", context={"topic": "report_fault"})
    monkeypatch.setattr(contacts, "utc_now", lambda: at(0, 9, 3))

    assert (contact().handed, contact().topic) == (True, "report_fault")


def test_counting_stops_when_its_time_is_over_and_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        said(talk(at(0, 9)), at(0, 9))

    assert not contacts.catch_up(FIRST, FIRST, -1)
    with monkeypatch.context() as hurried:
        hurried.setattr(quality_board, "_COUNT_SECONDS", -1)
        assert not shown()["complete"]
    assert shown()["complete"]
    assert tile("conversations") == (3, 3)


# First-contact resolution


def customers(conversation: str, customer: str, when: datetime) -> None:
    """Proves in a conversation who somebody is."""
    asked(when, conversation_id=conversation, state="cancelled", customer=customer, context={"topic": "query_bill"})
    said(conversation, when, "query_bill")


@pytest.mark.parametrize(
    ("hours", "back"), [(0.9, 0), (1.1, 1), (24 * 7 - 1, 1), (24 * 7 + 1, 0)]
)  # fmt: skip
def test_who_comes_back_about_the_same_within_seven_days_was_not_helped_at_first(hours: float, back: int) -> None:
    first, second = talk(at(0, 9)), talk(at(0, 9))
    customers(first, "C1", at(0, 9))
    customers(second, "C1", at(0, 9) + timedelta(hours=hours))

    sides = shown(Days(FIRST, FIRST + timedelta(days=8)))["sides"]["first_contact"]

    assert sides["came_back"] == back


def test_another_customer_or_another_matter_is_no_coming_back() -> None:
    one, other = talk(at(0, 9)), talk(at(0, 9))
    customers(one, "C1", at(0, 9))
    customers(other, "C2", at(0, 12))
    said(one, at(1, 9), "query_points")

    assert tile("first_contact", Days(FIRST, FIRST + timedelta(days=1))) == (1.0, 3)


def test_who_has_proven_nothing_comes_back_in_the_same_conversation_only() -> None:
    same, other = talk(at(0, 9)), talk(at(0, 9))
    for one, when in ((same, at(0, 9)), (same, at(2, 9)), (other, at(1, 9))):
        said(one, when)

    assert tile("first_contact", Days(FIRST, FIRST + timedelta(days=2))) == (0.5, 2)


def test_who_is_proven_later_was_the_same_before() -> None:
    one, other = talk(at(0, 9)), talk(at(0, 9))
    said(one, at(0, 9), "query_bill")
    shown(Days(FIRST, FIRST))
    customers(one, "C1", at(1, 9))
    customers(other, "C1", at(3, 9))

    assert tile("first_contact", Days(FIRST, FIRST + timedelta(days=3))) == (0.0, 1)


# Names


def test_an_intent_that_was_renamed_keeps_its_past() -> None:
    for intent in ("old_balance", "older_balance", "query_balance", "greet"):
        said(talk(at(0, 9)), at(0, 9), intent)
    with transaction() as session:
        session.add_all(
            [IntentName(old="older_balance", new="old_balance"), IntentName(old="old_balance", new="query_balance")]
        )

    (row,) = shown()["parts"]["intents"]

    assert (row["key"], row["title"], row["count"]) == ("query_balance", "查话费余额", 3)
    assert quality_talks.listed("intents", "query_balance", ONE, None, 0, 20)["count"] == 3


# Against plain counting


def test_the_figures_are_those_of_plain_counting() -> None:
    check_against_plain_counting()


def check_against_plain_counting(seed: int = 1) -> None:
    """Makes random days and counts them a second time, without a database."""
    made, days, staff = talks.Rows(), Days(FIRST, FIRST + timedelta(days=9)), agent()
    with transaction() as session:
        centre = talks.Centre(Random(seed), [staff], talks.sentences(session), customers=60)
    for ahead in range(5):
        for rows in centre.day(FIRST + timedelta(days=ahead), 60, at(5, 0)):
            for table, found in rows.of.items():
                made.of.setdefault(table, []).extend(found)
    expected = talks.counted(made.of)
    with transaction() as session:
        made.write(session)

    contacts.catch_up(days.first, days.last, 60)
    with transaction() as session:
        counts = quality_board.counted(session, days, None)
        found = {
            name: Counter((row.day, row.channel) for row in session.execute(quality_figures.rows(name, days)))
            for name in FIGURES
        }

    for name, numbers in expected.items():
        assert sum(numbers.values()) > 0, name
        assert found[name] == numbers, name
        for channel in ("web", "wechat"):
            assert counts.of(name, channel=channel) == sum(numbers[key] for key in numbers if key[1] == channel), name
    assert set(FIGURES) - expected.keys() == {"intents"}


def test_every_number_is_as_long_as_its_list() -> None:
    talks.fill(FIRST, 3, 60)
    days = Days(FIRST, FIRST + timedelta(days=2))
    board = shown(days)

    for channel in (None, "web", "wechat"):
        with transaction() as session:
            counts = quality_board.counted(session, days, channel)
        for name in FIGURES:
            listed = quality_talks.listed(name, None, days, channel, 0, 50)
            assert listed["count"] == counts.of(name), name
            assert len(listed["rows"]) == min(50, listed["count"]), name
    for name, rows in board["parts"].items():
        for row in rows:
            assert quality_talks.listed(name, row["key"], days, None, 0, 1)["count"] == row["count"], (name, row)
    assert all(board["parts"].values())


def test_the_period_before_is_counted_beside_it() -> None:
    for day in (0, 1, 2, 3):
        for _ in range(day + 1):
            said(talk(at(day, 9)), at(day, 9))

    board = shown(Days(FIRST + timedelta(days=2), FIRST + timedelta(days=3)))

    (conversations,) = (one for one in board["figures"] if one["name"] == "conversations")
    assert (conversations["value"], conversations["before"]) == (7, 3)
    assert board["before"] == {"from": "2026-03-01", "to": "2026-03-02"}
    assert [day["conversations"] for day in board["days_before"]] == [1, 2]


# Over HTTP


def test_supervisors_and_editors_read_it_and_agents_do_not(browsers: Browsers) -> None:
    for login, status in (("lead", 200), ("boss", 200), ("writer", 200), ("1001", 403)):
        assert browsers().signs_in(login).get(ROOT, params=RANGE).status_code == status, login


def test_a_list_and_a_conversation_are_masked(browsers: Browsers) -> None:
    one = talk(at(0, 9), lines=0)
    said(one, at(0, 9))
    editor = browsers().signs_in("writer")
    editor.get(ROOT, params=RANGE)

    rows = editor.get(f"{ROOT}/conversations", params=RANGE | {"figure": "conversations"}).json()
    read = editor.get(f"{ROOT}/conversations/{one}").json()

    assert [row["opening"] for row in rows["rows"]] == ["我的号码是189****5678，还有多少话费"]
    assert [line["text"] for line in read["messages"]] == ["我的号码是189****5678，还有多少话费"]


def test_a_list_says_how_each_began_on_its_day_or_at_all() -> None:
    one, silent = talk(at(0, 9), lines=0), talk(at(0, 9), lines=0)
    for when, text in ((at(0, 9), "查话费"), (at(1, 0), "查流量"), (at(1, 9), "查积分")):
        said(one, when, text=text)
    asked(at(2, 9), conversation_id=one)
    asked(at(2, 8), conversation_id=silent)
    days = Days(FIRST, FIRST + timedelta(days=2))
    shown(days)

    def openings(figure: str) -> list[str]:
        return [row["opening"] for row in quality_talks.listed(figure, None, days, None, 0, 20)["rows"]]

    assert openings("conversations") == ["查流量", "查话费"]
    assert openings("handovers") == ["查话费", ""]


def test_cards_and_choices_are_masked_too(browsers: Browsers) -> None:
    one = talk(at(0, 9), lines=0)
    said(one, at(0, 9))
    rows = [{"label": "号码", "value": "18912345678", "note": None, "ratio": 0.5}]
    with transaction() as session:
        line = session.scalar(sa.select(Message).where(Message.conversation_id == one))
        line.card = {"kind": "bill", "title": "账单", "amount": "1234.56", "rows": rows, "note": None}
        session.add(Choice(id="c1", message_id=line.id, position=0, title="查18912345678", payload="/bill"))

    (line,) = browsers().signs_in("writer").get(f"{ROOT}/conversations/{one}").json()["messages"]

    assert line["choices"] == [{"id": "c1", "title": "查189****5678"}]
    assert line["card"]["rows"] == [{"label": "号码", "value": "189****5678", "note": None, "ratio": 0.5}]
    assert line["card"]["amount"] == "1234.56"


def test_what_does_not_exist_is_refused(browsers: Browsers) -> None:
    lead = browsers().signs_in("lead")

    assert lead.get(f"{ROOT}/conversations", params=RANGE | {"figure": "wages"}).status_code == 404
    assert lead.get(f"{ROOT}/conversations/nobody").status_code == 404
    assert lead.get(ROOT, params=RANGE | {"channel": "fax"}).status_code == 422
    with pytest.raises(Refused):
        shown(Days(FIRST, FIRST - timedelta(days=1)))


@pytest.mark.parametrize(
    ("first", "last"), [("2026-03-31", "2026-03-01"), ("0001-01-01", "0001-01-02"), ("2024-10-01", "2026-03-01")]
)
def test_days_that_cannot_be_counted_are_refused_before_anything_is(browsers: Browsers, first: str, last: str) -> None:
    lead, days = browsers().signs_in("lead"), {"from": first, "to": last}
    for path in (ROOT, f"{ROOT}.csv", f"{ROOT}/conversations"):
        assert lead.get(path, params=days | {"figure": "conversations"}).status_code == 422, path
    with transaction() as session:
        assert session.scalars(sa.select(CountedDay)).all() == []


def test_the_table_has_a_row_for_every_day_and_channel(browsers: Browsers) -> None:
    talks.fill(FIRST, 1, 60)
    answer = browsers().signs_in("lead").get(f"{ROOT}.csv", params=RANGE)

    assert answer.headers["content-disposition"] == 'attachment; filename="quality-2026-03-01-2026-03-01.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [(row["日期"], row["渠道"]) for row in rows] == [("2026-03-01", "网页"), ("2026-03-01", "微信")]
    board = shown()
    assert sum(int(row["会话"]) for row in rows) == board["figures"][0]["value"]
    assert all(row["机器人解决率"].endswith("%") for row in rows)
    with transaction() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(Handover))
    assert sum(int(row["转人工"]) for row in rows) == total
