"""Inputs in batches, wherever they come from: a folder, a file of conversations, a table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from tagline.engine import Connection
from tagline.exceptions import InputError, did_you_mean
from tagline.inputs.chat_files import read_conversations
from tagline.inputs.folders import kind_by_ending
from tagline.inputs.places import Places

__all__ = ["Batch", "Feed", "chat_feed", "file_feed", "input_column", "table_feed"]

_NAME = "example_id"
_USUAL = (
    *("input", "path", "file", "filename", "image", "audio", "text", "messages", "message"),
    *("sentence", "content", "url", "uri"),
)
_FILES, _BYTES, _VALUES = 96, 32, 4096  # inputs in a batch: of a path, of bytes, of texts
_LOOKED_AT = 100
_MAGIC = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"fLaC", "audio"),
    (b"OggS", "audio"),
    (b"ID3", "audio"),
    (b"\xff\xfb", "audio"),
)


@dataclass(frozen=True, eq=False)
class Batch:
    """A few inputs.

    Attributes
    ----------
    inputs : sequence
        As `Task.chunk` takes them.
    names : list of str or None
        What the examples are called.
    carried : pyarrow.RecordBatch
        The columns of the data that are written with the statistics.
    """

    inputs: Sequence[Any]
    names: list[Any] | None
    carried: pa.RecordBatch


@dataclass(frozen=True, eq=False)
class Feed:
    """All inputs of a call.

    Attributes
    ----------
    kind : str
    input : str
        The column, or what the inputs are, for people.
    total : int or None
        How many; None where it is not known before.
    schema : pyarrow.Schema
        Of what is carried.
    batches : iterator of Batch
    places : Places or None
        Where the files lie; None for texts and conversations.
    """

    kind: str
    input: str
    total: int | None
    schema: pa.Schema
    batches: Iterator[Batch]
    places: Places | None = None


def file_feed(folder: str, kind: str, names: Sequence[str], root: str | None) -> Feed:
    """Return the files of a folder as a feed.

    Parameters
    ----------
    folder, kind : str
    names : sequence of str
        Paths below the folder, which name the examples.
    root : str or None

    Returns
    -------
    Feed
        It carries `example_id` and `path`.
    """
    schema = pa.schema([(_NAME, pa.string()), ("path", pa.string())])
    base = os.path.abspath(folder)

    def batches() -> Iterator[Batch]:
        for start in range(0, len(names), _FILES):
            part = [_printable(each) for each in names[start : start + _FILES]]
            paths = [os.path.join(base, each) for each in names[start : start + _FILES]]
            shown = [_printable(each) for each in paths]
            carried = pa.RecordBatch.from_pydict({_NAME: part, "path": shown}, schema=schema)
            yield Batch(paths, part, carried)

    return Feed(kind, "path", len(names), schema, batches(), Places(base, root))


def _printable(path: str) -> str:
    """Return a path that can be stored as text, whatever bytes the file system has for it."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def chat_feed(path: str) -> Feed:
    """Return the conversations of a JSON file as a feed; it carries `example_id`."""
    schema = pa.schema([(_NAME, pa.string())])

    def batches() -> Iterator[Batch]:
        names: list[str] = []
        inputs: list[Any] = []
        for name, value in read_conversations(path):
            names.append(name)
            inputs.append(value)
            if len(names) == _VALUES:
                yield Batch(inputs, names, pa.RecordBatch.from_pydict({_NAME: names}))
                names, inputs = [], []
        if names:
            yield Batch(inputs, names, pa.RecordBatch.from_pydict({_NAME: names}))

    return Feed("chat", "messages", None, schema, batches())


def input_column(table: ir.Table, name: str | None) -> str:
    """Return the column that holds the inputs.

    Parameters
    ----------
    table : ibis table
    name : str or None
        None for the one whose name says so.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If there is no such column, or none or several whose names say so.
    """
    if name is not None:
        if name not in table.columns:
            hint = did_you_mean(name, table.columns)
            raise InputError(f"There is no column {name!r} for `input`. {hint}")
        return name
    found = [each for each in _USUAL if each in table.columns]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"Which column holds the inputs? Name it by `input`: {', '.join(found)}.")
    raise InputError(
        "Which column holds the inputs? Name it by `input`, or take the rows themselves by"
        f" `kind='row'`. {did_you_mean('', table.columns)}"
    )


