import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bss import http, outbox
from bss.models import OperatorRequest
from common.database import transaction
from common.masking import mask_number
from common.times import utc_now
from desk import choices, dispatch, proposals, store
from desk.errors import sentence
from desk.handover_models import HandoverNote, Proposal
from desk.models import OutboxEvent
from desk.workbench import chats, ordering, subject
from desk.worker import tell
from knowledge_base.models import OfferOutcome
from tests.bss import raw
from tests.desk.agents import agent, counted, talk_of, texts
from tests.desk.conftest import Clock
from tests.desk.staff.people import refusal
from tests.desk.workbench.floor import Customer, Floor, Worker, chat_of

NUMBER = "18900001001"
YES, NO = "确认办理", "不办了"
ADDON = {"offering": "DATA-10", "action": "add"}


def orders(sandbox: httpx.Client, number: str = NUMBER) -> list[dict[str, Any]]:
    """The orders of a customer that have come through us."""
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    found = raw.get(sandbox, "622", "productOrder", relatedParty__id=customer, limit=100)
    return [order for order in found if order.get("externalId", "").startswith("WH")]


def notes(found: int, kind: str = "made") -> list[str]:
    with transaction() as session:
        wanted = sa.select(HandoverNote.text).where(HandoverNote.handover_id == found, HandoverNote.kind == kind)
        return list(session.scalars(wanted.order_by(HandoverNote.id)))


def outcomes() -> list[tuple[str, str]]:
    with transaction() as session:
        return [
            (row.offer, row.outcome)
            for row in session.scalars(sa.select(OfferOutcome).where(OfferOutcome.current.is_(True)))
        ]


def made(found: int) -> list[Proposal]:
    with transaction() as session:
        wanted = sa.select(Proposal).where(Proposal.handover_id == found).order_by(Proposal.created_at)
        return list(session.scalars(wanted))


class Scene:
    """An agent and a customer in a chat."""

    def __init__(self, floor: Floor, number: str | None = NUMBER, **context: object) -> None:
        self.worker: Worker = floor.worker(groups=("mobile", "retention"))
        self.customer: Customer = floor.customer()
        self.found = self.worker.serves(number, self.customer.id, **context)
        self.path = f"/chats/{self.found}"

    def proposes(self, **what: Any) -> Any:
        return self.worker.does(f"{self.path}/proposals", **what or ADDON)

    def shows(self) -> list[dict[str, Any]]:
        return self.worker.reads(f"{self.path}/proposals")


@pytest.fixture
def scene(floor: Floor) -> Scene:
    return Scene(floor)


def test_the_customer_reads_price_beginning_end_and_how_to_cancel(scene: Scene) -> None:
    made_one = scene.proposes()
    line = scene.customer.reads().json()["messages"][-1]

    assert (made_one["state"], made_one["receipt"], made_one["order"]) == ("asked", None, None)
    assert (line["role"], line["text"]) == ("agent", made_one["terms"])
    assert [choice["title"] for choice in line["choices"]] == [YES, NO]
    assert [row["label"] for row in line["card"]["rows"]] == ["办理号码", "费用", "生效时间", "到期时间", "怎么取消"]
    assert line["card"]["rows"][0]["value"] == mask_number(NUMBER)
    assert NUMBER not in json.dumps(line)


def test_nothing_is_ordered_before_the_customer_presses(scene: Scene, sandbox: httpx.Client) -> None:
    scene.proposes()

    assert orders(sandbox) == []


def test_a_yes_orders_once_and_tells_both(scene: Scene, sandbox: httpx.Client) -> None:
    made_one = scene.proposes()
    said = scene.customer.presses(YES)
    (order,) = orders(sandbox)
    (shown,) = scene.shows()

    assert order["productOrderItem"][0]["productOffering"]["id"] == "DATA-10"
    assert said == [sentence("proposal_ordered", title=made_one["title"], order=order["id"])]
    assert (shown["state"], shown["order"], shown["receipt"]) == ("confirmed", order["id"], order["externalId"])
    assert notes(scene.found) == [order["id"]]


def test_a_no_orders_nothing(scene: Scene, sandbox: httpx.Client) -> None:
    scene.proposes()

    assert scene.customer.presses(NO) == [sentence("proposal_declined")]
    assert orders(sandbox) == []
    assert [one["state"] for one in scene.shows()] == ["declined"]


