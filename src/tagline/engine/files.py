"""Files by path, glob or URL: which format they have, and whether they can be read at all."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tagline.exceptions import InputError, MissingExtraError, did_you_mean

__all__ = ["FORMATS", "Files", "Format", "find_files", "quoted", "shown"]


@dataclass(frozen=True)
class Format:
    """A file format and how it is read.

    Attributes
    ----------
    name : str
        For people.
    extensions : tuple of str
        In lower case, with the dot.
    duckdb_reader, spark_reader : str
        DuckDB's table function and Spark's reader; empty where Python reads the file.
    """

    name: str
    extensions: tuple[str, ...]
    duckdb_reader: str = ""
    spark_reader: str = ""


FORMATS = (
    Format("Parquet", (".parquet", ".pq"), "read_parquet", "parquet"),
    Format("CSV", (".csv", ".csv.gz"), "read_csv", "csv"),
    Format("TSV", (".tsv", ".tsv.gz", ".tab"), "read_csv", "csv"),
    Format(
        "JSON lines",
        (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz"),
        "read_json",
        "json",
    ),
    Format("Arrow", (".arrow", ".feather", ".ipc")),
    Format("Excel", (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")),
)


@dataclass(frozen=True)
class Files:
    """Files of one format that exist.

    Attributes
    ----------
    paths : tuple of str
        Absolute local paths or URLs, without globs.
    format : Format
    protocols : tuple of str
        The fsspec protocols of the URLs; empty for local files.
    delimiter : str
        Of CSV and TSV.
    columns : dict
        Of text files: the DuckDB type of each column.
    options : dict
        Of DuckDB's reader, as SQL.
    """

    paths: tuple[str, ...]
    format: Format
    protocols: tuple[str, ...] = ()
    delimiter: str = ","
    columns: dict[str, str] = field(default_factory=dict, hash=False)
    options: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_text(self) -> bool:
        """Whether these are lines that a person may have broken."""
        return self.format.duckdb_reader in {"read_csv", "read_json"}

    def duckdb_options(self) -> dict[str, str]:
        """Return the options of DuckDB's reader, as SQL."""
        many = {"union_by_name": "true"} if len(self.paths) > 1 else {}
        if self.columns and (not many or self.format.duckdb_reader == "read_json"):
            pairs = (f"{quoted(name)}: {quoted(kind)}" for name, kind in self.columns.items())
            known = {"columns": "{" + ", ".join(pairs) + "}", "auto_detect": "false"}
            return {**self.options, **known}
        return {**many, **self.options}


def quoted(text: str) -> str:
    """Return the text as a literal of SQL.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return "'" + text.replace("'", "''") + "'"


def shown(path: str) -> str:
    """Return a path as people know it: relative where the file is below the current folder.

    Parameters
    ----------
    path : str

    Returns
    -------
    str
    """
    here = os.getcwd() + os.sep
    return path.removeprefix(here)


def find_files(paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> Files:
    """Find the files that a path, a glob, a URL or a list of them means.

    Parameters
    ----------
    paths : str, path or a list of them

    Returns
    -------
    Files

    Raises
    ------
    InputError
        If a file is missing or empty, a glob matches nothing, formats differ or are unknown.
    MissingExtraError
        If a URL needs fsspec and it is not installed.
    """
    asked = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    if not asked:
        raise InputError("`data` is an empty list of files: name at least one.")
    found: list[str] = []
    protocols: set[str] = set()
    for each in asked:
        text = os.fspath(each)
        if not text:
            raise InputError("`data` is an empty path: name a file.")
        if "://" in text and not text.startswith("file://"):
            protocols.add(text.split("://")[0].split("::")[-1])
            found += _remote(text)
        else:
            found += _local(text.removeprefix("file://"))
    kinds = {_format(path) for path in found}
    if len(kinds) > 1:
        names = " and ".join(sorted(each.name for each in kinds))
        raise InputError(f"The files must have one format. Got {names} together instead.")
    return Files(tuple(found), kinds.pop(), tuple(sorted(protocols)))


def _format(path: str) -> Format:
    name = path.lower().split("?")[0]
    for each in FORMATS:
        if name.endswith(each.extensions):
            return each
    known = ", ".join(ext for each in FORMATS for ext in each.extensions if ext.count(".") == 1)
    raise InputError(f"The format of {path!r} is not known by its ending. Known are {known}.")


def _local(text: str) -> list[str]:
    path = Path(text).expanduser()
    if path.is_dir():
        return _folder(path)
    if path.exists():
        if not path.stat().st_size:
            raise InputError(f"{text!r} is empty.")
        _format(text)
        return [str(path.absolute())]
    if glob.has_magic(text):
        found = sorted(glob.glob(str(path.absolute()), recursive=True))
        return [p for each in found for p in _local(each)] or _nothing(text)
    raise InputError(f"There is no file {text!r}.{_siblings(path)}")


def _nothing(text: str) -> list[str]:
    raise InputError(f"No file matches {text!r}.")


def _folder(path: Path) -> list[str]:
    known = tuple(ext for each in FORMATS for ext in each.extensions)
    names = sorted(
        str(each.absolute())
        for each in path.rglob("*")
        if each.name.lower().endswith(known) and not each.name.startswith(("_", "."))
    )
    if (path / "_delta_log").is_dir():
        raise InputError(f"{str(path)!r} is a Delta table: hand over its data as an Arrow reader.")
    if not names:
        raise InputError(f"The folder {str(path)!r} holds no file of a known format.")
    return names


def _siblings(path: Path) -> str:
    if not path.parent.is_dir():
        return f" There is no folder {str(path.parent)!r} either."
    names = sorted(each.name for each in path.parent.iterdir())
    help_ = did_you_mean(path.name, names)
    return f" {help_}" if help_.startswith("Did") else ""


def _remote(url: str) -> list[str]:
    filesystem, path = _filesystem(url)
    protocol = url.split("://", maxsplit=1)[0]
    try:
        if glob.has_magic(path):
            matches = sorted(str(each) for each in filesystem.glob(path)) or _nothing(url)
            return [f"{protocol}://{each.removeprefix('/')}" for each in matches]
        if not filesystem.exists(path):
            raise InputError(f"There is no file {url!r}.")
        if filesystem.size(path) == 0:
            raise InputError(f"{url!r} is empty.")
    except OSError as error:
        raise InputError(f"{url!r} cannot be read: {error}.") from error
    _format(url)
    return [url]


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtraError(
            f"{url!r} needs the extra 'files': pip install 'tagline[files]'."
        ) from error
    to_fs: Callable[[str], tuple[Any, str]] = fsspec.core.url_to_fs
    try:
        return to_fs(url)
    except ValueError as error:
        raise InputError(f"{url!r} is no URL that fsspec knows: {error}.") from error
    except ImportError as error:
        raise MissingExtraError(f"{url!r} needs one more package: {error}.") from error
