from datetime import date

import numpy as np
import pytest

from knowledge_base.faq import Entry, entries, unrelated
from knowledge_base.search import FLOOR_ALONE, FLOOR_BEHIND, Index, texts

TODAY = date(2026, 11, 26)
ENTRIES = [
    Entry("modem", "光猫亮红灯怎么办？", ("猫上的灯红了", "LOS灯闪红"), "请把光纤插紧。", "report_fault"),
    Entry("invoice", "怎么开发票？", ("报销要发票", "电子发票在哪开"), "说开发票就行。", "invoice"),
    Entry("points", "积分会过期吗？", ("积分有效期", "积分什么时候清零"), "会。", "query_points"),
    Entry("gift", "中秋有什么活动？", ("中秋节优惠", "过节送流量吗"), "送5GB流量。", "ask_package_info",
          since=date(2026, 9, 20), until=date(2026, 9, 30)),
]  # fmt: skip
SMALL_TALK = ["您好", "谢谢", "好的", "今天下雨吗"]
AXES = np.eye(len(ENTRIES) + 1, 8, dtype=np.float32)


def vectors() -> "np.ndarray":
    """One direction an entry, one for small talk."""
    owners = [number for number, entry in enumerate(ENTRIES) for _ in range(len(entry.wordings) + 1)]
    return AXES[owners + [len(ENTRIES)] * len(SMALL_TALK)]


def ids(index: Index, question: str, vector: object = None, limit: int = 3, today: date = TODAY) -> list[str]:
    return [hit.entry.id for hit in index.find(question, vector, limit, today)]  # type: ignore[arg-type]


def test_words_alone_find_an_entry_and_say_that_they_were_alone() -> None:
    index = Index(ENTRIES, SMALL_TALK)

    (hit, *_) = index.find("家里光猫红灯一直亮", None, 3, TODAY)

    assert index.lexical
    assert (hit.entry.id, hit.lexical) == ("modem", True)
    assert hit.wording == "光猫亮红灯怎么办？"


def test_the_meaning_finds_what_shares_no_word_with_the_question() -> None:
    index = Index(ENTRIES, SMALL_TALK, vectors())

    (hit, *_) = index.find("票据", AXES[1], 3, TODAY)

    assert not index.lexical
    assert (hit.entry.id, hit.lexical) == ("invoice", False)
    assert hit.wording in ENTRIES[1].wordings


def test_an_index_with_vectors_still_compares_words_when_the_question_has_none() -> None:
    (hit, *_) = Index(ENTRIES, SMALL_TALK, vectors()).find("积分什么时候过期", None, 3, TODAY)

    assert (hit.entry.id, hit.lexical) == ("points", True)


def test_small_talk_gets_no_suggestion() -> None:
    assert ids(Index(ENTRIES, SMALL_TALK, vectors()), "好的谢谢", AXES[4]) == []
    assert ids(Index(ENTRIES, SMALL_TALK), "嗯嗯") == []
    assert ids(Index(ENTRIES, SMALL_TALK), "") == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 9, 19), []), (date(2026, 9, 20), ["gift"]), (date(2026, 9, 30), ["gift"]), (date(2026, 10, 1), []),
    ],
)  # fmt: skip
def test_an_entry_is_found_on_the_days_on_which_it_holds(day: date, found: list[str]) -> None:
    assert ids(Index(ENTRIES, SMALL_TALK), "中秋节优惠", limit=1, today=day)[:1] == found
    assert ids(Index(ENTRIES, SMALL_TALK, vectors()), "中秋节优惠", AXES[3], limit=1, today=day) == found


def test_hits_are_few_and_sorted_the_first_above_the_floor_and_none_far_below() -> None:
    index = Index(entries(), unrelated())

    for question in ("流量包多少钱", "宽带怎么收费", "套餐"):
        scores = [hit.score for hit in index.find(question, None, 2, TODAY)]
        assert len(scores) <= 2
        assert scores == sorted(scores, reverse=True)
        assert FLOOR_ALONE <= scores[0] <= 1
        assert scores[-1] >= FLOOR_BEHIND


def test_scores_are_shares_of_one() -> None:
    for index, vector in ((Index(ENTRIES, SMALL_TALK), None), (Index(ENTRIES, SMALL_TALK, vectors()), AXES[2])):
        scores = index.scores("积分", vector)  # type: ignore[arg-type]
        assert scores.shape == (len(ENTRIES),)
        assert 0 < scores.sum() < 1


def test_every_wording_finds_its_own_entry_by_words_alone() -> None:
    index = Index(entries(), unrelated())
    wordings = [(wording, entry.id) for entry in entries() for wording in entry.wordings]

    right = sum(int(index.scores(wording, None).argmax()) == [entry.id for entry in entries()].index(owner)
                for wording, owner in wordings)  # fmt: skip

    assert right / len(wordings) > 0.9


def test_there_is_one_text_for_each_row_of_vectors() -> None:
    wanted = texts(entries(), unrelated())

    assert len(wanted) == sum(len(entry.wordings) + 1 for entry in entries()) + len(unrelated())
    assert all(wanted)


def test_a_further_entry_is_learnt_from_what_is_known_of_the_others() -> None:
    former = Index(ENTRIES[1:], SMALL_TALK, vectors()[len(ENTRIES[0].wordings) + 1 :])

    index = Index(ENTRIES, SMALL_TALK, vectors(), like=former)

    for axis, entry in enumerate(ENTRIES[:3]):
        (hit, *_) = index.find("什么", AXES[axis], 1, TODAY)
        assert hit.entry.id == entry.id
    assert ids(index, "好的谢谢", AXES[4]) == []
    assert np.allclose(
        index.scores("光猫红灯", AXES[0]), Index(ENTRIES, SMALL_TALK, vectors()).scores("光猫红灯", AXES[0]), atol=0.05
    )


def test_what_is_known_of_vectors_of_another_length_is_left() -> None:
    former = Index(ENTRIES, SMALL_TALK, vectors()[:, :6])

    assert ids(Index(ENTRIES, SMALL_TALK, vectors(), like=former), "票据", AXES[1], limit=1) == ["invoice"]
