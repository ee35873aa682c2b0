"""The line that somebody says is theirs while it is being proven: sealed, so that no slot holds number or code."""

from dataclasses import asdict, dataclass

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from bss import codes, inventory
from bss.errors import NotFound, Rejected
from common.identity import InvalidIdentity, open_sealed, seal

# A little longer than a code lives, so that the operator is the one to say that it is too old.
CLAIM_SECONDS = 900
# Refusals that end by themselves after a while.
PAUSES = {"locked", "tooMany"}


@dataclass(frozen=True)
class Claim:
    """A line, and how it is being proven: `code` is the id of the code sent `to` a number; without it by password."""

    number: str
    to: str = ""
    code: str = ""

    @property
    def at_contact(self) -> bool:
        """Whether the code went to the line's contact number."""
        return bool(self.code) and self.to != self.number

    def slot(self) -> EventType:
        """The claim as an event of the tracker."""
        return SlotSet("identity_claim", seal("claim", asdict(self)))


def claim_of(tracker: Tracker) -> Claim | None:
    """The claim of this conversation; None when there is none, it is too old, or somebody made it up."""
    sealed = tracker.get_slot("identity_claim")
    if not isinstance(sealed, str):
        return None
    try:
        return Claim(**open_sealed("claim", sealed, CLAIM_SECONDS))
    except InvalidIdentity:
        return None


def contact_of(number: str) -> str | None:
    """The contact number bound to a line, when it is another than the line's own. Raises what `inventory.line` does."""
    contact = inventory.line(number).contact
    return None if contact == number else contact


def send(number: str, key: str, *, to_contact: bool = False) -> Claim:
    """Sends a code to a line or, where no message reaches it or `to_contact` is wished, to its contact number.

    The claim has no code when neither can receive one. Raises NotFound for a number that is not the operator's,
    Rejected with one of `PAUSES`, and what `call` raises.
    """
    if not to_contact:
        try:
            return Claim(number, number, codes.send(number, idempotency_key=key))
        except Rejected as error:
            if error.code != "cannotReceiveSms":
                raise
    contact = contact_of(number)
    if contact is None:
        return Claim(number)
    try:
        return Claim(number, contact, codes.send(contact, idempotency_key=f"{key}_contact"))
    except NotFound:
        # Another operator's number.
        return Claim(number)
    except Rejected as error:
        if error.code != "cannotReceiveSms":
            raise
        return Claim(number)
