"""The bulk relations: one Delta table each, written in atomic, numbered versions.

Nothing is read here but the log: the Parquet files of a version are handed to whichever engine
counts. Versions are kept for ever: Delta's own expiry is off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from tagline.exceptions import InputError

__all__ = ["ChangedMeanwhileError", "Lake"]

_RETRIES = 100
_PATTERN = frozenset("[]*?")
_NEVER_EXPIRE = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.logRetentionDuration": "interval 36500 days",
}


class ChangedMeanwhileError(Exception):
    """Another process wrote to the table after it was read: read again, decide again."""


class Lake:
    """A folder or object-store URL with Delta tables.

    Parameters
    ----------
    location : str or Path
        It need not exist.
    options : mapping of str to str, optional
        For object storage: credentials and the like, as `deltalake` takes them; without, those of
        the environment.

    Raises
    ------
    InputError
        If the folder's name holds an escape such as ``%20``, which Delta would decode, or one of
        ``[]*?``, which the engines take for a pattern.
    """

    def __init__(self, location: str | Path, *, options: Mapping[str, str] | None = None) -> None:
        text = str(location)
        self.is_local = "://" not in text
        if self.is_local:
            text = Path(text).absolute().as_posix()
            if unquote(text) != text or not _PATTERN.isdisjoint(text):
                raise InputError(
                    f"The lake cannot stand in {text!r}: Delta and the engines misread `[`, `]`,"
                    " `*`, `?`, and `%` before two digits. Rename the folder, or set `store.lake`."
                )
        self.location = text.rstrip("/")
        self._options = dict(options or {})

    def __repr__(self) -> str:
        """Show the location; the options may be secret."""
        return f"Lake({self.location!r})"

    def version(self, table: str) -> int | None:
        """Return the newest version of a table; None where there is no such table."""
        found = self._open(table)
        return None if found is None else found.version()

    def schema(self, table: str, version: int | None = None) -> pa.Schema:
        """Return the Arrow schema of a version (default: the newest).

        Raises
        ------
        InputError
            If there is no such table or version.
        """
        return pa.schema(self._at(table, version).schema().to_arrow())

    def files(self, table: str, version: int | None = None) -> list[str]:
        """Return the Parquet files that make up a version, as paths or URLs any engine reads.

        They differ in their columns where a later append brought new ones: read them by name.

        Raises
        ------
        InputError
            If there is no such table or version.
        """
        folder = self._folder(table)
        return sorted(f"{folder}/{unquote(path)}" for path in self._actions(table, version, "path"))

    def rows(self, table: str, version: int | None = None) -> int:
        """Return how many rows a version has, from the log."""
        return sum(self._actions(table, version, "num_records"))

    def fingerprint(self, table: str, version: int | None = None) -> str:
        """Return 64 hexadecimal digits that change whenever the files of a version do.

        A file is never rewritten in place, so they stand for the content within one lake. Equal
        content that was written twice has two fingerprints.
        """
        schema = str(self.schema(table, version).remove_metadata())
        parts = [schema, *sorted(self._actions(table, version, "path"))]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def append(
        self,
        table: str,
        data: pa.Table | pa.RecordBatchReader,
        *,
        read_version: int | None = None,
        writer: str | None = None,
    ) -> int:
        """Append rows in one commit; make the table if it is missing.

        Parameters
        ----------
        table : str
            Letters, digits, ``_`` and ``/``.
        data : pyarrow.Table or RecordBatchReader
            New columns are added to the table; missing ones are null.
        read_version : int, optional
            What the decision to append was based on (None: that there is no table). Used with
            `writer`.
        writer : str, optional
            Commits under one name exclude each other: if another commit of this name came after
            `read_version`, nothing is written. Without it, an append depends on nothing, any
            number of processes may append at once, and a table is tried again where two of them
            bring new columns (a reader cannot be).

        Returns
        -------
        int
            The version that this call made.

        Raises
        ------
        ChangedMeanwhileError
            If a commit of the same `writer` came after `read_version`, or another process brought
            new columns while a reader was written.
        """
        again = _RETRIES if writer is None and isinstance(data, pa.Table) else 0
        for _ in range(again):
            with suppress(ChangedMeanwhileError):
                return self._write(table, data, "append", read_version, writer)
        return self._write(table, data, "append", read_version, writer)

    def replace(
        self,
        table: str,
        data: pa.Table | pa.RecordBatchReader,
        *,
        read_version: int,
        writer: str,
    ) -> int:
        """Write a new version that holds exactly these rows; older versions stay readable.

        Parameters, result and errors are those of `append`.
        """
        return self._write(table, data, "overwrite", read_version, writer)

    def _write(
        self,
        table: str,
        data: pa.Table | pa.RecordBatchReader,
        mode: str,
        read_version: int | None,
        writer: str | None,
    ) -> int:
        reader = data.to_reader() if isinstance(data, pa.Table) else data
        folder = self._folder(table)
        if read_version is None:
            self._create(folder, reader.schema, exclusive=writer is not None)
            read_version = 0 if writer is not None else None
        target = DeltaTable(folder, version=read_version, storage_options=self._options or None)
        marks = [] if writer is None else [Transaction(writer, target.version() + 1)]
        try:
            write_deltalake(
                target,
                reader,
                mode=mode,
                schema_mode="merge" if mode == "append" else "overwrite",
                commit_properties=CommitProperties(
                    app_transactions=marks, max_commit_retries=_RETRIES
                ),
            )
        except CommitFailedError:
            raise ChangedMeanwhileError(table) from None
        return int(target.version())

    def _create(self, folder: str, schema: pa.Schema, *, exclusive: bool) -> None:
        """Make an empty table, so that whoever comes second finds it."""
        if self.is_local:
            Path(folder).mkdir(parents=True, exist_ok=True)
        try:
            DeltaTable.create(
                folder,
                schema,
                mode="error" if exclusive else "ignore",
                configuration=_NEVER_EXPIRE,
                storage_options=self._options or None,
            )
        except DeltaError:
            if exclusive:
                raise ChangedMeanwhileError(folder) from None
            if not DeltaTable.is_deltatable(folder, self._options or None):
                raise

    def _folder(self, table: str) -> str:
        return f"{self.location}/{table}"

    def _open(self, table: str, version: int | None = None) -> DeltaTable | None:
        folder = self._folder(table)
        if self.is_local and not Path(folder, "_delta_log").is_dir():
            return None
        try:
            return DeltaTable(folder, version=version, storage_options=self._options or None)
        except TableNotFoundError:
            return None

    def _at(self, table: str, version: int | None) -> DeltaTable:
        try:
            found = self._open(table, version)
        except DeltaError:
            newest = self.version(table)
            if version is None or newest is None or version <= newest:
                raise
            raise InputError(
                f"There is no version {version} of {table!r} in the lake {self.location}. The"
                f" newest is {newest}."
            ) from None
        if found is None:
            raise InputError(f"There is no table {table!r} in the lake {self.location}.")
        return found

    def _actions(self, table: str, version: int | None, column: str) -> list[Any]:
        actions = pa.table(self._at(table, version).get_add_actions(flatten=True))
        return list(actions.column(column).to_pylist())
