"""Data of any kind as a recipe that can be opened again, on whichever engine."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tagline.engine.connection import Connection
from tagline.engine.kinds import made_by
from tagline.engine.opening import connect

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Source", "source"]

_number = itertools.count(1)


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

    def __repr__(self) -> str:
        return f"Source({self.describe})"

    @contextmanager
    def open(self) -> Iterator[tuple[Connection, ir.Table]]:
        """Open the engine and make the data a table on it; at the end both are gone again.

        Yields
        ------
        Connection
        ibis table

        Raises
        ------
        InputError
            If the data cannot be read.
        """
        with connect(self._engine, data=self._origin) as connection:
            if made_by(self._readable, "ibis"):
                yield connection, self._readable
                return
            self._attach(connection)
            try:
                yield connection, connection.backend.table(self.name)
            finally:
                self._detach(connection)

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


def source(data: Any, *, engine: Any = None, columns: Mapping[str, Any] | None = None) -> Source:
    """Make a recipe of data of any kind.

    Parameters
    ----------
    data : frame, relation, path or list of paths
        pandas, Polars (also lazy), Arrow (table, reader, dataset, whatever has
        ``__arrow_c_stream__``), a dictionary of columns, a Hugging Face ``Dataset``; a DuckDB
        relation, an Ibis table or a Spark data frame, used on its own connection; a path, a glob
        or a URL, or a list of them, of Parquet, CSV, TSV, JSON lines, Arrow or Excel files.
        A reader is read once, into a temporary file that lives as long as the recipe. NaN is a
        missing value in pandas, NumPy and Python lists; in Arrow, Polars and files it is NaN.
    engine : object, default None
        See `connect`.
    columns : mapping of str to array of shape (n_rows,), default None
        Further columns, in the order of the rows.

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

    recipe = Source(None, describe="the data", engine=engine, origin=None)
    recipe._readable, recipe.describe, recipe._origin = readable(recipe, data, columns)
    return recipe
