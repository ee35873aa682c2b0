import json
import threading
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import store
from desk.errors import sentence
from desk.handover_models import HandoverNote
from desk.workbench import chats
from knowledge_base.content import content
from knowledge_base.models import OfferOutcome
from tests.bss import raw
from tests.desk.staff.people import refusal
from tests.desk.workbench.floor import Customer, Floor, Worker

DROPPED = "19900001028"  # spends and calls a third less than before

PANEL = {"moment", "segment", "offers", "none_because", "caution", "rejected", "recommendations"}
OFFER = {
    "id", "title", "kind", "benefit", "reason", "cost", "months", "price", "script", "objections", "explanation",
    "orderable", "callback", "outcome", "proposal",
}  # fmt: skip
WHY = content("retention")["staff"]["none"]


def recorded() -> list[OfferOutcome]:
    with transaction() as session:
        return list(session.scalars(sa.select(OfferOutcome).order_by(OfferOutcome.id)))


def current() -> list[tuple[str, str, str | None]]:
    return [(row.offer, row.outcome, row.reason) for row in recorded() if row.current]


class Scene:
    """An agent of the retention group and a customer."""

    def __init__(
        self, floor: Floor, number: str | None = DROPPED, groups: Any = ("mobile", "retention"), **context: Any
    ):
        self.worker: Worker = floor.worker(groups=groups)
        self.customer: Customer = floor.customer()
        self.found = self.worker.serves(number, self.customer.id, **context)
        self.path = f"/chats/{self.found}"

    def says(self, *sentences: str) -> None:
        for sentence_ in sentences:
            self.customer.says(sentence_)

    def panel(self, **query: Any) -> Any:
        return self.worker.reads(f"{self.path}/offers", **query)

    def first(self, *, orderable: bool = True, **query: Any) -> Any:
        return next(one for one in self.panel(**query)["offers"] if one["orderable"] is orderable)

    def answers(self, offer: str, outcome: str, reason: str = "") -> httpx.Response:
        return self.worker.posts(f"{self.path}/offers/{offer}/outcome", outcome=outcome, reason=reason)


@pytest.fixture
def scene(floor: Floor) -> Scene:
    return Scene(floor)


def test_offers_come_with_all_that_an_agent_needs(scene: Scene) -> None:
    panel = scene.panel()

    assert set(panel) == PANEL
    assert (panel["moment"], panel["none_because"]) == ("warning", None)
    assert 1 <= len(panel["offers"]) <= 3
    assert all(set(one) == OFFER for one in panel["offers"])
    assert {(trait["name"], trait["value"]) for trait in panel["segment"]} >= {("离网倾向", "离网倾向高")}
    assert [(one["outcome"], one["proposal"]) for one in panel["offers"]] == [(None, None)] * len(panel["offers"])
    assert all(one["why"] for one in panel["rejected"])
    assert panel["recommendations"] != []


@pytest.mark.parametrize(
    ("topic", "groups", "said", "moment"),
    [
        ("cancel_service", ("mobile",), (), "leaving"),
        ("cancel_service_port_out", ("mobile",), (), "port_out"),
        ("query_bill", ("mobile",), ("你们的资费太贵了",), "warning"),
        ("query_bill", ("mobile",), ("我想转网",), "port_out"),
        ("query_bill", ("mobile",), ("查下话费",), ""),
    ],
)
def test_the_moment_is_read_from_the_talk(
    floor: Floor, topic: str, groups: tuple[str, ...], said: tuple[str, ...], moment: str
) -> None:
    scene = Scene(floor, groups=groups, topic=topic)
    scene.says(*said)

    assert scene.panel()["moment"] == moment


def test_a_contract_that_ends_soon_is_a_reason_to_renew(floor: Floor) -> None:
    scene = Scene(floor, "17700001010", groups=("mobile",), topic="query_bill")

    assert scene.panel()["moment"] == "renewal"


def test_without_an_occasion_nothing_is_offered(floor: Floor) -> None:
    panel = Scene(floor, groups=("mobile",), topic="query_bill").panel()

    assert (panel["offers"], panel["none_because"]) == ([], sentence("offers_no_moment"))
    assert panel["recommendations"] != []


