"""What the operator sells, by name, alias, spoken numeral and homophone."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pypinyin import Style, pinyin

from language.lookups import Term
from language.numbers import Found
from language.numerals import NUMERAL, number
from language.tokenizer import Segmenter

_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMERAL_HAN = "零一二两三四五六七八九十百千万幺"
_PRICED = re.compile(rf"(?P<n>{NUMERAL})(?:元|块钱?)?(?:一个月|每月)?的?(?:那个|那款|这个)?套餐", re.A)
# What southern speakers and speech recognition confuse.
_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_SPOKEN_UNITS = (("gb", ("gb", "g", "个g")), ("m宽带", ("m宽带", "兆宽带", "m的宽带", "兆的宽带")))


class Catalogue:
    """The names of offerings, ready to be found in a text."""

    def __init__(self, terms: Iterable[Term], segmenter: Segmenter) -> None:
        """Reads the terms; where several terms share a name, they share its ids."""
        self._segmenter = segmenter
        self._names: dict[str, Term] = {}
        for term in terms:
            for name in _spellings(term.name.lower()):
                self._names.setdefault(name, term)
        alternatives = "|".join(re.escape(name) for name in sorted(self._names, key=len, reverse=True))
        self._pattern = re.compile(alternatives) if alternatives else None
        self._folded: dict[tuple[str, ...], tuple[str, Term]] = {}
        self._exact: dict[tuple[str, ...], tuple[str, Term]] = {}
        for name, term in self._names.items():
            said = sum(bool(_HAN.match(char)) and char not in _NUMERAL_HAN for char in name)
            if said >= 3:
                self._folded.setdefault(tuple(_folded(char) for char in name), (name, term))
            elif said == 2 and any(char.isdecimal() or char in _NUMERAL_HAN for char in name):
                self._exact.setdefault(tuple(_syllable(char) for char in name), (name, term))
        self._lengths = sorted({len(key) for table in (self._folded, self._exact) for key in table}, reverse=True)

    def find(self, text: str) -> Iterator[Found]:
        """Offerings in a text of lower case, ids as value (joined by commas where a name fits several)."""
        if self._pattern is None:
            return
        for found in self._pattern.finditer(text):
            if not _cuts_a_number(text, *found.span()):
                yield _found(self._names[found[0]], *found.span())
        for found in _PRICED.finditer(text):
            price = number(found["n"])
            term = self._names.get(f"{price}元套餐")
            if term is not None:
                yield _found(term, *found.span())
        yield from self._homophones(text)

    def _homophones(self, text: str) -> Iterator[Found]:
        folded = [_folded(char) for char in text]
        exact = [_syllable(char) for char in text]
        for length in self._lengths:
            for start in range(len(text) - length + 1):
                end = start + length
                hit = self._folded.get(tuple(folded[start:end])) or self._exact.get(tuple(exact[start:end]))
                if hit is None or _cuts_a_number(text, start, end):
                    continue
                name, term = hit
                said = text[start:end]
                if said not in self._names and not self._is_another_word(said, name):
                    yield _found(term, start, end)

    def _is_another_word(self, said: str, name: str) -> bool:
        """Whether what sounds like a short name is made of other words: 月度包 is no 阅读包."""
        if len(said) > 3 or not all(_HAN.match(char) for char in said):
            return False
        return any(len(word) > 1 and word not in name for word in self._segmenter.cut(said))


def _found(term: Term, start: int, end: int) -> Found:
    return Found(term.entity, start, end, ",".join(term.ids))


def _cuts_a_number(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends within a number: 星卡29 in 星卡299."""

    def digits(left: str, right: str) -> bool:
        return (left.isdecimal() and right.isdecimal()) or (left in _NUMERAL_HAN and right in _NUMERAL_HAN)

    return (start > 0 and digits(text[start - 1], text[start])) or (
        end < len(text) and digits(text[end - 1], text[end])
    )


def _spellings(name: str) -> set[str]:
    """The name with its units and numbers as people also write and say them."""
    names = {name}
    for unit, spoken in _SPOKEN_UNITS:
        names |= {other.replace(unit, way) for other in names for way in spoken if unit in other}
    if name.endswith("元"):
        names |= {name[:-1] + "块", name[:-1] + "块钱"}
    for other in list(names):
        if found := re.search(r"(?<![\d])\d{1,4}(?!\d|g畅享|g[^b]?$)", other):
            for spoken_number in _spoken(found[0]):
                names.add(other[: found.start()] + spoken_number + other[found.end() :])
    return names


def _spoken(digits: str) -> set[str]:
    """A whole number below 10,000 in Chinese, also digit by digit as prices are said: 199 → 一百九十九, 一九九, 幺九九.

    >>> sorted(_spoken("10")), sorted(_spoken("500"))
    (['十'], ['五百'])
    """
    han = "零一二三四五六七八九"
    value = int(digits)
    said, pending_zero = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // size % 10
        if not digit:
            pending_zero = bool(said)
            continue
        said += ("零" if pending_zero else "") + han[digit] + unit
        pending_zero = False
    said = said or "零"
    if said.startswith("一十"):
        said = said[1:]
    ways = {said}
    if said[0] == "二" and len(said) > 1 and said[1] in "百千":
        ways.add("两" + said[1:])
    if said == "二":
        ways.add("两")
    if len(digits) == 3 and not digits.endswith("0"):
        one_by_one = "".join(han[int(digit)] for digit in digits)
        ways |= {one_by_one, one_by_one.replace("一", "幺")}
    return ways


@lru_cache(maxsize=8192)
def _syllable(char: str) -> str:
    """A character's syllable without tone. Numerals and what is not Chinese stay as they are: 是 is no 十."""
    return str(pinyin(char, style=Style.NORMAL)[0][0]) if _HAN.match(char) and char not in _NUMERAL_HAN else char


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """The syllable without the differences that are not heard everywhere."""
    syllable = _syllable(char)
    if syllable == char:
        return char
    for sound, heard in _FOLDS:
        if len(sound) == 2 and syllable.startswith(sound):
            syllable = heard + syllable[2:]
        elif len(sound) == 3 and syllable.endswith(sound):
            syllable = syllable[:-3] + heard
    return syllable
