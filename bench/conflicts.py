"""How well conflicts between intents are found, and how fast: `make bench-conflicts` writes docs/bench-conflicts.md.

The sentences are our own (`bot/data/nlu`); for 100,000 of them they are varied with polite words, other figures, months
and plans, and conflicts are planted whose share found is counted.
"""

import argparse
import os
import platform
import random
import re
import resource
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

from bench.timing import load
from common.settings import ROOT
from common.times import SHANGHAI, utc_now
from knowledge_base.authoring import bulk, clusters
from knowledge_base.authoring.checking import folder
from knowledge_base.authoring.checks import check
from knowledge_base.authoring.corpus import Corpus, Features, grams, same
from knowledge_base.authoring.embeddings import Matrix, vectors
from knowledge_base.authoring.examples import NEAR, NEAREST
from knowledge_base.authoring.knowledge import Knowledge
from language.intents import family

COUNT, PLANTED, SAMPLE = 100_000, 500, 10_000
BEFORE = (
    "你好，", "麻烦", "请问", "帮我看看", "那个", "喂你好", "我想问一下", "师傅", "急，", "你好我想咨询一下",
    "客服你好，", "不好意思，", "是这样的，", "我就想知道", "跟您打听一下，", "我家里人让我问",
)  # fmt: skip
AFTER = (
    "谢谢", "啊", "行吗", "可以吗", "急用", "快点", "谢谢啊", "好不好", "吧", "呢", "怎么弄", "麻烦了",
    "请尽快", "好吗亲", "现在",
)  # fmt: skip
MONTH = re.compile(r"(?:十[一二]|[一二三四五六七八九十]|\d{1,2})月")
FIGURE = re.compile(r"\d{1,3}(?=[块元兆gGmM个分])")
PLANS = re.compile("星卡|孝心卡|大流量卡|5G畅享|天翼云盘|天翼高清|来电显示|亲情网")
PLAN_NAMES = ("星卡", "孝心卡", "大流量卡", "5G畅享", "天翼云盘", "天翼高清", "来电显示", "亲情网")


@dataclass(frozen=True)
class Text:
    """Sentences with their intents; `planted` are rows that were put under an intent of another family."""

    keys: list[str]
    sentences: list[str]
    planted: dict[int, str]


def varied(sentence: str, chance: random.Random) -> str:
    """The sentence with another figure, month or plan, and words before and behind."""
    sentence = MONTH.sub(lambda _: f"{chance.randint(1, 12)}月", sentence)
    sentence = FIGURE.sub(lambda _: str(chance.randint(1, 300)), sentence)
    sentence = PLANS.sub(lambda _: chance.choice(PLAN_NAMES), sentence)
    before = chance.choice(BEFORE) if chance.random() < 0.7 else ""
    return before + sentence + (chance.choice(AFTER) if chance.random() < 0.7 else "")


def composed(own: Sequence[tuple[str, str]], count: int, planted: int) -> Text:
    """So many different sentences, made of our own (intent, sentence); the same ones at every run."""
    chance = random.Random(8)  # noqa: S311 - the same at every run
    known = {same(sentence) for _, sentence in own}
    rows = list(own)
    while len(rows) < count - planted:
        key, sentence = chance.choice(own)
        made = varied(sentence, chance)
        if same(made) not in known:
            known.add(same(made))
            rows.append((key, made))
    names = sorted({key for key, _ in own})
    # A word of two characters means many things.
    long = [row for row in own if len(row[1]) >= 5]
    strange: dict[int, str] = {}
    while len(strange) < planted:
        key, sentence = chance.choice(long)
        other = chance.choice([name for name in names if family(name, names) != family(key, names)])
        made = sentence if chance.random() < 0.3 else varied(sentence, chance)
        strange[len(rows)] = key
        rows.append((other, made))
    return Text([key for key, _ in rows], [sentence for _, sentence in rows], strange)


def told(text: Text, found: Sequence[bulk.Conflict]) -> int:
    """How many of the planted sentences are found."""
    return len({one.row for one in found} & set(text.planted))


def exactly(keys: Sequence[str], sentences: Sequence[str], given: Matrix) -> set[int]:
    """The rows that all pairs, with whole vectors, find in conflict, by the rules of `bulk.conflicts`."""
    names = sorted(set(keys))
    families = np.array([names.index(family(key, names)) for key in keys])
    owners = np.array([names.index(key) for key in keys])
    features, found = Features(given, grams(sentences)), set()
    for start in range(0, len(keys), 500):
        part = np.arange(start, min(start + 500, len(keys)))
        likeness = features.rows(part).likeness(features)
        likeness[np.arange(len(part)), part] = -1.0
        there = np.where(families[part][:, None] == families[None, :], -1.0, likeness).max(axis=1)
        here = np.where(owners[part][:, None] == owners[None, :], likeness, -1.0).max(axis=1)
        found |= set(part[(there >= NEAR) | ((there >= NEAREST) & (there > here))].tolist())
    return found


def typing(corpus: Corpus, knowledge: Knowledge) -> list[float]:
    """Milliseconds for 20 new sentences that are pasted into an intent of ours, ten times other ones."""
    chance, took = random.Random(9), []  # noqa: S311 - the same at every run
    value = knowledge.objects["intent"]["query_balance"]
    for _ in range(11):
        new = [varied(sentence, chance) for sentence in chance.sample(corpus.pools["intent"].sentences, 20)]
        start = perf_counter()
        check(
            corpus, knowledge, "intent", "query_balance", {**value, "examples": [*value["examples"], *new]}, quick=True
        )
        took.append(1000 * (perf_counter() - start))
    return took[1:]  # the encoder was loaded at the first


