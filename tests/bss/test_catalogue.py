import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bss import catalogue
from bss.catalogue import Offering, offerings
from bss.errors import ContractBroken
from tests.bss.scripted import Operator, Script, answers


def entry(identity: str) -> dict[str, object]:
    return {"id": identity, "name": f"套餐{identity}"}


def pages(total: int, *, size: int, told: bool) -> Script:
    """A catalogue that sends at most `size` offerings at a time."""

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(request.path).query)
        start, limit = int(query["offset"][0]), int(query["limit"][0])
        page = [entry(str(number)) for number in range(start, min(total, start + min(limit, size)))]
        headers = {"X_Total_Count": str(total)} if told else {}
        answers(200, json.dumps(page).encode(), **headers)(operator, request)

    return script


def test_the_sandboxs_catalogue_is_read(sandbox: httpx.Client) -> None:
    found = {offering.id: offering for offering in offerings()}

    plan = found["PLAN-99"]
    assert (plan.name, plan.kind, plan.line_type, plan.fee) == ("5G畅享99元套餐", "plan", "mobile", 9900)
    assert (plan.sold, plan.description) == (True, "每月20GB国内流量、300分钟国内通话")
    assert (plan.data_gb_fee, plan.voice_minute_fee) == (500, 10)
    assert not found["PLAN-79"].sold
    assert (found["BB-500"].data_gb_fee, found["BB-500"].voice_minute_fee) == (None, None)
    assert (found["VAS-CLIP"].kind, found["BB-500"].line_type) == ("vas", "broadband")


@pytest.mark.parametrize(
    ("total", "size", "told"), [(250, 100, True), (250, 100, False), (250, 30, True), (0, 100, False)]
)
def test_every_page_is_read(scripted: Operator, total: int, size: int, told: bool) -> None:
    scripted.script = pages(total, size=size, told=told)

    assert [offering.id for offering in offerings()] == [str(number) for number in range(total)]


def test_a_catalogue_without_end_is_broken(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MOST", 250)
    scripted.script = answers(200, json.dumps([entry("1")] * 100).encode())

    with pytest.raises(ContractBroken):
        offerings()


def test_an_offering_may_say_little(scripted: Operator) -> None:
    scripted.script = answers(200, json.dumps([entry("1")]).encode())

    assert offerings() == [Offering("1", "套餐1", "", "", 0, sold=True, description="")]


def test_what_is_charged_for_use_is_no_part_of_the_fee(scripted: Operator) -> None:
    def price(kind: str, value: float, **more: object) -> dict[str, object]:
        return {"priceType": kind, "price": {"taxIncludedAmount": {"unit": "CNY", "value": value}}, **more}

    prices = [
        price("recurring", 59),
        price("usage", 0.15, unitOfMeasure={"amount": 1.0, "units": "minute"}),
        price("usage", 0.1, unitOfMeasure={"amount": 1, "units": "sms"}),
        price("usage", 9),
    ]
    scripted.script = answers(200, json.dumps([entry("1") | {"productOfferingPrice": prices}]).encode())

    (read,) = offerings()

    assert (read.fee, read.voice_minute_fee, read.data_gb_fee) == (5900, 15, None)


@pytest.mark.parametrize("body", [b'[{"name": "x"}]', b'[{"id": 1, "name": "x"}]', b'{"id": "1"}'])
def test_an_offering_without_id_or_name_is_broken(scripted: Operator, body: bytes) -> None:
    scripted.script = answers(200, body)

    with pytest.raises(ContractBroken):
        offerings()