def test_an_agent_may_take_the_talk_for_what_it_may_be_and_for_nothing_else(scene: Scene) -> None:
    assert scene.panel(moment="renewal")["moment"] == "renewal"
    for moment in ("leaving", "port_out", "winback"):
        assert refusal(scene.worker.gets(f"{scene.path}/offers", moment=moment)) == (422, "moment_unfit")
    assert refusal(scene.worker.gets(f"{scene.path}/offers", moment="x")) == (422, "bad_request")


def test_who_wants_no_offers_is_offered_nothing_unless_they_begin(floor: Floor) -> None:
    scene = Scene(floor, "18000001034")
    panel = scene.panel()

    assert (panel["offers"], panel["recommendations"], panel["none_because"]) == ([], [], WHY["undisturbed"])
    assert refusal(scene.worker.gets(f"{scene.path}/offers", moment="leaving")) == (422, "moment_unfit")
    scene.says("我要销户")
    assert scene.panel()["none_because"] != WHY["undisturbed"]


def test_who_has_asked_for_the_code_is_offered_nothing(floor: Floor) -> None:
    scene = Scene(floor, topic="cancel_service_port_out")
    assert scene.panel()["offers"] != []
    offer = scene.panel()["offers"][0]["id"]
    scene.says("授权码发给我")
    panel = scene.panel()

    assert (panel["offers"], panel["recommendations"], panel["none_because"]) == ([], [], WHY["code"])
    assert refusal(scene.worker.posts(f"{scene.path}/proposals", offer=offer)) == (409, "offer_closed")


def test_who_ports_out_is_offered_only_what_is_open_to_everybody(floor: Floor) -> None:
    scene = Scene(floor, topic="cancel_service_port_out")
    open_to_all = {one["id"] for one in content("offers")["offers"] if one.get("open_to_everyone")}

    assert {one["id"] for one in scene.panel()["offers"]} <= open_to_all
    assert scene.panel()["caution"] == content("retention")["staff"]["caution"]["porting"]


@pytest.mark.parametrize("number", ["17700001038", "18100001039", "15300001040"])
def test_who_is_left_out_of_offers_is_left_out_here(floor: Floor, number: str) -> None:
    panel = Scene(floor, number).panel()

    assert (panel["offers"], panel["recommendations"]) == ([], [])
    assert "不适用维系优惠" in panel["none_because"]


def test_nobody_is_offered_anything_without_a_number(floor: Floor) -> None:
    scene = Scene(floor, None)

    assert scene.panel()["none_because"] == sentence("customer_unknown")
    assert refusal(scene.answers("SAVE-100", "not_offered")) == (409, "customer_unknown")


def test_a_yes_on_the_customers_page_is_an_offer_accepted(scene: Scene, sandbox: httpx.Client) -> None:
    offer = scene.first()
    proposal = scene.worker.does(f"{scene.path}/proposals", offer=offer["id"])
    assert scene.first()["proposal"]["id"] == proposal["id"]
    scene.customer.presses("确认办理")
    (row,) = recorded()
    shown = scene.worker.reads(f"{scene.path}/proposals")[0]

    assert (row.offer, row.outcome, row.moment) == (offer["id"], "accepted", "warning")
    assert (row.handover_id, row.staff_id, row.conversation_id) == (scene.found, scene.worker.id, scene.customer.id)
    assert (row.order_receipt, row.key) == (shown["receipt"], f"proposal:{proposal['id']}")
    assert (row.customer, row.rank) == (raw.product(sandbox, DROPPED)["relatedParty"][0]["id"], 1)
    assert offer["id"] not in {one["id"] for one in scene.panel()["offers"]}


def test_a_no_on_the_customers_page_is_the_last_word(scene: Scene) -> None:
    first, second = scene.panel()["offers"][:2]
    scene.worker.does(f"{scene.path}/proposals", offer=first["id"])
    scene.customer.presses("不办了")
    panel = scene.panel()

    assert current() == [(first["id"], "declined", None)]
    assert (panel["offers"], panel["none_because"]) == ([], WHY["declined"])
    assert refusal(scene.worker.posts(f"{scene.path}/proposals", offer=second["id"])) == (409, "offer_closed")
    assert refusal(scene.answers(second["id"], "not_offered")) == (409, "offer_closed")


