"""Time: aware and UTC inside, Asia/Shanghai on the screen."""

import re
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(timezone.utc)


def parse_iso(text: str) -> datetime:
    """An aware time from an ISO 8601 text as TM Forum APIs send it; without a zone it counts as Shanghai's.

    Raises ValueError.
    """
    text = re.sub(r"[Zz]$", "+00:00", text.strip())
    # Python 3.10 reads three or six digits of a second; RFC 3339 allows any number, and Java sends nine.
    text = re.sub(r"\.(\d+)", lambda found: f".{found.group(1)[:6]:0<6}", text)
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)


def iso(moment: datetime) -> str:
    """An aware time as our APIs tell it: ISO 8601 in UTC, 2026-11-26T08:05:00.000Z."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shanghai_today() -> date:
    """Today's date for a customer."""
    return datetime.now(SHANGHAI).date()


def month_of(day: date, offset: int = 0) -> str:
    """The month of a day, moved by `offset` months, as YYYY-MM.

    >>> month_of(date(2026, 1, 31), -1)
    '2025-12'
    """
    months = day.year * 12 + day.month - 1 + offset
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def month_label(month: str) -> str:
    """`2026-10` as 2026年10月."""
    return f"{int(month[:4])}年{int(month[5:7])}月"


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The first moment of a month (YYYY-MM) in Shanghai and that of the next."""
    start = datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=SHANGHAI)
    after = (start + timedelta(days=32)).replace(day=1)
    return start, after


def day_label(moment: datetime) -> str:
    """A day as Chinese people write it: 2026年11月3日."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"


def moment_label(moment: datetime) -> str:
    """A moment as Chinese people write it: 11月3日 08:05."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def visit_label(start: datetime, end: datetime) -> str:
    """A stretch of a day as Chinese people write it: 11月28日周六 9:00-11:00."""
    first, last = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    day = f"{first.month}月{first.day}日周{'一二三四五六日'[first.weekday()]}"
    return f"{day} {first.hour}:{first:%M}-{last.hour}:{last:%M}"
