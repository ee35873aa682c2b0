"""Passwords of staff: Argon2id, and what a new one must be."""

import re
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from desk.errors import Refused
from knowledge_base.content import content

SHORTEST = 10
# RFC 9106, section 4, the second recommended option: 3 passes over 64 MiB in 4 lanes.
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hashed(password: str) -> str:
    """What is stored of a password."""
    return _HASHER.hash(password)


def check(password: str, stored: str | None) -> bool:
    """Whether a password is the one that was stored; with nothing stored it works as long, and says no."""
    decoy = _decoy()  # also where it is not needed: its cost at the first login after a start would tell
    try:
        return _HASHER.verify(stored or decoy, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _decoy() -> str:
    return hashed(secrets.token_urlsafe())


def is_outdated(stored: str) -> bool:
    """Whether it was stored with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def refuse_weak(password: str, login: str) -> None:
    """Raises Refused when a new password of this login is easily guessed."""
    if len(password) < SHORTEST:
        raise Refused(422, "password_short", length=SHORTEST)
    plain = "".join(filter(str.isalnum, password.lower()))
    if login in password.lower():
        raise Refused(422, "password_is_login")
    common = content("workbench")["common_passwords"]
    if plain in common or re.sub(r"\d+$", "", plain) in common or len(set(plain)) < 4:
        raise Refused(422, "password_common")
