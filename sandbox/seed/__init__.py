"""Fills an empty database: the same seed gives the same customers, with dates that fit the sandbox's clock."""

from __future__ import annotations

import random

from sandbox.apis import billing_run
from sandbox.seed import history, households, market
from sandbox.seed.people import PEOPLE
from sandbox.store import Store

_REGISTER = "seed"


def plant(store: Store, number: int) -> None:
    """Seeds the database unless that was done already."""
    with store.writing() as transaction:
        if transaction.register(_REGISTER) is not None:
            return
        market.plant(transaction)
        for index, person in enumerate(PEOPLE, start=1):
            # One generator a customer: a change to one story leaves the others as they are.
            chance = random.Random(number * 1000 + index)  # noqa: S311  (made-up data, not a secret)
            households.plant(transaction, person, index, chance)
        history.plant(transaction)
        billing_run.schedule(transaction)
        transaction.set_register(_REGISTER, str(number))
