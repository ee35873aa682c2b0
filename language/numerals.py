"""Chinese numerals as people say and type them: 两百五, 1万5, 一百来, 零点五."""

import re
from decimal import Decimal

_DIGITS = dict(zip("零〇一二两三四五六七八九幺", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_HAN_DIGIT = "零〇一二两三四五六七八九"
# A numeral without sign. What only begins like one (千万别, 万一) does not: it starts with a digit or 十.
NUMERAL = (
    rf"(?:(?<![\d.,])(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:[万千百][\d{_HAN_DIGIT}]?[千百]?)?"
    rf"|(?<![{_HAN_DIGIT}十百千万几])[{_HAN_DIGIT}十][{_HAN_DIGIT}十百千万亿]*(?:点[{_HAN_DIGIT}]+)?)"
)
# 两三天, 七八个: about so many, not 23 or 78.
_ABOUT = re.compile("一两|一二|两三|二三|三四|四五|五六|六七|七八|八九")
LONGEST = 24  # characters; what is longer is no number that anyone means
_PARTS = re.compile(r"\d+(?:\.\d+)?|.")


def number(text: str) -> Decimal | None:
    """The value of a numeral, or None when it is none.

    >>> [str(number(text)) for text in ("两百五", "1万5", "一百零五", "六七八", "三点五", "两三")]
    ['250', '15000', '105', '678', '3.5', '3']
    """
    if len(text) > LONGEST:
        return None
    whole, point, fraction = text.replace(",", "").partition("点")
    if point:
        before = number(whole)
        if before is None or not fraction or any(char not in _DIGITS for char in fraction):
            return None
        return before + Decimal("0." + "".join(str(_DIGITS[char]) for char in fraction))
    if _ABOUT.fullmatch(whole):
        return Decimal(_DIGITS[whole[1]])
    if len(whole) > 1 and all(char in _DIGITS for char in whole):
        return Decimal("".join(str(_DIGITS[char]) for char in whole))
    return _with_units(_PARTS.findall(whole))


def _with_units(parts: list[str]) -> Decimal | None:
    total = section = Decimal(0)
    digit: Decimal | None = None
    unit = 1
    for part in parts:
        if part in _UNITS:
            unit = _UNITS[part]
            if unit >= 10_000:
                total, section = (total + section + (digit or 0)) * unit, Decimal(0)
            else:
                section += (1 if digit is None else digit) * unit
            digit = None
        elif digit not in (None, Decimal(0)):
            return None
        elif part in _DIGITS:
            digit = Decimal(_DIGITS[part])
            if not digit:
                unit = 1
        elif part[0].isdecimal() and part.isascii():
            digit = Decimal(part)
        else:
            return None
    if digit is not None:
        # 两百五: what follows a unit without 零 counts in the next smaller one.
        section += digit * (unit // 10 if unit > 10 and digit < 10 else 1)
    return total + section if parts else None
