"""Service passwords (服务密码): a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from bss.http import call
from bss.shape import text


def verify(number: str, password: str) -> None:
    """Returns when the password is the line's.

    Raises Rejected with code `wrongPassword` (`remainingTries` in its detail) or `locked` (`retryAfterSeconds`),
    NotFound for a line that has none, and what `call` raises. Not repeatable: each try counts.
    """
    call("otp", "POST", "/servicePassword/verify", body={"number": number, "password": password})


def reset(number: str, *, idempotency_key: str) -> str:
    """Has a new password sent by SMS, and returns the number that it went to: the line's, or its contact number.

    The password itself is never seen here. Raises NotFound for a number of nobody, Rejected with code
    `cannotReceiveSms` when no message reaches its owner, and what `call` raises.
    """
    answer = call("otp", "POST", "/servicePassword/reset", body={"number": number}, idempotency_key=idempotency_key)
    return text(answer.body, "sentTo")
