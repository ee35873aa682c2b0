"""Chinese words: a jieba tokenizer of our own with jieba's commoner words, ours, and the catalogue's names.

jieba's global tokenizer is left alone: it takes a second to start, keeps a cache in a folder that everybody can write,
and does not notice that a dictionary has changed.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import jieba

from language.lookups import LOOKUPS, terms
from language.vocabulary import WORDS

_FOLDER = Path(__file__).parent
DICTIONARY = _FOLDER / "dictionary.txt"
PLACES = _FOLDER / "places.txt"
_JIEBA_DICTIONARY = Path(jieba.__file__).parent / "dict.txt"
# Four fifths of jieba's 350,000 words are rarer than this in its corpus of 60 million.
LEAST_FREQUENCY = 20
# High enough that the words keep together whatever stands beside them.
OUR_FREQUENCY = 200_000
PLACE_FREQUENCY = 2_000
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class Segmenter(jieba.Tokenizer):
    """A jieba tokenizer that reads its dictionaries at once and never guesses a word that is in none of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._add_frequencies(self._of_jieba())
        self._add_frequencies((word, PLACE_FREQUENCY) for word in places())
        self._add_frequencies((word, OUR_FREQUENCY) for word in own_words(folder))
        self.initialized = True

    def initialize(self, dictionary: object = None) -> None:
        """Nothing: the dictionaries were read when the tokenizer was made."""

    def cut(self, sentence: str, cut_all: bool = False, HMM: bool = False, use_paddle: bool = False) -> Iterator[str]:  # noqa: N803
        """The words in order; they add up to the sentence."""
        # The lower case of a few characters is longer than they are; offsets must hold.
        lowered = sentence.lower()
        if len(lowered) != len(sentence):
            lowered = sentence
        start = 0
        for word in super().cut(lowered, cut_all=False, HMM=False):
            yield sentence[start : start + len(word)]
            start += len(word)

    @staticmethod
    def _of_jieba() -> Iterator[tuple[str, int]]:
        with _JIEBA_DICTIONARY.open(encoding="utf-8") as lines:
            for line in lines:
                word, frequency, _ = line.split(" ")
                if len(frequency) > 2 or int(frequency) >= LEAST_FREQUENCY:
                    yield word, int(frequency)

    def _add_frequencies(self, words: Iterator[tuple[str, int]]) -> None:
        frequencies = self.FREQ
        for word, frequency in words:
            self.total += frequency - (frequencies.get(word) or 0)
            frequencies[word] = frequency
            # jieba walks along prefixes, which are there with frequency 0 where they are no words.
            for end in range(1, len(word)):
                frequencies.setdefault(word[:end], 0)


def own_words(folder: Path = LOOKUPS) -> Iterator[str]:
    """The words of our dictionary, of the vocabulary and of the catalogue's names, in lower case.

    A catalogue name that contains one of the other words (500M宽带, 手机阅读包) is left out: it would hide that word.
    """
    dictionary = [line for line in DICTIONARY.read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    said = [name for values in WORDS.values() for names in values.values() for name in names]
    yield from dictionary
    # jieba keeps Latin letters and digits together by itself; 12345 as a word would cut a number that contains it.
    yield from (name for name in said if _HAN.fullmatch(name))
    for term in terms(folder):
        if _HAN.fullmatch(term.name) and not any(word in term.name for word in said):
            yield term.name


@lru_cache(maxsize=1)
def places() -> dict[str, str]:
    """Provinces, prefectures and counties: the name as written → the full name."""
    lines = PLACES.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" ") for line in lines if line and line[0] != "#"]
    return {row[0]: row[-1] for row in rows}


@lru_cache(maxsize=2)
def segmenter(folder: Path) -> Segmenter:
    """The tokenizer with the catalogue of this folder; about 0.4 s at the first call."""
    return Segmenter(folder)


def words(text: str, folder: Path = LOOKUPS) -> list[tuple[str, int]]:
    """The words of a text that are not blank, each with its offset."""
    found, start = [], 0
    for word in segmenter(folder).cut(text):
        if not word.isspace():
            found.append((word, start))
        start += len(word)
    return found


def fingerprint(folder: Path = LOOKUPS) -> str:
    """A hash of what decides how a text is cut: the dictionaries, the vocabulary and the catalogue's names."""
    digest = hashlib.sha256()
    for word in [jieba.__version__, str(LEAST_FREQUENCY), *places(), *own_words(folder)]:
        digest.update(word.encode() + b"\n")
    return digest.hexdigest()[:16]
