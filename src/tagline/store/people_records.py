"""People, their tokens and their links, without a database behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["ROLES", "AuditRecord", "InvitationRecord", "PersonRecord", "TokenRecord", "may"]

ROLES = ("viewer", "annotator", "editor", "admin")
"""Each may do what those before it may: look; tag; change what tags are; let people in."""


def may(role: str, needed: str) -> bool:
    """Return whether a role includes another.

    Examples
    --------
    >>> may("editor", "annotator"), may("viewer", "annotator")
    (True, False)
    """
    return ROLES.index(role) >= ROLES.index(needed)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Somebody who tags or looks.

    Attributes
    ----------
    id : int
    name : str
        Unique in the project.
    role : {"viewer", "annotator", "editor", "admin"}
    password_hash : str or None
        None: cannot log in.
    created_at : datetime
    disabled_at : datetime or None
        Since when the person may not come in.
    """

    id: int
    name: str
    role: str
    password_hash: str | None
    created_at: datetime
    disabled_at: datetime | None

    @property
    def can_log_in(self) -> bool:
        """Whether there is a password, and nobody disabled the person."""
        return self.password_hash is not None and self.disabled_at is None

    def __repr__(self) -> str:
        return f"PersonRecord({self.name!r}, {self.role!r})"


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """A link that works once, without its secret.

    Attributes
    ----------
    id : int
    kind : {"first", "invite", "reset"}
        For the first administrator, for a new person, or for a new password.
    role : str
    person : str or None
        Whose password it sets.
    invited_by : str or None
    created_at, expires_at : datetime
    """

    id: int
    kind: str
    role: str
    person: str | None
    invited_by: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token by which a program acts for a person, without its secret.

    Attributes
    ----------
    id : int
    name : str
    created_at : datetime
    expires_at, last_used_at : datetime or None
    """

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One line of the audit log.

    Attributes
    ----------
    at : datetime
    person : str or None
        Who did it; None where nobody was logged in.
    what : str
    detail : mapping
    """

    at: datetime
    person: str | None
    what: str
    detail: Mapping[str, Any]