def test_the_title_may_be_typed_instead_of_pressed(scene: Scene, sandbox: httpx.Client) -> None:
    scene.proposes()
    scene.customer.says(YES)

    assert len(orders(sandbox)) == 1


@pytest.mark.parametrize(("first", "second"), [(YES, YES), (YES, NO), (NO, YES), (NO, NO)])
def test_only_the_first_press_counts(scene: Scene, sandbox: httpx.Client, first: str, second: str) -> None:
    scene.proposes()
    buttons = {title: scene.customer.choice(title) for title in (YES, NO)}
    scene.customer.presses(first, buttons[first])
    scene.customer.presses(second, buttons[second])

    assert len(orders(sandbox)) == (1 if first == YES else 0)
    assert [one["state"] for one in scene.shows()] == ["confirmed" if first == YES else "declined"]
    assert len(notes(scene.found)) == (1 if first == YES else 0)


def test_two_pages_that_press_at_once_order_once(scene: Scene, sandbox: httpx.Client) -> None:
    scene.proposes()
    yes, no = scene.customer.choice(YES), scene.customer.choice(NO)
    ready = threading.Barrier(6)

    def page(place: int) -> None:
        ready.wait()
        scene.customer.client.post(
            scene.customer.messages,
            json={"client_id": f"p{place}", "choice": no if place == 5 else yes},
            headers=scene.customer.headers,
        )

    pages = [threading.Thread(target=page, args=(place,)) for place in range(6)]
    for each in pages:
        each.start()
    for each in pages:
        each.join()
    state = scene.shows()[0]["state"]

    assert state in {"confirmed", "declined"}
    assert len(orders(sandbox)) == len(notes(scene.found)) == (1 if state == "confirmed" else 0)


def test_a_press_that_races_with_the_agents_withdrawal_has_one_end(scene: Scene, sandbox: httpx.Client) -> None:
    for _ in range(4):
        proposal = scene.proposes()
        yes, before = scene.customer.choice(YES), len(orders(sandbox))
        ready = threading.Barrier(2)

        def takes_back(proposal: Any = proposal, ready: threading.Barrier = ready) -> None:
            ready.wait()
            scene.worker.posts(f"{scene.path}/proposals/{proposal['id']}/withdraw")

        thread = threading.Thread(target=takes_back)
        thread.start()
        ready.wait()
        scene.customer.presses(YES, yes)
        thread.join()
        now = next(one for one in scene.shows() if one["id"] == proposal["id"])

        assert now["state"] in {"confirmed", "withdrawn"}
        assert len(orders(sandbox)) - before == (1 if now["state"] == "confirmed" else 0)
        if now["state"] == "confirmed":
            return


def test_many_threads_carry_one_press_out_once(scene: Scene, sandbox: httpx.Client) -> None:
    identity = scene.proposes()["id"]
    payload, ready = f"desk:proposal:{identity}:yes", threading.Barrier(5)

    def carries_out(turn: str) -> None:
        ready.wait()
        proposals.press(scene.customer.id, payload, turn)

    threads = [threading.Thread(target=carries_out, args=(turn,)) for turn in ("t1", "t1", "t1", "t2", "t3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for turn in ("t1", "t2"):
        proposals.press(scene.customer.id, payload, turn)

    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OperatorRequest)) == 1
    assert len(orders(sandbox)) == 1


def test_a_desk_that_dies_after_the_press_orders_once_and_answers(scene: Scene, sandbox: httpx.Client) -> None:
    identity = scene.proposes()["id"]
    payload = f"desk:proposal:{identity}:yes"
    turn = store.accept(scene.customer.id, "x1", None, scene.customer.choice(YES)).turn
    choices.press(scene.customer.id, payload, turn)  # and here it dies, before it could answer
    assert [one["state"] for one in scene.shows()] == ["confirmed"]
    choices.press(scene.customer.id, payload, turn)
    with transaction() as session:
        choices.answer(session, store.lock_conversation(session, scene.customer.id), payload, turn)
        store.finish(session, turn, "done")
    (order,) = orders(sandbox)

    assert notes(scene.found) == [order["id"]]
    assert texts(scene.found)[-1][1].startswith("好的，")


