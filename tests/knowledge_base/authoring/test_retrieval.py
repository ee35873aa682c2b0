"""What the FAQ of a draft would answer: word for word, or where the model is not sure."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.times import shanghai_today
from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.checking import folder
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.meanings import Meaning
from knowledge_base.authoring.retrieval import FAQ, Faq, faq_of, is_unsure

UNSURE = Meaning("nlu_fallback", 0.8, {})
SURE = Meaning("query_usage", 0.9, {})
DAY = timedelta(days=1)
RING = {
    "question": "视频彩铃怎么更换？",
    "also": ["视频彩铃换一个", "换别的视频彩铃", "视频彩铃想换掉", "怎么换视频彩铃", "在哪里换视频彩铃"],
    "answer": "登录视频彩铃小程序就能换。",
    "topic": "subscribe_vas",
}


@pytest.fixture(scope="module")
def live() -> Knowledge:
    return Knowledge.read()


def with_entry(live: Knowledge, **more: str) -> Knowledge:
    return live.with_changes([Change("faq", "video-ring", None, {**RING, **more})])


def test_a_wording_is_answered_whatever_the_model_takes_it_for(live: Knowledge, database: Path) -> None:
    found = Faq(with_entry(live)).answered({"换别的视频彩铃": SURE, "查流量": SURE})
    assert found == {"换别的视频彩铃": Meaning(FAQ, 0.9, {}, RING["answer"]), "查流量": SURE}


def test_an_entry_answers_on_its_days_alone(live: Knowledge, database: Path) -> None:
    today = shanghai_today()
    for bounds, answers in (
        ({"to": (today - DAY).isoformat()}, False),
        ({"from": (today + DAY).isoformat()}, False),
        ({"from": today.isoformat(), "to": today.isoformat()}, True),
    ):
        found = Faq(with_entry(live, **bounds)).answered({"换别的视频彩铃": SURE})["换别的视频彩铃"]
        assert (found.answer is not None) is answers


def test_an_entry_whose_doing_is_a_journey_leaves_it_to_the_journey(live: Knowledge, database: Path) -> None:
    found = Faq(with_entry(live, journey="subscribe_vas")).answered({"换别的视频彩铃": SURE})
    assert found == {"换别的视频彩铃": SURE}


def test_what_the_model_is_not_sure_of_is_looked_up_by_meaning(live: Knowledge, database: Path) -> None:
    asked = {"我想把视频彩铃给换了怎么换": UNSURE, "今天月亮真圆": UNSURE}
    found = Faq(with_entry(live)).answered(asked)
    assert found["我想把视频彩铃给换了怎么换"].answer == RING["answer"]
    assert found["今天月亮真圆"] == UNSURE


def test_of_what_customers_typed_nothing_is_kept(live: Knowledge, database: Path) -> None:
    faq = Faq(with_entry(live))
    faq.prepare()
    kept = {path: path.stat().st_size for path in folder().iterdir()}
    assert any(kept.values())

    assert faq.answered({"我是张三，想把视频彩铃给换了怎么换": UNSURE})

    assert {path: path.stat().st_size for path in folder().iterdir()} == kept


def test_the_index_of_the_same_entries_is_made_once(live: Knowledge) -> None:
    assert faq_of(live) is faq_of(live)
    assert faq_of(with_entry(live)) is not faq_of(live)


def test_a_business_of_others_is_looked_up_only_when_that_is_not_sure() -> None:
    assert is_unsure(Meaning("out_of_scope", 0.6, {}))
    assert not is_unsure(Meaning("out_of_scope", 0.8, {}))
    assert not is_unsure(SURE)
