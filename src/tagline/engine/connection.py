"""A connection to an engine: runs expressions, gives Arrow back, leaves nothing behind."""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from tagline.exceptions import InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.sql import SQLBackend

    from tagline.engine.files import Files

__all__ = ["Connection"]

_LINE = re.compile(r", line \d+")
_number = itertools.count(1)


@dataclass
class _Meter:
    """How many rows the largest result had; shared by all connections of one backend."""

    rows: int = 0


class Connection(ABC):
    """An open engine, made by `connect`; also a context manager.

    At the end, temporary relations made through this object are dropped. A backend that `connect`
    opened is closed then; one that was handed in stays open, with its settings as they were.

    Attributes
    ----------
    backend : ibis backend
        What compiles the expressions.
    name : {"duckdb", "pyspark"}
        The name of the backend; tell engines apart by it.
    """

    name: ClassVar[str]

    def __init__(self, backend: SQLBackend, *, owned: bool, meter: _Meter | None = None) -> None:
        self.backend = backend
        self._owned = owned
        self._meter = meter or _Meter()
        self._names: list[str] = []
        self._texts: dict[str, Files] = {}

    @property
    def rows_fetched(self) -> int:
        """Rows of the largest result so far: no more than there are tags, groups or cells."""
        return self._meter.rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop the temporary relations; close the backend if `connect` opened it."""
        while self._names:
            self.drop(self._names.pop())
        self._release()

    def share(self) -> Self:
        """Return a connection to the same backend with temporary relations of its own."""
        return type(self)(self.backend, owned=False, meter=self._meter)

    def beside(self) -> Self:
        """Return a connection for another thread: the same data, temporary relations of its own."""
        return self.share()

    def compile(self, expr: ir.Expr) -> str:
        """Return the SQL text of an expression, in the engine's dialect.

        Parameters
        ----------
        expr : ibis expression

        Returns
        -------
        str
        """
        table = self._own(expr)
        self.backend._run_pre_execute_hooks(table)  # registers functions and tables in memory
        return str(self.backend.compile(table))

    def hold(self, expr: ir.Table, name: str) -> ir.Table:
        """Compute an expression once and keep it in the engine until the end.

        Parameters
        ----------
        expr : ibis table
            What several queries need and costs much, such as edit distances.
        name : str
            For people who read the SQL; made unique by a prefix and a number.

        Returns
        -------
        ibis table
        """
        sql = self.compile(expr)
        return self._kept(name, lambda unique: self._hold(unique, sql))

    def fetch(self, expr: ir.Expr) -> pa.Table:
        """Execute an expression.

        Parameters
        ----------
        expr : ibis table or value expression
            Its result should have the size of an answer, not of the data.

        Returns
        -------
        pyarrow.Table
            With the types of the expression, the same on each engine; times are in UTC and
            carry no zone.

        Raises
        ------
        InputError
            If the data cannot be read or a value cannot be converted.
        """
        from tagline.engine.arrow_types import in_utc

        return self._count(in_utc(self._fetch(self._own(expr))))

    def stream(self, expr: ir.Expr, *, rows: int = 65_536) -> pa.RecordBatchReader:
        """Execute an expression whose result may be as large as the data, batch by batch.

        Parameters
        ----------
        expr : ibis table or value expression
        rows : int, default 65,536
            The most that a batch has.

        Returns
        -------
        pyarrow.RecordBatchReader
            With the types of the expression, the same on each engine. Times that are one moment
            everywhere are in UTC and say so; others carry no zone. Until it is used up, nothing
            else may run on this connection. DuckDB computes a batch when it is asked for; Spark
            hands over one partition after the other, and each of them has to fit into the memory
            of its driver.

        Raises
        ------
        InputError
            Here or while it is read: if the data cannot be read or a value cannot be converted.
        """
        import pyarrow as pa

        from tagline.engine.batches import fitted, stream_schema

        table = self._own(expr)
        found = self._stream(table, rows)
        schema = stream_schema(table.schema().to_pyarrow(), found.schema)
        return pa.RecordBatchReader.from_batches(schema, fitted(found, schema))

    def fetch_sql(self, sql: str) -> pa.Table:
        """Execute SQL text around compiled expressions (for what Ibis lacks, as grouping sets).

        Parameters
        ----------
        sql : str
            One query in the engine's dialect.

        Returns
        -------
        pyarrow.Table
            Whole numbers come as int64, however wide the engine made them.

        Raises
        ------
        InputError
            If the data cannot be read or a value cannot be converted.
        """
        from tagline.engine.arrow_types import in_utc, narrow

        return self._count(in_utc(narrow(self._fetch_sql(sql))))

    def table(self, arrow_table: pa.Table, name: str) -> ir.Table:
        """Hand a table over as a temporary relation that is dropped at the end.

        Parameters
        ----------
        arrow_table : pyarrow.Table
            Small or large.
        name : str
            For people who read the SQL; made unique by a prefix and a number.

        Returns
        -------
        ibis table
        """
        from tagline.engine.arrow_types import plain

        return self._kept(name, lambda unique: self.attach(unique, plain(arrow_table)))

    @abstractmethod
    def attach(self, name: str, data: Any) -> None:
        """Make a temporary relation of this very name (`tagline.engine.source` drops it)."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Drop a temporary relation that `attach` made."""

    @abstractmethod
    def _fetch(self, table: ir.Table) -> pa.Table: ...

    @abstractmethod
    def _stream(self, table: ir.Table, rows: int) -> pa.RecordBatchReader:
        """Return batches of at most so many rows, in the types of the engine."""

    @abstractmethod
    def _fetch_sql(self, sql: str) -> pa.Table: ...

    @abstractmethod
    def _hold(self, name: str, sql: str) -> None: ...

    @abstractmethod
    def _release(self) -> None:
        """Close what is owned and undo settings."""

    @property
    @abstractmethod
    def handle(self) -> object:
        """The engine's own connection, the same object for all who share it."""

    @property
    def identity(self) -> int:
        """A number that all connections to one handle share while it is open."""
        return id(self.handle)

    def holds(self, other: object) -> bool:
        """Return whether the other connection, backend or session is this one's.

        Parameters
        ----------
        other : object

        Returns
        -------
        bool
        """
        if isinstance(other, Connection):
            other = other.handle
        handle = getattr(other, "con", getattr(other, "_session", other))
        return other is self.backend or other is self.handle or handle is self.handle

    def reads(self, readable: Any) -> bool:
        """Return whether `attach` takes this as it is; else it must be staged as a local file."""
        return not getattr(readable, "protocols", ())

    @contextmanager
    def _plainly(self, name: str = "", data: Any = None) -> Iterator[None]:
        """Name the line of a text file that cannot be read, where the engine did not."""
        if getattr(data, "is_text", False):
            self._texts[name] = data
        try:
            yield
        except InputError as error:
            from tagline.engine.text_files import bad_line

            known = _LINE.search(str(error))
            found = None if known else next(filter(None, map(bad_line, self._texts.values())), None)
            self._texts.pop(name, None)
            if found:
                raise InputError(found) from error
            raise

    def _own(self, expr: ir.Expr) -> ir.Table:
        """Return the expression as a table; the tables in memory that it names go at the end."""
        from ibis.expr.operations import InMemoryTable

        table = expr.as_table()
        self._names += [each.name for each in table.op().find(InMemoryTable)]
        return table

    def _kept(self, name: str, make: Callable[[str], None]) -> ir.Table:
        """Make a temporary relation under a name of its own; it goes at the end."""
        unique = f"tagline_{name}_{next(_number)}"
        make(unique)
        self._names.append(unique)
        return self.backend.table(unique)

    def _count(self, result: pa.Table) -> pa.Table:
        self._meter.rows = max(self._meter.rows, result.num_rows)
        return result
