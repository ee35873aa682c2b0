"""Numbers and names by which an operator knows a line, a ticket, an order or a payment."""

import re
from collections.abc import Iterator

from language.numbers import Found

# The operator's ids: two letters, the day, six digits; people leave the letters out when they say what it is.
_OPERATOR_IDS = {"ticket_number": ("TT", "工单"), "order_number": ("PO|CO", "订单"), "payment_number": ("TB", "流水")}
_IDS = [
    (
        entity,
        re.compile(rf"(?<![a-z0-9])(?P<prefix>{prefixes})[- ]?(?P<digits>20\d{{12}})(?!\d)", re.A | re.I),
        re.compile(rf"{word}(?:编?号码?)?(?:是|为|:)? ?(?P<digits>20\d{{12}})(?!\d)", re.A),
        prefixes.split("|")[0],
    )
    for entity, (prefixes, word) in _OPERATOR_IDS.items()
]
_LANDLINE = re.compile(r"(?<![\da-z])(0(?:10|2\d|[3-9]\d\d)[- ]?[2-8]\d{6,7})(?!\d)", re.A | re.I)
_LOCAL_LANDLINE = re.compile(
    r"(?:固话|座机|固定电话|电话)(?:号码?)?(?:是|为|:)? ?(?P<number>[2-8]\d{3}[- ]?\d{3,4})(?!\d)", re.A
)
_ACCOUNT = re.compile(
    r"(?<![a-z0-9._-])(?:(?:ad|itv|iptv|kd|lan)\d{6,12}(?:@[a-z0-9.]+)?|[a-z0-9._-]{4,}@(?:163\.gd|[a-z0-9]+))(?![a-z0-9])",
    re.A | re.I,
)
_NAMED_ACCOUNT = re.compile(
    r"(?:账号|帐号|宽带号码?|接入号码?|用户名)(?:是|为|:)? ?"
    r"(?P<account>[a-z]{1,5}\d{5,14}|\d{7,10}|\d{12,15})(?![a-z0-9@])",
    re.A | re.I,
)
_SPACED_CODE = re.compile(r"(?<![\d.])(?<!\d )\d(?: \d){5}(?! ?\d)", re.A)


def operator_ids(text: str) -> Iterator[Found]:
    """Tickets, orders and payments, as the operator writes them: TT20261120000003."""
    for entity, written, named, prefix in _IDS:
        for found in written.finditer(text):
            yield Found(entity, *found.span(), found["prefix"].upper() + found["digits"])
        for found in named.finditer(text):
            yield Found(entity, *found.span("digits"), prefix + found["digits"])


def landlines(text: str) -> Iterator[Found]:
    """Fixed-line numbers with their area code, or without it where the words before say what they are."""
    for found in _LANDLINE.finditer(text):
        yield Found("landline_number", *found.span(1), re.sub(r"\D", "", found[1]))
    for found in _LOCAL_LANDLINE.finditer(text):
        yield Found("landline_number", *found.span("number"), re.sub(r"\D", "", found["number"]))


def accounts(text: str) -> Iterator[Found]:
    """Login names of broadband and television lines, in lower case."""
    for found in _ACCOUNT.finditer(text):
        yield Found("broadband_account", *found.span(), found[0].lower())
    for found in _NAMED_ACCOUNT.finditer(text):
        yield Found("broadband_account", *found.span("account"), found["account"].lower())


def spaced_codes(text: str) -> Iterator[Found]:
    """Six digits that were said, or typed, one by one: 8 8 2 1 0 4."""
    for found in _SPACED_CODE.finditer(text):
        yield Found("code", *found.span(), found[0].replace(" ", ""))
