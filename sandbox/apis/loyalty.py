"""TMF658: nothing but what the specification lacks for finding a customer's points."""

from __future__ import annotations

from sandbox.rules import RULES, Rules

API = "658"


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, "loyaltyProgramMember"] = Rules(extensions=frozenset({"relatedParty", "logicalResource"}))
    RULES[API, "loyaltyAccount"] = Rules(extensions=frozenset({"loyaltyProgramMember"}))
