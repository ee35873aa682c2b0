"""What SQLite cannot tell: the schema, the locks and the sandbox on a real PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import bss.http
import desk.board_models
import desk.bot_server
import desk.channels.wechat.models
import desk.handover_models
import desk.models
import knowledge_base.authoring.models
import knowledge_base.models
from bss import outbox
from bss.inventory import line
from bss.models import OperatorRequest
from bss.orders import NewOrder, order
from bss.tickets import NewTicket
from common.database import Base, engine, migrate, transaction
from common.times import utc_now
from desk import proposals, store
from desk.board_models import Contact
from desk.editor import drafts, feedback, inbox, inbox_shown
from desk.handover_models import Handover, Proposal
from desk.models import Turn
from desk.proposals import Put
from desk.supervisor import contacts, days, quality
from desk.supervisor.board import board
from desk.supervisor.sheet import form
from desk.workbench import chats
from knowledge_base.authoring.models import InboxSentence, InboxSource
from sandbox.store import Store
from tests.bss import raw
from tests.bss.sandbox_server import running_sandbox
from tests.bss.scripted import Operator, answers, operator
from tests.common.isolation import isolated
from tests.common.postgres import new_database, programs
from tests.desk.agents import agent
from tests.desk.supervisor import talks
from tests.desk.supervisor.history import asked
from tests.desk.supervisor.test_board import fill
from tests.desk.supervisor.test_quality_board import FIRST
from tests.desk.supervisor.test_quality_board import check_against_plain_counting as check_quality_board
from tests.desk.supervisor.test_reports import check_against_plain_counting

pytestmark = pytest.mark.skipif(programs() is None, reason="no PostgreSQL is installed")

TICKET = NewTicket("fault", "宽带障碍", "上不了网", "major", "C0001")
CREATED = b'{"id":"TT1","ticketType":"fault","description":"x","severity":"major","status":"acknowledged",' + (
    b'"creationDate":"2026-11-22T08:00:00+08:00"}'
)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Operator]:
    """A scripted operator beside a migrated database on PostgreSQL."""
    bss.http._breakers.cache_clear()
    with (
        operator() as made,
        isolated(monkeypatch, tmp_path, database_url=new_database(), bss_url=made.address),
    ):
        migrate()
        yield made


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What they give that begin at the same moment."""
    together = threading.Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        together.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


@pytest.mark.usefixtures("system")
def test_the_migrations_make_exactly_the_schema_of_the_models() -> None:
    assert desk.models.Base is knowledge_base.models.Base is Base
    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_two_workers_send_each_request_once(system: Operator) -> None:
    system.script = answers(500, b"")
    receipts = [outbox.submit(TICKET, f"m{number}:ticket") for number in range(20)]
    assert {receipt.state for receipt in receipts} == {"waiting"}
    bss.http._breakers.cache_clear()
    system.script = answers(201, CREATED)
    system.seen.clear()
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(next_try_at=utc_now() - timedelta(seconds=1)))
    together = threading.Barrier(2)

    def work(_: int) -> int:
        together.wait()
        return sum(1 for _ in iter(outbox.work_one, False))

    with ThreadPoolExecutor(2) as pool:
        shares = list(pool.map(work, range(2)))

    assert sum(shares) == 20
    assert len({seen.headers["idempotency-key"] for seen in system.seen}) == len(system.seen) == 20
    assert {outbox.status(receipt.number).state for receipt in receipts} == {"done"}


def test_equal_requests_at_once_make_one_row(system: Operator) -> None:
    system.script = answers(201, CREATED)
    with ThreadPoolExecutor(10) as pool:
        receipts = list(pool.map(lambda _: outbox.submit(TICKET, "m:ticket").number, range(10)))

    assert len(set(receipts)) == 1
    assert len(system.seen) == 1


@pytest.mark.usefixtures("system")
def test_messages_that_come_at_once_are_numbered_without_gaps() -> None:
    talk = store.create_conversation("web")
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: store.say(talk, [store.Said("bot", f"{number}")]), range(20)))

    lines, _ = store.history(talk, 0)
    assert [said["seq"] for said in lines] == list(range(1, 21))