def test_an_operator_that_is_down_gets_the_order_later_and_the_customer_is_told_so(
    scene: Scene, sandbox: httpx.Client
) -> None:
    scene.proposes()
    raw.breaks(sandbox, "622")
    said = scene.customer.presses(YES)
    (shown,) = scene.shows()

    assert said == [sentence("proposal_later", receipt=shown["receipt"])]
    assert (shown["state"], shown["order"], notes(scene.found)) == ("confirmed", None, [shown["receipt"]])
    raw.mends(sandbox)
    http._breakers.cache_clear()
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(next_try_at=utc_now()))
    while outbox.work_one():
        pass
    tell()
    (order,) = orders(sandbox)

    assert scene.shows()[0]["order"] == order["id"]
    assert texts(scene.found)[-1][1] == sentence("done_order", receipt=shown["receipt"], number=order["id"])


def test_an_order_that_is_refused_at_once_has_failed_and_waits_for_nobody(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: Any, **__: Any) -> Any:
        raise outbox.Rejected("invalid", "今天不行")

    monkeypatch.setattr(outbox.orders, "create", refuses)
    made_one = scene.proposes()

    assert scene.customer.presses(YES) == [sentence("proposal_failed", title=made_one["title"])]
    assert [one["state"] for one in scene.shows()] == ["failed"]
    assert (outbox.stuck(), notes(scene.found)) == ([], [])


def test_what_was_withdrawn_can_no_longer_be_pressed(scene: Scene, sandbox: httpx.Client) -> None:
    made_one = scene.proposes()
    yes = scene.customer.choice(YES)
    withdraw = f"{scene.path}/proposals/{made_one['id']}/withdraw"

    assert scene.worker.does(withdraw)["state"] == "withdrawn"
    assert scene.worker.does(withdraw)["state"] == "withdrawn"
    assert texts(scene.found)[-1] == ("system", sentence("proposal_withdrawn", title=made_one["title"]))
    assert [text for _, text in texts(scene.found)].count(texts(scene.found)[-1][1]) == 1
    assert scene.customer.presses(YES, yes) == [sentence("proposal_over", title=made_one["title"])]
    assert orders(sandbox) == []


def test_what_was_answered_cannot_be_withdrawn(scene: Scene) -> None:
    made_one = scene.proposes()
    scene.customer.presses(YES)

    assert refusal(scene.worker.posts(f"{scene.path}/proposals/{made_one['id']}/withdraw")) == (409, "moved_on")


def test_a_newer_proposal_takes_the_place_of_the_older(scene: Scene, sandbox: httpx.Client) -> None:
    scene.proposes()
    old = scene.customer.choice(YES)
    scene.proposes(offering="VAS-DISK", action="add")

    assert [one["state"] for one in scene.shows()] == ["asked", "withdrawn"]
    scene.customer.presses(YES, old)
    assert orders(sandbox) == []
    scene.customer.presses(YES)
    assert [order["productOrderItem"][0]["productOffering"]["id"] for order in orders(sandbox)] == ["VAS-DISK"]


