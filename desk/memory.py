"""What a channel remembers of its customers, for the bot to know: most remember nothing. All methods block."""

from typing import Any

from sqlalchemy.orm import Session

from desk.models import Conversation


class Memory:
    """Remembers nothing; a channel that knows its customers again has one of its own."""

    def told(self, conversation: str) -> dict[str, Any]:
        """What the bot is told with each turn of a conversation; nothing personal in the clear."""
        return {}

    def carry_out(self, session: Session, row: Conversation, custom: dict[str, Any]) -> None:
        """Does what an answer of the bot's orders."""

    def answer(self, session: Session, row: Conversation, payload: str, turn: str) -> bool:
        """Does what a choice `desk:…` says, if it is about what is remembered; whether it was."""
        return False
