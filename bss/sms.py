"""Text messages: a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from bss.http import call
from bss.shape import text


def send(number: str, message: str) -> str:
    """Sends a text of up to 1,000 characters to a mobile number and returns its id.

    Never tried twice: the gateway knows no idempotency key, and a second copy is worse than none. Raises Rejected, and
    what `call` raises; after Unavailable it may have been sent all the same.
    """
    return text(call("sms", "POST", "/sms", body={"number": number, "text": message}).body, "id")
