"""What was computed before, by the content of a file: an SQLite file in a folder.

A file whose path, size and time of change are known is not even read. Nothing in the cache is
executed when it is read: it holds numbers and sentences.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagline.exceptions import InputError
from tagline.inputs.places import Found

__all__ = ["Cache", "Known", "cache_folder", "open_cache"]

_FILE = "inputs-1.sqlite"
_MANY = 500  # values in one query
_WAIT = 30  # seconds for another process to finish writing
_TABLES = """
CREATE TABLE IF NOT EXISTS files (
  path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, digest BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS found (
  digest BLOB, kind TEXT, numbers TEXT, error TEXT, PRIMARY KEY (digest, kind)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What the cache holds about a content: numbers by the key of a statistic, or an error."""

    numbers: Mapping[str, float | int | None]
    error: str | None = None


def cache_folder() -> Path:
    """Return the folder of the cache by default: that of the user, or ``TAGLINE_CACHE``."""
    named = os.environ.get("TAGLINE_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tagline"


def open_cache(cache: str | os.PathLike[str] | bool | None) -> Cache | None:
    """Open the cache.

    Parameters
    ----------
    cache : path, bool or None
        A folder; None and True are the folder of the user, False is none.

    Returns
    -------
    Cache or None
        None also where the folder of the user cannot be written.

    Raises
    ------
    InputError
        If the folder that was named cannot be written, or the file in it is no cache.
    """
    if cache is False:
        return None
    own = cache is None or cache is True
    folder = cache_folder() if own else Path(cache)  # type: ignore[arg-type]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Cache(folder / _FILE)
    except (OSError, sqlite3.OperationalError) as error:
        if own:
            return None
        raise InputError(f"The cache {str(folder)!r} cannot be written: {error}.") from error


class Cache:
    """Numbers by content and by file; several threads and processes may use it at once.

    Parameters
    ----------
    path : Path
        Of the SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=_WAIT, check_same_thread=False)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.OperationalError:
            self._db.close()
            raise
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise InputError(f"{str(path)!r} is no cache: delete it. ({error})") from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def digests(self, files: Sequence[Found]) -> dict[Found, bytes]:
        """Return the digests of the files that have not changed since they were read.

        Parameters
        ----------
        files : sequence of Found

        Returns
        -------
        dict of Found to bytes
        """
        asked = {each.path: each for each in files if each.is_local}
        sql = "SELECT path, size, mtime, digest FROM files WHERE path IN ({})"
        rows = self._rows(sql, list(asked))
        found = {Found(path, size, mtime): digest for path, size, mtime, digest in rows}
        return {each: found[each] for each in asked.values() if each in found}

    def known(self, digests: Iterable[bytes], kind: str) -> dict[bytes, Known]:
        """Return what is known about contents.

        Parameters
        ----------
        digests : iterable of bytes
        kind : str

        Returns
        -------
        dict of bytes to Known
        """
        sql = "SELECT digest, numbers, error FROM found WHERE kind = ? AND digest IN ({})"
        rows = self._rows(sql, list(set(digests)), kind)
        return {digest: Known(_numbers(numbers), error) for digest, numbers, error in rows}

    def keep(
        self, files: Mapping[Found, bytes], contents: Mapping[bytes, Known], kind: str
    ) -> None:
        """Write what was found, all of it or nothing; numbers that were there stay.

        Parameters
        ----------
        files : mapping of Found to bytes
            The digest of each file.
        contents : mapping of bytes to Known
        kind : str
        """
        rows = [
            (digest, kind, json.dumps(dict(each.numbers), allow_nan=False), each.error)
            for digest, each in contents.items()
        ]
        places = [(f.path, f.size, f.mtime, d) for f, d in files.items() if f.is_local]
        with self._lock, self._db:
            self._db.executemany(
                "INSERT INTO found VALUES (?, ?, ?, ?) ON CONFLICT (digest, kind) DO UPDATE SET"
                " error = excluded.error, numbers = CASE WHEN json_valid(numbers)"
                " THEN json_patch(numbers, excluded.numbers) ELSE excluded.numbers END",
                rows,
            )
            self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", places)

    def _rows(self, sql: str, values: list[Any], *first: Any) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(values), _MANY):
            part = values[start : start + _MANY]
            marks = ",".join("?" * len(part))
            with self._lock:
                rows += self._db.execute(sql.format(marks), [*first, *part]).fetchall()
        return rows


def _numbers(text: str) -> dict[str, float | int | None]:
    """Return what a row holds; one that somebody broke holds nothing."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    kinds = (int, float, type(None))
    return {str(key): value for key, value in found.items() if isinstance(value, kinds)}
