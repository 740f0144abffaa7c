"""Say in one sentence which row of a text file cannot be read, and what to do about it."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import IO, Any

from tagline.display.words import plural
from tagline.engine.files import Files, shown
from tagline.engine.remote import open_url, refusal_of, remote_faults
from tagline.exceptions import InputError

__all__ = ["bad_rows", "check_packed", "csv_rows", "opened_text"]

_CHUNK = 1 << 20  # bytes

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def opened_text(path: str) -> Iterator[IO[str]]:
    """Open a text file, packed or not, here or at a URL; what is no text becomes one sentence.

    Parameters
    ----------
    path : str

    Yields
    ------
    file of str
        With the ends of lines as they are.

    Raises
    ------
    InputError
        If it is no UTF-8, or no whole gzip file.
    """
    try:
        with _opener(path)("rt", encoding="utf-8-sig", newline="") as file:
            yield file
    except _faults() as error:
        raise InputError(_not_text(path, error)) from error


def _opener(path: str) -> Callable[..., Any]:
    if "://" in path:
        return partial(open_url, path, compression="infer")
    return partial(gzip.open if path.endswith(".gz") else open, path)


def _faults() -> tuple[type[Exception], ...]:
    return (UnicodeDecodeError, EOFError, zlib.error, *remote_faults())


def _not_text(path: str, error: Exception) -> str:
    name = repr(shown(path))
    if isinstance(error, gzip.BadGzipFile):
        return f"{name} is no gzip file, though its name ends so: rename it, or pack it again."
    if isinstance(error, (EOFError, zlib.error)):
        return f"{name} is no whole gzip file (it was cut off or damaged): copy it again."
    if not isinstance(error, UnicodeDecodeError):
        reason = getattr(error, "strerror", None) or error
        return refusal_of(path, error) if "://" in path else f"{name} cannot be read: {reason}."
    with _opener(path)("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1 and line.startswith(_UTF_16):
                return f"{name} is text in UTF-16, not in UTF-8: save it as UTF-8."
            try:
                line.decode()
            except UnicodeDecodeError as fault:
                byte = f"the byte 0x{line[fault.start]:02x}"
                return (
                    f"{name} is not text in UTF-8 (line {number} holds {byte}): save it as UTF-8."
                )
    return f"{name} is not text in UTF-8: save it as UTF-8."


def check_packed(path: str) -> None:
    """Refuse a gzip file that was cut off, of which DuckDB would read the rest without a word.

    Parameters
    ----------
    path : str

    Raises
    ------
    InputError
        If it is no gzip file, or none to its end.
    """
    try:
        with _opener(path)("rb") as file:
            while file.read(_CHUNK):
                pass
    except _faults() as error:
        raise InputError(_not_text(path, error)) from error


def csv_rows(file: IO[str], files: Files) -> Any:
    """Return a reader of the rows of CSV or TSV, which fails at a quote that is not paired.

    Parameters
    ----------
    file : file of str
    files : Files
        Say the delimiter and the quote.

    Returns
    -------
    reader of module csv
    """
    return csv.reader(
        file,
        delimiter=files.delimiter,
        quoting=csv.QUOTE_MINIMAL if files.quote else csv.QUOTE_NONE,
        strict=True,
    )


def bad_rows(files: Files) -> str | None:
    """Return the sentence about the first row that Python cannot read either.

    Parameters
    ----------
    files : Files
        Of CSV, TSV or JSON lines.

    Returns
    -------
    str or None
        None where all rows are well formed.
    """
    for path in files.paths:
        try:
            with opened_text(path) as file:
                if files.format.spark_reader == "json":
                    reason = _bad_object(file)
                else:
                    reason = _bad_row(path, file, files)
        except InputError as error:
            return str(error)
        if reason:
            return f"{shown(path)}, {reason}"
    return None


def _bad_object(file: IO[str]) -> str | None:
    if file.read(1) == "[":
        return None
    file.seek(0)
    for number, line in enumerate(file, 1):
        try:
            found = json.loads(line) if line.strip() else {}
        except json.JSONDecodeError as error:
            return (
                f"line {number} is no JSON: {error.msg.lower()} at character {error.pos + 1}"
                " (each line must be an object of its own)."
            )
        if not isinstance(found, dict):
            return f"line {number} is no JSON object with named values: {line.strip()[:40]}"
    return None


def _bad_row(path: str, file: IO[str], files: Files) -> str | None:
    rows = csv_rows(file, files)
    start, header = 1, None
    try:
        for row in rows:
            header = header or row
            if row and len(row) != len(header):
                return (
                    f"line {start} has {plural(len(row), 'value')} where the header has"
                    f" {len(header)}."
                )
            start = rows.line_num + 1
    except csv.Error as error:
        if "quot" not in str(error) and "end of data" not in str(error) and not files.quote:
            return f"line {start} cannot be read: {error}."
        return (
            f"line {start} has a quote that is not closed, or not doubled:"
            f" correct it{_as_text(path, files)}."
        )
    return None


def _as_text(path: str, files: Files) -> str:
    """Return the other way out: quotes as plain text, where all rows are well formed then."""
    plain = replace(files, quote="", paths=(path,))
    if bad_rows(plain) is not None:
        return ""
    return f", or have all quotes read as plain text by {shown(path) + '?quote=none'!r}"
