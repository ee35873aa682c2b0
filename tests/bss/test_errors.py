from pathlib import Path

import pytest
import yaml

from bss.errors import BssError, ContractBroken, NotFound, Rejected, Unavailable

DOMAIN = yaml.safe_load((Path(__file__).parents[2] / "domain.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", [BssError, NotFound, Rejected, Unavailable, ContractBroken])
def test_every_error_has_a_sentence_for_the_customer(kind: type[BssError]) -> None:
    assert kind.response in DOMAIN["responses"]


def test_errors_are_told_apart_by_type_but_caught_as_one() -> None:
    kinds = [NotFound("x"), Rejected("c", "r"), Unavailable("x"), ContractBroken("x")]

    assert all(isinstance(error, BssError) for error in kinds)
    assert not any(isinstance(error, Unavailable) for error in kinds if type(error) is not Unavailable)
