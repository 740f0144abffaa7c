"""Links that work once: for the first administrator, for new people, for a new password."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from tagline.exceptions import InputError
from tagline.store.bearers import hashed
from tagline.store.people import People, record_of
from tagline.store.people_records import InvitationRecord, PersonRecord
from tagline.store.people_tables import InvitationRow, PersonRow, SessionRow
from tagline.store.tables import utc_now

if TYPE_CHECKING:
    from tagline.store.metadata import Metadata

__all__ = ["Links"]

_LASTS = timedelta(days=3)


class Links:
    """The links of a project; their secrets stand in the database only as SHA-256.

    Parameters
    ----------
    metadata : Metadata
    """

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata
        self._people = People(metadata)

    def invite(
        self,
        role: str,
        *,
        kind: str = "invite",
        person: int | None = None,
        invited_by: int | None = None,
        lasts: timedelta = _LASTS,
    ) -> str:
        """Make a link and return its secret, which is not kept.

        Parameters
        ----------
        role : str
        kind : {"invite", "first", "reset", "enter"}
            A new ``first`` takes the place of older ones; a ``reset`` of those of the same person.
        person : int, optional
            Whose password it sets.
        invited_by : int, optional
        lasts : timedelta, default 3 days

        Returns
        -------
        str
        """
        secret = secrets.token_urlsafe(32)
        with self._metadata.writing() as session:
            if kind != "invite":
                session.execute(
                    delete(InvitationRow).where(
                        InvitationRow.project_id == self._metadata.project_id,
                        InvitationRow.kind == kind,
                        InvitationRow.person_id == person
                        if person is not None
                        else InvitationRow.person_id.is_(None),
                        InvitationRow.used_at.is_(None),
                    )
                )
            session.add(
                InvitationRow(
                    project_id=self._metadata.project_id,
                    hash=hashed(secret),
                    kind=kind,
                    role=role,
                    person_id=person,
                    invited_by=invited_by,
                    expires_at=utc_now() + lasts,
                )
            )
        return secret

    def invitations(self) -> list[InvitationRecord]:
        """Return the links that still work, the newest first."""
        inviter = aliased(PersonRow)
        query = (
            select(InvitationRow, PersonRow.name, inviter.name)
            .outerjoin(PersonRow, InvitationRow.person_id == PersonRow.id)
            .outerjoin(inviter, InvitationRow.invited_by == inviter.id)
            .where(*self._open())
            .order_by(InvitationRow.id.desc())
        )
        with self._metadata.reading() as session:
            return [_invitation(*row) for row in session.execute(query)]

    def invitation(self, secret: str) -> InvitationRecord:
        """Return the link with this secret.

        Raises
        ------
        InputError
            If it was used or withdrawn, is too old, or never was.
        """
        with self._metadata.reading() as session:
            row = self._invited(session, secret)
            if row.person_id is None:
                return _invitation(row, None, None)
            return _invitation(row, session.get_one(PersonRow, row.person_id).name, None)

    def withdraw(self, id: int) -> None:
        """Make a link useless; one that is none any more stays so."""
        with self._metadata.writing() as session:
            session.execute(delete(InvitationRow).where(*self._open(), InvitationRow.id == id))

    def accept(self, secret: str, name: str, password_hash: str) -> PersonRecord:
        """Use a link: enter the person, or set the password of the one whom it is for.

        Parameters
        ----------
        secret : str
        name : str
            Of a new person; a link for a new password knows whose.
        password_hash : str

        Returns
        -------
        PersonRecord

        Raises
        ------
        InputError
            As `invitation`, and as `People.add`; the link still works then.
        """
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            row = self._invited(session, secret)
            if row.kind == "enter":
                raise InputError("This link is for another purpose.")
            if row.kind == "first" and self.has_administrator(session):
                raise InputError("This project has an administrator already: ask for a link.")
            if row.person_id is None:
                person = self._people.enter(session, name, row.role, password_hash)
            else:
                person = session.get_one(PersonRow, row.person_id)
                person.password_hash = password_hash
                session.execute(delete(SessionRow).where(SessionRow.person_id == person.id))
            row.used_at = utc_now()
            session.flush()
            return record_of(person)

    def enter(self, secret: str) -> PersonRecord:
        """Use a link of the kind ``enter``, which stands for name and password once.

        Raises
        ------
        InputError
            As `invitation`.
        """
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            row = self._invited(session, secret)
            if row.kind != "enter" or row.person_id is None:
                raise InputError("This link is for another purpose.")
            row.used_at = utc_now()
            return record_of(session.get_one(PersonRow, row.person_id))

    def has_administrator(self, session: Session | None = None) -> bool:
        """Return whether there is an administrator who can log in."""
        if session is None:
            with self._metadata.reading() as opened:
                return self.has_administrator(opened)
        query = select(func.count()).where(
            PersonRow.project_id == self._metadata.project_id,
            PersonRow.role == "admin",
            PersonRow.password_hash.is_not(None),
            PersonRow.disabled_at.is_(None),
        )
        return bool(session.scalar(query))

    def _open(self) -> tuple[Any, ...]:
        return (
            InvitationRow.project_id == self._metadata.project_id,
            InvitationRow.used_at.is_(None),
            InvitationRow.expires_at > utc_now(),
        )

    def _invited(self, session: Session, secret: str) -> InvitationRow:
        query = select(InvitationRow).where(*self._open(), InvitationRow.hash == hashed(secret))
        row = session.scalar(query)
        if row is None:
            raise InputError(
                "This link does not work: it was used already, is too old, or was withdrawn. Ask"
                " an administrator for a new one."
            )
        return row


def _invitation(row: InvitationRow, person: str | None, inviter: str | None) -> InvitationRecord:
    return InvitationRecord(
        id=row.id,
        kind=row.kind,
        role=row.role,
        person=person,
        invited_by=inviter,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
