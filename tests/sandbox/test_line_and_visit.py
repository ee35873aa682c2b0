"""TMF653 line tests and TMF646 appointments."""

from __future__ import annotations

import pytest
from sandbox_client import Sandbox


def _broadband(sandbox: Sandbox, tag: str) -> dict:
    number = sandbox.customers(tag)[0]["number"]
    (line,) = sandbox.list("637", "product", productSerialNumber=number)
    products = sandbox.list("637", "product", relatedParty__id=line["relatedParty"][0]["id"])
    return next(product for product in products if product.get("productSerialNumber", "").startswith("ad"))


def _test(sandbox: Sandbox, service: str) -> dict:
    body = {"name": "线路测试", "relatedService": {"id": service}, "testSpecification": {"id": "STS-LINE"}}
    return sandbox.create("653", "serviceTest", body)


def _diagnosis(sandbox: Sandbox, service: str) -> dict:
    test = _test(sandbox, service)
    assert test["state"] == "inProgress"
    sandbox.advance("PT7S")
    done = sandbox.one("653", "serviceTest", test["id"])
    assert done["state"] == "completed"
    return {item["name"]: item["value"] for item in done["characteristic"]}


@pytest.mark.parametrize(
    ("tag", "found"),
    [("outage_area", "outage"), ("repeat_fault", "weakSignal"), ("porting_blocked", "ok")],
)
def test_a_line_test_finds_what_the_story_says(fresh: Sandbox, tag: str, found: str) -> None:
    tags = {"porting_blocked": "contract_ending"}
    line = _broadband(fresh, tags.get(tag, tag))
    outcome = _diagnosis(fresh, line["id"])
    assert outcome == {"result": "pass" if found == "ok" else "fail", "diagnosis": found}
    assert _diagnosis(fresh, line["productSerialNumber"]) == outcome


def test_suspended_and_unknown_lines(fresh: Sandbox) -> None:
    (line,) = fresh.list("637", "product", productSerialNumber="18000001006")
    assert _diagnosis(fresh, line["id"])["diagnosis"] == "account:arrears_suspended"
    assert _diagnosis(fresh, "nothing")["diagnosis"] == "unknownLine"


def test_a_line_test_measures_light_and_speed(fresh: Sandbox) -> None:
    test = _test(fresh, _broadband(fresh, "repeat_fault")["id"])
    fresh.advance("PT7S")
    measures = fresh.one("653", "serviceTest", test["id"])["testMeasure"]
    assert {item["metricName"]: item["unitOfMeasure"] for item in measures} == {
        "opticalPower": "dBm", "downloadRate": "Mbit/s",
    }  # fmt: skip


def _search(sandbox: Sandbox, area: str = "310115") -> list[dict]:
    found = sandbox.create("646", "searchTimeSlot", {"relatedPlace": {"id": area, "role": "install"}})
    assert found["status"] == "done"
    return found["availableTimeSlot"]


def _book(sandbox: Sandbox, slot: dict, area: str = "310115") -> tuple[int, dict]:
    body = {"validFor": slot["validFor"], "relatedPlace": {"id": area, "role": "install"}}
    response = sandbox.post(sandbox.path("646", "appointment"), json=body)
    return response.status_code, response.json()


def test_slots_run_out_and_come_back(fresh: Sandbox) -> None:
    slot = _search(fresh)[0]
    booked = []
    while (outcome := _book(fresh, slot))[0] == 201:
        booked.append(outcome[1])
    assert 1 <= len(booked) <= 3
    assert all(item["status"] == "confirmed" for item in booked)
    assert (outcome[0], outcome[1]["code"]) == (409, "slotTaken")
    assert slot["id"] not in {free["id"] for free in _search(fresh)}
    assert slot["id"].replace("310115", "440106") in {free["id"] for free in _search(fresh, "440106")}
    path = fresh.path("646", f"appointment/{booked[0]['id']}")
    cancelled = fresh.patch(path, json={"status": "cancelled", "validFor": slot["validFor"]})
    assert cancelled.status_code == 200
    assert slot["id"] in {free["id"] for free in _search(fresh)}
    assert fresh.patch(path, json={"status": "confirmed", "validFor": slot["validFor"]}).status_code == 409


def test_slots_are_found_within_the_requested_time(sandbox: Sandbox) -> None:
    day = _search(sandbox)[-1]["validFor"]["startDateTime"][:10]
    wanted = {"startDateTime": f"{day}T13:00:00+08:00", "endDateTime": f"{day}T18:00:00+08:00"}
    body = {"relatedPlace": {"id": "310115", "role": "x"}, "requestedTimeSlot": [{"validFor": wanted}]}
    found = sandbox.create("646", "searchTimeSlot", body)["availableTimeSlot"]
    starts = [slot["validFor"]["startDateTime"] for slot in found]
    assert starts == [f"{day}T14:00:00+08:00", f"{day}T16:00:00+08:00"]


def test_an_appointment_moves_to_another_slot_and_is_done_in_time(fresh: Sandbox) -> None:
    first, *_, other = _search(fresh)
    _, appointment = _book(fresh, first)
    path = fresh.path("646", f"appointment/{appointment['id']}")
    moved = fresh.patch(path, json={"validFor": other["validFor"]}).json()
    assert (moved["status"], moved["calendarEvent"]["id"]) == ("confirmed", other["id"])
    fresh.advance("P2D")
    assert fresh.get(path).json()["status"] == "confirmed"
    fresh.advance("P7D")
    assert fresh.get(path).json()["status"] == "completed"


def test_a_time_off_the_grid_waits_for_confirmation(sandbox: Sandbox) -> None:
    odd = {"validFor": {"startDateTime": "2030-01-01T03:17:00Z", "endDateTime": "2030-01-01T04:00:00Z"}}
    assert _book(sandbox, odd)[1]["status"] == "initialized"


def test_the_place_may_come_from_the_line(sandbox: Sandbox) -> None:
    line = _broadband(sandbox, "repeat_fault")
    entity = [{"id": line["id"], "role": "line", "@referredType": "Product"}]
    found = sandbox.create("646", "searchTimeSlot", {"relatedEntity": entity})["availableTimeSlot"]
    assert found[0]["id"].startswith("SLOT-310115-")
