"""Signed and encrypted tokens: who may use a conversation, and whose account it may read.

They are Fernet tokens (AES-128-CBC with HMAC-SHA-256 and a time of issue), so a number inside one is not readable in
Rasa's tracker database. None can stand in for another: each kind has its own key, derived from the secret.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken

from common.settings import settings


class InvalidIdentity(Exception):
    """The token is forged, expired, or belongs to another conversation."""


@dataclass(frozen=True)
class Identity:
    """A verified customer: `number` is the subscribed line, `method` how it was proven.

    `sms_code`: a code to the line itself; `contact_code`: one to its bound contact number; `service_password`.
    """

    number: str
    conversation: str
    method: str


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose, derived from the product's secret."""
    return hmac.new(settings().secret.get_secret_value().encode(), purpose.encode(), hashlib.sha256).digest()


def channel_token() -> str:
    """The bearer that the desk shows to Rasa's channel."""
    return derived_key("rasa-channel").hex()


def _fernet(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key(purpose)))


def seal(purpose: str, claims: dict[str, str]) -> str:
    """Claims as an encrypted, signed and dated text that only `open_sealed` with the same purpose reads."""
    return _fernet(purpose).encrypt(json.dumps(claims, ensure_ascii=False).encode()).decode()


def open_sealed(purpose: str, token: str, seconds: int) -> dict[str, str]:
    """The claims behind a token younger than `seconds`. Raises InvalidIdentity."""
    try:
        claims: dict[str, str] = json.loads(_fernet(purpose).decrypt(token.encode(), ttl=seconds))
    except (InvalidToken, UnicodeEncodeError) as error:
        raise InvalidIdentity from error
    return claims


def issue_conversation(conversation: str) -> str:
    """A bearer token for one conversation."""
    return seal("conversation", {"c": conversation})


def read_conversation(token: str) -> str:
    """The conversation that a bearer token opens. Raises InvalidIdentity."""
    return open_sealed("conversation", token, settings().conversation_seconds)["c"]


def issue_identity(identity: Identity) -> str:
    """A token for a verified number in one conversation; each account read renews it."""
    return seal("identity", {"n": identity.number, "c": identity.conversation, "m": identity.method})


def read_identity(token: str, conversation: str) -> Identity:
    """The identity behind a token, if it was issued for this conversation and is younger than `identity_seconds`.

    Raises InvalidIdentity.
    """
    claims = open_sealed("identity", token, settings().identity_seconds)
    if not hmac.compare_digest(claims["c"], conversation):
        raise InvalidIdentity
    return Identity(claims["n"], claims["c"], claims["m"])
