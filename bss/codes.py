"""One-time codes: a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from bss.http import call
from bss.shape import text


def send(number: str, *, idempotency_key: str) -> str:
    """Sends a code to a line and returns the id to verify it with.

    Raises NotFound for a number that is not the operator's, Rejected with code `locked` or `tooMany` and
    `retryAfterSeconds` in its detail, and what `call` raises.
    """
    answer = call(
        "otp", "POST", "/oneTimeCode", body={"number": number, "purpose": "identity"}, idempotency_key=idempotency_key
    )
    return text(answer.body, "id")


def verify(code_id: str, code: str) -> None:
    """Returns when the code is right.

    Raises Rejected with code `wrongCode` (`remainingTries` in its detail), `expired` or `locked`, NotFound for an
    unknown id, and what `call` raises. Not repeatable: each try counts.
    """
    call("otp", "POST", f"/oneTimeCode/{code_id}/verify", body={"code": code})
