"""What all resources have in common: paging, fields, filters, errors, bodies."""

from __future__ import annotations

import pytest
from sandbox_client import Sandbox


@pytest.mark.parametrize(
    ("api", "kind"),
    [
        ("620", "productOffering"), ("620", "productOfferingPrice"), ("620", "catalog"), ("620", "category"),
        ("620", "productSpecification"), ("621", "troubleTicket"), ("629", "customer"), ("637", "product"),
        ("654", "bucket"), ("654", "topupBalance"), ("654", "accumulatedBalance"), ("654", "balanceActionHistory"),
        ("658", "loyaltyProgramMember"), ("658", "loyaltyAccount"), ("658", "loyaltyBalance"),
        ("677", "queryUsageConsumption"), ("678", "customerBill"), ("678", "appliedCustomerBillingRate"),
    ],
)  # fmt: skip
def test_each_seeded_kind_lists_pages_and_gets(sandbox: Sandbox, api: str, kind: str) -> None:
    first = sandbox.get(sandbox.path(api, kind), params={"limit": 1})
    assert first.headers["X-Result-Count"] == "1"
    total = int(first.headers["X-Total-Count"])
    (document,) = first.json()
    assert sandbox.one(api, kind, document["id"]) == document
    assert document["href"].startswith(str(sandbox.base_url))
    beyond = sandbox.get(sandbox.path(api, kind), params={"offset": total})
    assert (beyond.json(), beyond.headers["X-Total-Count"]) == ([], str(total))


def test_pages_together_are_the_whole(sandbox: Sandbox) -> None:
    whole = [item["id"] for item in sandbox.list("629", "customer")]
    pages = [
        item["id"] for at in range(0, len(whole), 7) for item in sandbox.list("629", "customer", offset=at, limit=7)
    ]
    assert pages == whole


@pytest.mark.parametrize("query", ["limit=x", "offset=1.5", "limit=", "offset=1&offset=2", "offset=٣", "nonsense=1"])
def test_queries_that_mean_nothing_are_refused(sandbox: Sandbox, query: str) -> None:
    response = sandbox.get(sandbox.path("629", f"customer?{query}"))
    assert response.status_code == 400
    assert response.json()["code"] == "invalidQuery"


def test_a_negative_offset_means_the_beginning(sandbox: Sandbox) -> None:
    assert sandbox.list("629", "customer", offset=-5, limit=1)[0]["id"] == "C0001"
    assert sandbox.list("629", "customer", offset=10**30) == []


def test_fields_keep_id_href_and_what_is_mandatory(sandbox: Sandbox) -> None:
    (bucket, *_) = sandbox.list("654", "bucket", fields="name", limit=1)
    assert set(bucket) == {"id", "href", "name", "@type"}
    (total, *_) = sandbox.list("654", "accumulatedBalance", fields="description", limit=1)
    assert set(total) == {"id", "href", "@type", "bucket", "name", "totalBalance"}


def test_filters_reach_into_lists_and_combine(sandbox: Sandbox) -> None:
    lines = sandbox.list("637", "product", relatedParty__id="C0001", productSerialNumber="18900001001")
    assert len(lines) == 1
    both = sandbox.list("637", "product", productSerialNumber="18900001001,13300001002")
    assert {line["productSerialNumber"] for line in both} == {"18900001001", "13300001002"}
    packs = sandbox.list("637", "product", productRelationship__product__id=lines[0]["id"])
    assert {pack["name"] for pack in packs} == {"5G畅享99元套餐", "来电显示"}
    assert sandbox.list("637", "product", relatedParty__id="C0001", status="terminated") == []


def test_numbers_and_hrefs_filter_too(sandbox: Sandbox) -> None:
    large = sandbox.list("654", "bucket", usageType="monetary", remainingValue__amount__gt="1000")
    assert large
    assert all(bucket["remainingValue"]["amount"] > 1000 for bucket in large)
    customer = sandbox.one("629", "customer", "C0003")
    assert sandbox.list("629", "customer", href=customer["href"]) == [customer]


def test_sorting_goes_both_ways(sandbox: Sandbox) -> None:
    up = [bill["amountDue"]["value"] for bill in sandbox.list("678", "customerBill", sort="amountDue.value")]
    down = [bill["amountDue"]["value"] for bill in sandbox.list("678", "customerBill", sort="-amountDue.value")]
    assert up == sorted(up)
    assert down == up[::-1]


def test_errors_are_tmf_objects(sandbox: Sandbox) -> None:
    missing = sandbox.get(sandbox.path("629", "customer/nobody"))
    assert missing.status_code == 404
    assert missing.json() == {
        "code": "notFound", "reason": "there is no customer nobody", "message": "Not Found", "status": "404",
    }  # fmt: skip
    assert sandbox.get(sandbox.path("658", "loyaltyBalance/x")).json()["code"] == 404
    wrong = sandbox.put(sandbox.path("629", "customer"))
    assert (wrong.status_code, wrong.json()["status"]) == (405, "405")
    assert "GET" in wrong.headers["Allow"]
    assert sandbox.get(sandbox.path("629", "nothing")).json()["status"] == "404"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[]", "object"),
        (b'{"engagedParty": {"id": "1", "@referredType": "Individual"}}', "name"),
        (b'{"name": 1, "engagedParty": {"id": "1", "@referredType": "Individual"}}', "name"),
        (b'{"name": "a", "engagedParty": {"id": "1"}}', "@referredType"),
        (b'{"name": "\\ud800", "engagedParty": {"id": "1", "@referredType": "Individual"}}', "JSON"),
        (b'{"name": "a", "engagedParty": {"id": "1", "@referredType": "I", "@schemaLocation": "no uri"}}', "uri"),
        (
            b'{"name": "a", "engagedParty": {"id": "1", "@referredType": "I"}, "validFor": {"startDateTime": "2026"}}',
            "date-time",
        ),
        (b'{"name": "a", "engagedParty": {"id": "1", "@referredType": "I"}, "x": NaN}', "JSON"),
    ],
)
def test_bodies_are_checked(sandbox: Sandbox, body: bytes, named: str) -> None:
    response = sandbox.post(sandbox.path("629", "customer"), content=body)
    assert response.status_code == 400
    assert named in response.json()["reason"]


def test_create_change_and_delete_a_resource(sandbox: Sandbox) -> None:
    made = sandbox.create("620", "category", {"name": "测试", "description": "a"})
    path = sandbox.path("620", f"category/{made['id']}")
    assert made["href"].endswith(path)
    changed = sandbox.patch(path, json={"description": "b"}).json()
    assert changed == made | {"description": "b"}
    merge = {"Content-Type": "application/merge-patch+json"}
    assert "description" not in sandbox.patch(path, content=b'{"description": null}', headers=merge).json()
    assert sandbox.patch(path, json={"id": "other"}).status_code == 400
    assert sandbox.delete(path).status_code == 204
    assert sandbox.get(path).status_code == 404
    assert sandbox.delete(path).status_code == 404


def test_equal_keys_create_one_object(sandbox: Sandbox) -> None:
    first = sandbox.create("620", "category", {"name": "once"}, **{"Idempotency-Key": "k1"})
    again = sandbox.create("620", "category", {"name": "once"}, **{"Idempotency-Key": "k1"})
    assert again == first
    other = sandbox.post(sandbox.path("620", "category"), json={"name": "two"}, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "keyReused")
    assert len(sandbox.list("620", "category", name="once")) == 1
