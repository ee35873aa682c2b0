"""What a customer may send as text: anything readable; the rest is taken out before it is stored."""

import unicodedata

from desk.errors import Refused


def readable(text: str, limit: int) -> str:
    """The text without control characters and lone surrogates, line breaks kept. Raises Refused.

    Nothing is escaped here: text stays text, and pages show it as such.
    """
    kept = "".join(
        char for char in text.replace("\r\n", "\n") if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"}
    ).strip()
    if all(unicodedata.category(char) in {"Cf", "Zs"} for char in kept):
        raise Refused(422, "empty")
    if len(kept) > limit:
        raise Refused(413, "too_long", limit=limit)
    return kept
