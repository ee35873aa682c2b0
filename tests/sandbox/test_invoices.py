"""Invoices of bills."""

from __future__ import annotations

import pytest
from sandbox_client import Sandbox


def _bill(sandbox: Sandbox, customer: str, state: str) -> dict:
    return sandbox.list("678", "customerBill", relatedParty__id=customer, state=state, sort="-billDate", limit=1)[0]


def _issue(sandbox: Sandbox, bill: str, key: str = "", **more: str) -> tuple[int, dict]:
    headers = {"Idempotency-Key": key} if key else {}
    response = sandbox.post("/operator/v1/invoice", json={"billId": bill, **more}, headers=headers)
    return response.status_code, response.json()


def test_a_paid_bill_gets_one_invoice_and_its_owner_a_link_that_leads_to_it(fresh: Sandbox) -> None:
    bill = _bill(fresh, "C0001", "settled")
    status, invoice = _issue(fresh, bill["id"], "m1:invoice", title="万号科技有限公司", taxNumber="91310115MA1K35XX0A")
    assert status == 201
    assert (invoice["billId"], invoice["state"], invoice["amount"]) == (bill["id"], "issued", bill["amountDue"])
    assert (invoice["title"], invoice["taxNumber"]) == ("万号科技有限公司", "91310115MA1K35XX0A")
    (message,) = fresh.get("/sandbox/sms").json()
    assert invoice["sentTo"] == message["number"] == "18900001001"
    assert fresh.get(message["text"].rsplit("：", 1)[1]).json() == invoice


def test_the_same_bill_again_gives_the_invoice_that_exists(fresh: Sandbox) -> None:
    bill = _bill(fresh, "C0001", "settled")["id"]
    first = _issue(fresh, bill, "m1:invoice")
    assert first[1]["title"] == "林晓安"
    assert _issue(fresh, bill, "m1:invoice") == (200, first[1])
    assert _issue(fresh, bill, "m2:invoice", title="另一家") == (200, first[1])
    assert _issue(fresh, bill) == (200, first[1])
    assert len(fresh.get("/sandbox/sms").json()) == 1
    other = fresh.list("678", "customerBill", relatedParty__id="C0001", state="settled")[0]["id"]
    assert _issue(fresh, other, "m1:invoice")[1]["code"] == "keyReused"


def test_an_invoice_that_exists_is_found_by_its_bill_and_sent_again_once_for_a_key(fresh: Sandbox) -> None:
    bill = _bill(fresh, "C0001", "settled")["id"]
    assert fresh.get("/operator/v1/invoice", params={"billId": bill}).json() == []
    _, invoice = _issue(fresh, bill)
    assert fresh.get("/operator/v1/invoice", params={"billId": bill}).json() == [invoice]
    for _ in range(2):
        again = fresh.post(f"/operator/v1/invoice/{invoice['id']}/send", headers={"Idempotency-Key": "m3:invoice"})
        assert (again.status_code, again.json()) == (200, invoice)
    first, second = fresh.get("/sandbox/sms").json()
    assert (first["number"], first["text"]) == (second["number"], second["text"])
    assert fresh.post("/operator/v1/invoice/INV9/send").status_code == 404


def test_a_bill_that_is_not_paid_or_not_there_gets_none(fresh: Sandbox) -> None:
    bill = _bill(fresh, "C0006", "sent")["id"]
    assert (_issue(fresh, bill)[0], _issue(fresh, bill)[1]["code"]) == (409, "billUnpaid")
    assert _issue(fresh, "B9")[0] == 404
    assert fresh.get("/sandbox/sms").json() == []


@pytest.mark.parametrize("more", [{"title": ""}, {"title": "长" * 101}, {"taxNumber": "1"}])
def test_an_absurd_title_is_refused(sandbox: Sandbox, more: dict) -> None:
    assert _issue(sandbox, "B0001-202610", **more)[0] == 400
