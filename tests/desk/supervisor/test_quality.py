from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.database import transaction
from desk.errors import Refused
from desk.handover_models import HandoverNote, QualityScore
from desk.staff_models import Audit
from desk.supervisor import days, quality
from desk.supervisor.sheet import form
from desk.workbench import chats
from tests.desk.agents import agent, served
from tests.desk.conftest import Clock
from tests.desk.staff.people import Browser, person, refusal
from tests.desk.supervisor.history import asked, scored

Browsers = Callable[[], Browser]
ROOT = "/api/supervisor/v1/quality"
FULL = {item.id: item.points for item in form().items}


def refused(code: str) -> object:
    return pytest.raises(Refused, match=f"^{code}$")


def sample() -> dict[int, list[str]]:
    return {one["handover"]: one["why"].split("、") for one in quality.sampled(days.today())}


def noted() -> list[tuple[str, str]]:
    with transaction() as session:
        return [(one.subject, one.detail) for one in session.scalars(sa.select(Audit).order_by(Audit.id))]


def rows() -> list[QualityScore]:
    with transaction() as session:
        return list(session.scalars(sa.select(QualityScore)))


def test_what_must_be_heard_is_in_the_sample_of_its_day(clock: Clock) -> None:
    staff, at = agent(), clock.now() - timedelta(hours=2)
    low = asked(at, staff)
    scored(at, 2, staff, low)
    fine = asked(at, staff)
    scored(at, 3, staff, fine)
    escalated = asked(at, staff, context={"escalation": "工信部"})
    long, short = asked(at, staff, took=1201), asked(at, staff, took=1200)
    passed_on, once = asked(at, staff), asked(at, staff)
    with transaction() as session:
        for found, times in ((passed_on, 2), (once, 1)):
            for _ in range(times):
                session.add(HandoverNote(handover_id=found, kind="transfer", staff_id=staff, text=""))
            session.add(HandoverNote(handover_id=found, kind="event", text=""))

    chosen = {found: [reason for reason in why if reason != "随机抽检"] for found, why in sample().items()}

    assert {found: why for found, why in chosen.items() if why} == {
        low: ["客户评分低"],
        escalated: ["越级投诉倾向"],
        long: ["会话时间长"],
        passed_on: ["多次转接"],
    }
    assert chosen.get(fine, []) == chosen.get(short, []) == chosen.get(once, []) == []


def test_only_chats_that_an_agent_ended_that_day_are_sampled(clock: Clock) -> None:
    staff, now = agent(), clock.now()
    found = asked(now - timedelta(hours=1), staff)
    asked(now - timedelta(hours=14), staff)
    asked(now, state="cancelled")
    asked(now, staff, state="active", took=None)

    assert sample() == {found: ["随机抽检"]}


def test_the_sample_names_agent_topic_and_score(clock: Clock) -> None:
    staff, lead = agent("甲"), agent("班长", role="supervisor", state="busy")
    found = asked(clock.now() - timedelta(hours=1), staff, context={"topic_title": "宽带报障"})

    (before,) = quality.sampled(days.today())
    quality.score(found, lead, FULL, "")
    (after,) = quality.sampled(days.today())

    assert (before["agent"], before["topic_title"], before["score"]) == ("甲", "宽带报障", None)
    assert before["closed_at"].endswith("Z")
    assert after == before | {"score": 100}


def test_a_second_score_replaces_the_first_and_both_are_noted(clock: Clock) -> None:
    staff, first, second = agent(), agent("班长", role="supervisor"), agent("主管", role="admin")
    found = asked(clock.now(), staff)
    fatal = next(item.id for item in form().items if item.fatal)

    assert quality.score(found, first, FULL, "很好") == {"total": 100}
    assert quality.score(found, second, FULL | {fatal: 0}, "泄露信息") == {"total": 0}

    (row,) = rows()
    assert (row.scorer_id, row.total, row.fatal, row.note, row.form) == (second, 0, True, "泄露信息", form().version)
    assert row.answers[fatal] == 0
    assert noted() == [(f"handover {found}", "100"), (f"handover {found}", "100 → 0")]


def test_nobody_scores_a_chat_that_they_served(clock: Clock) -> None:
    lead, other = agent("班长", role="supervisor"), agent("乙", state="busy")
    found = served(lead)
    chats.say(found, lead, "c1", "您好")
    chats.transfer(found, lead, "", group="mobile")
    chats.take(found, other)
    chats.close(found, other, "billing", "solved", "")

    with refused("forbidden"):
        quality.score(found, lead, FULL, "")
    with refused("forbidden"):
        quality.score(found, other, FULL, "")
    quality.score(found, agent("主管", role="admin"), FULL, "")
    assert len(rows()) == 1


