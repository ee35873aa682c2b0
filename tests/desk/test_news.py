"""What the desk says of its own accord, in which conversations, and once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bss import models, watch
from bss.watch_states import TOPICS
from common.database import transaction
from common.settings import settings
from common.times import utc_now
from desk import news, store
from desk.errors import sentence
from desk.models import Conversation, Turn
from knowledge_base.content import content
from tests.bss.scripted import Operator, answers, operator
from tests.bss.test_outbox import CREATED


def ticket(state: str, kind: str = "complaint", reason: str = "") -> dict[str, Any]:
    """A ticket as the operator has it."""
    return json.loads(CREATED) | {
        "id": "TT1",
        "name": "投诉网络质量",
        "ticketType": kind,
        "status": state,
        "statusChange": [{"status": state, "changeDate": "2026-11-22T08:00:00+08:00", "changeReason": reason}],
    }


@pytest.fixture
def systems(monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """The operator's systems."""
    with operator() as made:
        monkeypatch.setenv("WANHAO_BSS_URL", made.address)
        settings.cache_clear()
        yield made


def becomes(systems: Operator, thing: dict[str, Any]) -> None:
    """What the operator answers from now on, and that it is time to look."""
    systems.script = answers(200, json.dumps(thing).encode())
    now()


def now() -> None:
    with transaction() as session:
        session.execute(sa.update(models.Watch).values(next_look_at=utc_now() - timedelta(seconds=1)))


def lines(talk: str) -> list[tuple[str, str]]:
    return [(line["role"], line["text"]) for line in store.history(talk, 0)[0]]


def watches() -> int:
    with transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(models.Watch))


def payloads(talk: str) -> dict[str, str]:
    """Title -> payload of the choices of the last line."""
    last = store.history(talk, 0)[0][-1]
    return {choice["title"]: store.accept(talk, choice["id"], None, choice["id"]).payload for choice in last["choices"]}


def test_a_ticket_that_gets_on_is_told_each_time_once(systems: Operator, talk: str) -> None:
    watch.watch(talk, "ticket", "TT1")
    for state in ("acknowledged", "inProgress", "inProgress", "resolved", "resolved"):
        becomes(systems, ticket(state))
        assert news.look()
    assert not news.look()

    assert lines(talk) == [
        ("bot", sentence("news_ticket_inProgress", number="TT1", title="投诉网络质量")),
        ("bot", sentence("news_ticket_resolved", number="TT1", title="投诉网络质量")),
    ]
    assert payloads(talk) == {
        "好了": '/ticket_settled{"ticket_number": "TT1"}',
        "还没好": '/query_ticket_reopen{"ticket_number": "TT1"}',
        "菜单": "/menu",
    }


def test_a_choice_below_news_may_be_typed(systems: Operator, talk: str) -> None:
    watch.watch(talk, "ticket", "TT1")
    becomes(systems, ticket("resolved"))
    news.look()

    assert store.accept(talk, "c1", "好了", None).payload == '/ticket_settled{"ticket_number": "TT1"}'


def test_a_transaction_that_is_cut_off_tells_nothing_and_the_next_look_tells(
    systems: Operator, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.watch(talk, "ticket", "TT1")
    becomes(systems, ticket("resolved"))
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):  # noqa: PT012
        add_lines = store.add_lines

        def dies(*args: Any) -> None:
            add_lines(*args)
            raise KeyboardInterrupt

        dying.setattr(store, "add_lines", dies)
        news.look()
    assert lines(talk) == []

    now()
    news.look()
    now()
    news.look()

    assert len(lines(talk)) == 1


def test_an_ill_system_is_looked_at_later(systems: Operator, talk: str) -> None:
    watch.watch(talk, "ticket", "TT1")
    for script in (answers(500, b""), answers(200, b"{}"), answers(200, b"no JSON")):
        systems.script = script
        now()
        assert news.look()
        assert not news.look()
    becomes(systems, ticket("resolved"))
    news.look()

    assert len(lines(talk)) == 1


