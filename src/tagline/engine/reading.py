"""Which kind of data is read how: from what a person hands in to what an engine attaches."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagline.engine.frames import as_table, called, with_columns
from tagline.engine.kinds import made_by
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.engine.recipe import Source

__all__ = ["readable"]

Readable = tuple[Any, str, Any]  # what is attached, what it is called, what has a connection


def readable(
    owner: Source, data: Any, columns: Mapping[str, Any] | None, name: str = ""
) -> Readable:
    """Return what an engine can attach.

    Parameters
    ----------
    owner : Source
        What is staged lives as long as this.
    data : object
        See `tagline.engine.source`.
    columns : mapping of str to array, or None
    name : str, default ""
        What to call a relation in messages.

    Returns
    -------
    tuple
        A table, dataset, file list or relation; its name for messages; the object whose
        connection must be used, or None.

    Raises
    ------
    InputError
        If the kind of data is not known, or a column has another length.
    """
    if isinstance(data, (str, os.PathLike)) or _paths(data):
        return _files(owner, data, columns)
    relation = _relation(data)
    if relation:
        if columns:
            named = name or relation
            raise InputError(
                f"{named[0].upper()}{named[1:]} has no order of rows, so the array"
                f" {called(next(iter(columns)))} cannot be laid beside it: make it a column there."
            )
        return data, relation, data
    if made_by(data, "polars") and hasattr(data, "sink_parquet") and hasattr(data, "collect"):
        from tagline.engine.staging import copy, sink

        files = sink(owner, data)
        name = "the lazy frame"
        return (copy(owner, files, columns, name) if columns else files), name, None
    from tagline.engine.streams import as_stream

    stream = as_stream(data)
    if stream is not None:
        return _stream(owner, stream, columns)
    table, name = as_table(data)
    return with_columns(table, columns, name), name, None


def _paths(data: Any) -> bool:
    return isinstance(data, (list, tuple)) and all(
        isinstance(each, (str, os.PathLike)) for each in data
    )


def _relation(data: Any) -> str:
    if made_by(data, "ibis") and hasattr(data, "get_backend"):
        return "the Ibis table"
    if made_by(data, "duckdb") and type(data).__name__ == "DuckDBPyRelation":
        return "the DuckDB relation"
    if made_by(data, "pyspark") and hasattr(data, "createOrReplaceTempView"):
        return "the Spark data frame"
    return ""


def _stream(owner: Source, stream: Any, columns: Mapping[str, Any] | None) -> Readable:
    from tagline.engine.staging import stage

    if hasattr(stream.data, "scanner") and not columns:
        return stream.data, stream.name, None
    return stage(owner, stream.reader(), columns, stream.name), stream.name, None


def _files(owner: Source, data: Any, columns: Mapping[str, Any] | None) -> Readable:
    from tagline.engine.finding import find_files
    from tagline.engine.staging import copy

    files = find_files(data)
    name = Path(files.paths[0]).name if len(files.paths) == 1 else f"{len(files.paths)} files"
    made = _BY_PYTHON.get(files.format.name)
    if made:
        from tagline.engine import binary_files

        found = getattr(binary_files, made)(files)
        if hasattr(found, "column_names"):
            return with_columns(found, columns, name), name, None
        if columns:
            from tagline.engine.staging import stage

            return stage(owner, found.scanner().to_reader(), columns, name), name, None
        return found, name, None
    if files.format.duckdb_reader in {"read_csv", "read_json"}:
        from tagline.engine.text_files import checked

        files = checked(files)
    if columns:
        files = copy(owner, files, columns, name)
    return files, name, None


_BY_PYTHON: dict[str, str] = {"Arrow": "read_arrow", "Excel": "read_excel"}
