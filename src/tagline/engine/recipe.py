"""Data of any kind as a recipe that can be opened again, on whichever engine."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from tagline.engine.connection import Connection
from tagline.engine.kinds import made_by
from tagline.engine.opening import connect

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Source", "describe", "has_order", "source"]

_number = itertools.count(1)
_known: weakref.WeakSet[Source] = weakref.WeakSet()  # for messages about a table


class Source:
    """A recipe for a table, made by `source`; it can be opened as often as needed.

    Attributes
    ----------
    describe : str
        What it is, for messages: ``"predictions.csv"``, ``"the data frame"``.
    name : str
        The temporary view that it is read by, wherever it is opened.
    """

    def __init__(self, readable: Any, *, describe: str, engine: Any, origin: Any) -> None:
        self.describe = describe
        self.name = f"tagline_source_{next(_number)}"
        self._readable = readable
        self._engine = engine
        self._origin = origin
        self._opened: Counter[int] = Counter()
        self._lock = threading.Lock()
        _known.add(self)

    def __repr__(self) -> str:
        return f"Source({self.describe})"

    def open(self) -> AbstractContextManager[tuple[Connection, ir.Table]]:
        """Open the engine and make the data a table on it; at the end both are gone again.

        Returns
        -------
        context manager
            Of a Connection and an ibis table.

        Raises
        ------
        InputError
            If the data cannot be read.
        """
        return self.on(self._engine)

    @contextmanager
    def on(self, engine: Any) -> Iterator[tuple[Connection, ir.Table]]:
        """Do as `open`, on another engine or connection.

        Parameters
        ----------
        engine : object
            As `source` takes it, such as the connection of another source.

        Yields
        ------
        Connection
        ibis table

        Raises
        ------
        InputError
            If the data cannot be read there.
        """
        with connect(engine, data=self._origin) as connection:
            if made_by(self._readable, "ibis"):
                yield connection, self._readable
                return
            from tagline.engine.failures import duckdb_errors

            self._attach(connection)
            try:
                with duckdb_errors():
                    table = connection.backend.table(self.name)
                yield connection, table
            finally:
                self._detach(connection)

    def made(self, table: ir.Table) -> bool:
        """Return whether the table was opened from this recipe, or is made of such a table."""
        from ibis.expr.operations import DatabaseTable

        if made_by(self._readable, "ibis"):
            return bool(table.op().find(lambda node: node == self._readable.op()))
        return any(each.name == self.name for each in table.op().find(DatabaseTable))

    def _attach(self, connection: Connection) -> None:
        with self._lock:
            if not self._opened[connection.identity]:
                connection.attach(self.name, self._for(connection))
            self._opened[connection.identity] += 1

    def _detach(self, connection: Connection) -> None:
        with self._lock:
            self._opened[connection.identity] -= 1
            if not self._opened[connection.identity]:
                connection.drop(self.name)

    def _for(self, connection: Connection) -> Any:
        """Return what this engine reads; what it cannot read is staged once."""
        if not connection.reads(self._readable):
            from tagline.engine.staging import download, stage

            if hasattr(self._readable, "scanner"):
                self._readable = stage(self, self._readable.scanner().to_reader())
            else:
                self._readable = download(self, self._readable)
        return self._readable


def describe(table: ir.Table) -> str:
    """Return what the data are called that a table was opened from, for messages.

    Parameters
    ----------
    table : ibis table

    Returns
    -------
    str
        Such as ``"predictions.csv"``; ``"the data"`` where no recipe made it.
    """
    made = _source_of(table)
    return made.describe if made else "the data"


def has_order(table: ir.Table) -> bool:
    """Return whether the rows of the data that a table was opened from have numbers.

    Parameters
    ----------
    table : ibis table

    Returns
    -------
    bool
        True for files and frames, False for relations and for tables that no recipe made.
    """
    made = _source_of(table)
    return made is not None and made._origin is None


def _source_of(table: ir.Table) -> Source | None:
    made = [each for each in list(_known) if each.made(table)]
    # a table that was handed in may itself be made of a file that we opened: its own name says more
    made.sort(key=lambda each: not made_by(each._readable, "ibis"))
    return made[0] if made else None


def source(
    data: Any,
    *,
    engine: Any = None,
    columns: Mapping[str, Any] | None = None,
    called: str = "",
) -> Source:
    """Make a recipe of data of any kind.

    Parameters
    ----------
    data : frame, relation, path, list of paths, or a Source
        pandas, Polars (also lazy), Arrow (table, reader, dataset, whatever has
        ``__arrow_c_stream__``), a dictionary of columns, a Hugging Face ``Dataset``; a DuckDB
        relation, an Ibis table or a Spark data frame, used on its own connection; a path, a glob
        or a URL, or a list of them, of Parquet, CSV, TSV, JSON lines, Arrow or Excel files. With
        ``?quote=none`` behind it, CSV and TSV are read with quotes as plain text.
        A reader is read once, into a temporary file that lives as long as the recipe. NaN is a
        missing value in pandas, NumPy and Python lists; in Arrow, Polars and files it is NaN.
    engine : object, default None
        See `connect`.
    columns : mapping of str to array of shape (n_rows,), default None
        Further columns, in the order of the rows.
    called : str, default ""
        What messages are to call the data; empty for a name made from what it is.

    Returns
    -------
    Source

    Raises
    ------
    InputError
        If the kind of data is not known, a file cannot be read, or a column has another length.
    MissingExtraError
        If reading needs a package that is not installed.
    """
    from tagline.engine.reading import readable

    if isinstance(data, Source):
        if data._origin is not None:
            return source(data._origin, engine=engine, columns=columns, called=data.describe)
        if columns or engine is not None:
            raise TypeError("a source that was made takes no further columns and no other engine")
        return data
    recipe = Source(None, describe=called or "the data", engine=engine, origin=None)
    recipe._readable, name, recipe._origin = readable(recipe, data, columns, called)
    recipe.describe = called or name
    return recipe
