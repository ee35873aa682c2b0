"""The rules of each API, one module a subject."""

from __future__ import annotations

from sandbox.apis import (
    appointments,
    balance,
    billing,
    billing_run,
    catalogue,
    interactions,
    inventory,
    line_tests,
    loyalty,
    orders,
    recommendations,
    tickets,
    usage,
)

_MODULES = (
    appointments,
    balance,
    billing,
    billing_run,
    catalogue,
    interactions,
    inventory,
    line_tests,
    loyalty,
    orders,
    recommendations,
    tickets,
    usage,
)


def register() -> None:
    """Puts the rules of all APIs and the actions of all timers in force."""
    for module in _MODULES:
        module.register()
