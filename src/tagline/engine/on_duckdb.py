"""DuckDB: in process, with its own settings, or somebody's connection or relation."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import duckdb
import ibis

from tagline.engine.connection import Connection
from tagline.engine.failures import duckdb_errors
from tagline.engine.files import Files, quoted
from tagline.engine.relation import RelationConnection
from tagline.exceptions import InputError, did_you_mean

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

__all__ = ["DuckDBConnection", "open_duckdb", "use_duckdb", "use_relation"]

_mark = itertools.count(1)

_WEB = frozenset({"http", "https"})

_CHANGED_BY_IBIS = ("TimeZone", "python_enable_replacements")


class DuckDBConnection(Connection):
    """A connection to DuckDB."""

    name = "duckdb"

    def __init__(self, backend: Any, *, owned: bool, meter: Any = None) -> None:
        super().__init__(backend, owned=owned, meter=meter)
        self._restore: dict[str, Any] = {}

    @property
    def handle(self) -> Any:
        """The DuckDB connection."""
        return self.backend.con

    def attach(self, name: str, data: Any) -> None:
        """Make a temporary view of a table, a dataset, files or a relation."""
        with self._plainly(name, data), duckdb_errors():
            if isinstance(data, Files):
                self.handle.execute(
                    f'CREATE OR REPLACE TEMP VIEW "{name}" AS {read(self.handle, data)}'
                )
            elif isinstance(data, duckdb.DuckDBPyRelation):
                data.query(name, f'SELECT * FROM "{name}" LIMIT 0')
            else:
                self.handle.register(name, data)

    def reads(self, readable: Any) -> bool:
        """Return whether `attach` takes this as it is.

        Not where it is at a web server, of which many send whole files only and none says when a
        Parquet file was changed; nor by any URL on a relation's connection.
        """
        on_relation = isinstance(self.handle, RelationConnection)
        on_web = not _WEB.isdisjoint(getattr(readable, "protocols", ()))
        return super().reads(readable) if on_relation or on_web else True

    def beside(self) -> Self:
        """Return a connection for another thread: DuckDB runs one query at a time on each."""
        return type(self)(ibis.duckdb.from_connection(self.handle.cursor()), owned=True)

    def drop(self, name: str) -> None:
        """Drop a temporary view; one that is gone already is fine."""
        drops: tuple[Callable[[], Any], ...] = (
            lambda: self.handle.execute(f'DROP VIEW IF EXISTS "{name}"'),
            lambda: self.handle.execute(f'DROP TABLE IF EXISTS "{name}"'),
            lambda: self.handle.unregister(name),  # a table, on the connection of a relation
        )
        for drop in drops:
            with suppress(duckdb.CatalogException, duckdb.ConnectionException):
                drop()
        self._texts.pop(name, None)

    @property
    def identity(self) -> int:
        """A number that all connections to one handle share while it is open."""
        return id(getattr(self.handle, "relation", self.handle))

    def holds(self, other: object) -> bool:
        """Return whether the other connection, backend or relation is on this one's connection."""
        if not isinstance(other, duckdb.DuckDBPyRelation):
            return super().holds(other)
        mark = next(_mark)
        self.handle.execute(f"SET VARIABLE tagline_mark = {mark}")
        query = "SELECT getvariable('tagline_mark')"
        found = other.query("tagline_relation", query).fetchone()
        other.query("tagline_relation", "DROP VIEW IF EXISTS tagline_relation")
        return found == (mark,)

    def _fetch(self, table: ir.Table) -> pa.Table:
        with self._plainly(), duckdb_errors():
            return self.backend.to_pyarrow(table)

    def _stream(self, table: ir.Table, rows: int) -> pa.RecordBatchReader:
        import pyarrow as pa

        self.backend._run_pre_execute_hooks(table)
        with self._plainly(), duckdb_errors():
            found = self.handle.execute(self.backend.compile(table)).arrow(rows)
        return pa.RecordBatchReader.from_batches(found.schema, self._batches(found))

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """Hand batches on; what DuckDB meets on the way comes as an error of Arrow's."""
        import pyarrow as pa

        with self._plainly(), duckdb_errors():
            try:
                yield from reader
            except (pa.ArrowInvalid, OSError) as error:
                raise duckdb.InvalidInputException(str(error)) from error

    def _fetch_sql(self, sql: str) -> pa.Table:
        with self._plainly(), duckdb_errors():
            return self.handle.sql(sql).to_arrow_table()

    def _hold(self, name: str, sql: str) -> None:
        with self._plainly(), duckdb_errors():
            self.handle.execute(f'CREATE TEMP TABLE "{name}" AS {sql}')

    def _release(self) -> None:
        for key, value in self._restore.items():
            with suppress(duckdb.ConnectionException):
                self.handle.execute(f"SET {key} = '{value}'")
        self._restore = {}
        if isinstance(self.handle, RelationConnection):
            self.handle.close()
        if self._owned:
            self.backend.disconnect()