@pytest.mark.usefixtures("system")
def test_what_many_bring_into_the_inbox_at_once_and_a_draft_that_is_begun_twice_at_once_are_kept_once() -> None:
    staff, chats_of = agent(), [asked(utc_now(), state="active") for _ in range(8)]
    with transaction() as session:
        talks = [session.get(Handover, one).conversation_id for one in chats_of]
    for talk in talks:
        turn = store.accept(talk, "c", "视频彩铃咋个换", None).turn
        store.say(talk, [store.Said("bot", "没听懂")], turn)
        with transaction() as session:
            store.finish(session, turn, "done", intent="nlu_fallback", confidence=0.2)
    at_once(*(partial(feedback.correct, chats_of[0], 3, None, staff, sees_all=True) for _ in range(8)))
    at_once(*(partial(feedback.thumb, talk, 4, good=False) for talk in talks * 2))
    at_once(*(inbox.Gatherer().step for _ in range(2)))
    assert len(set(at_once(*(partial(drafts.create, staff, "k", "彩铃") for _ in range(8))))) == 1

    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count(InboxSentence.id))) == 1
        counted = sa.select(InboxSource.reason, sa.func.count()).group_by(InboxSource.reason)
        assert dict(session.execute(counted).all()) == {"thumbs_down": 8, "rejected": 8}
    ((shown,),) = [one["sentences"] for one in inbox_shown.found(inbox_shown.Query())["clusters"]]
    assert (shown["count"], shown["reasons"]) == (16, {"thumbs_down": 8, "rejected": 8})
    assert len(set(shown["conversations"])) == inbox_shown.MOST_CONVERSATIONS


@pytest.mark.usefixtures("system")
def test_what_has_lapsed_waits_for_a_press_and_stands_in_no_ones_way() -> None:
    staff = agent()
    chat = asked(utc_now(), staff, state="active")
    what = Put("流量包", "10元", {}, NewOrder("add", "C1", "P1", offering="DATA-10"))
    with transaction() as session:
        made = proposals.put(session, *chats.own(session, chat, staff), what, staff)["id"]
        session.execute(sa.update(Proposal).values(created_at=utc_now() - proposals.HOLDS))

    def lapse() -> None:
        with transaction() as session:
            proposals.lapse(session)

    def state() -> str:
        with transaction() as session:
            return str(session.get(Proposal, made, with_for_update=True).state)

    with ThreadPoolExecutor(1) as pool, transaction() as session:
        chats.own(session, chat, staff)
        pool.submit(lapse).result(5)
        assert session.get(Proposal, made, with_for_update=True).state == "asked"
    lapse()

    assert state() == "expired"


@pytest.mark.usefixtures("system")
def test_the_supervisors_figures_are_the_same_on_every_database() -> None:
    check_against_plain_counting()


@pytest.mark.usefixtures("system")
def test_the_quality_board_counts_the_same_on_every_database() -> None:
    check_quality_board()


@pytest.mark.usefixtures("system")
def test_contacts_that_many_count_at_once_are_there_once() -> None:
    talks.fill(FIRST, 2, 300)
    together, last = threading.Barrier(4), FIRST + timedelta(days=1)

    def count(_: int) -> int:
        together.wait()
        return sum(1 for _ in iter(lambda: contacts.catch_up(FIRST, last, 60), True))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))

    with transaction() as session:
        spoke = sa.select(sa.func.count(sa.distinct(Turn.conversation_id)))
        assert session.scalar(sa.select(sa.func.count(sa.distinct(Contact.conversation_id)))) == session.scalar(spoke)


@pytest.mark.usefixtures("system")
def test_the_supervisors_board_and_sample_are_read() -> None:
    staff = fill(utc_now(), 2)
    quality.score(staff[0][1], staff[1][0], {item.id: item.points for item in form().items}, "")
    shown = board()

    assert (shown["queue"]["waiting"], len(shown["agents"]), len(shown["chats"])) == (20, 2, 2)
    assert {one["score"] for one in quality.sampled(days.today())} == {100, None}
    assert [one["mean"] for one in quality.figures(days.today(), days.today())] == [100.0]


def test_an_emptied_sandbox_has_no_dead_rows_that_mislead_the_planner(tmp_path: Path) -> None:
    url = new_database()
    with running_sandbox(tmp_path, url):
        store_of_it = Store(url)
        with store_of_it.writing() as emptying:
            emptying.clear()
        store_of_it.close()
    probe = sa.create_engine(url, future=True)
    with probe.connect() as connection:
        assert connection.scalar(sa.text("SELECT pg_relation_size('resource')")) == 0
    probe.dispose()


def test_the_sandbox_seeds_and_carries_out_an_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (
        running_sandbox(tmp_path, new_database()) as address,
        isolated(monkeypatch, tmp_path, database_url=new_database(), bss_url=address),
        httpx.Client(base_url=address, trust_env=False, timeout=20) as sandbox,
    ):
        migrate()
        of = line(raw.numbers(sandbox, "basic")[0])
        made = outbox.submit(NewOrder("add", of.customer, of.id, offering="DATA-10"), "m:order")
        assert made.operator_number is not None
        sandbox.post("/sandbox/clock", json={"advance": "PT1M"}).raise_for_status()
        assert order(made.operator_number).state == "completed"
