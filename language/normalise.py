"""One spelling for what people write and what speech recognition hears."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f\u00ad]")
_SPACE_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) +| +(?=[\u4e00-\u9fff])")
_SPOKEN_DIGITS = dict(zip("零〇幺一二三四五六七八九", "001123456789", strict=True))
# Four digits spoken one by one are a number; three may be 一三五 (weekdays), and 一百二 has a unit between them.
_SPOKEN_RUN = re.compile(
    r"[零〇幺一二三四五六七八九]{4,}|(?<=\d)[零〇幺一二三四五六七八九]{2,}|幺[零幺一二三四五六七八九]{2,}"
)
_STUTTER_ONE = re.compile(r"([\u4e00-\u9fff])\1{2,}")
# Two or more different syllables said again; 谢谢谢谢 stays a doubled word.
_STUTTER_MORE = re.compile(r"(([\u4e00-\u9fff])(?!\2)[\u4e00-\u9fff]{1,5}?)\1+")
# 额 is a filler only where it cannot be part of 余额, 金额, 额度 or 额外.
_FILLER_HEAD = re.compile(
    r"^(?:(?:[呃嗯啊哎唉诶欸哦噢喂]|额(?![度外定头]))[,、。!?/ ]*|那个|这个那个|就是说|就是那个|然后那个)+"
)
_FILLER_ANYWHERE = re.compile(r"[呃诶欸]+")


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("tw2sp")


def _unstuttered(found: "re.Match[str]") -> str:
    # 谢谢 and 哈哈 are words of doubled syllables
    syllable = found.group(1)
    return syllable * 2 if syllable in "谢哈呵嘿拜" else syllable


def neutral(text: str) -> str:
    """The text without a leading slash: Rasa would read one as a command, also as `／` or behind odd spaces.

    >>> neutral("\\u3000／query_balance")
    'query_balance'
    """
    text = unicodedata.normalize("NFKC", text)
    while True:
        shorter = _INVISIBLE.sub("", text).strip().lstrip("/")
        if shorter == text:
            return text
        text = shorter


def clean(text: str) -> str:
    """NFKC, simplified characters, no control characters, emoji or invisible marks, single spaces, no leading slash.

    Reading order and wording stay; an empty text stays empty.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    kept = "".join(
        " " if unicodedata.category(char) in {"Cc", "So", "Sk", "Cs", "Co", "Cn", "Zl", "Zp"} else char for char in text
    )
    if any("\u4e00" <= char <= "\u9fff" for char in kept):
        # Left to itself it would make 查找 of 查詢, and leave 帳 as 帐.
        kept = _to_simplified().convert(kept.replace("查詢", "查询").replace("帳", "账"))
    return neutral(" ".join(kept.split()))


def normalise(text: str) -> str:
    """`clean`, and what speech adds taken away: fillers, stutters; digits spoken one by one become digits.

    >>> normalise("呃那个我我我想查话费")
    '我想查话费'
    >>> normalise("幺八九幺二三四五六七八的賬單")
    '18912345678的账单'
    """
    for _ in text:  # what one pass takes away may bring together what the next one knows
        plainer = _pass(text)
        if plainer == text:
            break
        text = plainer
    return text


def _pass(text: str) -> str:
    text = _SPACE_BESIDE_HAN.sub("", clean(text))
    text = _SPOKEN_RUN.sub(lambda found: "".join(_SPOKEN_DIGITS[char] for char in found.group()), text)
    shorter = _FILLER_ANYWHERE.sub("", _FILLER_HEAD.sub("", text))
    shorter = _STUTTER_ONE.sub(_unstuttered, shorter)
    shorter = _STUTTER_MORE.sub(lambda found: found.group(1), shorter)
    return neutral(shorter) or text
