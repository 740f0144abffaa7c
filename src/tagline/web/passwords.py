"""Passwords: long enough, hashed by argon2, compared in the same time whoever is asked for."""

from __future__ import annotations

from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from tagline.exceptions import InputError

__all__ = ["SHORTEST", "check_password", "fits", "hash_password"]

SHORTEST = 10
_LONGEST = 1000  # bytes that an attacker may make us hash
_AT_ONCE = Semaphore(2)  # each takes 64 MB and a core


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory


def check_password(password: str, name: str = "") -> None:
    """Refuse a password that is easily guessed.

    Raises
    ------
    InputError
        If it is too short, too long, or the name itself.
    """
    if len(password) < SHORTEST or len(set(password)) < 4:
        raise InputError(
            f"A password needs {SHORTEST} characters or more, not the same few again and again: a"
            " few words that you can remember will do."
        )
    if len(password.encode()) > _LONGEST:
        raise InputError(f"A password may have at most {_LONGEST:,} bytes.")
    if name and password.casefold() == name.casefold():
        raise InputError("A password must differ from the name.")


def hash_password(password: str, name: str = "") -> str:
    """Check a new password and return how it is stored.

    Raises
    ------
    InputError
        As `check_password`.
    """
    check_password(password, name)
    with _AT_ONCE:
        return _hasher().hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Return whether a password is right; as slow where there is none to compare with."""
    if len(password.encode()) > _LONGEST:
        return False
    known = password_hash or _nobody()
    try:
        with _AT_ONCE:
            _hasher().verify(known, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
