import httpx
import pytest
import sqlalchemy as sa

from bss import http, outbox
from bss.models import OperatorRequest
from common.database import transaction
from common.masking import mask_number
from common.times import utc_now
from desk.handover_models import HandoverNote
from tests.bss import raw
from tests.desk.staff.people import refusal
from tests.desk.workbench.floor import Floor, Worker

NUMBER = "18900001001"
REPAIRED = "13300001016"
FAULT = {
    "topic": "report_fault_broadband",
    "product_line": "broadband",
    "journey": {
        "intent": "report_fault_broadband", "said": "宽带上不了网。", "phenomenon": "no_internet", "light": "红灯亮",
        "product_line": "broadband", "line": "P1", "confirm": "yes",
    },
}  # fmt: skip
TICKET = {"kind": "complaint", "title": "投诉计费", "description": "多扣了费", "severity": "minor", "client_id": "t1"}


def made(found: int) -> list[str]:
    with transaction() as session:
        wanted = sa.select(HandoverNote.text).where(HandoverNote.handover_id == found, HandoverNote.kind == "made")
        return list(session.scalars(wanted))


@pytest.fixture
def worker(floor: Floor) -> Worker:
    return floor.worker()


def test_a_draft_holds_what_the_bot_has_gathered(worker: Worker, sandbox: httpx.Client) -> None:
    draft = worker.reads(f"/chats/{worker.serves(REPAIRED, **FAULT)}/ticket-draft")

    assert (draft["kind"], draft["title"], draft["description"]) == ("fault", "报宽带故障", "宽带上不了网")
    assert {"label": "光猫灯", "value": "红灯亮"} in draft["facts"]
    assert {"label": "产品", "value": "宽带"} in draft["facts"]
    assert [one["label"] for one in draft["facts"] if one["label"] in {"line", "confirm", "intent"}] == []
    assert draft["contact_mask"].startswith("1")
    assert "****" in draft["contact_mask"]


def test_an_open_ticket_of_the_same_kind_on_the_same_line_is_pointed_out(worker: Worker, sandbox: httpx.Client) -> None:
    found = worker.serves(NUMBER, topic="complain_billing")
    assert worker.reads(f"/chats/{found}/ticket-draft")["duplicate"] is None
    number = worker.does(f"/chats/{found}/tickets", **TICKET)["number"]

    assert worker.reads(f"/chats/{found}/ticket-draft")["duplicate"] == {"id": number, "title": "投诉计费"}
    other_kind = worker.serves(NUMBER, topic="report_fault_mobile")
    assert worker.reads(f"/chats/{other_kind}/ticket-draft")["duplicate"] is None


@pytest.mark.parametrize(
    ("topic", "kind"),
    [("cancel_service", "callback"), ("query_bill", "callback"), ("complain_billing", "complaint"),
     ("report_fault_mobile", "fault")],
)  # fmt: skip
def test_only_who_complains_gets_a_complaint(worker: Worker, topic: str, kind: str) -> None:
    assert worker.reads(f"/chats/{worker.serves(NUMBER, topic=topic)}/ticket-draft")["kind"] == kind


def test_a_call_back_is_opened_as_it_was_drafted(worker: Worker, sandbox: httpx.Client) -> None:
    found = worker.serves(NUMBER, topic="cancel_service")
    draft = worker.reads(f"/chats/{found}/ticket-draft")
    body = {name: draft[name] for name in ("kind", "title", "severity")}

    assert worker.does(f"/chats/{found}/tickets", description="想销户", client_id="c1", **body)["state"] == "done"


def test_a_draft_does_without_the_operator(worker: Worker, sandbox: httpx.Client) -> None:
    found = worker.serves(NUMBER, topic="complain_billing", escalation="工信部")
    raw.breaks(sandbox, "637")
    draft = worker.reads(f"/chats/{found}/ticket-draft")

    assert (draft["kind"], draft["title"], draft["severity"]) == ("complaint", "投诉计费", "major")
    assert (draft["contact_mask"], draft["duplicate"]) == (mask_number(NUMBER), None)


def test_a_draft_of_nobody_is_empty_but_there(worker: Worker) -> None:
    draft = worker.reads(f"/chats/{worker.serves()}/ticket-draft")

    assert (draft["title"], draft["contact_mask"], draft["facts"]) == ("", None, [])


def test_a_ticket_is_opened_once_for_a_client_id(worker: Worker, sandbox: httpx.Client) -> None:
    found = worker.serves(NUMBER)
    first = worker.does(f"/chats/{found}/tickets", **TICKET)
    again = worker.does(f"/chats/{found}/tickets", **TICKET)
    told = [one for one in raw.tickets(sandbox, NUMBER) if one.get("externalId") == first["receipt"]]

    assert first == again
    assert first["state"] == "done"
    assert [(one["id"], one["name"], one["description"]) for one in told] == [(first["number"], "投诉计费", "多扣了费")]
    assert made(found) == [first["number"]]


