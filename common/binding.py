"""Numbers that somebody has bound to their WeChat account: what the desk and the actions tell each other, sealed.

The desk tells the actions with every turn which numbers are bound (`issue_bound`); an action tells the desk to bind or
to unbind one (`order_binding`, `order_unbinding`). Rasa, which carries both, can read neither.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

from common.identity import Identity, InvalidIdentity, derived_key, open_sealed, read_identity, seal
from common.settings import settings

# What the turn's metadata and an answer's `custom` call them.
BOUND, BIND, UNBIND = "bound", "bind", "unbind"
# `Identity.method` of a number that was only remembered: enough to read some things, and proves nothing else.
OPENID = "openid"
# Numbers that one person may bind.
MOST = 5
# A turn, with its tries at the operator's, is over by then.
BOUND_SECONDS = 60


@dataclass(frozen=True)
class Bound:
    """A number that is remembered, and whose it was when it was bound (`Line.customer`)."""

    number: str
    owner: str


def mark_of(number: str) -> str:
    """Names a number on a button and in a slot; nobody reads it out of it."""
    return hmac.new(derived_key("bound-number"), number.encode(), hashlib.sha256).hexdigest()[:16]


def issue_bound(conversation: str, bound: list[Bound]) -> str:
    """The numbers of who writes in a conversation, for one turn; an empty list says that numbers can be bound there."""
    numbers = json.dumps([[one.number, one.owner] for one in bound])
    return seal(BOUND, {"c": conversation, "n": numbers})


def read_bound(token: str, conversation: str) -> list[Bound]:
    """What `issue_bound` wrote for this conversation a moment ago. Raises InvalidIdentity."""
    claims = open_sealed(BOUND, token, BOUND_SECONDS)
    if not hmac.compare_digest(claims["c"], conversation):
        raise InvalidIdentity
    return [Bound(number, owner) for number, owner in json.loads(claims["n"])]


def order_binding(identity_token: str, owner: str) -> str:
    """Asks the desk to bind the number that an identity token proves."""
    return seal(BIND, {"identity": identity_token, "owner": owner})


def read_binding(order: str, conversation: str) -> Bound:
    """The number to bind, if its proof is one, of this conversation, and no older than `identity_seconds`.

    Raises InvalidIdentity.
    """
    claims = open_sealed(BIND, order, settings().identity_seconds)
    identity: Identity = read_identity(claims["identity"], conversation)
    if identity.method == OPENID:
        raise InvalidIdentity
    return Bound(identity.number, claims["owner"])


def order_unbinding(conversation: str, number: str) -> str:
    """Asks the desk to forget a number."""
    return seal(UNBIND, {"c": conversation, "n": number})


def read_unbinding(order: str, conversation: str) -> str:
    """The number to forget. Raises InvalidIdentity."""
    claims = open_sealed(UNBIND, order, settings().identity_seconds)
    if not hmac.compare_digest(claims["c"], conversation):
        raise InvalidIdentity
    return claims["n"]
