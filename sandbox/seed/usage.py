"""What was used in the months that are billed: it fits the bills, whose calls and data beyond the plan it explains."""

from __future__ import annotations

import random
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox import times
from sandbox.apis import usage_history
from sandbox.apis.billing import RATE
from sandbox.apis.inventory import METERS
from sandbox.documents import characteristic
from sandbox.money import fen_of
from sandbox.seed.catalogue import DATA_GB_FEN, VOICE_MINUTE_FEN
from sandbox.seed.meters import sharing
from sandbox.store import Transaction

if TYPE_CHECKING:
    from sandbox.seed.households import Household

# Which share of an allowance was used where nothing beyond it was: usually, by customers whose usage then dropped,
# and by them in the last month.
_USUAL, _FORMERLY, _DROPPED = (0.35, 0.97), (0.75, 0.95), (0.15, 0.3)
# What each further card takes of a shared allowance.
_FURTHER_CARD = 0.12


def plant(transaction: Transaction, home: Household) -> None:
    """Seeds the history of every mobile number."""
    # A generator of its own: bills and everything else stay as they are whatever is drawn here.
    chance = random.Random(f"usage {home.person.number}")  # noqa: S311  (made-up data, not a secret)
    beyond = _beyond(transaction, home)
    shared = sharing(home)
    cards = [line["productSerialNumber"] for line in home.lines("mobile")]
    pools = [shared, *([card] for card in cards if card not in shared)]
    for months_ago, month in zip(range(len(home.months), 0, -1), home.months, strict=True):
        low, high = _USUAL
        if home.person.usage_drop:
            low, high = _DROPPED if months_ago == 1 else _FORMERLY
        for pool in filter(None, pools):
            extra = beyond.get(f"{month:%Y-%m}", {}) if home.person.number in pool else {}
            used = {}
            for name, kind, _, _ in METERS:
                allowed, share = _allowed(home, pool, name, times.month_start(month, 1)), chance.uniform(low, high)
                used[kind] = allowed + extra[kind] if extra.get(kind) else int(allowed * share)
            _share_out(transaction, pool, month, used)


def _beyond(transaction: Transaction, home: Household) -> dict[str, dict[str, int]]:
    """By month, the minutes and MB that the bills charge beyond what the plan allows."""
    found: dict[str, dict[str, int]] = {}
    for rate in transaction.find("678", RATE, billingAccount_id=home.account):
        month = found.setdefault(rate["periodCoverage"]["startDateTime"][:7], {})
        fen = fen_of(rate["taxIncludedAmount"])
        if rate["name"] == "语音通话费":
            month["voice"] = fen // VOICE_MINUTE_FEN
        elif rate["name"] == "流量费":
            month["data"] = round(fen * 1024 / DATA_GB_FEN)
    return found


def _allowed(home: Household, numbers: list[str], name: str, end: datetime) -> int:
    """What plans and packs that had begun by then allow a month."""
    return sum(
        characteristic(product, name) or 0
        for product in home.products
        if characteristic(product, "number") in numbers and times.parse(product["startDate"]) < end
    )


def _share_out(transaction: Transaction, pool: list[str], month: datetime, used: dict[str, int]) -> None:
    further = {kind: int(amount * _FURTHER_CARD) for kind, amount in used.items()}
    for number in pool[1:]:
        usage_history.remember(transaction, number, month, further)
    first = {kind: amount - further[kind] * (len(pool) - 1) for kind, amount in used.items()}
    usage_history.remember(transaction, pool[0], month, first)
