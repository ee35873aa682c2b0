"""SIM cards: a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from urllib.parse import quote

from bss.http import call
from bss.shape import text


def puk(number: str) -> str:
    """The PUK of a mobile number's card: it may be told to the owner only, and is written down nowhere.

    Raises NotFound for a number without a card, and what `call` raises.
    """
    return text(call("sim", "GET", f"/simCard/{quote(number, safe='')}").body, "puk")