def test_a_chat_that_goes_on_is_not_scored(clock: Clock) -> None:
    lead = agent("班长", role="supervisor", state="busy")
    found = served(agent())

    with refused("quality_open"):
        quality.score(found, lead, FULL, "")


@pytest.mark.parametrize(
    "wrong", [{}, {"x": 1}, FULL | {"x": 1}, FULL | {form().items[0].id: 6}, FULL | {"manner": -1}]
)
def test_an_incomplete_form_is_refused(clock: Clock, wrong: dict[str, int]) -> None:
    found = asked(clock.now(), agent())

    with refused("bad_request"):
        quality.score(found, agent("班长", role="supervisor"), wrong, "")
    assert rows() == []


def test_figures_are_by_agent_and_by_the_day_on_which_a_chat_ended(clock: Clock) -> None:
    first, second, lead = agent("甲"), agent("乙"), agent("班长", role="supervisor")
    now, today = clock.now(), days.today()
    yesterday = today - timedelta(days=1)
    for at, staff, answers in (
        (now, first, FULL),
        (now, first, FULL | {"opening": 0}),
        (now, first, FULL | {"manner": 0}),
        (now, second, FULL),
        (now - timedelta(hours=14), second, FULL | {"pace": 5}),
    ):
        quality.score(asked(at, staff), lead, answers, "")

    assert quality.figures(today, today) == [
        {"staff": "乙", "count": 1, "mean": 100.0, "fatal": 0},
        {"staff": "甲", "count": 3, "mean": 65.0, "fatal": 1},
    ]
    assert quality.figures(yesterday, yesterday) == [{"staff": "乙", "count": 1, "mean": 95.0, "fatal": 0}]
    assert [one["count"] for one in quality.figures(yesterday, today)] == [2, 3]


# Over HTTP


def test_a_chat_is_heard_and_scored(browsers: Browsers) -> None:
    lead, other = browsers().signs_in("lead"), browsers().signs_in("boss")
    staff = agent("1003")
    found = served(staff)
    chats.say(found, staff, "c1", "您好，我是林晓")
    chats.close(found, staff, "billing", "solved", "")

    shown = lead.get(f"{ROOT}/form").json()
    answers = {item["id"]: item["points"] for item in shown["items"]} | {"pace": 7}
    before = lead.get(f"{ROOT}/{found}").json()
    given = lead.post(f"{ROOT}/{found}", json={"answers": answers, "note": "再快一点"})
    after = other.get(f"{ROOT}/{found}").json()

    assert "您好，我是林晓" in [line["text"] for line in before["messages"]]
    assert (before["scores"], before["writable"]) == ([], False)
    assert given.json() == {"total": 97}
    (score,) = after["scores"]
    assert (score["by"], score["total"], score["note"], score["answers"]) == ("员工lead", 97, "再快一点", answers)
    assert lead.get(f"{ROOT}/sample").json() == other.get(f"{ROOT}/sample").json()
    assert [one["score"] for one in lead.get(f"{ROOT}/sample").json()] == [97]
    today = str(days.today())
    figures = lead.get(f"{ROOT}/figures", params={"from": today, "to": today}).json()
    assert figures == [{"staff": "1003", "count": 1, "mean": 97.0, "fatal": 0}]


def test_ones_own_chat_is_refused_with_a_sentence(browsers: Browsers) -> None:
    lead = browsers().signs_in("lead")
    found = asked(days.bounds(days.today(), days.today())[0], person("lead").id)

    answer = lead.post(f"{ROOT}/{found}", json={"answers": FULL})

    assert refusal(answer) == (403, "forbidden")
    assert answer.json()["error"]["message"] == "不能给自己接待过的会话评分。"


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("999", {"answers": FULL}, (404, "not_found")),
        ("1", {"answers": {"opening": "5"}}, (422, "bad_request")),
        ("1", {"answers": FULL | {"opening": 2.5}}, (422, "bad_request")),
        ("1", {"answers": FULL | {"opening": True}}, (422, "bad_request")),
        ("1", {"answers": FULL, "note": "话" * 501}, (422, "bad_request")),
        ("1", {}, (422, "bad_request")),
    ],
)
def test_what_is_no_score_is_refused(browsers: Browsers, path: str, body: object, expected: object) -> None:
    assert refusal(browsers().signs_in("lead").post(f"{ROOT}/{path}", json=body)) == expected


def test_a_chat_that_does_not_exist_is_not_found(browsers: Browsers) -> None:
    assert refusal(browsers().signs_in("lead").get(f"{ROOT}/999")) == (404, "not_found")
    assert refusal(browsers().signs_in("lead").get(f"{ROOT}/sample", params={"day": "9999-12-31"}))[0] == 422
