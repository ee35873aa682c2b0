"""Several requests in one sentence: 查话费顺便把彩铃退了."""

import re
from collections.abc import Callable

# Words that add a request. A plain 然后 or a comma also tells a story ("充了五十然后还是停机"), so they do not count.
_ALSO = re.compile(
    r"[,，。;；、 ]*(?:顺便|顺道|另外|还有就是|还有(?!多少|几|没|剩|啥|什么)|以及|同时|完了再|然后再|接着再"
    r"|再(?=帮|给|查|看|把|办|开|订|退|报|转)"
    r"|还(?=想|要|得)(?!是)|并且|跟(?=.{0,6}(?:一起|一块))|和(?!你|我|他|她|彩印|家庭))[,，、 ]*"
)
_MOST = 3


def clauses(text: str) -> list[str]:
    """The parts of a normalised text that may be requests of their own; the text alone when nothing adds one.

    >>> clauses("查话费顺便把彩铃退了")
    ['查话费', '把彩铃退了']
    >>> clauses("我要查上个月的账单")
    ['我要查上个月的账单']
    """
    parts = [part.strip(" ,，。;；、") for part in _ALSO.split(text)]
    parts = [part for part in parts if len(part) > 1]
    return parts if 1 < len(parts) <= _MOST else [text]


def requests(text: str, whole: str, meaning: Callable[[str], tuple[str, float]], sure: float) -> list[str]:
    """The parts of a text to serve one after the other, in order; the text itself when it is one request.

    `whole` is the family of intents of the whole text, `meaning` tells a part's family and confidence. Parts count
    only when each is understood with at least `sure`, no two mean the same, and the whole is one of them: otherwise
    the sentence means more than its parts.
    """
    parts = clauses(text)
    if len(parts) == 1:
        return [text]
    meanings = [meaning(part) for part in parts]
    families = [family for family, _ in meanings]
    apart = len(set(families)) == len(families) and whole in families
    return parts if apart and all(confidence >= sure for _, confidence in meanings) else [text]
