"""Sentences grouped by meaning."""

from collections import Counter

import numpy as np
import pytest

from knowledge_base.authoring import clusters
from knowledge_base.authoring.clusters import Cluster, clustered
from language.encoder import encode
from language.normalise import normalise
from tests.bot.training import examples

RINGBACK = ["视频彩铃怎么换", "怎么换视频彩铃", "视频彩铃想换一个", "想把视频彩铃换掉", "换个视频彩铃怎么弄"]
SNOW = ["外面下雪了", "今天下大雪", "外面雪下得好大"]


def groups(found: list[Cluster], texts: list[str]) -> list[set[str]]:
    """The texts of each cluster."""
    return [{texts[row] for row in cluster.rows} for cluster in found]


def test_what_means_the_same_is_one_group_and_every_sentence_is_in_one() -> None:
    texts = [*SNOW, *RINGBACK, "我要开发票"]
    found = clustered(encode(texts), texts, {})

    assert groups(found, texts) == [set(RINGBACK), set(SNOW), {"我要开发票"}]
    assert [cluster.id for cluster in found] == [None, None, None]
    assert texts[found[0].representative] in RINGBACK
    assert all(abs(float(np.linalg.norm(cluster.centre)) - 1.0) < 1e-5 for cluster in found)


def test_new_sentences_join_the_group_that_is_known_and_it_keeps_its_number() -> None:
    old = encode(RINGBACK[:3])
    centre = clustered(old, RINGBACK[:3], {})[0].centre
    texts = [*SNOW, *RINGBACK[3:]]
    found = clustered(encode(texts), texts, {7: centre, 9: encode(["我要投诉"])[0]})

    assert [(cluster.id, len(cluster.rows)) for cluster in found] == [(7, 2), (None, 3)]


def test_the_order_of_sentences_does_not_matter() -> None:
    texts = [*SNOW, *RINGBACK]
    turned = texts[::-1]

    assert groups(clustered(encode(texts), texts, {}), texts) == groups(clustered(encode(turned), turned, {}), turned)


def test_more_than_can_be_compared_at_once_still_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "MOST", 4)
    texts = [*SNOW, *RINGBACK]

    assert groups(clustered(encode(texts), texts, {}), texts) == [set(RINGBACK), set(SNOW)]


def test_nothing_makes_no_groups() -> None:
    assert clustered(np.zeros((0, 512), dtype=np.float32), [], {}) == []


def test_groups_of_our_own_training_sentences_are_of_one_intent() -> None:
    """Business intents only: what is out of scope is of all meanings. The figures stand in docs/bench-conflicts.md."""
    sampled = [
        (intent, normalise(text))
        for intent, texts in examples().items()
        if intent.startswith(("query_", "report_fault", "complain", "broadband_service", "recharge", "invoice"))
        for text in texts[:: max(1, len(texts) // 12)]
    ]
    found = clustered(encode([text for _, text in sampled]), [text for _, text in sampled], {})
    right = sum(Counter(sampled[row][0] for row in cluster.rows).most_common(1)[0][1] for cluster in found)

    assert right / len(sampled) > 0.7
    assert len(found) < 0.75 * len(sampled)
