"""TMF658: points are exchanged for bill credit."""

from __future__ import annotations

import pytest
from sandbox_client import Sandbox

NUMBER = "18900001001"


def _redeem(sandbox: Sandbox, points: object, key: str = "", **more: object) -> tuple[int, dict]:
    wish = {"points": points, "gift": "billCredit", "number": NUMBER} | more
    body = {"eventType": "redeemPoints", "memberId": "C0001", "event": wish}
    headers = {"Idempotency-Key": key} if key else {}
    response = sandbox.post(sandbox.path("658", "loyaltyEvent"), json=body, headers=headers)
    return response.status_code, response.json()


def _lots(sandbox: Sandbox) -> list[int]:
    lots = sandbox.list("658", "loyaltyBalance", loyaltyProgramMember__id="C0001")
    return [lot["quantity"]["value"] for lot in lots]


def _balance(sandbox: Sandbox) -> int:
    (bucket,) = sandbox.list("654", "bucket", logicalResource__id=NUMBER, usageType="monetary")
    return round(bucket["remainingValue"]["amount"] * 100)


def test_points_that_run_out_first_go_first_and_a_hundred_are_a_yuan(fresh: Sandbox) -> None:
    (old, new), before = _lots(fresh), _balance(fresh)
    assert _redeem(fresh, 100)[0] == 201
    assert _lots(fresh) == [old - 100, new]
    assert _redeem(fresh, old)[0] == 201
    assert _lots(fresh) == [0, new - 100]
    assert _balance(fresh) - before == 100 + old
    history = fresh.list("654", "balanceActionHistory", logicalResource__id=NUMBER, sort="-requestedDate", limit=1)
    assert history[0]["description"] == "积分兑换话费"


def test_more_points_than_there_are_buy_nothing_and_all_of_them_do(fresh: Sandbox) -> None:
    lots, before = _lots(fresh), _balance(fresh)
    status, refused = _redeem(fresh, sum(lots) + 1)
    assert (status, refused["code"], refused["@type"]) == (409, 409, "notEnoughPoints")
    assert (_lots(fresh), _balance(fresh)) == (lots, before)
    assert _redeem(fresh, sum(lots))[0] == 201
    assert _lots(fresh) == [0, 0]


def test_points_that_have_run_out_buy_nothing(fresh: Sandbox) -> None:
    lots = _lots(fresh)
    year = int(fresh.get("/sandbox/clock").json()["now"][:4])
    fresh.post("/sandbox/clock", json={"now": f"{year + 1}-01-02T09:00:00+08:00"})
    assert _redeem(fresh, lots[1] + 1)[1]["@type"] == "notEnoughPoints"
    assert _redeem(fresh, lots[1])[0] == 201
    assert _lots(fresh) == [lots[0], 0]


def test_a_key_burns_points_once(fresh: Sandbox) -> None:
    old, new = _lots(fresh)
    answers = [_redeem(fresh, 100, "m1:redeem") for _ in range(3)]
    assert [status for status, _ in answers] == [201] * 3
    assert len({answer["id"] for _, answer in answers}) == 1
    assert _lots(fresh) == [old - 100, new]


@pytest.mark.parametrize("points", [0, -5, 1.5, "100", True, None])
def test_absurd_points_are_refused(sandbox: Sandbox, points: object) -> None:
    before = _balance(sandbox)
    assert _redeem(sandbox, points)[0] == 400
    assert _balance(sandbox) == before


def test_only_known_gifts_go_to_ones_own_number(sandbox: Sandbox) -> None:
    lots = _lots(sandbox)
    assert _redeem(sandbox, 100, gift="car")[1]["@type"] == "unknownGift"
    assert _redeem(sandbox, 100, number="13300001002")[1]["@type"] == "notOwnNumber"
    assert _lots(sandbox) == lots


def test_other_events_are_only_kept(fresh: Sandbox) -> None:
    lots = _lots(fresh)
    made = fresh.create("658", "loyaltyEvent", {"eventType": "billPaid", "memberId": "C0001", "event": {"points": 5}})
    assert fresh.one("658", "loyaltyEvent", made["id"]) == made
    assert _lots(fresh) == lots
