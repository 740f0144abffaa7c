"""CSV, TSV and JSON lines: their header and types, and the row that cannot be read."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from typing import Any

import duckdb

from tagline.engine.arrow_types import check_names
from tagline.engine.bad_rows import bad_rows, check_packed, csv_rows, opened_text
from tagline.engine.failures import duckdb_errors
from tagline.engine.files import Files, quoted, shown
from tagline.exceptions import InputError

__all__ = ["bad_line", "checked", "spark_options", "spark_schema"]

_DELIMITERS = ",;\t|"
_SAMPLE = 100_000  # rows that decide a column's type in a large file


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
    for path in files.paths:
        if path.split("?")[0].endswith(".gz"):
            check_packed(path)
    if files.format.spark_reader == "json":
        known = replace(files, options=_json_options(files.paths[0]))
    else:
        delimiter = "\t" if files.format.name == "TSV" else _delimiter(files.paths[0])
        known = replace(files, options=_csv_options(delimiter, files.quote), delimiter=delimiter)
        for path in files.paths:
            _check_header(path, known)
    return replace(known, columns=_columns(known))


def _json_options(path: str) -> dict[str, str]:
    with opened_text(path) as file:
        first = file.read(100).lstrip()[:1]
    kind = "'array'" if first == "[" else "'newline_delimited'"
    return {"sample_size": str(_SAMPLE), "format": kind}


def _csv_options(delimiter: str, quote: str) -> dict[str, str]:
    return {
        "delim": quoted(delimiter),
        "quote": quoted(quote),
        "escape": quoted(quote),
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
        names = ", ".join(shown(path) for path in files.paths)
        raise InputError(bad_line(files) or f"{names}: there is no object with named values.")
    return {row[0]: re.sub(r"\bJSON\b", "VARCHAR", row[1]) for row in rows}


def _delimiter(path: str) -> str:
    """Return the separator that the header holds most often outside quotes."""
    with opened_text(path) as file:
        line = file.readline()
    return max(_DELIMITERS, key=lambda each: len(_split(line, each)))


def _check_header(path: str, files: Files) -> None:
    """Refuse a header whose names cannot be told apart; an index without a name may come first."""
    with opened_text(path) as file:
        try:
            names: list[str] = next(csv_rows(file, files), [])
        except csv.Error:
            raise InputError(bad_rows(files) or f"{shown(path)}, line 1: no header.") from None
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
    return bad_rows(files) or _bad_value(files)


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
        with opened_text(path) as file:
            names = next(csv_rows(file, files))
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
        "quote": files.quote,
        "escape": files.quote or "\x00",
        "nullValue": "\x00null",  # so that a quoted empty text stays a text
        "emptyValue": "",
        "multiLine": bool(files.quote),
        "columnPruning": False,
    }
