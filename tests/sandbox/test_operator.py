"""One-time codes, service passwords, text messages and outages."""

from __future__ import annotations

import re

import pytest
from sandbox_client import Sandbox

NUMBER = "18900001001"


def _request(sandbox: Sandbox, number: str = NUMBER) -> dict:
    response = sandbox.post("/operator/v1/oneTimeCode", json={"number": number, "purpose": "login"})
    assert response.status_code == 201, response.text
    return response.json()


def _sent(sandbox: Sandbox, number: str = NUMBER) -> str:
    text = sandbox.get("/sandbox/sms", params={"number": number}).json()[-1]["text"]
    found = re.fullmatch(r"【中国电信】您的验证码为(\d{6})，5分钟内有效，请勿告诉他人。", text)
    assert found
    return found[1]


def _try(sandbox: Sandbox, code: dict, digits: str) -> tuple[int, dict]:
    response = sandbox.post(f"/operator/v1/oneTimeCode/{code['id']}/verify", json={"code": digits})
    return response.status_code, response.json()


def _wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_the_code_from_the_message_verifies_once(fresh: Sandbox) -> None:
    code = _request(fresh)
    assert set(code) == {"id", "number", "purpose", "expiresAt"}
    assert _try(fresh, code, _sent(fresh)) == (200, {"status": "verified"})
    assert _try(fresh, code, _sent(fresh))[1]["code"] == "expired"


def test_five_wrong_tries_lock_the_number_for_fifteen_minutes(fresh: Sandbox) -> None:
    code = _request(fresh)
    wrong = _wrong(_sent(fresh))
    outcomes = [_try(fresh, code, wrong) for _ in range(5)]
    assert [status for status, _ in outcomes] == [422, 422, 422, 422, 429]
    assert [body.get("remainingTries") for _, body in outcomes] == [4, 3, 2, 1, None]
    assert (outcomes[-1][1]["code"], outcomes[-1][1]["retryAfterSeconds"]) == ("locked", 900)
    assert _try(fresh, code, _sent(fresh))[0] == 429
    refused = fresh.post("/operator/v1/oneTimeCode", json={"number": NUMBER, "purpose": "login"})
    assert (refused.status_code, refused.json()["code"]) == (429, "locked")
    fresh.advance("PT15M1S")
    assert _try(fresh, _request(fresh), _sent(fresh))[0] == 200


def test_a_code_dies_after_five_minutes(fresh: Sandbox) -> None:
    code = _request(fresh)
    fresh.advance("PT5M1S")
    assert _try(fresh, code, _sent(fresh))[:1] == (410,)


def test_a_new_code_voids_the_former(fresh: Sandbox) -> None:
    former, digits = _request(fresh), _sent(fresh)
    newer = _request(fresh)
    assert _try(fresh, former, digits)[0] == 410
    assert _try(fresh, newer, _sent(fresh))[0] == 200


def test_at_most_five_codes_in_fifteen_minutes(fresh: Sandbox) -> None:
    for _ in range(5):
        _request(fresh)
    refused = fresh.post("/operator/v1/oneTimeCode", json={"number": NUMBER, "purpose": "login"})
    assert (refused.status_code, refused.json()["code"]) == (429, "tooMany")
    assert 0 < refused.json()["retryAfterSeconds"] <= 900
    assert refused.headers["Retry-After"] == str(refused.json()["retryAfterSeconds"])
    assert len(fresh.get("/sandbox/sms", params={"number": NUMBER}).json()) == 5


def test_the_same_key_sends_nothing_twice(fresh: Sandbox) -> None:
    body, headers = {"number": NUMBER, "purpose": "login"}, {"Idempotency-Key": "m1:otp"}
    answers = [fresh.post("/operator/v1/oneTimeCode", json=body, headers=headers) for _ in range(3)]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert len(fresh.get("/sandbox/sms", params={"number": NUMBER}).json()) == 1


def test_unknown_numbers_and_lines_without_messages_get_no_code(sandbox: Sandbox) -> None:
    def refused(number: str) -> tuple[int, str]:
        response = sandbox.post("/operator/v1/oneTimeCode", json={"number": number, "purpose": "login"})
        return response.status_code, response.json()["code"]

    assert refused("13900009999") == (404, "unknownNumber")
    assert refused("ad10000151") == (422, "cannotReceiveSms")
    assert refused("<b>")[0] == 400
    lost = next(story for story in sandbox.customers("suspended") if "丢" in story["story"])
    assert refused(lost["number"]) == (422, "cannotReceiveSms")