def grouped(own: Sequence[tuple[str, str]], given: Matrix) -> str:
    """A line about 2,000 of our sentences in clusters."""
    found = clusters.clustered(given, [sentence for _, sentence in own], {})
    mixed = [Counter(own[row][0] for row in cluster.rows).most_common(1)[0] for cluster in found]
    pure = sum(count for _, count in mixed) / len(own)
    several = [len(cluster.rows) for cluster in found if len(cluster.rows) > 1]
    each = len(found) / len({name for name, _ in mixed})
    return (
        f"{len(own):,} sentences of {len({key for key, _ in own})} intents make {len(found)} clusters, {len(several)} "
        f"of them of more than one sentence ({sum(several):,} sentences); purity {pure:.2f}, "
        f"{each:.1f} clusters an intent."
    )


def measure(count: int) -> str:
    """Everything; the page."""
    knowledge = Knowledge.read()
    corpus = Corpus.read(knowledge, folder())
    pool = corpus.pools["intent"]
    # Fillers and repetitions apart, each once.
    own = list({same(text): (str(key), text) for key, text in zip(pool.keys, pool.sentences, strict=True)}.values())
    chance = random.Random(8)  # noqa: S311 - the same at every run
    sample = chance.sample(own, min(SAMPLE, len(own)))
    keys, sentences = [key for key, _ in sample], [sentence for _, sentence in sample]
    given = vectors(sentences, folder())
    exact = exactly(keys, sentences, given)
    near = {one.row for one in bulk.conflicts(keys, sentences, given)}
    names, texts = [key for key, _ in own], [text for _, text in own]
    share = len(exactly(names, texts, vectors(texts, folder()))) / len(own)
    took = typing(corpus, knowledge)
    groups = grouped(sample[:2_000], given[:2_000])
    text = composed(own, count, PLANTED)
    with TemporaryDirectory() as empty:
        before, start = load(), perf_counter()
        vectors(text.sentences, Path(empty), _told, processes=2)
        cold, start = perf_counter() - start, perf_counter()
        same.cache_clear()
        cached = vectors(text.sentences, Path(empty))
        loaded, computed = perf_counter() - start, process_time()
        found = bulk.conflicts(text.keys, text.sentences, cached, _told)
        whole, computed = perf_counter() - start, process_time() - computed
    after, memory = load(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return "\n".join(
        [
            "# Conflicts between intents: found, and how fast",
            "",
            f"Measured {utc_now().astimezone(SHANGHAI):%Y-%m-%d %H:%M} by `make bench-conflicts` on {os.cpu_count()} "
            f"cores ({platform.machine()}), load {before:.1f} before and {after:.1f} after the long part.",
            "",
            "| 100,000 sentences | |" if count == COUNT else f"| {count:,} sentences | |",
            "|---|---:|",
            f"| vectors, cold, two processes | {cold:.0f} s |",
            f"| vectors from the cache | {loaded:.1f} s |",
            f"| conflicts, vectors from the cache included | {whole:.0f} s |",
            f"| processor time of the comparing, both cores | {computed:.0f} s |",
            f"| memory at most | {memory:.1f} GB |",
            f"| conflicts found | {len(found):,} |",
            f"| planted conflicts found | {told(text, found)} of {len(text.planted)} |",
            "",
            "They are our own training sentences, varied with polite words, other figures, months and plans. "
            "A planted conflict is one of them, as it is (30 %) or varied, under an intent of another family. The "
            "others are less alike than the thresholds ask, or lost by the shortened vectors.",
            "",
            f"Candidates come from {bulk.DIMENSIONS} of 512 dimensions. On {len(sample):,} of our own sentences "
            f"all pairs with whole vectors give {len(exact)} conflicts; {len(exact & near)} of them are found, "
            f"and {len(near - exact)} others.",
            "",
            "## While somebody types",
            "",
            f"20 new sentences pasted into an intent, against {len(pool.sentences):,}: median {median(took):.0f} ms, "
            f"at most {max(took):.0f} ms of ten times, encoding included.",
            "",
            "## The thresholds",
            "",
            f"Likeness is 0.6 × cosine + 0.4 × Jaccard of characters and pairs of characters. A sentence is told when "
            f"one of another family is {NEAR} like it, or {NEAREST} and more than all of its own intent. Of our own "
            f"{len(own):,} training sentences that is {100 * share:.1f} %: borders that are hard "
            "by nature (已办套餐 and 办套餐, 余量查询 and 余额查询), which tests name.",
            "",
            "## Clusters of the inbox",
            "",
            groups,
            "",
        ]
    )


def _told(done: int, count: int) -> None:
    sys.stderr.write(f"\r{done:,} of {count:,}{chr(10) if done == count else ''}")


def main() -> None:
    """Measures and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "bench-conflicts.md")
    arguments = parser.parse_args()
    written = measure(arguments.count)
    arguments.output.write_text(written, encoding="utf-8")
    sys.stdout.write(written)


if __name__ == "__main__":
    main()
