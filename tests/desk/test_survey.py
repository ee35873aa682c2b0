import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import choices, dispatch, store, survey
from desk.errors import sentence
from desk.handover_models import Survey
from desk.workbench import chats
from tests.desk.agents import agent, enters, row, served, talk_of
from tests.desk.conftest import Clock


def asked() -> str:
    staff = agent()
    found = served(staff)
    chats.close(found, staff, "billing", "solved", "")
    return str(talk_of(found).id)


def says(talk: str, text: str) -> str | None:
    """What a customer types, answered by the desk if it is the desk's; the last line then."""
    accepted = store.accept(talk, f"say-{text}", text, None)
    if not store.is_for_desk(accepted.payload):
        return None
    with transaction() as session:
        choices.answer(session, store.lock_conversation(session, talk), str(accepted.payload), accepted.turn)
    return str(store.history(talk, 0)[0][-1]["text"])


def given() -> tuple[object, object]:
    with transaction() as session:
        row = session.scalar(sa.select(Survey).order_by(Survey.id.desc()))
        return row.score, row.reason


@pytest.mark.parametrize("text", ["5", "5 非常满意"])
def test_a_good_score_is_thanked_for(text: str) -> None:
    talk = asked()

    assert says(talk, text) == sentence("survey_thanks")
    assert given() == (5, None)


def test_a_poor_score_is_asked_about() -> None:
    talk = asked()

    assert says(talk, "2") == sentence("survey_why")
    assert says(talk, "等得太久") == sentence("survey_thanks")
    assert given() == (2, "slow")


def test_the_first_score_counts() -> None:
    talk = asked()
    says(talk, "5")
    with transaction() as session:
        number = survey.latest(session, talk).id
        survey.answer(session, store.lock_conversation(session, talk), f"desk:survey:{number}:1", None)

    assert given() == (5, None)


def test_words_after_a_survey_are_no_score() -> None:
    assert says(asked(), "查话费") is None


def test_a_late_score_is_told_so(clock: Clock) -> None:
    talk = asked()
    clock.forward(1801)

    assert says(talk, "5") == sentence("survey_late")
    assert given() == (None, None)


def test_the_bot_is_scored_once_a_conversation(talk: str) -> None:
    for _ in range(2):
        with transaction() as session:
            survey.ask_of_bot(session, store.lock_conversation(session, talk))

    assert [line["text"] for line in store.history(talk, 0)[0]] == [sentence("survey_bot")]


def test_an_old_button_scores_whom_it_was_about() -> None:
    talk = asked()
    first = store.history(talk, 0)[0][-1]["choices"][-1]["id"]
    second = enters(talk)
    dispatch.step()
    staff = row(second).staff_id
    chats.accept(second, staff)
    chats.close(second, staff, "billing", "solved", "")
    accepted = store.accept(talk, "old", None, first)
    with transaction() as session:
        choices.answer(session, store.lock_conversation(session, talk), str(accepted.payload), accepted.turn)
        scores = dict(session.execute(sa.select(Survey.handover_id, Survey.score)).all())

    assert scores[second] is None
    assert sorted(score for score in scores.values() if score) == [1]


@pytest.mark.parametrize("payload", ["desk:survey:", "desk:survey:999:5", "desk:survey:x:y"])
def test_rubbish_is_no_score(talk: str, payload: str) -> None:
    with transaction() as session:
        survey.answer(session, store.lock_conversation(session, talk), payload, None)

    assert store.history(talk, 0)[0][-1]["text"] == sentence("survey_late")


def test_nobody_is_asked_while_a_person_serves_them() -> None:
    staff = agent()
    talk = talk_of(served(staff)).id
    with transaction() as session:
        survey.ask_of_bot(session, store.lock_conversation(session, talk))
        assert survey.latest(session, talk) is None
