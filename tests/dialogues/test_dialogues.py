"""What customers say and read, and what the operator's systems hold afterwards: the dialogues of these folders."""

import pytest

from tests.dialogues.player import Dialogue, Stage
from tests.dialogues.scenario import Scenario, every


@pytest.mark.parametrize("scenario", every(), ids=lambda scenario: scenario.id)
def test_dialogue(scenario: Scenario, stage: Stage) -> None:
    failed = None
    try:
        Dialogue(stage, scenario).play()
    except AssertionError as failure:
        failed = str(failure)
    # The transcript tells everything; where in the player it was noticed helps nobody.
    if failed is not None:
        pytest.fail(failed, pytrace=False)
