import uuid

import httpx
import pytest

from bss.errors import ContractBroken, NotFound, Rejected
from bss.invoices import issue, issued, send_again
from tests.bss import raw


def key() -> str:
    return uuid.uuid4().hex


def bill(sandbox: httpx.Client, number: str, state: str) -> dict:
    account = raw.product(sandbox, number)["billingAccount"]["id"]
    return raw.get(sandbox, "678", "customerBill", billingAccount__id=account, state=state)[0]


def test_the_invoice_of_a_paid_bill_is_sent_once(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[0]
    paid = bill(sandbox, number, "settled")

    made = issue(paid["id"], idempotency_key=key(), title="万号科技有限公司")

    assert (made.bill, made.state, made.sent_to) == (paid["id"], "issued", number)
    assert made.amount == raw.cents(paid["amountDue"]["value"])
    assert issue(paid["id"], idempotency_key=key()) == made
    sent = [message["text"] for message in sandbox.get("/sandbox/sms", params={"number": number}).json()]
    assert sum(made.id in text for text in sent) == 1


def test_an_invoice_that_exists_is_found_and_sent_again(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[2]
    paid = bill(sandbox, number, "settled")["id"]
    assert issued(paid) is None

    made = issue(paid, idempotency_key=key(), title="万号科技有限公司", tax_number="91310115MA1K35XX0A")

    assert issued(paid) == send_again(made.id, idempotency_key=key()) == made
    assert made.title == "万号科技有限公司"
    sent = [message["text"] for message in sandbox.get("/sandbox/sms", params={"number": number}).json()]
    assert sum(made.id in text for text in sent) == 2


def test_what_is_not_paid_has_no_invoice(sandbox: httpx.Client) -> None:
    unpaid = bill(sandbox, raw.numbers(sandbox, "arrears")[0], "sent")

    with pytest.raises(Rejected) as raised:
        issue(unpaid["id"], idempotency_key=key())
    assert raised.value.code == "billUnpaid"
    with pytest.raises(NotFound):
        issue("B9", idempotency_key=key())


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    paid = bill(sandbox, raw.numbers(sandbox, "basic")[1], "settled")
    raw.breaks(sandbox, "invoice", "wrong_type")

    with pytest.raises(ContractBroken):
        issue(paid["id"], idempotency_key=key())
