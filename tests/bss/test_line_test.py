import uuid

import httpx
import pytest

from bss import line_test
from bss.errors import ContractBroken, NotFound
from bss.inventory import Line, line, lines
from tests.bss import raw


def broadband(sandbox: httpx.Client, tag: str) -> Line:
    customer = line(raw.numbers(sandbox, tag)[0]).customer
    return next(of for of in lines(customer) if of.kind == "broadband")


def outcome(sandbox: httpx.Client, of: str) -> line_test.LineTest:
    begun = line_test.start(of, idempotency_key=uuid.uuid4().hex)
    assert (begun.done, begun.passed, begun.diagnosis, begun.words, begun.mbps) == (False, False, "", "", None)
    sandbox.post("/sandbox/clock", json={"advance": "PT7S"}).raise_for_status()
    return line_test.result(begun.id)


@pytest.mark.parametrize(
    ("tag", "diagnosis"), [("outage_area", "outage"), ("repeat_fault", "weakSignal"), ("contract_ending", "ok")]
)
def test_a_test_finds_what_is_the_matter(sandbox: httpx.Client, tag: str, diagnosis: str) -> None:
    found = outcome(sandbox, broadband(sandbox, tag).id)

    assert (found.done, found.passed, found.diagnosis) == (True, diagnosis == "ok", diagnosis)
    assert found.words
    assert found.optical_dbm is not None
    assert found.optical_dbm < 0
    assert found.mbps is not None
    assert (found.mbps > 100) == found.passed


def test_a_line_of_nobody_fails_with_a_diagnosis(sandbox: httpx.Client) -> None:
    assert outcome(sandbox, "nothing").diagnosis == "unknownLine"


def test_the_same_key_starts_one_test(sandbox: httpx.Client) -> None:
    of, same = broadband(sandbox, "repeat_fault").id, uuid.uuid4().hex

    assert line_test.start(of, idempotency_key=same).id == line_test.start(of, idempotency_key=same).id


def test_an_unknown_test_is_not_found_and_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    with pytest.raises(NotFound):
        line_test.result("ST9")
    sandbox.post("/sandbox/faults", json={"api": "653", "mode": "wrong_type"})
    with pytest.raises(ContractBroken):
        line_test.result("ST0001")
