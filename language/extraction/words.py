"""Words that name something by themselves: spaCy's `zh` pipeline over our tokenizer, and a phrase matcher."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.lang.zh import Segmenter as Segmentation
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from language.numbers import Found
from language.tokenizer import segmenter
from language.vocabulary import WORDS


class Words:
    """The vocabulary over one tokenizer. Words are found as whole words only: 流量 not in 流量包."""

    def __init__(self, folder: Path) -> None:
        """Makes a pipeline without statistical model; `folder` holds the lookup files."""
        self._nlp = pipeline(folder)
        self._one_at_a_time = threading.Lock()
        self._matcher: Any = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for entity, values in WORDS.items():
            for value, names in values.items():
                self._matcher.add(f"{entity} {value}", [self._nlp.make_doc(name) for name in names])

    def read(self, text: str) -> tuple[list[tuple[str, int]], list[Found]]:
        """The words of a text with their offsets, and what they name."""
        # What customers write must not stay in the vocabulary for as long as the process lives; a memory zone forgets
        # it, and serves one thread at a time.
        with self._one_at_a_time, self._nlp.memory_zone():
            doc = self._nlp.make_doc(text)
            words = [(token.text, token.idx) for token in doc]
            return words, list(self._named(doc))

    def _named(self, doc: Any) -> Iterator[Found]:
        for key, start, end in self._matcher(doc):
            entity, value = self._nlp.vocab.strings[key].split(" ")
            span = doc[start:end]
            yield Found(entity, span.start_char, span.end_char, value)


def pipeline(folder: Path) -> Language:
    """spaCy's `zh` with our own jieba tokenizer in the place of jieba's global one."""
    nlp = spacy.blank("zh")
    tokenizer: Any = nlp.tokenizer
    tokenizer.segmenter = Segmentation.jieba
    tokenizer.jieba_seg = segmenter(folder)
    return nlp
