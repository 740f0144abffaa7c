"""Bulk rows between the lake and an engine: files in, batches out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import ibis.expr.types as ir
import pyarrow as pa

from tagline.engine import Connection, source
from tagline.project.columns import kept_batches, kept_schema
from tagline.schema import Relation
from tagline.store import Lake

__all__ = ["OpenTables", "read_files", "stream"]


@contextmanager
def read_files(connection: Connection, files: list[str]) -> Iterator[ir.Table]:
    """Make Parquet files one table of the engine, matched by the names of their columns.

    Parameters
    ----------
    connection : Connection
    files : list of str

    Yields
    ------
    ibis table
    """
    with source(files, engine=connection).open() as (_, table):
        yield table


class OpenTables:
    """Versions of the lake's tables on one engine, open until `close`.

    Parameters
    ----------
    connection : Connection
    lake : Lake
    """

    def __init__(self, connection: Connection, lake: Lake) -> None:
        self._connection, self._lake = connection, lake
        self._stack = ExitStack()
        self._tables: dict[tuple[str, int], ir.Table] = {}

    def at(self, table: str, version: int) -> ir.Table:
        """Return a version of a table, opened once."""
        if (table, version) not in self._tables:
            opened = read_files(self._connection, self._lake.files(table, version))
            self._tables[table, version] = self._stack.enter_context(opened)
        return self._tables[table, version]

    def close(self) -> None:
        """Take the tables off the engine."""
        self._tables.clear()
        self._stack.close()


def stream(connection: Connection, table: ir.Table, relation: Relation) -> pa.RecordBatchReader:
    """Run an expression and hand its rows over as rows of a relation.

    Parameters
    ----------
    connection : Connection
        It must run nothing else until the reader is used up.
    table : ibis table
    relation : Relation
        Says which columns there must be, and which may not be null.

    Returns
    -------
    pyarrow.RecordBatchReader
        In the types that a project keeps.
    """
    reader = connection.stream(table)
    schema = relation.fitted(kept_schema(reader.schema))
    return pa.RecordBatchReader.from_batches(schema, kept_batches(reader, schema))