def test_service_passwords_verify_and_lock(fresh: Sandbox) -> None:
    def verify(password: str) -> tuple[int, dict]:
        response = fresh.post("/operator/v1/servicePassword/verify", json={"number": NUMBER, "password": password})
        return response.status_code, response.json()

    assert verify(NUMBER[-6:][::-1]) == (200, {"status": "verified"})
    assert [verify("000000")[0] for _ in range(5)] == [422, 422, 422, 422, 429]
    assert verify(NUMBER[-6:][::-1])[1]["code"] == "locked"
    fresh.advance("PT15M1S")
    assert verify(NUMBER[-6:][::-1])[0] == 200


def _reset(sandbox: Sandbox, number: str, **headers: str) -> tuple[int, dict]:
    response = sandbox.post("/operator/v1/servicePassword/reset", json={"number": number}, headers=headers)
    return response.status_code, response.json()


def _new_password(sandbox: Sandbox, number: str) -> str:
    text = sandbox.get("/sandbox/sms", params={"number": number}).json()[-1]["text"]
    found = re.search(r"服务密码已重置为(\d{6})，", text)
    assert found
    return found[1]


def test_a_reset_password_goes_to_the_line_takes_the_place_of_the_former_and_ends_the_pause(fresh: Sandbox) -> None:
    def verify(password: str) -> int:
        body = {"number": NUMBER, "password": password}
        return fresh.post("/operator/v1/servicePassword/verify", json=body).status_code

    former = NUMBER[-6:][::-1]
    assert [verify("x") for _ in range(5)][-1] == 429
    assert _reset(fresh, NUMBER) == (200, {"status": "sent", "sentTo": NUMBER})
    assert _new_password(fresh, NUMBER) != former
    assert verify(former) == 422
    assert verify(_new_password(fresh, NUMBER)) == 200


def test_a_line_without_messages_has_its_password_sent_to_its_contact_number(fresh: Sandbox) -> None:
    (line,) = [
        product
        for product in fresh.list("637", "product", relatedParty__id="C0013")
        if product.get("productSerialNumber", "").startswith("ad")
    ]
    number = line["productSerialNumber"]
    assert _reset(fresh, number) == (200, {"status": "sent", "sentTo": "18000001013"})
    body = {"number": number, "password": _new_password(fresh, "18000001013")}
    assert fresh.post("/operator/v1/servicePassword/verify", json=body).status_code == 200


