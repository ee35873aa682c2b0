"""Notices that editors wrote: told where the customer's place and kind of line fit, while they hold."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from common.times import parse_iso
from knowledge_base.content import content


def notices(place: str | None, kinds: Collection[str], now: datetime) -> list[dict[str, str]]:
    """The `title` and `words` of each notice of `content/notices.yml` for a place and kinds of line (`Line.kind`).

    `place` is an area or an address in words; without kinds, as where a customer only shared a place, every kind fits.
    """
    return [
        {"title": str(notice["title"]), "words": str(notice["text"])}
        for notice in content("notices")["notices"]
        if _is_about(notice, place or "", kinds) and _holds(notice, now)
    ]


def _is_about(notice: dict[str, Any], place: str, kinds: Collection[str]) -> bool:
    lines = notice.get("lines") or []
    return str(notice.get("area") or "") in place and not (lines and kinds and set(lines).isdisjoint(kinds))


def _holds(notice: dict[str, Any], now: datetime) -> bool:
    since, until = notice.get("from"), notice.get("to")
    return not ((since and now < parse_iso(str(since))) or (until and now >= parse_iso(str(until))))
