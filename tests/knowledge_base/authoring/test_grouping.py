"""Sentences of the inbox are put together by meaning, again and again, and keep the clusters that they have."""

import pytest
import sqlalchemy as sa

from common.database import reading, transaction
from knowledge_base.authoring import grouping, spoken
from knowledge_base.authoring.models import Cluster, InboxSentence

pytestmark = pytest.mark.usefixtures("database")

RING = ["视频彩铃怎么换", "视频彩铃怎么更换", "怎么换视频彩铃"]
PASSWORD = ["宽带密码忘了", "宽带的密码忘记了"]


def add(*texts: str, state: str = "open") -> None:
    with transaction() as session:
        session.add_all(InboxSentence(form=text, text=text, state=state) for text in texts)


def clusters() -> dict[str, int | None]:
    with reading() as session:
        return dict(session.execute(sa.select(InboxSentence.text, InboxSentence.cluster_id)).all())


def titles() -> dict[int, str]:
    with reading() as session:
        return dict(session.execute(sa.select(Cluster.id, Cluster.title)).all())


def ungrouped() -> bool:
    with reading() as session:
        return spoken.is_ungrouped(session)


def test_sentences_of_one_meaning_share_a_cluster_named_by_one_of_them() -> None:
    add(*RING, *PASSWORD)
    add("不要的一句", state="dismissed")
    assert ungrouped()
    assert grouping.group() == 5
    found = clusters()
    assert len({found[text] for text in RING}) == len({found[text] for text in PASSWORD}) == 1
    assert found[RING[0]] != found[PASSWORD[0]]
    assert found["不要的一句"] is None
    assert {titles()[found[RING[0]] or 0] in RING, titles()[found[PASSWORD[0]] or 0] in PASSWORD} == {True}
    assert not ungrouped()


def test_what_comes_later_joins_the_cluster_that_is_there() -> None:
    add(*RING[:2])
    grouping.group()
    before = clusters()
    add(RING[2], *PASSWORD)
    assert grouping.group() == 3
    after = clusters()
    assert {after[text] for text in RING} == {before[RING[0]]}
    assert len(titles()) == 2


def test_nothing_to_group_is_nothing_done() -> None:
    assert grouping.group() == 0
    assert titles() == {}


def test_others_can_write_while_it_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    add(*RING[:2])
    grouping.group()
    vectors = grouping._vectors

    def meanwhile(texts: list[str]) -> grouping.Matrix:
        with transaction():
            return vectors(texts)

    monkeypatch.setattr("common.database.LOCK_SECONDS", 0.1)
    monkeypatch.setattr(grouping, "_vectors", meanwhile)
    add(RING[2])
    assert grouping.group() == 1


def test_what_is_known_of_all_sentences_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    add(*RING[:2], *PASSWORD)
    grouping.group()
    vectors = grouping._vectors
    asked: list[int] = []

    def counted(texts: list[str]) -> grouping.Matrix:
        asked.append(len(texts))
        return vectors(texts)

    monkeypatch.setattr(grouping, "_vectors", counted)
    add(RING[2])
    grouping.group()
    assert asked == [5]
