"""Turn an engine's exceptions about data into one sentence; its own bugs stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from tagline.engine.files import shown
from tagline.exceptions import InputError

__all__ = ["duckdb_errors", "spark_errors"]

_DATA_FAULTS = (
    duckdb.IOException,
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.OutOfMemoryException,
    duckdb.HTTPException,
    duckdb.PermissionException,
)

_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_FILE = re.compile(r"^\s*file\s*=\s*(.+)$", re.MULTILINE)
_CSV_COLUMN = re.compile(r"Error when converting column \"(.*?)\"")
_CSV_VALUE = re.compile(r"Could not convert string \"(.*?)\" to '(.*?)'")
_CSV_WIDTH = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")

_NOT_PARQUET = "{} is no whole Parquet file (it was cut off, or is of another kind)."

_TYPES = {
    "BIGINT": "a whole number",
    "DOUBLE": "a number",
    "BOOLEAN": "true or false",
    "DATE": "a date",
    "TIMESTAMP": "a time",
}


@contextmanager
def duckdb_errors() -> Iterator[None]:
    """Raise InputError where DuckDB cannot read or convert the data."""
    try:
        yield
    except _DATA_FAULTS as error:
        raise InputError(_duckdb_sentence(str(error))) from error


def _duckdb_sentence(message: str) -> str:
    if "Out of Memory" in message:
        return (
            "DuckDB ran out of memory: give it more, or a folder to spill to, by"
            " `engine='duckdb://?memory_limit=4GB&temp_directory=/path'`."
        )
    line = _CSV_LINE.search(message)
    if line:
        return _csv_sentence(message, int(line[1]))
    parquet = re.search(r"No magic bytes found at end of file '(.*?)'", message)
    if parquet:
        return _NOT_PARQUET.format(repr(shown(parquet[1])))
    first = message.strip().splitlines()[0]
    first = first.split(" Error: ", 1)[-1].rstrip(".")
    if message.startswith("Conversion Error"):
        return f"A value cannot be converted: {first}. In a rule, try_cast gives null instead."
    if message.startswith("Out of Range"):
        return f"A value is too large for its type: {first}."
    return f"The data cannot be read: {first}."


def _csv_sentence(message: str, line: int) -> str:
    file = _CSV_FILE.search(message)
    place = f"{shown(file[1].strip())}, line {line}" if file else f"Line {line}"
    width, value = _CSV_WIDTH.search(message), _CSV_VALUE.search(message)
    column = _CSV_COLUMN.search(message)
    if width:
        return f"{place} has {width[2]} values where the header has {width[1]}."
    if value:
        where = f" in column {column[1]!r}" if column else ""
        wanted = _TYPES.get(value[2], value[2])
        return (
            f"{place}: {value[1]!r}{where} is not {wanted} like the values before it:"
            " correct the value, or leave it empty."
        )
    reasons = [each.strip() for each in message.splitlines()[1:] if each.strip()]
    known = [each for each in reasons if not each.startswith(("Original Line", "Possible"))]
    return f"{place} cannot be read: {known[0] if known else 'it is malformed'}"


@contextmanager
def spark_errors() -> Iterator[None]:
    """Raise InputError where Spark cannot read or convert the data."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import (
        AnalysisException,
        ArithmeticException,
        DateTimeException,
        IllegalArgumentException,
        NumberFormatException,
        ParseException,
        PySparkException,
    )

    try:
        yield
    except (ArithmeticException, DateTimeException, NumberFormatException) as error:
        raise InputError(f"A value cannot be converted: {_first_line(error)}") from error
    except (ParseException, IllegalArgumentException):
        raise
    except AnalysisException as error:
        if "PATH_NOT_FOUND" in str(error) or "UNABLE_TO_INFER_SCHEMA" in str(error):
            raise InputError(f"The data cannot be read: {_first_line(error)}") from error
        if "COLUMN_ALREADY_EXISTS" in str(error):
            raise InputError(
                "Two columns cannot be told apart (SQL ignores case in names):"
                f" {_first_line(error)}"
            ) from error
        raise
    except (PySparkException, Py4JJavaError) as error:
        sentence = _spark_sentence(str(error))
        if sentence is None:
            raise
        raise InputError(sentence) from error


def _spark_sentence(message: str) -> str | None:
    if "is not a Parquet file" in message or "CANNOT_READ_FILE_FOOTER" in message:
        path = re.search(r"file:(?://)?(/[^\s,]+?)(?: is not|[.,]? )", message)
        name = repr(shown(path[1])) if path else "A file"
        return _NOT_PARQUET.format(name)
    known = ("CAST_INVALID_INPUT", "MALFORMED", "FAILED_READ_FILE", "CANNOT_PARSE", "OVERFLOW")
    if any(each in message for each in known):
        at = re.search(r"\[(?:CAST_INVALID_INPUT|MALFORMED|CANNOT_PARSE|.*OVERFLOW).*", message)
        text = re.sub(r"^\[[A-Z_.]+\] ", "", at[0] if at else message.splitlines()[0])
        return f"A value cannot be read or converted: {text.split(' SQLSTATE')[0][:300]}"
    return None


def _first_line(error: BaseException) -> str:
    line = str(error).strip().splitlines()[0]
    return re.sub(r"^\[[A-Z_.]+\] ", "", line).split(" SQLSTATE")[0]