def test_who_leaves_is_put_one_offer_and_once(floor: Floor) -> None:
    scene = Scene(floor, topic="cancel_service")
    first, second = [one["id"] for one in scene.panel()["offers"] if one["orderable"]][:2]
    proposal = scene.worker.does(f"{scene.path}/proposals", offer=first)
    assert refusal(scene.worker.posts(f"{scene.path}/proposals", offer=second)) == (409, "offer_closed")

    scene.worker.does(f"{scene.path}/proposals/{proposal['id']}/withdraw")

    assert refusal(scene.worker.posts(f"{scene.path}/proposals", offer=second)) == (409, "offer_closed")
    assert scene.worker.posts(f"{scene.path}/proposals", offer=first).status_code == 200


def test_another_moment_is_no_way_round_the_one_offer(floor: Floor) -> None:
    scene = Scene(floor, "17700001010", topic="cancel_service")
    panel = scene.panel(moment="renewal")
    first, second = [one["id"] for one in panel["offers"] if one["orderable"]][:2]

    def puts(offer: str) -> httpx.Response:
        return scene.worker.posts(f"{scene.path}/proposals?moment=renewal", offer=offer)

    assert puts(first).status_code == 200
    assert refusal(puts(second)) == (409, "offer_closed")
    assert refusal(puts(first)) == (409, "offer_closed")


def test_the_request_for_the_code_is_heard_however_long_ago(floor: Floor) -> None:
    scene = Scene(floor, topic="query_bill")
    scene.says("授权码发给我", *["再查一下话费"] * 35)

    asked = scene.worker.posts(f"{scene.path}/proposals", offering="DATA-10", action="add")

    assert refusal(asked) == (409, "offer_closed")


def test_nothing_at_all_is_put_to_who_has_asked_for_the_code(floor: Floor) -> None:
    scene = Scene(floor, topic="cancel_service_port_out")
    scene.says("授权码发给我")

    asked = scene.worker.posts(f"{scene.path}/proposals", offering="DATA-10", action="add")

    assert refusal(asked) == (409, "offer_closed")


def test_who_is_not_to_be_disturbed_is_put_only_what_they_ask_for(floor: Floor) -> None:
    scene = Scene(floor, "18000001034", topic="query_bill")
    pushed = scene.worker.posts(f"{scene.path}/proposals", offering="DATA-10", action="add")
    assert refusal(pushed) == (409, "not_disturbed")
    scene.says("帮我加个流量包")

    assert scene.worker.posts(f"{scene.path}/proposals", offering="DATA-10", action="add").status_code == 200


def test_what_the_customer_accepted_cannot_be_declined_by_hand(scene: Scene) -> None:
    offer = scene.first()["id"]
    scene.worker.does(f"{scene.path}/proposals", offer=offer)
    scene.customer.presses("确认办理")

    answer = scene.answers(offer, "declined", "price")

    assert answer.status_code == 409
    assert current() == [(offer, "accepted", None)]


def test_why_it_was_declined_can_be_written_down_afterwards(scene: Scene) -> None:
    offer = scene.first()["id"]
    scene.worker.does(f"{scene.path}/proposals", offer=offer)
    scene.customer.presses("不办了")

    assert scene.answers(offer, "declined", "price").json()["outcome"] == "declined"
    assert current() == [(offer, "declined", "嫌贵")]


def test_terms_say_what_the_offer_costs_and_binds_to(scene: Scene) -> None:
    for offer in [one for one in scene.panel()["offers"] if one["orderable"]]:
        terms = scene.worker.does(f"{scene.path}/proposals", offer=offer["id"])["terms"]
        card = scene.customer.reads().json()["messages"][-1]["card"]

        assert offer["benefit"] in terms
        assert offer["price"].rstrip("。") in terms
        assert {"费用", "生效时间", "到期时间", "怎么取消"} <= {row["label"] for row in card["rows"]}


