import httpx
import pytest

from bss.errors import ContractBroken, NotFound, Unavailable
from bss.sim import puk
from tests.bss import raw


def test_the_puk_is_that_of_the_numbers_card(sandbox: httpx.Client) -> None:
    for number in raw.numbers(sandbox, "basic")[:3]:
        assert puk(number) == sandbox.get(f"/operator/v1/simCard/{number}").json()["puk"]


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("number", ["19900000000", "../outage", ""])
def test_what_has_no_card_has_no_puk(number: str) -> None:
    with pytest.raises(NotFound):
        puk(number)


@pytest.mark.parametrize(("mode", "error"), [("error", Unavailable), ("wrong_type", ContractBroken)])
def test_a_puk_that_cannot_be_read_is_not_made_up(sandbox: httpx.Client, mode: str, error: type[Exception]) -> None:
    raw.breaks(sandbox, "sim", mode)

    with pytest.raises(error):
        puk("18900001001")
