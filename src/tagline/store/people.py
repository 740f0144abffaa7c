"""The people of a project in its metadata: entered, changed, never deleted."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from tagline.display.words import shorten
from tagline.exceptions import ConflictError, InputError, did_you_mean
from tagline.store.people_records import ROLES, AuditRecord, PersonRecord
from tagline.store.people_tables import AuditRow, PersonRow, SessionRow, TokenRow
from tagline.store.tables import utc_now

if TYPE_CHECKING:
    from tagline.store.metadata import Metadata

__all__ = ["People", "person_id", "proper_name", "record_of"]

_LONGEST_NAME = 100


def proper_name(name: str) -> str:
    """Return a name of a person as it is kept: one form of each letter, single spaces.

    Raises
    ------
    InputError
        If it is empty, too long or cannot be printed.

    Examples
    --------
    >>> proper_name("  Ann  Lee ")
    'Ann Lee'
    """
    kept = " ".join(unicodedata.normalize("NFC", name).split()) if isinstance(name, str) else ""
    if not kept or len(kept) > _LONGEST_NAME or not kept.isprintable():
        raise InputError(
            f"A person's name has 1 to {_LONGEST_NAME} printable characters. Got"
            f" {shorten(repr(name), 60)} instead."
        )
    return kept


def person_id(session: Session, project_id: int, name: str, *, create: bool = True) -> int:
    """Return the key of a person; somebody who is not known yet is entered without a password.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        In a transaction that writes, and holds the project's lock, where `create` is true.
    project_id : int
    name : str
    create : bool, default True

    Returns
    -------
    int

    Raises
    ------
    InputError
        If nobody has this name and `create` is false, or it is no name.
    """
    kept = proper_name(name)
    query = select(PersonRow.id).where(PersonRow.project_id == project_id, PersonRow.name == kept)
    found = session.scalar(query)
    if found is not None:
        return found
    if not create:
        names = session.scalars(select(PersonRow.name).where(PersonRow.project_id == project_id))
        raise InputError(f"There is no person {kept!r}. {did_you_mean(kept, names)}")
    row = PersonRow(project_id=project_id, name=kept, role="annotator")
    session.add(row)
    session.flush()
    return row.id


def record_of(row: PersonRow) -> PersonRecord:
    """Return a row as a record."""
    return PersonRecord(**{each.name: getattr(row, each.name) for each in fields(PersonRecord)})


class People:
    """The people of a project, and the log of what was done to accounts.

    Parameters
    ----------
    metadata : Metadata
        Open.
    """

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    @property
    def all(self) -> list[PersonRecord]:
        """Everybody, in the order in which they came."""
        with self._metadata.reading() as session:
            return [record_of(row) for row in session.scalars(self._query().order_by(PersonRow.id))]

    def find(self, name: str) -> PersonRecord | None:
        """Return the person of this name, whatever its case; None where there is none."""
        folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
        return next((each for each in self.all if each.name.casefold() == folded), None)

    def get(self, id: int) -> PersonRecord:
        """Return the person with this key.

        Raises
        ------
        InputError
            If there is none.
        """
        with self._metadata.reading() as session:
            return record_of(self._row(session, id))

    def person(self, name: str, *, create: bool = True) -> int:
        """Return the key of a person, as `person_id` does, in a transaction of its own."""
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            return person_id(session, self._metadata.project_id, name, create=create)

    def add(self, name: str, role: str, password_hash: str | None = None) -> PersonRecord:
        """Enter a person; one who was known by name only gets role and password.

        Parameters
        ----------
        name, role : str
        password_hash : str, optional
            None: cannot log in.

        Returns
        -------
        PersonRecord

        Raises
        ------
        ConflictError
            If somebody who can log in has this name, whatever its case.
        InputError
            If it is no name or no role.
        """
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            return record_of(self.enter(session, name, role, password_hash))

    def enter(self, session: Session, name: str, role: str, password_hash: str | None) -> PersonRow:
        """Enter a person as `add` does, in the caller's transaction, which holds the lock.

        Parameters
        ----------
        session : sqlalchemy.orm.Session
        name, role : str
        password_hash : str or None

        Returns
        -------
        PersonRow

        Raises
        ------
        ConflictError, InputError
            As `add`.
        """
        kept = proper_name(name)
        _check_role(role)
        known = next(
            (r for r in session.scalars(self._query()) if r.name.casefold() == kept.casefold()),
            None,
        )
        if known is not None and (known.password_hash is not None or password_hash is None):
            raise ConflictError(f"There is a person {known.name!r} already: choose another name.")
        row = known or PersonRow(project_id=self._metadata.project_id, name=kept)
        row.role, row.password_hash = role, password_hash
        session.add(row)
        session.flush()
        return row

    def change_role(self, id: int, role: str) -> PersonRecord:
        """Give a person another role.

        Raises
        ------
        InputError
            If it is no role, or the last administrator would be none any more.
        """
        _check_role(role)
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            row = self._row(session, id)
            row.role = role
            self._keep_an_administrator(session)
            return record_of(row)

    def set_password(self, id: int, password_hash: str) -> None:
        """Set a password; whoever is logged in as this person no longer is."""
        with self._metadata.writing() as session:
            self._row(session, id).password_hash = password_hash
            session.execute(delete(SessionRow).where(SessionRow.person_id == id))

    def disable(self, id: int) -> None:
        """Let a person in no more: sessions and tokens end; what was tagged stays.

        Raises
        ------
        InputError
            If it is the last administrator.
        """
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            row = self._row(session, id)
            row.disabled_at = row.disabled_at or utc_now()
            self._keep_an_administrator(session)
            session.execute(delete(SessionRow).where(SessionRow.person_id == id))
            session.execute(delete(TokenRow).where(TokenRow.person_id == id))

    def enable(self, id: int) -> None:
        """Let a person in again."""
        with self._metadata.writing() as session:
            self._row(session, id).disabled_at = None

    def log(
        self, what: str, *, person: int | None = None, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Write a line into the audit log.

        Parameters
        ----------
        what : str
            Such as ``"login"``; at most 40 characters.
        person : int, optional
            Who did it.
        detail : mapping, optional
            JSON without secrets.
        """
        with self._metadata.writing() as session:
            session.add(
                AuditRow(
                    project_id=self._metadata.project_id,
                    person_id=person,
                    what=what,
                    detail=dict(detail or {}),
                )
            )

    def audit(self, limit: int = 100, before: int | None = None) -> list[AuditRecord]:
        """Return the newest lines of the audit log, the newest first."""
        query = (
            select(AuditRow)
            .where(AuditRow.project_id == self._metadata.project_id)
            .options(joinedload(AuditRow.person))
            .order_by(AuditRow.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(AuditRow.id < before)
        with self._metadata.reading() as session:
            return [
                AuditRecord(row.at, row.person.name if row.person else None, row.what, row.detail)
                for row in session.scalars(query)
            ]

    def _query(self) -> Any:
        return select(PersonRow).where(PersonRow.project_id == self._metadata.project_id)

    def _row(self, session: Session, id: int) -> PersonRow:
        row: PersonRow | None = session.scalar(self._query().where(PersonRow.id == id))
        if row is None:
            raise InputError(f"There is no person number {id}.")
        return row

    def _keep_an_administrator(self, session: Session) -> None:
        session.flush()
        people = [record_of(row) for row in session.scalars(self._query())]
        if not any(each.role == "admin" and each.can_log_in for each in people):
            raise InputError("This is the last administrator: make somebody else one first.")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"There is no role {role!r}. {did_you_mean(role, ROLES)}")
