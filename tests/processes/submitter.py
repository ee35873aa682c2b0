"""A client process of the outbox: submits its share of tickets from a few threads, and prints each receipt.

`python -m tests.processes.submitter NAME COUNT`. Run again after a crash it uses the same keys, as
a repeated turn does.
"""

import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from bss import outbox
from bss.http import turn
from bss.tickets import NewTicket

THREADS = 4


def submit(key: str) -> str:
    """A receipt, however often it takes to get one."""
    new = NewTicket("fault", "宽带障碍", f"上不了网 {key}", "major", "C0001", facts={"contact": "18900001001"})
    while True:
        time.sleep(random.uniform(0, 0.6))
        try:
            with turn(2.0, key):
                return outbox.submit(new, key).number
        except sa.exc.OperationalError:
            continue


def main() -> None:
    """See the module."""
    name, count = sys.argv[1], int(sys.argv[2])
    with ThreadPoolExecutor(THREADS) as pool:
        for receipt in pool.map(submit, [f"{name}-{number}:report" for number in range(count)]):
            sys.stdout.write(f"{receipt}\n")


if __name__ == "__main__":
    main()
