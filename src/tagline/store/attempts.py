"""How often somebody tried to log in: counted in the database, for all processes of a server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tagline.exceptions import InputError
from tagline.store.people_tables import AttemptRow
from tagline.store.tables import utc_now

if TYPE_CHECKING:
    from tagline.store.metadata import Metadata

__all__ = ["Attempts", "TooManyAttemptsError"]

_WINDOW = timedelta(minutes=15)
_BOTH, _NAME, _ADDRESS = 5, 20, 50  # within the window: one name from one address; either


class TooManyAttemptsError(InputError):
    """Somebody tried to log in too often; it may be tried again later."""


class Attempts:
    """The logins that were tried, made from an open store.

    Parameters
    ----------
    metadata : Metadata
    """

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    def enter(self, name: str, address: str) -> None:
        """Count an attempt before its password is looked at, so that many at once count as many.

        A name is limited less strictly than a name from one address: who guesses elsewhere cannot
        easily keep a person out.

        Parameters
        ----------
        name : str
            As it was typed.
        address : str
            Of the caller.

        Raises
        ------
        TooManyAttemptsError
            If there were too many; this one is not counted then.
        """
        name, address = _keys(name, address)
        project, since = self._metadata.project_id, utc_now() - _WINDOW
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            session.execute(
                delete(AttemptRow).where(AttemptRow.project_id == project, AttemptRow.at < since)
            )
            by_name, by_address = AttemptRow.name == name, AttemptRow.address == address
            for conditions, most in (
                ((by_name, by_address), _BOTH),
                ((by_name,), _NAME),
                ((by_address,), _ADDRESS),
            ):
                query = select(func.count()).where(AttemptRow.project_id == project, *conditions)
                if (session.scalar(query) or 0) >= most:
                    raise TooManyAttemptsError(
                        "Too many attempts to log in: wait a quarter of an hour, or ask an"
                        " administrator for a new password."
                    )
            session.add(AttemptRow(project_id=project, name=name, address=address))

    def succeeded(self, name: str, address: str) -> None:
        """Forget the attempts of a name from an address: the password was right."""
        name, address = _keys(name, address)
        with self._metadata.writing() as session:
            session.execute(
                delete(AttemptRow).where(
                    AttemptRow.project_id == self._metadata.project_id,
                    AttemptRow.name == name,
                    AttemptRow.address == address,
                )
            )


def _keys(name: str, address: str) -> tuple[str, str]:
    return " ".join(name.split()).casefold()[:200], address[:64]
