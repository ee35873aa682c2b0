"""Personal data made unreadable at the edge of logs, exports and the tracker database."""

import re

# A mobile number, also when people write it in groups: 189-1234-5678, 189 1234 5678.
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_ID_CARD = re.compile(r"(?<!\d)(\d{4})\d{11}(\d{2}[\dXx])(?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)(\d{4})\d{8,11}(\d{4})(?!\d)")
# Codes and service passwords are six digits, and any longer run may be an account or a number dialled with a prefix or
# with a digit too many; but ids in hexadecimal stay as they are.
_RUN = re.compile(r"(?<![\da-z.])\d{6,}(?![\da-z])")
# Typed one by one: 8 8 2 1 0 4.
_SPACED_RUN = re.compile(r"(?<!\d)\d(?: \d){5,}(?!\d)")
# Broadband and television accounts keep their last four digits.
_ACCOUNT = re.compile(r"(?<![a-z\d._-])(?:ad|itv|iptv|kd|lan)\d{2,8}(\d{4})(?!\d)", re.I | re.A)
_SPOKEN_RUN = re.compile(r"[零〇幺一二三四五六七八九]{6,}")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－", "0123456789-")


def mask_number(number: str) -> str:
    """189****5678; other subscriber numbers keep their last four characters.

    >>> mask_number("18912345678")
    '189****5678'
    >>> mask_number("AD00012345")
    '****2345'
    """
    if re.fullmatch(r"1\d{10}", number):
        return f"{number[:3]}****{number[7:]}"
    return f"****{number[-4:]}"


def mask_text(text: str) -> str:
    """The text with phone, identity-card, bank-card numbers, codes and accounts masked.

    >>> mask_text("我的号码是189 1234 5678，验证码123456")
    '我的号码是189****5678，验证码******'
    """
    text = _ID_CARD.sub(r"\1***********\2", text.translate(_FULL_WIDTH))
    text = _BANK_CARD.sub(r"\1****\2", text)
    text = _MOBILE.sub(r"\1****\3", text)
    text = _ACCOUNT.sub(r"****\1", text)
    for run in (_RUN, _SPACED_RUN, _SPOKEN_RUN):
        text = run.sub(lambda found: "*" * len(found.group()), text)
    return text


def personal(text: str) -> list[tuple[str, int, int]]:
    """What `mask_text` masks, in reading order: id_card, bank_card, mobile, account or run; where it starts and ends.

    >>> personal("我的号码是18912345678")
    [('mobile', 5, 16)]
    """
    text = text.translate(_FULL_WIDTH)
    found: list[tuple[str, int, int]] = []
    for kind, pattern in (
        ("id_card", _ID_CARD), ("bank_card", _BANK_CARD), ("mobile", _MOBILE), ("account", _ACCOUNT),
        ("run", _RUN), ("run", _SPACED_RUN), ("run", _SPOKEN_RUN),
    ):  # fmt: skip
        for one in pattern.finditer(text):
            if all(one.end() <= start or end <= one.start() for _, start, end in found):
                found.append((kind, one.start(), one.end()))
    return sorted(found, key=lambda one: one[1])


def mask_name(name: str) -> str:
    """A person's name with all but the family name hidden: 张**."""
    return name[:1] + "*" * (len(name) - 1)
