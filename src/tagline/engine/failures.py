"""Turn an engine's exceptions about data into one sentence; its own bugs stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from tagline.display.words import plain, plural, shorten
from tagline.engine.files import shown
from tagline.exceptions import InputError

__all__ = ["CAST_FAILED", "duckdb_errors", "spark_errors"]

CAST_FAILED = "(tagline cast)"  # begins what a rule's cast makes of a value that does not fit

_CAST = re.compile(
    re.escape(CAST_FAILED) + r""" (.*?) :: (.*)(?:' to |' of the type |", expected)""", re.DOTALL
)

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

_PARQUET = re.compile(
    r"No magic bytes found at end of file '(.*?)'|File '(.*?)' too small to be a Parquet file"
)

_DAMAGED = re.compile(r'Failed to read file "(.*?)": (.*)')

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
    except duckdb.Error as error:
        if type(error) is not duckdb.Error or "Parquet" not in str(error):
            raise
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise InputError(f"A Parquet file is damaged ({reason}): make it anew.") from error


def _duckdb_sentence(message: str) -> str:
    line = _CSV_LINE.search(message)
    if line:
        return _csv_sentence(message, int(line[1]))
    first = message.strip().splitlines()[0].split(" Error: ", 1)[-1].rstrip(".")
    if message.startswith("Conversion Error"):
        made = f"A value cannot be converted: {first}. In a rule, try_cast gives null instead."
        return _cast_sentence(message) or made
    if message.startswith("Out of Range"):
        return f"A value is too large for its type: {first}."
    if "Out of Memory" in message:
        return (
            "DuckDB ran out of memory: give it more, or a folder to spill to, by"
            " `engine='duckdb://?memory_limit=4GB&temp_directory=/path'`."
        )
    return _file_sentence(message, first)


def _file_sentence(message: str, first: str) -> str:
    parquet = _PARQUET.search(message)
    if parquet:
        return _NOT_PARQUET.format(repr(shown(parquet[1] or parquet[2])))
    damaged = _DAMAGED.match(first)
    if damaged:
        return f"{shown(damaged[1])!r} is damaged ({damaged[2]}): make it anew."
    return f"The data cannot be read: {first}."


def _cast_sentence(message: str) -> str | None:
    found = _CAST.search(message)
    if not found:
        return None
    value = shorten(plain(found[2]), 40)
    return f"{found[1]}, which {value!r} is not: write try_cast, which gives null there."


def _csv_sentence(message: str, line: int) -> str:
    file = _CSV_FILE.search(message)
    place = f"{shown(file[1].strip())}, line {line}" if file else f"Line {line}"
    width, value = _CSV_WIDTH.search(message), _CSV_VALUE.search(message)
    column = _CSV_COLUMN.search(message)
    if width:
        found = plural(int(width[2]), "value")
        return f"{place} has {found} where the header has {width[1]}."
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
        made = f"A value cannot be converted: {_first_line(error)}"
        raise InputError(_cast_sentence(str(error)) or made) from error
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
        sentence = _cast_sentence(str(error)) or _spark_sentence(str(error))
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
