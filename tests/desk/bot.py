"""What the desk sees of Rasa: its channel, answering as a test tells it to, over real HTTP."""

import json
from typing import Any

from common.identity import channel_token
from tests.bss.scripted import Operator, Script, answers, hangs, hangs_up

Entry = dict[str, Any]


def entry(text: str, *buttons: tuple[str, str], card: Entry | None = None, handover: Entry | None = None) -> Entry:
    """One message of the bot; a button is (title, payload)."""
    custom = {name: value for name, value in (("card", card), ("handover", handover)) if value is not None}
    shown = [{"title": title, "payload": payload} for title, payload in buttons]
    return {"text": text, "buttons": shown, "custom": custom}


def says(*entries: Entry | str, understood: tuple[str, float] | None = None) -> Script:
    """The bot answers with these messages, to what it took for (intent, confidence)."""
    messages = [entry(item) if isinstance(item, str) else item for item in entries]
    taken = None if understood is None else dict(zip(("intent", "confidence"), understood, strict=True))
    return answers(200, json.dumps({"messages": messages, "understood": taken}).encode())


class Bot:
    """A scripted Rasa: set what it does, read what it was asked."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self.address = operator.address
        self.does(says("好的"))

    def does(self, script: Script) -> None:
        """What happens to each request from now on."""
        self._operator.script = script

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The bodies of the messages that arrived, in order."""
        return [json.loads(seen.body) for seen in self._operator.seen if seen.method == "POST"]

    @property
    def bearers(self) -> set[str]:
        """The Authorization headers that came."""
        return {seen.headers.get("authorization", "") for seen in self._operator.seen}


SECRET: Entry = {"text": None, "buttons": [], "custom": {"secret": True}}
SILENT: Script = hangs
GONE: Script = hangs_up
FAILED: Script = answers(503, b'{"error": "turn failed"}')
BEARER = channel_token
