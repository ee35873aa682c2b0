import json
from collections.abc import Callable

import httpx
import pytest
import sqlalchemy as sa

from common.database import transaction
from common.identity import seal
from common.masking import mask_number
from desk import store
from desk.staff_models import Audit
from desk.workbench import chats, customer
from desk.workbench.customer_parts import PARTS
from tests.bss import raw
from tests.desk.agents import enters
from tests.desk.staff.people import refusal
from tests.desk.workbench.floor import Floor, about

NUMBER = "18900001001"
VIEW = {
    "known", "name_mask", "number_mask", "level", "kind", "age_band", "tenure_months", "area", "do_not_disturb",
    "lines", "balance", "points", "bills", "allowances", "tickets", "orders", "contacts", "handovers", "missing",
}  # fmt: skip


def audited() -> list[tuple[int, str, str, str]]:
    """What was noted."""
    with transaction() as session:
        return [(row.staff_id, row.action, row.subject, row.detail) for row in session.scalars(sa.select(Audit))]


def revealed() -> list[tuple[int, str, str, str]]:
    return [entry for entry in audited() if entry[1] == "reveal"]


def test_the_view_tells_what_the_operators_own_json_says(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    view = worker.reads(f"/chats/{worker.serves(NUMBER)}/customer")
    story = next(one for one in sandbox.get("/sandbox/customers").json() if one["number"] == NUMBER)
    line = raw.product(sandbox, NUMBER)
    bills = raw.get(sandbox, "678", "customerBill", billingAccount__id=line["billingAccount"]["id"])
    told = sorted((bill["billingPeriod"]["startDateTime"], raw.cents(bill["amountDue"]["value"])) for bill in bills)

    assert set(view) == VIEW
    assert (view["known"], view["missing"], view["number_mask"]) == (True, [], mask_number(NUMBER))
    assert view["name_mask"] == story["name"][0] + "*" * (len(story["name"]) - 1)
    assert (view["level"], view["kind"], view["age_band"], view["tenure_months"]) == ("3星", "individual", "30-44", 40)
    assert (view["balance"], view["points"]) == (5230, 1860)
    assert [bill["amount"] for bill in view["bills"]] == [amount for _, amount in told[-6:]]
    assert [bill["month"] for bill in view["bills"]] == sorted(bill["month"] for bill in view["bills"])
    own = next(one for one in view["lines"] if one["id"] == line["id"])
    assert (own["number_mask"], own["kind_title"], own["state_title"]) == (mask_number(NUMBER), "手机", "正常")
    assert (own["plan"], own["fee"], own["main"]) == ("5G畅享99元套餐", 9900, True)
    assert {one["kind"] for one in view["allowances"]} >= {"data", "voice"}


def test_nothing_that_names_a_customer_is_in_the_view_or_the_logs(
    floor: Floor, sandbox: httpx.Client, logged: Callable[[], str]
) -> None:
    worker = floor.worker()
    for story in sandbox.get("/sandbox/customers").json()[:12]:
        number, name = story["number"], story["name"]
        text = json.dumps(worker.reads(f"/chats/{worker.serves(number)}/customer"), ensure_ascii=False)
        line = raw.product(sandbox, number)
        hidden = [feature["value"] for feature in line["productCharacteristic"] if feature["name"] == "contactNumber"]

        assert [found for found in (number, name, *hidden) if found in text or found in logged()] == []


@pytest.mark.parametrize(
    ("api", "part"),
    [("629", "customer"), ("654", "balance"), ("658", "points"), ("678", "bills"), ("677", "allowances"),
     ("621", "tickets"), ("622", "orders"), ("683", "contacts")],
)  # fmt: skip
def test_a_part_that_the_operator_does_not_tell_is_missing_alone(
    floor: Floor, sandbox: httpx.Client, api: str, part: str
) -> None:
    worker = floor.worker()
    found = worker.serves(NUMBER)
    raw.breaks(sandbox, api)
    view = worker.reads(f"/chats/{found}/customer")

    assert (view["known"], view["missing"]) == (True, [part])
    assert view["lines"] != []


def test_an_operator_that_is_down_costs_no_more_than_its_time(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    found = worker.serves(NUMBER)
    for api in ("637", "629", "654", "658", "678", "677", "621", "622", "683", "620"):
        raw.breaks(sandbox, api, "timeout")
    answer = worker.gets(f"/chats/{found}/customer")
    view = answer.json()

    assert answer.elapsed.total_seconds() < customer.SECONDS + 1
    assert (view["known"], view["missing"], view["number_mask"]) == (True, list(PARTS), mask_number(NUMBER))


def test_parts_that_are_slow_hold_up_neither_each_other_nor_the_rest(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    found = worker.serves(NUMBER)
    slow = {"629": "customer", "654": "balance", "658": "points", "678": "bills", "677": "allowances"}
    for api in slow:
        raw.breaks(sandbox, api, "timeout")
    answer = worker.gets(f"/chats/{found}/customer")
    view = answer.json()

    assert answer.elapsed.total_seconds() < customer.SECONDS + 1
    assert view["missing"] == list(slow.values())
    assert view["lines"][0]["plan"] == "5G畅享99元套餐"


def test_nobody_is_known_without_a_number(floor: Floor) -> None:
    worker = floor.worker()
    view = worker.reads(f"/chats/{worker.serves()}/customer")

    assert set(view) == VIEW
    assert (view["known"], view["number_mask"], view["lines"], view["missing"]) == (False, None, [], [])


def test_a_number_of_nobody_is_nobody(floor: Floor) -> None:
    worker = floor.worker()

    assert worker.reads(f"/chats/{worker.serves('13999999999')}/customer")["known"] is False


def test_a_view_is_kept_for_a_while_and_made_anew_when_it_is_asked_for(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    found = worker.serves(NUMBER)
    first = worker.reads(f"/chats/{found}/customer")
    raw.breaks(sandbox, "654")

    assert worker.reads(f"/chats/{found}/customer") == first
    assert worker.reads(f"/chats/{found}/customer", fresh=1)["missing"] == ["balance"]


def test_earlier_chats_of_the_same_customer_are_told(floor: Floor) -> None:
    worker = floor.worker()
    before = worker.serves(NUMBER, topic_title="查话费")
    chats.close(before, worker.id, "billing", "solved", "")
    worker.serves("13300001002")
    view = worker.reads(f"/chats/{worker.serves(NUMBER)}/customer")

    assert [(one["handover"], one["topic_title"], one["result"]) for one in view["handovers"]] == [
        (before, "查话费", "已解决")
    ]
    assert view["handovers"][0]["agent"] == "员工2001"


def test_who_was_on_the_web_is_the_same_in_wechat_and_a_number_that_is_only_bound_opens_no_account(
    floor: Floor,
) -> None:
    worker = floor.worker()
    web = worker.serves(NUMBER, topic_title="查话费")
    chats.close(web, worker.id, "billing", "solved", "")
    wechat = worker.serves(NUMBER, store.create_conversation("wechat"), topic_title="报障")
    chats.close(wechat, worker.id, "billing", "solved", "")
    known = seal("handover", {"number": NUMBER})
    view = worker.reads(f"/chats/{worker.serves(None, store.create_conversation('wechat'), known=known)}/customer")

    assert [one["topic_title"] for one in view["handovers"]] == ["报障", "查话费"]
    assert (view["known"], view["number_mask"], view["balance"]) == (False, None, None)


def test_a_sub_card_shows_its_own_line_only(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    own = next(number for number in numbers_of(sandbox) if is_sub_card(sandbox, number))
    view = worker.reads(f"/chats/{worker.serves(own)}/customer")

    assert [line["number_mask"] for line in view["lines"]] == [mask_number(own)]


def numbers_of(sandbox: httpx.Client) -> list[str]:
    """All numbers of mobile lines."""
    found = raw.get(sandbox, "637", "product", limit=500)
    return [one["productSerialNumber"] for one in found if one.get("productSerialNumber", "").startswith("1")]


def is_sub_card(sandbox: httpx.Client, number: str) -> bool:
    features = {one["name"]: one["value"] for one in raw.product(sandbox, number)["productCharacteristic"]}
    return features.get("lineType") == "mobile" and features.get("isMainCard") is not True


def test_chats_of_other_groups_are_closed_to_an_agent_and_open_to_a_supervisor(floor: Floor) -> None:
    found = floor.worker().serves(NUMBER)
    stranger, lead = floor.worker("2002", ("fault",)), floor.worker("2003", (), "supervisor")

    assert refusal(stranger.gets(f"/chats/{found}/customer")) == (403, "forbidden")
    assert lead.reads(f"/chats/{found}/customer")["known"] is True
    assert refusal(lead.gets("/chats/999/customer")) == (404, "not_found")


def test_a_login_that_has_ended_sees_nothing(floor: Floor) -> None:
    worker = floor.worker()
    found = worker.serves(NUMBER)
    worker.reads(f"/chats/{found}/customer")
    worker.browser.post("/api/staff/v1/logout")

    assert refusal(worker.gets(f"/chats/{found}/customer")) == (401, "unauthorized")


def test_a_detail_is_told_to_the_agent_and_noted(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    found = worker.serves(NUMBER)
    story = next(one for one in sandbox.get("/sandbox/customers").json() if one["number"] == NUMBER)

    assert worker.does(f"/chats/{found}/reveal", what="number", why="核对号码") == {"value": NUMBER}
    assert worker.does(f"/chats/{found}/reveal", what="name", why="核对18900001001") == {"value": story["name"]}
    assert worker.does(f"/chats/{found}/reveal", what="contact", why="回电")["value"].isdigit()
    assert revealed() == [
        (worker.id, "reveal", f"handover {found}", "number: 核对号码"),
        (worker.id, "reveal", f"handover {found}", "name: 核对189****1001"),
        (worker.id, "reveal", f"handover {found}", "contact: 回电"),
    ]


def test_an_address_is_that_of_the_line_that_has_one(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    number = raw.numbers(sandbox, "multi_line")[0]
    told = worker.does(f"/chats/{worker.serves(number)}/reveal", what="address", why="上门")["value"]
    customer_id = raw.product(sandbox, number)["relatedParty"][0]["id"]
    addresses = [
        feature["value"]
        for line in raw.get(sandbox, "637", "product", relatedParty__id=customer_id, limit=500)
        for feature in line.get("productCharacteristic", ())
        if feature["name"] == "installAddress"
    ]

    assert told in addresses


def test_a_detail_is_refused_and_not_noted_where_it_is_not_ones_business(floor: Floor) -> None:
    worker, colleague = floor.worker(), floor.worker("2002")
    found, waits = worker.serves(NUMBER), enters(**about(NUMBER))
    asked = {"what": "number", "why": "核对"}

    assert refusal(colleague.posts(f"/chats/{found}/reveal", **asked)) == (409, "moved_on")
    assert refusal(worker.posts(f"/chats/{waits}/reveal", **asked)) == (409, "moved_on")
    assert refusal(worker.posts(f"/chats/{found}/reveal", what="number", why="  ")) == (422, "bad_request")
    assert refusal(worker.posts(f"/chats/{found}/reveal", what="password", why="x")) == (422, "bad_request")
    chats.close(found, worker.id, "billing", "solved", "")
    assert refusal(worker.posts(f"/chats/{found}/reveal", **asked)) == (409, "moved_on")
    assert revealed() == []


def test_a_supervisor_may_look_into_a_chat_that_is_over(floor: Floor) -> None:
    worker, lead = floor.worker(), floor.worker("2003", (), "supervisor")
    found = worker.serves(NUMBER)
    chats.close(found, worker.id, "billing", "solved", "")

    assert lead.does(f"/chats/{found}/reveal", what="number", why="质检") == {"value": NUMBER}
    assert [entry[0] for entry in revealed()] == [lead.id]


def test_nothing_can_be_revealed_of_nobody(floor: Floor) -> None:
    worker = floor.worker()

    assert refusal(worker.posts(f"/chats/{worker.serves()}/reveal", what="name", why="x")) == (404, "not_found")


def test_an_operator_that_is_away_reveals_nothing_and_says_so(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    found = worker.serves(NUMBER)
    raw.breaks(sandbox, "637")

    assert refusal(worker.posts(f"/chats/{found}/reveal", what="name", why="x")) == (503, "operator_away")


def test_canned_replies_are_listed_with_their_codes(floor: Floor) -> None:
    replies = floor.worker().reads("/canned")

    assert len(replies) > 30
    assert all(set(reply) == {"group", "code", "title", "text"} for reply in replies)


def test_the_catalogue_is_searched_by_all_words(floor: Floor) -> None:
    worker = floor.worker()
    every = worker.reads("/catalogue")
    found = worker.reads("/catalogue", q="5G 199元")

    assert {one["kind"] for one in every} == {"plan", "addon", "vas"}
    assert {"LINE-mobile", "PLAN-79", "KEEP-100"} & {one["id"] for one in every} == set()
    assert [(one["name"], one["fee"], one["kind_title"]) for one in found] == [("5G畅享199元套餐", 19900, "套餐")]
    assert worker.reads("/catalogue", q="没有这个") == []


def test_a_catalogue_that_is_away_is_said_to_be(floor: Floor, sandbox: httpx.Client) -> None:
    worker = floor.worker()
    raw.breaks(sandbox, "620")

    assert refusal(worker.gets("/catalogue")) == (503, "operator_away")


def test_answers_are_suggested_to_what_the_customer_said_last(floor: Floor) -> None:
    worker, talk = floor.worker(), floor.customer()
    found = worker.serves(None, talk.id)
    talk.says("欠费多久会停机")
    told = worker.reads(f"/chats/{found}/suggestions")

    assert told[0]["id"] == "arrears-stop"
    assert set(told[0]) == {"id", "question", "answer", "score"}
    assert worker.reads(f"/chats/{found}/suggestions", text="每月几号出账单")[0]["id"] == "bill-when"


def test_suggestions_are_for_who_may_read_the_chat(floor: Floor) -> None:
    found = floor.worker().serves()

    assert refusal(floor.worker("2002", ("fault",)).gets(f"/chats/{found}/suggestions")) == (403, "forbidden")
