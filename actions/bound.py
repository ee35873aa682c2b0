"""Numbers that a customer has bound to their WeChat account: enough to read some of an account, and no more."""

from rasa_sdk import Tracker

from actions.turn import in_turn
from bss import inventory
from bss.errors import NotFound
from common.binding import BOUND, OPENID, UNBIND, Bound, mark_of, read_bound, read_unbinding
from common.identity import Identity, InvalidIdentity, read_identity

# What a bound number is enough for: it only reads, costs nothing, and tells no password, PUK, owner or call. Everything
# else takes a proof of its own, also what is not thought of here.
READS = frozenset(
    {
        "action_query_arrears",
        "action_query_balance",
        "action_query_bill",
        "action_bill_explain",
        "action_query_level",
        "action_query_package",
        "action_query_points",
        "action_query_recharge_record",
        "action_query_usage",
    }
)
# The `ask` of the buttons that choose one.
WHICH = "bound"


def token_of(tracker: Tracker) -> Identity | None:
    """What the slot `identity_token` holds, if its seal is good: verified, or only bound."""
    token = tracker.get_slot("identity_token")
    if not isinstance(token, str):
        return None
    try:
        return read_identity(token, tracker.sender_id)
    except InvalidIdentity:
        return None


def bound_of(tracker: Tracker) -> list[Bound] | None:
    """The numbers that are bound, as the desk says with this turn; None where none can be bound, as on the web."""
    token = (tracker.latest_message.get("metadata") or {}).get(BOUND)
    if not isinstance(token, str):
        return None
    try:
        bound = read_bound(token, tracker.sender_id)
    except InvalidIdentity:
        return None
    over = _unbound_now(tracker)
    return [one for one in bound if one.number not in over]


def meant_by(tracker: Tracker, number: str | None) -> Bound | None:
    """The bound number that is meant: the one that was named, or chosen, or the only one."""
    bound = bound_of(tracker) or []
    if number is not None:
        return next((one for one in bound if one.number == number), None)
    kept = token_of(tracker)
    if kept is not None:
        return next((one for one in bound if one.number == kept.number), None)
    return bound[0] if len(bound) == 1 else None


def pressed(tracker: Tracker) -> Bound | None:
    """The bound number whose button was pressed."""
    found = {name: next(tracker.get_latest_entity_values(name), None) for name in ("ask", "value")}
    if tracker.get_intent_of_latest_message() != "answer" or found["ask"] != WHICH:
        return None
    return next((one for one in bound_of(tracker) or [] if mark_of(one.number) == found["value"]), None)


def reader(tracker: Tracker, bound: Bound) -> Identity:
    """Who may read the account of a bound number."""
    return Identity(bound.number, tracker.sender_id, OPENID)


async def still_theirs(tracker: Tracker, identity: Identity) -> bool:
    """Whether a bound number is in use, and still that of the customer who bound it. Raises BssError."""
    bound = next((one for one in bound_of(tracker) or [] if one.number == identity.number), None)
    if bound is None:
        return False
    try:
        line = await in_turn(tracker, inventory.line, bound.number)
    except NotFound:
        return False
    return line.state != "terminated" and line.customer == bound.owner


def _unbound_now(tracker: Tracker) -> set[str]:
    """What was found over since the customer's message; the desk unbinds it when the turn is done."""
    found = set()
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        order = ((event.get("data") or {}).get("custom") or {}).get(UNBIND)
        if isinstance(order, str):
            try:
                found.add(read_unbinding(order, tracker.sender_id))
            except InvalidIdentity:
                continue
    return found
