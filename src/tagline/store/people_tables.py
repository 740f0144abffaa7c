"""The tables of people: who they are, how they get in, and what was done in their name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tagline.store.tables import Base, UtcTime, utc_now

__all__ = [
    "AttemptRow",
    "AuditRow",
    "InvitationRow",
    "PersonRow",
    "ServerKeyRow",
    "SessionRow",
    "TokenRow",
]


class PersonRow(Base):
    """Somebody who tags or looks; without a password known by name only."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    """viewer, annotator, editor or admin."""
    password_hash: Mapped[str | None] = mapped_column(Text)
    """Argon2; None: cannot log in, as somebody whose name came with a spreadsheet."""
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime)


class InvitationRow(Base):
    """A link that works once: for a new person, for the first administrator, for a new password."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the link."""
    kind: Mapped[str] = mapped_column(String(10))
    """first, invite, reset or enter."""
    role: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Whose password it sets; None where it makes a person."""
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SessionRow(Base):
    """Somebody who is logged in with a browser."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the cookie says."""
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)

    person: Mapped[PersonRow] = relationship()


class TokenRow(Base):
    """A token by which a program acts for a person."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcTime)

    person: Mapped[PersonRow] = relationship()


class AttemptRow(Base):
    """A login that was tried and has not succeeded; counted to slow down guessing."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index("ix_login_attempts_project_id_name_at", "project_id", "name", "at"),
        Index("ix_login_attempts_project_id_address_at", "project_id", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)


class AuditRow(Base):
    """Who did what to accounts, and what came in through the server."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_project_id_id", "project_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    what: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    person: Mapped[PersonRow | None] = relationship()


class ServerKeyRow(Base):
    """The secret that signs a project's cookies; all processes of a server share it."""

    __tablename__ = "server_keys"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True
    )
    secret: Mapped[str] = mapped_column(String(64))