def read(con: duckdb.DuckDBPyConnection, files: Files) -> str:
    """Return the query that reads files of one format.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Told of the file systems that the URLs need.
    files : Files

    Returns
    -------
    str
    """
    for protocol in files.protocols:
        _register(con, protocol)
    paths = "[" + ", ".join(quoted(path) for path in files.paths) + "]"
    options = ", ".join(f"{key} = {value}" for key, value in files.duckdb_options().items())
    return f"SELECT * FROM {files.format.duckdb_reader}({paths}{', ' * bool(options)}{options})"


def _register(con: duckdb.DuckDBPyConnection, protocol: str) -> None:
    import fsspec

    if not con.filesystem_is_registered(protocol):
        con.register_filesystem(fsspec.filesystem(protocol))


def open_duckdb(url: str) -> DuckDBConnection:
    """Open DuckDB by a URL.

    Parameters
    ----------
    url : str
        ``duckdb://``, ``duckdb:///file.db`` or ``duckdb:////folder/file.db``, with DuckDB's
        settings as a query.

    Returns
    -------
    DuckDBConnection

    Raises
    ------
    InputError
        If a setting is unknown or has a wrong value, or the file cannot be opened.
    """
    parts = urlsplit(url)
    path = unquote(parts.netloc + parts.path)
    settings = dict(parse_qsl(parts.query, keep_blank_values=True))
    settings.setdefault(
        "temp_directory", os.path.join(tempfile.gettempdir(), f"tagline-spill-{os.getpid()}")
    )
    read_only = settings.pop("read_only", "false").lower() in {"true", "1", "yes"}
    try:
        backend = ibis.duckdb.connect(_database(path), read_only=read_only, **settings)
    except (duckdb.Error, ValueError) as error:
        raise _refused(url, settings, error) from error
    return DuckDBConnection(backend, owned=True)


def _database(path: str) -> str:
    """``/file.db`` is in this folder, ``//tmp/file.db`` is not, as in SQLAlchemy's URLs."""
    if path in {"", "/", "duckdb", ":memory:", "/:memory:"}:
        return ":memory:"
    here = path.removeprefix("/")
    return path if os.path.exists(path) and not os.path.exists(here) else here


def _refused(url: str, settings: dict[str, str], error: Exception) -> InputError:
    with duckdb.connect() as con:
        rows = con.execute("SELECT name FROM duckdb_settings()").fetchall()
    known = sorted(name for (name,) in rows)
    unknown = [each for each in settings if each not in known]
    if unknown:
        help_ = did_you_mean(unknown[0], known)
        return InputError(f"DuckDB has no setting {unknown[0]!r} (in {url!r}). {help_}")
    reason = str(error).strip().splitlines()[0].split(" Error: ", 1)[-1]
    return InputError(f"DuckDB cannot be opened by {url!r}: {reason}")


def use_duckdb(con: duckdb.DuckDBPyConnection) -> DuckDBConnection:
    """Use somebody's DuckDB connection; at the end it has its settings back.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection

    Returns
    -------
    DuckDBConnection
    """
    before = _settings(con.execute)
    connection = DuckDBConnection(ibis.duckdb.from_connection(con), owned=False)
    connection._restore = before
    return connection


def _settings(execute: Any) -> dict[str, Any]:
    names = ", ".join(f"current_setting('{key}')" for key in _CHANGED_BY_IBIS)
    return dict(zip(_CHANGED_BY_IBIS, execute(f"SELECT {names}").fetchone(), strict=True))


def use_relation(relation: duckdb.DuckDBPyRelation) -> DuckDBConnection:
    """Use the connection that a DuckDB relation lives on.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation

    Returns
    -------
    DuckDBConnection
    """
    con = RelationConnection(relation)
    return use_duckdb(con)  # type: ignore[arg-type]
