from typing import Any

import pytest

from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.merge import Conflict, merged, rebased

ENTRY: dict[str, Any] = {
    "question": "怎么查话费？",
    "also": ["话费呢"],
    "answer": "说“查话费”。",
    "topic": "query_balance",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.read()


def test_different_fields_of_an_object_are_both_kept() -> None:
    mine, theirs = {**ENTRY, "answer": "直接说“查话费”。"}, {**ENTRY, "question": "怎么查余额？"}

    assert merged(ENTRY, mine, theirs) == ({**ENTRY, "answer": "直接说“查话费”。", "question": "怎么查余额？"}, [])


def test_sentences_come_and_go_one_by_one() -> None:
    base, mine, theirs = (
        {"examples": one} for one in (["一", "二", "三"], ["一", "三", "四"], ["一", "二", "五", "四"])
    )

    assert merged(base, mine, theirs) == ({"examples": ["一", "五", "四"]}, [])


def test_a_text_that_both_changed_otherwise_is_a_conflict_and_mine_stays() -> None:
    mine, theirs = {**ENTRY, "answer": "甲。", "also": ["话费呢", "余额呢"]}, {**ENTRY, "answer": "乙。"}

    assert merged(ENTRY, mine, theirs) == (mine, ["answer"])


def test_a_text_that_both_changed_alike_is_none() -> None:
    mine = {**ENTRY, "answer": "甲。"}

    assert merged(ENTRY, mine, dict(mine)) == (mine, [])


@pytest.mark.parametrize("mine", [None, {**ENTRY, "answer": "甲。"}])
def test_deleting_what_the_other_changed_is_a_conflict(mine: dict[str, Any] | None) -> None:
    theirs = {**ENTRY, "question": "怎么查余额？"} if mine is None else None

    assert merged(ENTRY, mine, theirs) == (mine, ["value"])


def test_what_only_one_deleted_is_deleted() -> None:
    assert merged(ENTRY, None, ENTRY) == (None, [])
    assert merged(ENTRY, ENTRY, None) == (None, [])
    assert merged(ENTRY, None, None) == (None, [])


def test_two_new_objects_of_one_name_are_compared_by_field() -> None:
    assert merged(None, ENTRY, {**ENTRY, "topic": "query_bill"})[1] == ["topic"]


def test_an_optional_field_that_one_takes_away_is_gone() -> None:
    base = {**ENTRY, "journey": "query_balance"}

    assert merged(base, ENTRY, {**base, "answer": "乙。"}) == ({**ENTRY, "answer": "乙。"}, [])


def test_days_of_a_week_are_merged_by_day() -> None:
    week = ["08:00-22:00"] * 7
    mine, theirs = ["closed", *week[1:]], [*week[:6], "closed"]

    assert merged({"week": week}, {"week": mine}, {"week": theirs}) == ({"week": ["closed", *week[1:6], "closed"]}, [])
    assert merged({"week": week}, {"week": mine}, {"week": ["09:00-10:00", *week[1:]]})[1] == ["week"]


def test_text_and_buttons_of_an_answer_are_merged_apart() -> None:
    def answer(text: str, *buttons: str) -> dict[str, Any]:
        shown = [{"title": one, "payload": f"/{one}"} for one in buttons]
        return {"answer": {"kind": "text", "variants": [{"text": text, "buttons": shown, "when": None}]}}

    assert merged(answer("甲"), answer("乙"), answer("甲", "menu")) == (answer("乙", "menu"), [])
    assert merged(answer("甲"), answer("乙"), answer("丙"))[1] == ["answer"]
    assert merged(answer("甲"), answer("乙"), {"answer": {"kind": "action", "action": "action_fault"}})[1] == ["answer"]


def test_changes_are_put_upon_what_the_files_say_now(knowledge: Knowledge) -> None:
    held = knowledge.objects["faq"]["balance-check"]
    # Since the draft began somebody else has added a wording and changed the question.
    base = {**held, "also": held["also"][:-1], "question": "怎样查话费？"}
    mine = {**base, "answer": "说“查话费”。", "also": [*base["also"], "新的说法"]}

    assert rebased([Change("faq", "balance-check", base, mine)], knowledge) == (
        [Change("faq", "balance-check", held, {**held, "answer": "说“查话费”。", "also": [*held["also"], "新的说法"]})],
        [],
    )


def test_what_has_become_so_by_itself_is_no_change_any_more(knowledge: Knowledge) -> None:
    held = knowledge.objects["faq"]["balance-check"]

    assert rebased([Change("faq", "balance-check", {**held, "answer": "旧。"}, held)], knowledge) == ([], [])
    assert rebased([Change("faq", "not-there", held, None)], knowledge) == ([], [])


def test_a_contradiction_is_named_with_both_versions(knowledge: Knowledge) -> None:
    held = knowledge.objects["canned"]["kc"]
    mine = {**held, "text": "您好。"}

    assert rebased([Change("canned", "kc", {**held, "text": "早。"}, mine)], knowledge) == (
        [Change("canned", "kc", held, mine)],
        [Conflict("canned", "kc", ["text"], mine, held)],
    )


def test_sentences_in_another_order_are_no_other_base(knowledge: Knowledge) -> None:
    held = knowledge.objects["intent"]["query_balance"]
    base = {**held, "examples": held["examples"][::-1]}

    assert rebased([Change("intent", "query_balance", base, None)], knowledge) == (
        [Change("intent", "query_balance", held, None)],
        [],
    )
