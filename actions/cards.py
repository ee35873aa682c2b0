"""Cards: what a channel that can draw shows beside the sentence. The sentence alone must be enough."""

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

Row = dict[str, Any]


def row(label: str, value: str, *, note: str | None = None, ratio: float | None = None) -> Row:
    """One line of a card; `ratio` (0 to 1) draws a bar."""
    return {"label": label, "value": value, "note": note, "ratio": ratio}


def say_with_card(
    dispatcher: CollectingDispatcher,
    response: str,
    *,
    kind: str,
    title: str,
    rows: list[Row],
    amount: str | None = None,
    note: str | None = None,
    buttons: Sequence[Mapping[str, str]] = (),
    **values: str,
) -> None:
    """Says a response of `domain.yml`, filled with `values`, and hangs a card on it; `buttons` follow its own."""
    card = {"kind": kind, "title": title, "amount": amount, "rows": rows, "note": note}
    offered = [dict(button) for button in buttons]
    dispatcher.utter_message(response=response, json_message={"card": card}, buttons=offered, **values)
