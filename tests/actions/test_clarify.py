import pytest

from actions.clarify import OFFERED, WORTH_OFFERING, ActionClarify, candidates, misunderstood_before
from tests.actions.talk import action, bot, run, tracker, user


def ranking(**confidences: float) -> list[dict[str, object]]:
    return [{"name": name, "confidence": confidence} for name, confidence in confidences.items()]


CLARIFIED = [user("嗯嗯"), action("action_clarify")]


async def test_the_likeliest_meanings_are_offered_as_a_question_and_as_buttons() -> None:
    meanings = ranking(nlu_fallback=0.7, query_balance=0.3, query_bill=0.2)

    turn = await run(ActionClarify(), tracker("钱", "nlu_fallback", ranking=meanings))

    assert turn.text == "您是想查话费余额，还是查账单？"
    assert turn.said[0]["buttons"] == [
        {"title": "查话费余额", "payload": "/query_balance"},
        {"title": "查账单", "payload": "/query_bill"},
    ]


def test_small_talk_and_guesses_are_not_offered() -> None:
    assert candidates(
        ranking(nlu_fallback=0.9, out_of_scope_noise=0.5, chitchat_mood=0.4, greet=0.3, thanks=0.3, query_bill=0.2)
        + ranking(query_usage=WORTH_OFFERING - 0.001)
    ) == ["query_bill"]


def test_not_more_than_three_are_offered_best_first() -> None:
    names = candidates(ranking(query_bill=0.3, query_usage=0.25, query_points=0.2, query_package=0.15))

    assert names == ["query_bill", "query_usage", "query_points"]
    assert len(names) == OFFERED


@pytest.mark.parametrize("odd", [{"name": "query_bill"}, {"name": "query_bill", "confidence": None}, {}])
def test_an_entry_without_confidence_is_not_offered(odd: dict[str, object]) -> None:
    assert candidates([odd]) == []


async def test_with_nothing_to_offer_the_menu_helps() -> None:
    turn = await run(ActionClarify(), tracker("嗯", "nlu_fallback", ranking=ranking(nlu_fallback=0.9)))

    assert turn.responses == ["utter_not_understood"]


async def test_not_understood_twice_offers_a_person() -> None:
    turn = await run(
        ActionClarify(),
        tracker("啊", "nlu_fallback", ranking=ranking(query_bill=0.3), events=[*CLARIFIED, user("啊")]),
    )

    assert turn.responses == ["utter_not_understood_twice"]


async def test_not_understood_three_times_brings_a_person_in() -> None:
    events = [*CLARIFIED, *CLARIFIED, user("啊")]
    turn = await run(ActionClarify(), tracker("啊", "nlu_fallback", events=events))

    assert turn.responses == ["utter_handover_failed"]
    assert turn.said[0]["custom"]["handover"]["reason"] == "failed"


async def test_a_turn_that_was_understood_in_between_counts_from_the_start() -> None:
    events = [*CLARIFIED, user("查话费"), action("action_query_balance"), user("啊")]

    turn = await run(ActionClarify(), tracker("啊", "nlu_fallback", ranking=ranking(query_bill=0.3), events=events))

    assert turn.responses == ["utter_clarify"]


@pytest.mark.parametrize(
    ("events", "times"),
    [
        ([], 0),
        ([user()], 0),
        ([*CLARIFIED, user()], 1),
        ([*CLARIFIED, *CLARIFIED, user()], 2),
        ([*CLARIFIED, user(), action("utter_menu"), *CLARIFIED, user()], 1),
        ([action("action_clarify"), user()], 0),
        # Somebody who came back from the queue is not sent there at once.
        ([*CLARIFIED, *CLARIFIED, *CLARIFIED, bot("好的", custom={"handover": {}}), user()], 0),
        ([*CLARIFIED, user(), action("utter_menu"), user()], 0),
    ],
)
def test_only_turns_right_before_this_one_count(events: list[dict[str, object]], times: int) -> None:
    assert misunderstood_before(events) == times
