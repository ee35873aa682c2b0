"""Made-up customers for `scan`: `python -m knowledge_base.retention.synthetic --customers 1000000 --to customers.csv`.

Shares and figures are guesses that look like an operator's; the same seed on the same day gives the same file.
"""

import argparse
import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from common.times import shanghai_today
from knowledge_base.retention.rows import CUSTOMER_COLUMNS

# Plan, monthly fee in fen, minutes usually called, share.
_PLANS = (
    ("PLAN-19", 1900, 90, 12),
    ("PLAN-29", 2900, 110, 18),
    ("PLAN-59", 5900, 180, 24),
    ("PLAN-99", 9900, 260, 18),
    ("PLAN-129", 12900, 380, 9),
    ("PLAN-199", 19900, 620, 4),
    ("FUSION-129", 12900, 360, 8),
    ("FUSION-169", 16900, 520, 5),
    ("FUSION-299", 29900, 800, 2),
)
_BROADBAND = (("BB-300", 9900, 300, 5), ("BB-500", 12900, 500, 4), ("BB-1000", 19900, 1000, 1))
_STATES = (("normal", 955), ("arrears_suspended", 25), ("suspended_by_request", 12), ("lost", 3), ("terminated", 5))
_EXTRAS = ("VAS-CLIP", "VAS-FAMILY", "VAS-DISK", "DATA-10", "VOICE-100")


def rows(customers: int, seed: int, today: date) -> Iterator[list[object]]:
    """So many rows of `CUSTOMER_COLUMNS`, one customer and line each."""
    chance = random.Random(seed)  # noqa: S311  (made-up data, not a secret)
    plans, plan_shares = _PLANS, [plan[3] for plan in _PLANS]
    lines, line_shares = _BROADBAND, [line[3] for line in _BROADBAND]
    states, state_shares = [name for name, _ in _STATES], [share for _, share in _STATES]
    for number in range(1, customers + 1):
        enterprise = chance.random() < 0.06
        fixed = chance.random() < 0.22
        name, fee, usual, _ = chance.choices(lines if fixed else plans, line_shares if fixed else plan_shares)[0]
        fused = name.startswith("FUSION")
        tenure = min(240, int(chance.expovariate(1 / 50)))
        bound = fused or (fixed and chance.random() < 0.7) or chance.random() < 0.12
        ends = today + timedelta(days=chance.randint(-200, 720)) if bound else None
        spend, minutes = _usage(chance, fee, 0 if fixed else usual)
        calls: list[object] = [*minutes] or [""] * 4
        yield [
            f"C{number:09d}",
            f"P{number:09d}-01",
            "broadband" if fixed else "mobile",
            chance.choices(states, state_shares)[0],
            _level(chance, fee, tenure, enterprise=enterprise),
            "enterprise" if enterprise else "individual",
            "" if enterprise else min(95, max(16, int(chance.gauss(43, 15)))),
            tenure,
            *spend,
            *calls,
            ends or "",
            usual if fixed else "",
            fee,
            int(fused or (fixed and chance.random() < 0.5)),
            int(not fixed or chance.random() < 0.6),
            int(fused),
            int(chance.random() < (0.8 if enterprise else 0.01)),
            int(chance.random() < 0.008),
            int(fixed and enterprise and chance.random() < 0.3),
            chance.choices(("none", "black", "red"), (985, 10, 5))[0],
            int(chance.random() < 0.07),
            " ".join([name, *(extra for extra in _EXTRAS if not fixed and chance.random() < 0.15)]),
            int(chance.random() < 0.05),
            int(chance.random() < 0.02),
            spend[0] if chance.random() < 0.04 else 0,
        ]


def _usage(chance: random.Random, fee: int, usual: int) -> tuple[list[int], list[int]]:
    """Four months of spending and minutes, the latest first: steady, but for some who begin to leave."""
    habit = max(0.2, chance.gauss(1, 0.3))
    leaving = chance.random() < 0.07
    spend, minutes = [], []
    for ago in range(4):
        left = chance.uniform(0.2, 0.75) if leaving and ago == 0 else 1.0
        beyond = max(0.0, chance.gauss(0.12, 0.06)) * fee
        spend.append(int((fee * (0.6 if left < 1 else 1.0) + beyond * left) // 10 * 10))
        if usual:
            minutes.append(int(usual * habit * left * chance.uniform(0.88, 1.12)))
    return spend, minutes


def _level(chance: random.Random, fee: int, tenure: int, *, enterprise: bool) -> str:
    if enterprise:
        return f"{chance.choices('12345', (1, 3, 8, 18, 70))[0]}{chance.choice('AB')}"
    return f"{max(1, min(7, 1 + fee // 6000 + tenure // 60 + chance.randint(0, 1)))}星"


def main(arguments: list[str] | None = None) -> int:
    """The command; always 0."""
    parser = argparse.ArgumentParser(prog="knowledge_base.retention.synthetic", description=__doc__)
    parser.add_argument("--customers", type=int, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--to", dest="target", type=Path, required=True, metavar="CSV")
    chosen = parser.parse_args(arguments)
    with chosen.target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CUSTOMER_COLUMNS)
        writer.writerows(rows(chosen.customers, chosen.seed, shanghai_today()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
