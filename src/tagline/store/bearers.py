"""Sessions of browsers and tokens of programs: they say who it is that asks.

Secrets are random and stand in the database only as SHA-256: who reads it cannot use them. (A hash
that is slow on purpose is for passwords, which people choose; these have 256 random bits.)
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import joinedload

from tagline.exceptions import InputError
from tagline.store.people import record_of
from tagline.store.people_records import PersonRecord, TokenRecord
from tagline.store.people_tables import PersonRow, ServerKeyRow, SessionRow, TokenRow
from tagline.store.tables import utc_now

if TYPE_CHECKING:
    from tagline.store.metadata import Metadata

__all__ = ["IDLE", "LONGEST", "Bearers", "hashed"]

IDLE, LONGEST = timedelta(days=7), timedelta(days=30)  # after which a session ends
_NOTED = timedelta(minutes=1)  # not every request writes when it was last seen
_MOST_TOKENS = 50


def hashed(secret: str) -> str:
    """Return how a random secret stands in the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Bearers:
    """What people and programs bring with each request, made from an open store.

    Parameters
    ----------
    metadata : Metadata
    """

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    def key(self) -> str:
        """Return the secret that signs cookies; it is made when it is first asked for."""
        with self._metadata.reading() as session:
            row = session.get(ServerKeyRow, self._metadata.project_id)
            if row is not None:
                return row.secret
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            row = session.get(ServerKeyRow, self._metadata.project_id)
            if row is None:
                row = ServerKeyRow(
                    project_id=self._metadata.project_id, secret=secrets.token_hex(32)
                )
                session.add(row)
            return row.secret

    def begin_session(self, person: int) -> str:
        """Log a person in and return what the cookie says."""
        secret = secrets.token_urlsafe(32)
        old = or_(
            SessionRow.seen_at < utc_now() - IDLE, SessionRow.created_at < utc_now() - LONGEST
        )
        with self._metadata.writing() as session:
            session.execute(delete(SessionRow).where(old))
            session.add(SessionRow(person_id=person, hash=hashed(secret)))
        return secret

    def session_person(self, secret: str) -> PersonRecord | None:
        """Return who is logged in by a cookie; None where nobody is, or no longer."""
        query = select(SessionRow).options(joinedload(SessionRow.person))
        now = utc_now()
        with self._metadata.reading() as session:
            row = session.scalar(query.where(SessionRow.hash == hashed(secret)))
            if row is None or row.seen_at < now - IDLE or row.created_at < now - LONGEST:
                return None
            found, seen, id = self._let_in(row.person), row.seen_at, row.id
        if found is not None and seen < now - _NOTED:
            with self._metadata.writing() as session:
                session.execute(update(SessionRow).where(SessionRow.id == id).values(seen_at=now))
        return found

    def end_session(self, secret: str) -> None:
        """Log out; a second call does nothing."""
        with self._metadata.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.hash == hashed(secret)))

    def end_sessions(self, person: int) -> None:
        """Log a person out everywhere."""
        with self._metadata.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.person_id == person))

    def make_token(self, person: int, name: str, lasts: timedelta | None = None) -> str:
        """Make a token and return its secret, which is not kept.

        Parameters
        ----------
        person : int
            Whose key it is.
        name : str
            For people.
        lasts : timedelta, optional
            Default: until it is taken back.

        Returns
        -------
        str

        Raises
        ------
        InputError
            If the person has too many.
        """
        secret = f"tagline_{secrets.token_urlsafe(32)}"
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            count = select(func.count()).where(TokenRow.person_id == person)
            if (session.scalar(count) or 0) >= _MOST_TOKENS:
                raise InputError(f"There are {_MOST_TOKENS} tokens already: delete one first.")
            expires = None if lasts is None else utc_now() + lasts
            session.add(
                TokenRow(person_id=person, name=name, hash=hashed(secret), expires_at=expires)
            )
        return secret

    def tokens(self, person: int) -> list[TokenRecord]:
        """Return a person's tokens, the newest first."""
        query = select(TokenRow).where(TokenRow.person_id == person).order_by(TokenRow.id.desc())
        with self._metadata.reading() as session:
            return [
                TokenRecord(row.id, row.name, row.created_at, row.expires_at, row.last_used_at)
                for row in session.scalars(query)
            ]

    def delete_token(self, person: int, id: int) -> None:
        """Make a token useless; only its person's own."""
        with self._metadata.writing() as session:
            session.execute(delete(TokenRow).where(TokenRow.person_id == person, TokenRow.id == id))

    def token_person(self, secret: str) -> PersonRecord | None:
        """Return for whom a program acts; None where the token is unknown or too old."""
        query = select(TokenRow).options(joinedload(TokenRow.person))
        now = utc_now()
        with self._metadata.reading() as session:
            row = session.scalar(query.where(TokenRow.hash == hashed(secret)))
            if row is None or (row.expires_at is not None and row.expires_at <= now):
                return None
            found, used, id = self._let_in(row.person), row.last_used_at, row.id
        if found is not None and (used is None or used < now - _NOTED):
            with self._metadata.writing() as session:
                session.execute(update(TokenRow).where(TokenRow.id == id).values(last_used_at=now))
        return found

    def _let_in(self, person: PersonRow) -> PersonRecord | None:
        """Return the person, if of this project, with a password, and not disabled."""
        record = record_of(person)
        return (
            record if record.can_log_in and person.project_id == self._metadata.project_id else None
        )
