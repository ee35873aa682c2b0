"""Entities in normalised text: spaCy's Chinese pipeline with jieba words and rules, and what regular spellings need."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.util import filter_spans

from language.numbers import Found, codes, mobile_numbers, months

# What a customer asks the remainder of. The ids are the values that actions read.
USAGE_WORDS = {
    "data": ["流量", "刘亮", "上网流量", "gb"],
    "voice": ["语音", "通话", "分钟", "通话时长", "分钟数"],
    "sms": ["短信", "彩信"],
}
PRODUCT_LINES = {
    "mobile": ["手机", "手机卡", "电话卡", "流量卡"],
    "broadband": ["宽带", "光纤", "光猫", "wifi", "无线网", "路由器"],
    "iptv": ["iptv", "itv", "天翼高清", "机顶盒", "电视"],
    "landline": ["固话", "座机", "固定电话"],
}


@lru_cache(maxsize=1)
def pipeline() -> Language:
    """spaCy's `zh` with jieba segmentation and a span ruler for the words above; no statistical model."""
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    words = [word for table in (USAGE_WORDS, PRODUCT_LINES) for names in table.values() for word in names]
    tokenizer: Any = nlp.tokenizer
    for word in words:
        tokenizer.jieba_seg.add_word(word)
    ruler: Any = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    for entity, table in (("usage_type", USAGE_WORDS), ("product_line", PRODUCT_LINES)):
        for value, names in table.items():
            ruler.add_patterns([{"label": entity, "pattern": name, "id": value} for name in names])
    return nlp


def extract(text: str, today: date) -> list[Found]:
    """The entities of a text in reading order, none overlapping another of its kind; months relative to `today`."""
    doc = pipeline()(text)
    words = [Found(span.label_, span.start_char, span.end_char, span.ent_id_) for span in filter_spans(doc.ents)]
    return sorted(
        [*words, *_apart(mobile_numbers(text)), *_apart(codes(text)), *_apart(months(text, today))],
        key=lambda found: (found.start, found.entity),
    )


def _apart(found: Iterable[Found]) -> list[Found]:
    """The entities without those that overlap an earlier one."""
    kept: list[Found] = []
    for entity in sorted(found, key=lambda item: (item.start, -item.end)):
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept
