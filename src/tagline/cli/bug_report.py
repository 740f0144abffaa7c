"""The file that describes a fault of ours: versions, the masked command, the traceback."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

__all__ = ["masked", "write_report"]

_PACKAGES = (
    "tagline",
    "ibis-framework",
    "duckdb",
    "pyspark",
    "pyarrow",
    "pandas",
    "numpy",
    "scipy",
    "deltalake",
    "sqlalchemy",
    "pydantic",
    "typer",
    "rich",
)
_PASSWORD = re.compile(r"://[^/\s@]+@")
_COMMANDS = frozenset({"errors", "import", "init", "demo"})


def write_report(error: BaseException, arguments: Sequence[str]) -> str:
    """Write the report and return the sentence that names it.

    Parameters
    ----------
    error : BaseException
        What nobody caught.
    arguments : sequence of str
        What stands behind ``tagline``.

    Returns
    -------
    str
        For people. Where no file can be written, it holds the report itself.
    """
    text = _report(error, arguments)
    path = _write(text)
    if path is None:
        return f"This is a fault of Tagline, and its report could not be written to a file: {text}"
    return (
        f"This is a fault of Tagline ({type(error).__name__}). The report is {path}: read it,"
        " as values of your data may stand in it, and attach it to an issue."
    )


def masked(words: Sequence[str]) -> str:
    """Return the command with everything masked but the names of commands and options.

    Parameters
    ----------
    words : sequence of str
        Of the call, without ``tagline`` itself.

    Returns
    -------
    str

    Examples
    --------
    >>> masked(["errors", "secret.csv", "--label", "illness", "--tags=age"])
    'tagline errors *** --label *** --tags=***'
    """
    shown = ["tagline"]
    for place, word in enumerate(words):
        option, equals, _ = word.partition("=")
        if re.fullmatch(r"--?[a-z-]+", option):
            shown.append(f"{option}=***" if equals else option)
        else:
            shown.append(word if place == 0 and word in _COMMANDS else "***")
    return " ".join(shown)


def _report(error: BaseException, arguments: Sequence[str]) -> str:
    trace = "".join(traceback.format_exception(error))
    lines = [
        "A fault of Tagline",
        "",
        f"command: {masked(arguments)}",
        f"python: {sys.version.split()[0]} on {platform.platform()}",
        *(f"{name}: {version}" for name in _PACKAGES if (version := _version(name))),
        "",
        _PASSWORD.sub("://***@", trace),
    ]
    return "\n".join(lines)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _write(text: str) -> Path | None:
    """Write to the folder of temporary files, or here; only its owner can read the file."""
    for folder in (None, os.curdir):
        try:
            number, name = tempfile.mkstemp(prefix="tagline-fault-", suffix=".txt", dir=folder)
        except OSError:
            continue
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        return Path(name).absolute()
    return None
