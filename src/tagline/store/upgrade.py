"""Brings the tables of a database to what this version of Tagline needs, on opening it."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from tagline.exceptions import InputError

__all__ = ["HEAD", "VERSION_TABLE", "upgrade"]

HEAD = "0005"  # the newest file in migrations/versions; a test compares the two
VERSION_TABLE = "tagline_version"
_LOCK = 0x7461676C696E65  # "tagline": one process upgrades, the others wait


def upgrade(connection: Connection, name: str, *, to: str = HEAD) -> None:
    """Run the migrations that a database still lacks, inside the connection's transaction.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction that may write.
    name : str
        What the database is called in messages, without its password.
    to : str, default the newest
        Where to stop.

    Raises
    ------
    InputError
        If a newer version of Tagline made the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    version = _version(connection)
    if version == to:
        return
    if version is not None and not (version.isdigit() and int(version) <= int(HEAD)):
        raise InputError(
            f"The store {name} was made by a newer Tagline (its tables are at {version!r}, this"
            f" version knows {HEAD!r}): upgrade with `pip install --upgrade tagline`."
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "tagline.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _version(connection: Connection) -> str | None:
    """Return the step that the database is at; None where Tagline has not been yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return None if found is None else str(found)
