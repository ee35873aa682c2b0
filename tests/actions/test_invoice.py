"""Invoices, over the real sandbox; through the real Rasa they are in tests/dialogues."""

import json
from typing import Any

import httpx
import pytest

from actions.invoice import ActionInvoice
from bss.billing import bills
from bss.invoices import issued
from common.times import month_label
from tests.actions.journeys import Talker
from tests.actions.ticket_making import sub_card
from tests.bss import raw

TAX_NUMBER = "91310115MA1K35XX0A"


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def months(sandbox: httpx.Client, number: str) -> list[str]:
    return [bill.month for bill in bills(account(sandbox, number)) if bill.unpaid == 0]


def account(sandbox: httpx.Client, number: str) -> str:
    return str(raw.product(sandbox, number)["billingAccount"]["id"])


def invoice(sandbox: httpx.Client, number: str, month: str) -> dict[str, Any] | None:
    bill = next(bill for bill in bills(account(sandbox, number)) if bill.month == month)
    found = issued(bill.id)
    return None if found is None else dict(sandbox.get(f"/operator/v1/invoice/{found.id}").json())


def links(sandbox: httpx.Client, number: str) -> int:
    """How many links to invoices were sent."""
    sent = sandbox.get("/sandbox/sms", params={"number": number}).json()
    return sum("电子发票" in message["text"] for message in sent)


async def test_the_month_is_chosen_and_a_personal_invoice_is_sent(sandbox: httpx.Client, number: str) -> None:
    known = months(sandbox, number)
    talker = Talker(ActionInvoice(), number)
    await talker.begin("我要开发票")
    assert (talker.open, list(talker.buttons)) == ("utter_invoice_month", [month_label(month) for month in known[:3]])
    await talker.press(month_label(known[1]))
    assert "抬头个人" in talker.turn.text

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_invoice_issued"]
    made = invoice(sandbox, number, known[1])
    assert made is not None
    assert (made["title"], "taxNumber" in made) == ("林晓安", False)
    assert invoice(sandbox, number, known[0]) is None


async def test_a_company_is_asked_for_title_and_tax_number(sandbox: httpx.Client, number: str) -> None:
    month = months(sandbox, number)[0]
    talker = Talker(ActionInvoice(), number)
    await talker.begin("上个月的发票，公司报销用", month=month)
    assert talker.open == "utter_invoice_kind"
    await talker.press("单位")
    await talker.say("万号科技有限公司")
    assert talker.open == "utter_invoice_tax_number"
    await talker.say("12345")
    assert talker.open == "utter_invoice_tax_number"
    await talker.say(f"税号是 {TAX_NUMBER.lower()}")
    assert "抬头万号科技有限公司" in talker.turn.text
    assert TAX_NUMBER.lower() not in json.dumps(talker.slots).lower()

    await talker.press("确认办理")

    made = invoice(sandbox, number, month)
    assert made is not None
    assert (made["title"], made["taxNumber"]) == ("万号科技有限公司", TAX_NUMBER)


async def test_the_title_can_be_changed_at_the_confirmation(sandbox: httpx.Client, number: str) -> None:
    month = months(sandbox, number)[0]
    talker = Talker(ActionInvoice(), number)
    await talker.begin("开发票", month=month)
    await talker.press("开单位抬头")
    await talker.say("万号科技有限公司")
    await talker.say(TAX_NUMBER)
    await talker.press("确认办理")

    made = invoice(sandbox, number, month)
    assert made is not None
    assert made["title"] == "万号科技有限公司"


async def test_a_company_that_is_known_is_not_asked_for_its_name(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "enterprise")[0]
    talker = Talker(ActionInvoice(), number)

    await talker.begin("开发票", month=months(sandbox, number)[0])

    assert talker.open == "utter_invoice_tax_number"


async def test_an_invoice_that_exists_is_sent_again_on_wish(sandbox: httpx.Client, number: str) -> None:
    month = months(sandbox, number)[0]
    first = Talker(ActionInvoice(), number)
    await first.begin("开发票", month=month)
    await first.press("确认办理")
    assert links(sandbox, number) == 1
    talker = Talker(ActionInvoice(), number)
    await talker.begin("发票没收到", month=month)
    assert talker.open == "utter_invoice_existing"
    assert "林晓安" not in talker.turn.text
    assert "个人" in talker.turn.text

    turn = await talker.press("再发一次")

    assert turn.responses == ["utter_invoice_sent_again"]
    assert links(sandbox, number) == 2


async def test_what_is_not_paid_is_paid_first(sandbox: httpx.Client) -> None:
    number = "15300001005"
    unpaid = next(bill for bill in bills(account(sandbox, number)) if bill.unpaid)

    turn = await Talker(ActionInvoice(), number).begin("开上个月的发票", month=unpaid.month)

    assert turn.responses == ["utter_invoice_unpaid"]
    assert issued(unpaid.id) is None


async def test_a_month_without_a_bill_offers_those_that_have_one(number: str) -> None:
    talker = Talker(ActionInvoice(), number)

    await talker.begin("开2019年1月的发票", month="2019-01")

    assert talker.open == "utter_invoice_no_bill"
    assert len(talker.buttons) == 3


async def test_declining_issues_nothing(sandbox: httpx.Client, number: str) -> None:
    month = months(sandbox, number)[0]
    talker = Talker(ActionInvoice(), number)
    await talker.begin("开发票", month=month)

    turn = await talker.press("先不办")

    assert "没有继续" in turn.text
    assert invoice(sandbox, number, month) is None


async def test_while_the_invoices_are_down_nothing_that_was_said_is_lost(sandbox: httpx.Client, number: str) -> None:
    month = months(sandbox, number)[0]
    talker = Talker(ActionInvoice(), number)
    await talker.begin("开发票", month=month)
    raw.breaks(sandbox, "invoice")
    await talker.press("确认办理")
    assert talker.open == "utter_journey_unavailable"
    raw.mends(sandbox)

    turn = await talker.press("再试一次")

    assert turn.responses == ["utter_invoice_issued"]


async def test_a_sub_card_gets_no_invoice_of_the_owners_bill() -> None:
    turn = await Talker(ActionInvoice(), sub_card()).begin("开发票")

    assert turn.responses == ["utter_main_card_only"]