def test_a_key_resets_a_password_once(fresh: Sandbox) -> None:
    answers = [_reset(fresh, NUMBER, **{"Idempotency-Key": "m1:reset"}) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(fresh.get("/sandbox/sms", params={"number": NUMBER}).json()) == 1


def test_a_password_that_cannot_be_sent_is_not_reset(fresh: Sandbox) -> None:
    lost = next(story for story in fresh.customers("suspended") if "丢" in story["story"])["number"]
    assert (_reset(fresh, lost)[0], _reset(fresh, lost)[1]["code"]) == (422, "cannotReceiveSms")
    assert _reset(fresh, "13900009999")[1]["code"] == "unknownNumber"
    body = {"number": lost, "password": lost[-6:][::-1]}
    assert fresh.post("/operator/v1/servicePassword/verify", json=body).status_code == 200


def test_every_mobile_line_has_a_card_of_its_own_and_no_other_line_has_one(sandbox: Sandbox) -> None:
    lines = [line for line in sandbox.list("637", "product", limit=1000) if "productSerialNumber" in line]
    cards = {}
    for line in lines:
        number = line["productSerialNumber"]
        answer = sandbox.get(f"/operator/v1/simCard/{number}")
        mobile = {"name": "lineType", "valueType": "string", "value": "mobile"} in line["productCharacteristic"]
        assert answer.status_code == (200 if mobile else 404), number
        if mobile:
            cards[number] = answer.json()
    assert all(set(card) == {"number", "iccid", "puk"} and card["number"] == number for number, card in cards.items())
    assert all(re.fullmatch(r"898603\d{14}", card["iccid"]) for card in cards.values())
    assert all(re.fullmatch(r"\d{8}", card["puk"]) for card in cards.values())
    assert len({card["iccid"] for card in cards.values()}) == len(cards)


def test_cards_are_the_same_whenever_the_seed_is(fresh: Sandbox) -> None:
    before = fresh.get(f"/operator/v1/simCard/{NUMBER}").json()
    fresh.post("/sandbox/reset")
    assert fresh.get(f"/operator/v1/simCard/{NUMBER}").json() == before


def test_messages_lie_in_the_outbox_in_order(fresh: Sandbox) -> None:
    for text in ("第一条", "第二条"):
        assert fresh.post("/operator/v1/sms", json={"number": NUMBER, "text": text}).status_code == 201
    messages = fresh.get("/sandbox/sms", params={"number": NUMBER}).json()
    assert [message["text"] for message in messages] == ["第一条", "第二条"]
    assert set(messages[0]) == {"id", "number", "text", "at"}
    assert fresh.get("/sandbox/sms", params={"number": "1"}).json() == []


def test_outages_cover_their_area_until_they_are_mended(fresh: Sandbox) -> None:
    (outage,) = fresh.get("/operator/v1/outage", params={"area": "南京市鼓楼区"}).json()
    assert outage["expectedRecovery"] > outage["startedAt"]
    assert fresh.get("/operator/v1/outage", params={"area": "320106"}).json() == [outage]
    assert fresh.get(f"/operator/v1/outage/{outage['id']}").json() == outage
    assert "recoveredAt" not in outage
    assert len(fresh.get("/operator/v1/outage").json()) == 2
    fresh.advance("P3D")
    assert fresh.get("/operator/v1/outage").json() == []
    ended = fresh.get(f"/operator/v1/outage/{outage['id']}").json()
    assert ended == outage | {"recoveredAt": outage["expectedRecovery"]}


@pytest.mark.parametrize(
    ("place", "near", "found"),
    [
        ("江苏省南京市鼓楼区中山路1号", "", ["OUT0001"]),
        ("鼓楼区中山路1号", "", ["OUT0001"]),
        ("福建省福州市鼓楼区", "", []),
        ("", "32.066,118.770", ["OUT0001"]),
        ("", "30.65,104.05", ["OUT0002"]),
        ("成都市武侯区", "32.066,118.770", ["OUT0002"]),
        ("", "39.904,116.407", []),
        ("", "here", []),
    ],
)
def test_outages_are_found_by_a_place(sandbox: Sandbox, place: str, near: str, found: list[str]) -> None:
    answer = sandbox.get("/operator/v1/outage", params={"place": place, "near": near}).json()
    assert [outage["id"] for outage in answer] == found


def _affected(sandbox: Sandbox, outage: str, line: str, **headers: str) -> tuple[int, dict]:
    response = sandbox.post(f"/operator/v1/outage/{outage}/affected", json={"line": line}, headers=headers)
    return response.status_code, response.json()


def test_the_end_of_an_outage_is_told_once_to_the_contact_of_the_lines_that_joined(fresh: Sandbox) -> None:
    number = fresh.customers("outage_area")[0]["number"]
    (main,) = fresh.list("637", "product", productSerialNumber=number)
    owner = main["relatedParty"][0]["id"]
    lines = [
        line["id"] for line in fresh.list("637", "product", relatedParty__id=owner) if "productSerialNumber" in line
    ]
    counts = [_affected(fresh, "OUT0001", line)[1]["affected"] for line in (lines[0], lines[1], lines[0])]
    assert counts == [1, 2, 2]
    assert fresh.get("/sandbox/sms").json() == []
    fresh.advance("P3D")
    (message,) = fresh.get("/sandbox/sms").json()
    assert message["number"] == number
    assert "已经恢复" in message["text"]
    assert fresh.get("/operator/v1/outage/OUT0001").json()["affected"] == 2


def test_only_lines_join_and_only_outages_that_last(fresh: Sandbox) -> None:
    assert _affected(fresh, "OUT9", "P0001-01")[0] == 404
    assert _affected(fresh, "OUT0001", "P9")[0] == 404
    assert _affected(fresh, "OUT0001", "P0001-01-1")[1]["code"] == "unknownLine"
    assert fresh.get("/operator/v1/outage/OUT0001").json()["affected"] == 0
    joined = _affected(fresh, "OUT0001", "P0001-01", **{"Idempotency-Key": "m1:join"})
    fresh.advance("P3D")
    assert (_affected(fresh, "OUT0001", "P0002-01")[0], joined[0]) == (409, 200)
    assert _affected(fresh, "OUT0001", "P0001-01", **{"Idempotency-Key": "m1:join"}) == joined
