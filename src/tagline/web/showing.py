"""An example as people look at it: the input itself, what was said about it, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import Request

from tagline.display.words import WordDifference, word_difference
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.input_column import InputColumn, messages_of
from tagline.web.medium_address import medium_address
from tagline.web.views import WRONG, RunView

if TYPE_CHECKING:
    import pyarrow as pa

    from tagline.store import NoteRecord, VerdictRecord

__all__ = ["Example", "Said", "Shown", "examples_of", "shown_input"]

_LONGEST = 20_000  # characters of one value on a page
_MOST_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """The input of an example, ready for a page.

    Attributes
    ----------
    kind : {"text", "image", "audio", "row", "chat", "missing"}
    text : str
        Of a text; of a file its path.
    address, thumbnail : str
        Of an image or a clip.
    messages : tuple of (role, text, names of the tools that are called)
        Of a chat.
    """

    kind: str
    text: str = ""
    address: str = ""
    thumbnail: str = ""
    messages: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What people said about one example."""

    tags: tuple[tuple[str, str, bool], ...] = ()
    notes: tuple[NoteRecord, ...] = ()
    verdicts: tuple[VerdictRecord, ...] = ()

    @property
    def by_tag(self) -> dict[str, list[tuple[str, bool]]]:
        """Who said yes or no, by tag."""
        found: dict[str, list[tuple[str, bool]]] = {}
        for tag, person, value in self.tags:
            found.setdefault(tag, []).append((person, value))
        return found


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Attributes
    ----------
    id : str
    shown : Shown
    label, prediction : str or None
        As text; None where there is none.
    wrong : bool or None
    difference : WordDifference or None
        Where label and prediction are texts.
    values : tuple of (column, value)
        All other columns.
    said : Said
    """

    id: str
    shown: Shown
    label: str | None
    prediction: str | None
    wrong: bool | None
    difference: WordDifference | None = None
    values: tuple[tuple[str, Any], ...] = ()
    said: Said = field(default_factory=Said)

    def has(self, columns: Sequence[str]) -> list[str]:
        """Return those of some boolean columns that are true."""
        return [name for name, value in self.values if value is True and name in columns]


def examples_of(
    request: Request,
    view: RunView,
    rows: pa.Table,
    column: InputColumn,
    said: Mapping[str, Said] | None = None,
) -> list[Example]:
    """Return the examples of some rows.

    Parameters
    ----------
    request : Request
    view : RunView
    rows : pyarrow.Table
        Of the view's table.
    column : InputColumn
    said : mapping from example_id to Said, optional

    Returns
    -------
    list of Example
    """
    roles = {EXAMPLE_ID, WRONG, view.label, view.prediction}
    roles |= set() if column.kind == "row" else {column.name}
    made = []
    for row in rows.to_pylist():
        label, prediction = (
            _text(row.get(name)) if name is not None else None
            for name in (view.label, view.prediction)
        )
        known = said.get(row[EXAMPLE_ID]) if said else None
        made.append(
            Example(
                row[EXAMPLE_ID],
                shown_input(request, view, row, column),
                label,
                prediction,
                row[WRONG],
                _difference(label, prediction),
                tuple((k, v) for k, v in row.items() if k not in roles and v is not None),
                known or Said(),
            )
        )
    return made


def shown_input(
    request: Request, view: RunView, row: Mapping[str, Any], column: InputColumn
) -> Shown:
    """Return the input of a row.

    Parameters
    ----------
    request : Request
    view : RunView
    row : mapping from column to value
    column : InputColumn

    Returns
    -------
    Shown
    """
    if column.name is None or column.kind == "row":
        return Shown("row")
    value = row.get(column.name)
    if column.kind in {"image", "audio"}:
        return _medium(request, view, row, column, value)
    if value in (None, ""):
        return Shown("missing")
    messages = messages_of(value) if column.kind == "chat" else None
    if messages is not None:
        return Shown("chat", messages=tuple(map(_message, messages[:_MOST_MESSAGES])))
    return Shown("text", str(value)[:_LONGEST])


def _medium(
    request: Request, view: RunView, row: Mapping[str, Any], column: InputColumn, value: Any
) -> Shown:
    where: dict[str, Any]
    if column.in_bytes:
        where = {"at": (view.run.name, column.name, row[EXAMPLE_ID])}
    elif value in (None, ""):
        return Shown("missing")
    else:
        where = {"path": str(value)}
    address = medium_address(request, column.kind, **where)
    small = medium_address(request, "thumbnail", **where) if column.kind == "image" else ""
    return Shown(column.kind, str(value or ""), address, small)


def _message(message: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    content = message.get("content")
    if isinstance(content, list | tuple):
        parts = [each.get("text") if isinstance(each, Mapping) else each for each in content]
        content = "\n".join(str(each) for each in parts if each)
    calls = message.get("tool_calls") or ()
    names = tuple(_tool(each) for each in calls) if isinstance(calls, list | tuple) else ()
    return str(message["role"])[:40], str(content or "")[:_LONGEST], names


def _tool(call: Any) -> str:
    if not isinstance(call, Mapping):
        return str(call)[:500]
    function = call.get("function")
    told = function if isinstance(function, Mapping) else call
    return f"{told.get('name', 'tool')}({told.get('arguments', '')})"[:2000]


def _difference(label: str | None, prediction: str | None) -> WordDifference | None:
    """Return what differs where both are sentences rather than classes."""
    if label is None or prediction is None or max(len(label), len(prediction)) > _LONGEST:
        return None
    if len(label.split()) < 2 and len(prediction.split()) < 2:
        return None
    return word_difference(label, prediction)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)
