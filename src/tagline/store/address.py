"""The address of the metadata: which databases there are, and how an address is shown."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tagline.exceptions import InputError, MissingExtraError

__all__ = ["masked", "parse_address"]

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def parse_address(address: str | Path) -> URL:
    """Return the SQLAlchemy URL of a metadata store.

    Parameters
    ----------
    address : str or Path
        ``postgresql://user@host/database``, ``sqlite:///file``, or the path of a SQLite file.

    Returns
    -------
    sqlalchemy.URL
        With the driver that Tagline uses. It hides its password when shown.

    Raises
    ------
    InputError
        If it is no URL, or a database that is not supported.
    MissingExtraError
        If the driver for PostgreSQL is not installed.

    Examples
    --------
    >>> str(parse_address("postgresql://ann:secret@db/tagline"))
    'postgresql+psycopg://ann:***@db/tagline'
    """
    if isinstance(address, Path) or "://" not in address:
        return URL.create("sqlite+pysqlite", database=str(address))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise InputError(
            "The address of the store is no URL: write it as postgresql://user@host/database."
        ) from None
    kind = url.drivername.partition("+")[0]
    if kind not in _DRIVERS:
        raise InputError(
            f"The store must be a PostgreSQL or SQLite database. Got a URL for {kind!r} instead."
        )
    if kind == "sqlite" and not url.database:
        raise InputError("The SQLite store must name a file: write sqlite:///path/to/file.")
    if kind != "sqlite" and importlib.util.find_spec("psycopg") is None:
        raise MissingExtraError(
            "A PostgreSQL store needs psycopg: install it with `pip install 'tagline[postgres]'`."
        )
    return url.set(drivername=_DRIVERS[kind])


def masked(url: URL) -> str:
    """Return the address for people: without driver, password and options (they may hold one)."""
    kind = url.drivername.partition("+")[0]
    shown = url.set(drivername=kind, query={})
    if kind == "sqlite":
        return str(url.database)
    return shown.render_as_string(hide_password=True)