def test_an_answer_is_written_down_by_hand_and_corrected(scene: Scene) -> None:
    offer = scene.first()["id"]

    assert scene.answers(offer, "declined", "price").json()["outcome"] == "declined"
    assert scene.answers(offer, "not_offered").json()["outcome"] == "not_offered"
    assert scene.answers(offer, "declined", "term").json()["outcome"] == "declined"
    assert current() == [(offer, "declined", "不想绑合约")]
    assert len(recorded()) == 3


def test_many_who_write_the_same_down_at_once_write_it_once(scene: Scene) -> None:
    offer = scene.first()["id"]
    threads = [threading.Thread(target=scene.answers, args=(offer, "not_offered")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert current() == [(offer, "not_offered", None)]


def test_an_agent_cannot_say_yes_for_the_customer(scene: Scene, sandbox: httpx.Client) -> None:
    assert refusal(scene.answers(scene.first()["id"], "accepted")) == (409, "offer_by_press")
    assert recorded() == []


def test_why_it_was_declined_must_be_said(scene: Scene) -> None:
    for reason in ("", "nonsense"):
        assert refusal(scene.answers(scene.first()["id"], "declined", reason)) == (422, "decline_reason_needed")


def test_a_yes_to_a_call_back_has_somebody_ring(floor: Floor, sandbox: httpx.Client) -> None:
    number = "15300001033"
    scene = Scene(floor, number)
    offer = scene.first(orderable=False)
    assert offer["callback"] is True
    assert refusal(scene.worker.posts(f"{scene.path}/proposals", offer=offer["id"])) == (409, "offer_no_order")
    for _ in range(2):
        assert scene.answers(offer["id"], "accepted").json()["outcome"] == "accepted"
    (ticket,) = [one for one in raw.tickets(sandbox, number) if one["ticketType"] == "callback"]
    with transaction() as session:
        made = list(session.scalars(sa.select(HandoverNote.text).where(HandoverNote.kind == "made")))

    assert (ticket["description"], made) == (offer["title"], [ticket["id"]])
    assert [(row.outcome, row.order_receipt) for row in recorded()] == [("accepted", ticket["externalId"])]


def test_offers_are_for_the_agent_whose_chat_it_is(scene: Scene, floor: Floor) -> None:
    offer = scene.first()["id"]
    colleague, stranger = floor.worker("2002", ("mobile",)), floor.worker("2003", ("fault",))
    body = {"outcome": "not_offered", "reason": ""}

    assert refusal(colleague.posts(f"{scene.path}/offers/{offer}/outcome", **body)) == (409, "moved_on")
    assert refusal(stranger.gets(f"{scene.path}/offers")) == (403, "forbidden")
    chats.close(scene.found, scene.worker.id, "package", "unsolved", "", ask=False)
    assert refusal(scene.answers(offer, "not_offered")) == (409, "moved_on")
    assert recorded() == []


def test_an_unknown_offer_is_refused(scene: Scene) -> None:
    assert refusal(scene.answers("NOTHING", "not_offered")) == (409, "offer_closed")
    assert refusal(scene.worker.posts(f"{scene.path}/proposals", offer="NOTHING")) == (409, "offer_closed")


def test_offers_do_without_recommendations_but_not_without_the_line(scene: Scene, sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "680")
    panel = scene.panel()
    assert (panel["recommendations"], panel["offers"] != []) == ([], True)
    raw.breaks(sandbox, "637")

    assert refusal(scene.worker.gets(f"{scene.path}/offers")) == (503, "operator_away")


def test_a_talk_about_broadband_is_about_the_broadband_line(floor: Floor, sandbox: httpx.Client) -> None:
    scene = Scene(floor, "18900001036", topic="cancel_service_broadband")
    names = {trait["name"] for trait in scene.panel()["segment"]}

    assert "宽带档位" in names


def test_nothing_that_names_the_customer_is_in_the_panel(scene: Scene, sandbox: httpx.Client) -> None:
    story = next(one for one in sandbox.get("/sandbox/customers").json() if one["number"] == DROPPED)
    text = json.dumps(scene.panel(), ensure_ascii=False)

    assert [one for one in (DROPPED, story["name"]) if one in text] == []
    assert store.history(scene.customer.id, 0)[1] == "human"
