"""An entry of the FAQ, said to a customer."""

from dataclasses import replace
from datetime import date

import pytest

from actions import faq
from actions.faq import ActionFaq
from knowledge_base.content import intent_title
from knowledge_base.faq import entries
from tests.actions.talk import Turn, run, tracker

WITH = next(entry for entry in entries() if entry.journey and entry.journey != "human_agent")
WITHOUT = next(entry for entry in entries() if not entry.journey)


async def says(entry: str | None) -> Turn:
    """What the channel's `/faq` brings."""
    entities = {} if entry is None else {"entry": entry}
    return await run(ActionFaq(), tracker("这个怎么弄", "faq", entities=entities))


def buttons(turn: Turn) -> dict[str, str]:
    return {button["payload"]: button["title"] for button in turn.said[0]["buttons"]}


async def test_an_entry_is_said_as_it_is_written_and_offers_what_the_bot_can_do_then_a_person() -> None:
    turn = await says(WITH.id)

    assert turn.text == WITH.answer
    assert list(buttons(turn).items()) == [
        (f"/{WITH.journey}", intent_title(WITH.journey or "")),
        ("/human_agent", "转人工"),
    ]


async def test_where_the_bot_can_do_nothing_a_person_is_there() -> None:
    turn = await says(WITHOUT.id)

    assert (turn.text, buttons(turn)) == (WITHOUT.answer, {"/human_agent": "转人工"})


async def test_a_person_is_offered_once() -> None:
    entry = next(entry for entry in entries() if entry.journey == "human_agent")

    assert len((await says(entry.id)).said[0]["buttons"]) == 1


@pytest.mark.parametrize("entry", ["no-such", None])
async def test_an_entry_that_is_not_there_is_not_understood(entry: str | None) -> None:
    assert (await says(entry)).responses == ["utter_not_understood"]


async def test_an_entry_that_does_not_hold_any_more_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    over = replace(WITHOUT, until=date(2020, 1, 1))
    monkeypatch.setattr(faq, "entries", lambda: (over,))

    assert (await says(WITHOUT.id)).responses == ["utter_not_understood"]