def test_a_ticket_says_what_the_engineer_should_know(worker: Worker, sandbox: httpx.Client) -> None:
    found = worker.serves(REPAIRED, **FAULT)
    draft = worker.reads(f"/chats/{found}/ticket-draft")
    body = {name: draft[name] for name in ("kind", "title", "description", "severity")}
    number = worker.does(f"/chats/{found}/tickets", **body, client_id="t1")["number"]
    ticket = next(one for one in raw.tickets(sandbox, REPAIRED) if one["id"] == number)
    noted = {note["id"]: note["text"] for note in ticket["note"]}

    assert (noted["light"], noted["phenomenon"]) == ("红灯亮", "no_internet")
    assert noted["contact"].isdigit()
    line = next(entry["id"] for entry in ticket["relatedEntity"] if entry["role"] == "product")
    features = {
        one["name"]: one["value"]
        for one in sandbox.get(f"{raw.PATHS['637']}product/{line}").json()["productCharacteristic"]
    }
    assert features["lineType"] == "broadband"


def test_an_operator_that_is_down_gets_the_ticket_later(worker: Worker, sandbox: httpx.Client) -> None:
    found = worker.serves(NUMBER)
    raw.breaks(sandbox, "621")
    first = worker.does(f"/chats/{found}/tickets", **TICKET)

    assert (first["state"], first["number"], made(found)) == ("waiting", None, [first["receipt"]])
    raw.mends(sandbox)
    http._breakers.cache_clear()
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(next_try_at=utc_now()))
    while outbox.work_one():
        pass
    again = worker.does(f"/chats/{found}/tickets", **TICKET)

    assert (again["receipt"], again["state"]) == (first["receipt"], "done")
    assert made(found) == [first["receipt"]]


def test_a_ticket_that_is_refused_is_said_to_be_and_waits_for_nobody(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> object:
        raise outbox.Rejected("invalid", "描述不完整")

    monkeypatch.setattr(outbox.tickets, "create", refuses)
    answer = worker.posts(f"/chats/{worker.serves(NUMBER)}/tickets", **TICKET)

    assert refusal(answer) == (409, "operator_refused")
    assert "描述不完整" in answer.json()["error"]["message"]
    assert outbox.stuck() == []


def test_a_ticket_of_nobody_has_no_customer(worker: Worker, sandbox: httpx.Client) -> None:
    number = worker.does(f"/chats/{worker.serves()}/tickets", **TICKET)["number"]
    ticket = sandbox.get(f"{raw.PATHS['621']}troubleTicket/{number}").json()

    assert [party for party in ticket.get("relatedParty", ()) if party["role"] == "customer"] == []


@pytest.mark.parametrize(
    "wrong", [{"kind": "joke"}, {"title": " "}, {"description": ""}, {"severity": "huge"}, {"customer": "C0001"}]
)
def test_a_ticket_that_is_none_is_refused(worker: Worker, wrong: dict[str, str]) -> None:
    assert worker.posts(f"/chats/{worker.serves(NUMBER)}/tickets", **TICKET | wrong).status_code == 422


def test_a_remark_is_added_once(worker: Worker, sandbox: httpx.Client) -> None:
    found = worker.serves(NUMBER)
    number = worker.does(f"/chats/{found}/tickets", **TICKET)["number"]
    for _ in range(2):
        note = {"text": "客户催办", "client_id": "n1"}
        assert worker.does(f"/chats/{found}/tickets/{number}/notes", **note) == {"ticket": number}
    ticket = next(one for one in raw.tickets(sandbox, NUMBER) if one["id"] == number)

    assert [note["text"] for note in ticket["note"]].count("客户催办") == 1


def test_a_remark_is_for_the_customers_own_tickets_only(worker: Worker, sandbox: httpx.Client) -> None:
    mine, other = worker.serves(NUMBER), worker.serves(REPAIRED)
    theirs = raw.tickets(sandbox, REPAIRED)[0]["id"]
    body = {"text": "催办", "client_id": "n1"}

    assert refusal(worker.posts(f"/chats/{mine}/tickets/{theirs}/notes", **body)) == (409, "ticket_unknown")
    assert refusal(worker.posts(f"/chats/{mine}/tickets/TT-NONE/notes", **body)) == (409, "ticket_unknown")
    assert refusal(worker.posts(f"/chats/{worker.serves()}/tickets/{theirs}/notes", **body)) == (
        409,
        "customer_unknown",
    )
    assert other != mine


def test_a_ticket_that_is_closed_takes_no_remark(worker: Worker, sandbox: httpx.Client) -> None:
    closed = next(one["id"] for one in raw.tickets(sandbox, REPAIRED) if one["status"] == "closed")
    found = worker.serves(REPAIRED)

    assert refusal(worker.posts(f"/chats/{found}/tickets/{closed}/notes", text="催", client_id="n1")) == (
        409,
        "operator_refused",
    )


def test_tickets_are_opened_in_ones_own_chats(worker: Worker, floor: Floor) -> None:
    found = worker.serves(NUMBER)
    colleague, stranger = floor.worker("2002"), floor.worker("2003", ("fault",))

    assert refusal(colleague.posts(f"/chats/{found}/tickets", **TICKET)) == (409, "moved_on")
    assert refusal(stranger.posts(f"/chats/{found}/tickets", **TICKET)) == (403, "forbidden")
    assert refusal(stranger.gets(f"/chats/{found}/ticket-draft")) == (403, "forbidden")
