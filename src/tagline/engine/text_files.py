"""CSV, TSV and JSON lines: their header and types, and the row that cannot be read."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import IO, Any

import duckdb

from tagline.engine.arrow_types import check_names
from tagline.engine.failures import duckdb_errors
from tagline.engine.files import Files, quoted, shown
from tagline.exceptions import InputError

__all__ = ["bad_line", "checked", "spark_options", "spark_schema"]

_DELIMITERS = ",;\t|"
_SAMPLE = 100_000  # rows that decide a column's type in a large file


@contextmanager
def _text(path: str) -> Iterator[IO[str]]:
    opener: Any = gzip.open if path.endswith(".gz") else open
    if "://" in path:
        import fsspec

        opener = partial(fsspec.open, compression="infer")
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield file


def checked(files: Files) -> Files:
    """Return the files with the options to read them by, and their columns, after a look inside.

    Parameters
    ----------
    files : Files
        Of CSV, TSV or JSON lines.

    Returns
    -------
    Files

    Raises
    ------
    InputError
        If a row cannot be read, with file and line; or names in the header repeat.
    """
    if files.format.spark_reader == "json":
        known = replace(files, options=_json_options(files.paths[0]))
    else:
        delimiter = "\t" if files.format.name == "TSV" else _delimiter(files.paths[0])
        _check_header(files.paths[0], delimiter)
        known = replace(files, options=_csv_options(delimiter), delimiter=delimiter)
    return replace(known, columns=_columns(known))


def _json_options(path: str) -> dict[str, str]:
    with _text(path) as file:
        first = file.read(1)
    kind = "'array'" if first == "[" else "'newline_delimited'"
    return {"sample_size": str(_SAMPLE), "format": kind}


def _csv_options(delimiter: str) -> dict[str, str]:
    return {
        "delim": quoted(delimiter),
        "quote": "'\"'",
        "escape": "'\"'",
        "header": "true",
        "skip": "0",
        "strict_mode": "true",
        "null_padding": "false",
        "allow_quoted_nulls": "false",  # "" is an empty text; nothing at all is null
        "auto_type_candidates": "['BOOLEAN', 'BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP', 'VARCHAR']",
        "dateformat": "'%Y-%m-%d'",
        "sample_size": str(_SAMPLE),
    }


def _columns(files: Files) -> dict[str, str]:
    """Let DuckDB find the types, once: it would look again in each query."""
    from tagline.engine.on_duckdb import read

    with duckdb.connect() as con:
        try:
            with duckdb_errors():
                rows = con.execute(f"DESCRIBE {read(con, files)}").fetchall()
        except InputError as error:
            found = bad_line(files)
            if found:
                raise InputError(found) from error
            raise
    if [row[0] for row in rows] == ["json"]:  # DuckDB's name for lines that are no objects
        found = bad_line(files)
        if found:
            raise InputError(found)
    return {row[0]: re.sub(r"\bJSON\b", "VARCHAR", row[1]) for row in rows}


def _delimiter(path: str) -> str:
    """Return the separator that the header holds most often outside quotes."""
    try:
        with _text(path) as file:
            line = file.readline()
    except (UnicodeDecodeError, OSError, EOFError) as error:
        raise InputError(f"{shown(path)!r} is not text in UTF-8: {error}.") from error
    return max(_DELIMITERS, key=lambda each: len(_split(line, each)))


def _check_header(path: str, delimiter: str) -> None:
    """Refuse a header whose names cannot be told apart; an index without a name may come first."""
    with _text(path) as file:
        names = next(csv.reader(file, delimiter=delimiter), [])
    empty = [i for i, name in enumerate(names, 1) if not name.strip()]
    if empty and empty != [1]:
        raise InputError(f"{shown(path)}, line 1: column {empty[-1]} has no name.")
    try:
        check_names([name.strip() for name in names])
    except InputError as error:
        raise InputError(f"{shown(path)}, line 1: {error}") from error


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def bad_line(files: Files) -> str | None:
    """Return the sentence about the first row of text files that cannot be read.

    Parameters
    ----------
    files : Files

    Returns
    -------
    str or None
        None where no such row is found.
    """
    for path in files.paths:
        try:
            with _text(path) as file:
                if files.format.duckdb_reader == "read_csv":
                    reason = _bad_row(csv.reader(file, delimiter=files.delimiter, strict=True))
                else:
                    reason = _bad_object(file)
        except UnicodeDecodeError as error:
            return f"{shown(path)!r} is not text in UTF-8: {error}."
        if reason:
            return f"{shown(path)}, {reason}"
    return _bad_value(files)


def _bad_value(files: Files) -> str | None:
    """Let DuckDB, which names line and column, read all of it."""
    from tagline.engine.on_duckdb import open_duckdb, read

    with open_duckdb("duckdb://") as connection:
        try:
            with duckdb_errors():
                connection.handle.execute(
                    f"SELECT count(COLUMNS(*)) FROM ({read(connection.handle, files)})"
                )
        except InputError as error:
            return str(error)
    return None


def _bad_object(file: IO[str]) -> str | None:
    if file.read(1) == "[":
        return None
    file.seek(0)
    for number, line in enumerate(file, 1):
        try:
            found = json.loads(line) if line.strip() else {}
        except json.JSONDecodeError as error:
            return f"line {number} is no JSON: {error.msg.lower()} at character {error.pos + 1}."
        if not isinstance(found, dict):
            return f"line {number} is no JSON object with named values: {line.strip()[:40]}"
    return None


def _bad_row(rows: Any) -> str | None:
    start, header = 1, None
    try:
        for row in rows:
            header = header or row
            if row and len(row) != len(header):
                return f"line {start} has {len(row)} values where the header has {len(header)}."
            start = rows.line_num + 1
    except csv.Error as error:
        return f"line {start} has a quote that is not closed, or not doubled: {error}."
    return None


def spark_schema(files: Files, path: str) -> Any:
    """Return the columns and types that Spark is to read one of the files by.

    Parameters
    ----------
    files : Files
    path : str
        One of them; the order of its columns is its own.

    Returns
    -------
    pyspark.sql.types.StructType
    """
    import ibis.expr.schema as sch
    from ibis.backends.pyspark.datatypes import PySparkSchema
    from ibis.backends.sql.datatypes import DuckDBType

    names = list(files.columns)
    if files.format.duckdb_reader == "read_csv" and len(files.paths) > 1:
        with _text(path) as file:
            names = next(csv.reader(file, delimiter=files.delimiter))
    types = {name: DuckDBType.from_string(files.columns[name]) for name in names}
    return PySparkSchema.from_ibis(sch.Schema(types))


def spark_options(files: Files) -> dict[str, Any]:
    """Return the options by which Spark reads text files as DuckDB does.

    One difference stays: the end of a line within quotes comes as a line feed alone.

    Parameters
    ----------
    files : Files

    Returns
    -------
    dict
    """
    if files.format.spark_reader == "json":
        return {"mode": "FAILFAST", "multiLine": files.options["format"] == "'array'"}
    return {
        "mode": "FAILFAST",
        "header": True,
        "sep": files.delimiter,
        "quote": '"',
        "escape": '"',
        "nullValue": "\x00null",  # so that a quoted empty text stays a text
        "emptyValue": "",
        "multiLine": True,
        "columnPruning": False,
    }