def table_feed(
    connection: Connection,
    table: ir.Table,
    column: str,
    kind: str | None,
    places: Places,
    *,
    whole: bool,
) -> Feed:
    """Return a column of a table as a feed.

    Parameters
    ----------
    connection : Connection
        Nothing else may run on it until the feed is used up.
    table : ibis table
    column : str
    kind : str or None
        None: told by the type and the first values.
    places : Places
        Where paths lie.
    whole : bool
        Carry all columns, instead of `example_id` alone.

    Returns
    -------
    Feed

    Raises
    ------
    InputError
        If the column cannot hold inputs of this kind.
    """
    first = table.select(input=table[column]).filter(lambda each: each.input.notnull())
    values = connection.fetch(first.limit(_LOOKED_AT))["input"].to_pylist()
    kind = kind or _kind_of(values, column)
    _check(kind, values, column)
    total = int(connection.fetch(table.count())[0][0].as_py())
    names = list(table.columns) if whole else [n for n in (_NAME,) if n in table.columns]
    chosen = table.select(*dict.fromkeys([*names, column]))
    schema = chosen.schema().to_pyarrow()
    carried = pa.schema([schema.field(name) for name in names])
    media = kind in {"image", "audio"}
    rows = (
        (_BYTES if any(isinstance(v, bytes | dict) for v in values) else _FILES)
        if media
        else (_VALUES)
    )

    def batches() -> Iterator[Batch]:
        for batch in connection.stream(chosen, rows=rows):
            for start in range(0, batch.num_rows, rows):
                part = batch.slice(start, rows)
                inputs = part.column(column).to_pylist()
                named = part.column(_NAME).to_pylist() if _NAME in names else None
                yield Batch(list(map(_value, inputs)) if media else inputs, named, _of(part, names))

    return Feed(kind, column, total, carried, batches(), places if media else None)


def _of(batch: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    return batch.select(names)


def _value(value: Any) -> Any:
    """Return the bytes or the path of a struct of both, as Hugging Face stores media."""
    if isinstance(value, Mapping):
        return value.get("bytes") if value.get("bytes") is not None else value.get("path")
    return value


def _kind_of(values: Sequence[Any], column: str) -> str:
    one = next(iter(values), None)
    if one is None:
        raise InputError(f"The column {column!r} holds no input: all of it is null.")
    if isinstance(one, list):
        return "chat"
    if isinstance(one, dict):
        one = _value(one)
    if isinstance(one, bytes):
        return _kind_of_bytes(one, column)
    if not isinstance(one, str):
        raise InputError(f"The column {column!r} holds neither texts, paths nor bytes.")
    kinds = [kind_by_ending(each) for each in values if isinstance(each, str)]
    for kind in ("image", "audio"):
        if kinds.count(kind) > len(kinds) / 2:
            return kind
    if one.lstrip()[:1] in {"[", "{"} and '"role"' in one:
        return "chat"
    return "text"


def _kind_of_bytes(content: bytes, column: str) -> str:
    if content[:4] == b"RIFF":
        return "image" if content[8:12] == b"WEBP" else "audio"
    for start, kind in _MAGIC:
        if content.startswith(start):
            return kind
    raise InputError(f"What the bytes in {column!r} are is not known: say it by `kind`.")


def _check(kind: str, values: Sequence[Any], column: str) -> None:
    fits: dict[str, tuple[type, ...]] = {
        "text": (str, bytes),
        "image": (str, bytes, dict),
        "audio": (str, bytes, dict),
        "chat": (str, bytes, list, dict),
    }
    if values and not isinstance(values[0], fits[kind]):
        raise InputError(f"The column {column!r} cannot hold inputs of the kind {kind!r}.")
