"""The figure that the extractor has to hold: exact span and value over hand-made sentences."""

import pytest

from tests.language.entity_set import score, sentences

LEAST = 0.95
PARTS = ("development", "held")


def test_the_set_is_as_large_and_as_tempting_as_it_claims() -> None:
    cases = [case for part in PARTS for case in sentences(part)]

    assert len(cases) >= 300
    assert len({text for text, _ in cases}) == len(cases)
    assert sum(not entities for _, entities in cases) >= 75


def test_the_extractor_holds_its_figure(capsys: pytest.CaptureFixture[str]) -> None:
    result = score(case for part in PARTS for case in sentences(part))

    with capsys.disabled():
        print(f"\n{result.table()}")  # noqa: T201
    assert result.total.f1 >= LEAST, "\n".join(result.mistakes)


@pytest.mark.parametrize("part", PARTS)
def test_neither_part_carries_the_other(part: str) -> None:
    assert score(sentences(part)).total.f1 >= LEAST - 0.02
