"""The one error that handlers raise, and the bodies it becomes; and why an order is not carried out."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.documents import Document


class ApiError(Exception):
    """An answer other than 2xx: HTTP ``status``, a short ``code`` for programs, a ``reason`` for people."""

    def __init__(self, status: int, reason: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.code = code or str(status)
        self.details = details


class RefusedError(Exception):
    """Why an item of an order cannot be carried out, in words that a customer may read."""


def tmf_body(api: str, error: ApiError) -> Document:
    """The TM Forum ``Error`` object; TMF658 alone writes ``code`` and ``status`` as integers: ours is in ``@type``."""
    phrase = HTTPStatus(error.status).phrase
    body: Document = {"code": error.code, "reason": error.reason, "message": phrase, "status": str(error.status)}
    if api == "658":
        body |= {"code": error.status, "status": error.status, "@type": error.code}
    return body


def rest_body(error: ApiError) -> Document:
    """The error object of the sandbox's own resources: ``code``, ``reason`` and whatever helps to go on."""
    return {"code": error.code, "reason": error.reason, **error.details}
