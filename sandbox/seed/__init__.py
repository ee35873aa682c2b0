"""Fills an empty database: the same seed gives the same customers, with dates that fit the sandbox's clock."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox import times
from sandbox.apis import billing_run
from sandbox.events import SUBSCRIPTION
from sandbox.seed import history, households, market
from sandbox.seed.people import PEOPLE
from sandbox.store import Rows, Store, Transaction

_REGISTER = "seed"
# Dates are told from the moment of seeding: what was seeded longer ago, or on another day, is not put back.
_FRESH_FOR = timedelta(hours=1)


@dataclass
class Seed:
    """Seeds a database, and puts back quickly what it seeded.

    Attributes:
        number: what all that is made up begins with.
    """

    number: int
    _seeded: tuple[datetime, Rows] | None = None

    def plant(self, store: Store) -> None:
        """Seeds the database unless that was done already."""
        with store.writing() as transaction:
            if transaction.register(_REGISTER) is None:
                self._fill(transaction)

    def reset(self, store: Store) -> None:
        """Forgets everything but who subscribed to events, and seeds anew."""
        with store.writing() as transaction:
            subscriptions = transaction.of_kind(SUBSCRIPTION)
            series = transaction.register(f"series:{SUBSCRIPTION}")
            transaction.clear()
            if self._seeded and _is_fresh(self._seeded[0], transaction.now()):
                transaction.put_back(self._seeded[1])
            else:
                self._fill(transaction)
            for api, subscription in subscriptions:
                transaction.insert(api, SUBSCRIPTION, subscription)
            if series is not None:
                transaction.set_register(f"series:{SUBSCRIPTION}", series)

    def _fill(self, transaction: Transaction) -> None:
        market.plant(transaction)
        for index, person in enumerate(PEOPLE, start=1):
            # One generator a customer: a change to one story leaves the others as they are.
            chance = random.Random(self.number * 1000 + index)  # noqa: S311  (made-up data, not a secret)
            households.plant(transaction, person, index, chance)
        history.plant(transaction)
        billing_run.schedule(transaction)
        transaction.set_register(_REGISTER, str(self.number))
        self._seeded = transaction.now(), transaction.rows()


def _is_fresh(seeded: datetime, now: datetime) -> bool:
    same_day = seeded.astimezone(times.SHANGHAI).date() == now.astimezone(times.SHANGHAI).date()
    return same_day and timedelta() <= now - seeded < _FRESH_FOR
