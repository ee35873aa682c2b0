"""Districts, and addresses where a line is installed."""

import re
from collections.abc import Iterator, Sequence

from language.numbers import Found
from language.tokenizer import places

# What a road, a block of flats or a village is called by.
_KINDS = (
    "路 大街 街道 街 大道 巷 弄 胡同 小区 花园 新村 村 镇 乡 家园 公寓 广场 大厦 社区 苑 园 湾 庭 里 府 城 坊 居 郡 "
    "庄 中心 工业园 产业园 科技园 学校 大学 医院"
)
_KIND = "(?:" + "|".join(_KINDS.split(" ")) + ")"
_NUMBER = r"(?:\d+(?:-\d+)*|[a-z]\d*|[一二三四五六七八九十百零]+)"
_UNIT = "(?:号楼|号院|[号栋幢座弄层楼室期组队户区门]|单元)"
_DETAIL = rf"(?:{_NUMBER}{_UNIT}|(?<=[楼栋幢元号座室])\d{{2,5}}(?!\d))"
_NAMED_DETAIL = rf"[\u4e00-\u9fff]{{2,8}}?{_KIND}(?=\d)"
_DETAILS = re.compile(rf"{_DETAIL}(?:[- ]?(?:{_DETAIL}|{_NAMED_DETAIL})){{0,8}}", re.A | re.I)
_ENDS_WITH_KIND = re.compile(rf"{_KIND}$")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# An address begins after such a word.
_BEFORE_ADDRESS = (
    "在 住 是 到 去 从 我 我家 家 的 地址 位于 搬到 搬 移到 移 改到 改成 装在 装 至 为 这 那 这里 那里 我们 你们 他们 "
    "住在 家在 就 了 你 他 她 来 派 往 于 给 帮 把 将 请 要 想 移机 安装 地方 单位 公司 小区 和 跟 叫 或者 还是 有 个 "
    "宽带 迁到 迁 搬家 门牌 哪 哪条 什么 这个 那个 整个 说 送到 送 寄到 寄 改 成 现在 已经 新 老 旧 家里 报修 报装 办 "
    "您好 你好"
)
_BEFORE = frozenset(_BEFORE_ADDRESS.split(" "))
_LONGEST = 14


def areas(words: Sequence[tuple[str, int]]) -> Iterator[Found]:
    """Provinces, cities and districts; neighbours are one. The value is the full name: 成都武侯区 is 成都市武侯区."""
    known = places()
    start = end = 0
    value = ""
    for word, at in [*words, ("", -1)]:
        full = known.get(word)
        if full is not None and at == end and value:
            value, end = value + full, at + len(word)
            continue
        if value:
            yield Found("area", start, end, value)
        start, end, value = (at, at + len(word), full) if full is not None else (0, 0, "")


def addresses(text: str, words: Sequence[tuple[str, int]]) -> Iterator[Found]:
    """Addresses with at least a name and a number in it; the value is the address as said."""
    for match in _DETAILS.finditer(text):
        start = _beginning(match.start(), words)
        if start is None:
            continue
        name = text[start : match.start()]
        if len(name) >= 3 and _ENDS_WITH_KIND.search(name):
            yield Found("address", start, match.end(), text[start : match.end()])


def _beginning(end: int, words: Sequence[tuple[str, int]]) -> int | None:
    """Where the name that ends at `end` begins: after the last word that no name contains."""
    start = None
    for word, at in reversed(words):
        if at >= end:
            continue
        if (word in _BEFORE and start is not None) or end - at > _LONGEST or not _HAN.fullmatch(word):
            break
        start = at
    return start
