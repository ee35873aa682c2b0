"""What can go wrong with an operator's system. `response` names the sentence in `domain.yml` that a customer reads."""


class BssError(Exception):
    """The root of the tree."""

    response = "utter_bss_unavailable"


class NotFound(BssError):
    """The system answered that there is no such thing."""

    response = "utter_bss_not_found"


class Rejected(BssError):
    """The system refused the request: `code` as it sent it, `reason` in its words, `detail` the rest of its answer.

    `status` is that of HTTP; 409 where the refusal came in an answer of its own.
    """

    response = "utter_bss_rejected"

    def __init__(self, code: str, reason: str, detail: dict[str, object] | None = None, status: int = 409) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.detail = detail or {}
        self.status = status


class Unavailable(BssError):
    """No answer in time, no connection, or a 5xx after the retries that the deadline allowed."""


class ContractBroken(BssError):
    """An answer that is not what the API's specification promises."""
