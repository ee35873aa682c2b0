from dataclasses import replace

import httpx
import pytest

from actions.package import ActionQueryPackage
from bss import inventory
from common.masking import mask_number
from common.money import yuan
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


async def ask(number: str) -> Turn:
    return await run(ActionQueryPackage(), tracker(intent="query_package", slots=verified(number)))


async def test_the_plan_comes_first_and_the_fees_add_up(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "vas_dispute")[0]
    line = raw.product(sandbox, number)["id"]
    found = raw.get(sandbox, "637", "product", productRelationship__product__id=line, status="active")
    fees = {
        product["name"]: sum(
            raw.cents(price["price"]["taxIncludedAmount"]["value"])
            for price in product.get("productPrice", [])
            if price["priceType"] == "recurring"
        )
        for product in found
    }

    turn = await ask(number)

    assert turn.card["amount"] == f"{yuan(sum(fees.values()))}/月"
    assert {row["label"]: row["value"] for row in turn.card["rows"]} == {
        name: f"{yuan(fee)}/月" for name, fee in fees.items()
    }
    assert f"用的是{turn.card['rows'][0]['label']}" in turn.text
    assert f"另外订了{len(found) - 1}项业务" in turn.text


async def test_the_end_of_the_contract_is_told(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "contract_ending")[0]
    ends = next(
        item["value"] for item in raw.product(sandbox, number)["productCharacteristic"] if item["name"] == "contractEnd"
    )
    year, month, day = (int(part) for part in ends.split("-"))

    assert (await ask(number)).card["note"] == f"合约到期日：{year}年{month}月{day}日"


@pytest.mark.parametrize(
    ("kinds", "response"),
    [([], "utter_package_none"), (["vas"], "utter_package_none"), (["plan"], "utter_package_only")],
)
async def test_few_subscriptions_have_sentences_of_their_own(
    number: str, monkeypatch: pytest.MonkeyPatch, kinds: list[str], response: str
) -> None:
    (plan, *_) = inventory.subscriptions(inventory.line(number))
    found = [replace(plan, kind=kind) for kind in kinds]
    monkeypatch.setattr("actions.package.inventory.subscriptions", lambda line: found)

    turn = await ask(number)

    assert turn.responses == [response]
    assert mask_number(number) in turn.text