def test_only_one_is_open_however_many_are_proposed_at_once(scene: Scene) -> None:
    threads = [threading.Thread(target=scene.proposes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.state for one in made(scene.found)) == ["asked", "withdrawn", "withdrawn", "withdrawn"]


def test_a_quarter_of_an_hour_later_nothing_is_ordered(scene: Scene, sandbox: httpx.Client, clock: Clock) -> None:
    made_one = scene.proposes()
    yes = scene.customer.choice(YES)
    clock.forward(15 * 60)

    assert scene.customer.presses(YES, yes) == [sentence("proposal_over", title=made_one["title"])]
    assert [one["state"] for one in scene.shows()] == ["expired"]
    assert orders(sandbox) == []


def test_the_agent_is_told_of_every_turn_that_a_proposal_takes(clock: Clock, sandbox: httpx.Client) -> None:
    staff = agent()
    found = chat_of(staff, NUMBER)

    def told() -> list[tuple[int, str]]:
        with transaction() as session:
            rows = session.scalars(sa.select(OutboxEvent).where(OutboxEvent.event == "staff:proposal"))
            return [(row.staff_id, row.payload["state"]) for row in rows]

    what = ordering.wanted(subject.served(found, staff=staff), "DATA-10", "add")
    with transaction() as session:
        proposals.put(session, *chats.own(session, found, staff), what, staff)
    dispatch.step()
    clock.forward(15 * 60)
    dispatch.step()

    assert told() == [(staff, "asked"), (staff, "expired")]


def test_many_proposals_take_no_more_questions_than_one(scene: Scene) -> None:
    def asked() -> int:
        with transaction() as session, counted() as questions:
            proposals.of(session, scene.found)
        return len(questions)

    scene.proposes()
    one = asked()
    scene.proposes()
    scene.proposes()

    assert asked() == one


def test_a_chat_that_has_ended_orders_nothing(scene: Scene, sandbox: httpx.Client) -> None:
    scene.proposes()
    yes = scene.customer.choice(YES)
    chats.close(scene.found, scene.worker.id, "package", "unsolved", "", ask=False)
    scene.customer.presses(YES, yes)

    assert orders(sandbox) == []
    assert [one.state for one in made(scene.found)] == ["withdrawn"]


def test_a_chat_that_is_passed_on_keeps_what_was_asked(scene: Scene, sandbox: httpx.Client, floor: Floor) -> None:
    other = floor.worker("2002")
    scene.proposes()
    chats.transfer(scene.found, scene.worker.id, "", to=other.id)
    scene.customer.presses(YES)

    assert len(orders(sandbox)) == 1


def test_another_customers_proposal_cannot_be_answered(scene: Scene, floor: Floor, sandbox: httpx.Client) -> None:
    identity = scene.proposes()["id"]
    stranger = floor.customer()
    payload = f"desk:proposal:{identity}:yes"
    choices.press(stranger.id, payload, "t")
    with transaction() as session:
        choices.answer(session, store.lock_conversation(session, stranger.id), payload, None)

    assert orders(sandbox) == []
    assert [one.state for one in made(scene.found)] == ["asked"]
    assert stranger.reads().json()["messages"][-1]["text"] == sentence("choice_unknown")


@pytest.mark.parametrize(
    "payload", ["desk:proposal:", "desk:proposal:x:yes", "desk:proposal:x:maybe", "desk:proposal:a b:no"]
)
def test_payloads_of_nothing_do_nothing(scene: Scene, payload: str) -> None:
    payload = f"desk:proposal:{payload}"
    choices.press(scene.customer.id, payload, "t")
    with transaction() as session:
        choices.answer(session, store.lock_conversation(session, scene.customer.id), payload, None)

    assert texts(scene.found)[-1] == ("system", sentence("choice_unknown"))


def test_agents_propose_in_their_own_chats_only(scene: Scene, floor: Floor) -> None:
    colleague, stranger = floor.worker("2002"), floor.worker("2003", ("fault",))
    lead = floor.worker("2004", (), "supervisor")

    for other, code in ((colleague, (409, "moved_on")), (stranger, (403, "forbidden")), (lead, (403, "forbidden"))):
        assert refusal(other.posts(f"{scene.path}/proposals", **ADDON)) == code
    assert refusal(stranger.gets(f"{scene.path}/proposals")) == (403, "forbidden")
    identity = scene.proposes()["id"]
    assert refusal(colleague.posts(f"{scene.path}/proposals/{identity}/withdraw")) == (409, "moved_on")
    other_chat = colleague.serves(NUMBER)
    assert refusal(colleague.posts(f"/chats/{other_chat}/proposals/{identity}/withdraw")) == (404, "not_found")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"offering": "NOTHING"}, "offering_unfit"),
        ({"offering": "LINE-mobile"}, "offering_unfit"),
        ({"offering": "KEEP-100"}, "offering_unfit"),
        ({"offering": "VAS-CLIP"}, "already_held"),
        ({"offering": "BB-300"}, "line_unfit"),
        ({"offering": "PLAN-99", "action": "modify"}, "plan_same"),
        ({"offering": "PLAN-79", "action": "modify"}, "plan_retired"),
        ({"offering": "PLAN-19", "action": "modify"}, "plan_age"),
        ({"offering": "BIZ-99", "action": "modify"}, "plan_enterprise"),
        ({"offering": "SUB-10", "action": "modify"}, "plan_kind"),
        ({"offering": "DATA-10", "action": "modify"}, "offering_unfit"),
        ({"offering": "DATA-10", "action": "delete"}, "not_held"),
        ({"offering": "PLAN-99", "action": "delete"}, "offering_unfit"),
        ({"offering": "DATA-10", "line": "P0002-01"}, "line_unfit"),
        ({"offering": "VAS-CLIP", "action": "delete", "product": "P0002-03"}, "not_held"),
    ],
)  # fmt: skip
def test_what_the_operator_would_not_do_is_not_put_to_the_customer(scene: Scene, what: Any, code: str) -> None:
    before = len(texts(scene.found))

    assert refusal(scene.worker.posts(f"{scene.path}/proposals", **what)) == (409, code)
    assert len(texts(scene.found)) == before