def test_an_object_that_breaks_the_look_is_no_obstacle(talk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.watch(talk, "ticket", "TT1")
    now()

    def breaks(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(news.sights, "look", breaks)

    assert news.look()
    assert not news.look()


def test_what_the_operator_no_longer_knows_is_no_longer_watched(systems: Operator, talk: str) -> None:
    watch.watch(talk, "ticket", "TT1")
    systems.script = answers(404, b"{}")
    now()
    news.look()

    assert (lines(talk), watches()) == ([], 0)


@pytest.mark.parametrize("mode", ["queued", "human"])
def test_while_a_person_answers_it_is_a_system_line_without_choices(systems: Operator, talk: str, mode: str) -> None:
    with transaction() as session:
        session.execute(sa.update(Conversation).values(mode=mode))
    watch.watch(talk, "ticket", "TT1")
    becomes(systems, ticket("resolved"))
    news.look()

    (line,) = store.history(talk, 0)[0]
    assert (line["role"], line["choices"]) == ("system", [])


@pytest.mark.parametrize("why", ["gone", "idle"])
def test_a_conversation_that_nobody_reads_is_not_told(systems: Operator, talk: str, why: str) -> None:
    watch.watch("gone" if why == "gone" else talk, "ticket", "TT1")
    with transaction() as session:
        old = utc_now() - timedelta(seconds=settings().conversation_seconds + 1)
        session.execute(sa.update(Conversation).values(active_at=old))
    becomes(systems, ticket("resolved"))
    news.look()

    assert (lines(talk), watches()) == ([], 0)


def test_news_do_not_make_the_customer_active(systems: Operator, talk: str) -> None:
    with transaction() as session:
        before = session.get(Conversation, talk).active_at
    watch.watch(talk, "ticket", "TT1")
    becomes(systems, ticket("resolved"))
    news.look()

    with transaction() as session:
        row = session.get(Conversation, talk)
        assert (row.last_seq, row.active_at) == (1, before)


@pytest.mark.parametrize("state", ["completed", "unknown to the operator"])
def test_a_line_test_goes_on_in_the_bot(systems: Operator, talk: str, state: str) -> None:
    watch.watch(talk, "line_test", "ST1")
    becomes(systems, {"id": "ST1", "state": "inProgress"})
    news.look()
    becomes(systems, {"id": "ST1", "state": state})
    if state != "completed":
        systems.script = answers(404, b"{}")
    news.look()
    news.look()

    with transaction() as session:
        (turn,) = session.scalars(sa.select(Turn)).all()
    assert (turn.conversation_id, turn.text, turn.payload, turn.state) == (
        talk,
        "",
        '/line_tested{"test": "ST1"}',
        "pending",
    )
    assert (lines(talk), watches()) == ([], 0)


ORDER = {"id": "PO1", "orderDate": "2026-11-22T08:00:00+08:00", "productOrderItem": []}
VISIT = {"id": "AP1", "validFor": {"startDateTime": "2026-11-23T09:00:00+08:00"}}
PAYMENT = {"id": "TB1", "amount": {"amount": 50.0, "units": "CNY"}, "requestedDate": "2026-11-22T08:00:00+08:00"}


@pytest.mark.parametrize(
    ("topic", "thing", "words"),
    [
        ("ticket", ticket("inProgress", "fault"), ["TT1", "投诉网络质量", "处理中", "师傅"]),
        ("ticket", ticket("resolved", "fault"), ["TT1", "好了吗"]),
        ("ticket", ticket("rejected", reason="不属于本网。"), ["TT1", "原因是：不属于本网。需要"]),
        ("ticket", ticket("rejected"), ["TT1", "系统没有说明"]),
        ("order", ORDER | {"state": "completed"}, ["PO1", "办好了"]),
        ("order", ORDER | {"state": "rejected", "note": [{"text": "合约期内不能办理"}]}, ["PO1", "合约期内不能办理。"]),
        ("order", ORDER | {"state": "failed", "note": [{"text": "余额不足"}]}, ["PO1", "余额不足。"]),
        ("appointment", VISIT | {"status": "confirmed"}, ["AP1", "11月23日 09:00"]),
        ("appointment", VISIT | {"status": "cancelled"}, ["AP1", "取消"]),
        ("topup", PAYMENT | {"status": "completed"}, ["50.00元", "到账"]),
        ("topup", PAYMENT | {"status": "failed"}, ["50.00元", "没有成功", "TB1"]),
    ],
    ids=lambda value: value.get("status", value.get("state")) if isinstance(value, dict) else None,
)
def test_the_words_say_what_has_changed(
    systems: Operator, talk: str, topic: str, thing: dict[str, Any], words: list[str]
) -> None:
    watch.watch(talk, topic, thing["id"], seen="asked for")
    becomes(systems, thing)
    news.look()

    (line,) = store.history(talk, 0)[0]
    assert [word for word in words if word not in line["text"]] == []


def test_a_payment_that_arrived_leads_to_the_balance(systems: Operator, talk: str) -> None:
    watch.watch(talk, "topup", "TB1")
    becomes(systems, PAYMENT | {"status": "completed"})
    news.look()

    assert payloads(talk) == {"话费余额": "/query_balance"}


def test_the_end_of_an_outage_asks_whether_it_works(systems: Operator, talk: str) -> None:
    watch.watch(talk, "outage", "320106/OUT0001")
    systems.script = answers(200, b"[]")
    now()
    news.look()

    assert lines(talk) == [("bot", sentence("news_outage_over"))]
    assert payloads(talk) == {"还不能用": "/report_fault"}


def test_there_are_words_for_every_state_that_is_told() -> None:
    told = {f"news_{topic}_{state}" for topic, kind in TOPICS.items() for state in kind.told if topic != "line_test"}

    assert told - set(content("desk")["sentences"]) == set()