def test_a_plan_is_changed_at_the_catalogues_price(scene: Scene, sandbox: httpx.Client) -> None:
    made_one = scene.proposes(offering="PLAN-129", action="modify")
    scene.customer.presses(YES)
    (order,) = orders(sandbox)

    assert "99.00元" in made_one["terms"]
    assert "129.00元" in made_one["terms"]
    assert order["productOrderItem"][0]["action"] == "modify"
    raw.advance(sandbox, "PT1M")


def test_an_early_step_down_tells_what_it_costs(floor: Floor, sandbox: httpx.Client) -> None:
    number = "15300001033"
    scene = Scene(floor, number)
    features = {one["name"]: one["value"] for one in raw.product(sandbox, number)["productCharacteristic"]}
    fee = raw.cents(features["earlyTerminationFee"])
    terms = scene.proposes(offering="FUSION-129", action="modify")["terms"]
    rows = {row["label"]: row["value"] for row in scene.customer.reads().json()["messages"][-1]["card"]["rows"]}

    assert fee > 0
    assert rows["违约金"].rstrip("元").replace(",", "") == f"{fee / 100:.2f}"
    assert rows["违约金"] in terms


def test_a_service_is_ended(scene: Scene, sandbox: httpx.Client) -> None:
    made_one = scene.proposes(offering="VAS-CLIP", action="delete")
    scene.customer.presses(YES)
    (order,) = orders(sandbox)

    assert made_one["title"].startswith("退订")
    assert order["productOrderItem"][0]["action"] == "delete"


def test_nothing_is_ordered_for_who_has_not_proven_a_number(floor: Floor) -> None:
    scene = Scene(floor, None)

    assert refusal(scene.worker.posts(f"{scene.path}/proposals", **ADDON)) == (409, "customer_unknown")


def test_a_line_that_is_stopped_or_owes_is_not_served(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker(groups=("mobile", "retention"))
    suspended = raw.numbers(sandbox, "suspended")
    owing = next(number for number in raw.numbers(sandbox, "arrears") if number not in suspended)
    stopped, owes = worker.serves(suspended[0]), worker.serves(owing)
    plan = {"offering": "PLAN-59", "action": "modify"}

    assert refusal(worker.posts(f"/chats/{stopped}/proposals", **ADDON)) == (409, "line_stopped")
    assert refusal(worker.posts(f"/chats/{owes}/proposals", **plan)) == (409, "line_owes")


@pytest.mark.parametrize("body", [{}, {"offer": "SAVE-100", "offering": "DATA-10"}, {"offering": "x", "price": 1}])
def test_a_page_cannot_say_a_price_nor_ask_for_two_things(scene: Scene, body: dict[str, Any]) -> None:
    assert refusal(scene.worker.posts(f"{scene.path}/proposals", **body)) == (422, "bad_request")


def test_an_operator_that_is_away_is_said_to_be(scene: Scene, sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "637")

    assert refusal(scene.worker.posts(f"{scene.path}/proposals", **ADDON)) == (503, "operator_away")


def test_nothing_personal_is_logged_on_the_way_to_an_order(
    scene: Scene, sandbox: httpx.Client, logged: Callable[[], str]
) -> None:
    scene.proposes()
    raw.breaks(sandbox, "622")
    scene.customer.presses(YES)

    assert "order" in logged()
    assert NUMBER not in logged()


def test_the_number_of_what_was_made_goes_to_the_bot_with_the_wrap_up(scene: Scene, sandbox: httpx.Client) -> None:
    scene.proposes()
    scene.customer.presses(YES)
    (order,) = orders(sandbox)
    chats.close(scene.found, scene.worker.id, "addon", "order", "", ask=False)

    assert talk_of(scene.found).mode == "bot"
    with transaction() as session:
        payloads = [row for row in session.scalars(sa.select(store.Turn.payload)) if row and "handover_settled" in row]
    assert json.loads(payloads[0].removeprefix("/handover_settled"))["number"] == order["id"]
