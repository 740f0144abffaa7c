"""Tags in a spreadsheet: columns of ticks, a cell of names, a column of free notes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tagline.exceptions import InputError, did_you_mean

__all__ = ["Layout", "Ticked", "ticked"]

_YES = {"x", "1", "y", "yes", "true", "t", "✓", "✔", "☑", "v", "ja", "oui", "si", "sí"}
_NO = {"0", "n", "no", "false", "f", "-", "✗", "✘", "☐", "nein", "non"}
_UNKNOWN = {"?", "unknown"}
_BETWEEN = re.compile(r"\s*[;,|\n]\s*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of a spreadsheet say what.

    Attributes
    ----------
    id : str
        The column of ids.
    tags : tuple of str
        Columns of ticks: x, 1, yes, true and the like; 0, no, false and the like; ? for unknown; or
        empty.
    cells : str or None
        A column with names of tags, with ``;``, ``,`` or ``|`` between.
    note : str or None
        A column of free notes.
    """

    id: str
    tags: tuple[str, ...] = ()
    cells: str | None = None
    note: str | None = None

    @property
    def columns(self) -> list[str]:
        """All columns that are named, each once."""
        more = [each for each in (self.cells, self.note) if each is not None]
        return list(dict.fromkeys([self.id, *self.tags, *more]))


@dataclass(frozen=True)
class Ticked:
    """What a spreadsheet says.

    Attributes
    ----------
    choices : tuple of (example_id, tag, bool)
    notes : tuple of (example_id, text)
    tags : tuple of str
        That it names, in order.
    looked_at, untouched : int
        Rows with a tick, a no or a note; and those without any: nobody looked at them.
    """

    choices: tuple[tuple[str, str, bool], ...]
    notes: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    looked_at: int
    untouched: int = field(default=0)


def ticked(rows: Iterable[Mapping[str, Any]], layout: Layout, *, what: str = "the sheet") -> Ticked:
    """Read decisions from the rows of a spreadsheet.

    In a row where anything is said, an empty cell of a tag is a no: somebody looked and did not
    tick it. A row where nothing is said was not looked at, and says nothing.

    Parameters
    ----------
    rows : iterable of mappings from column to value
    layout : Layout
    what : str
        What messages call the data.

    Returns
    -------
    Ticked

    Raises
    ------
    InputError
        If a row has no id or one that came before, or a tick cannot be read; it names the row,
        from 1.

    Examples
    --------
    >>> rows = [{"id": "1", "dim": "x", "loud": ""}, {"id": "2", "dim": None, "loud": None}]
    >>> sheet = ticked(rows, Layout("id", ("dim", "loud")))
    >>> sheet.choices, sheet.untouched
    ((('1', 'dim', True), ('1', 'loud', False)), 1)
    """
    seen: dict[str, int] = {}
    said: list[tuple[str, dict[str, bool], set[str], set[str]]] = []
    notes: list[tuple[str, str]] = []
    named = dict.fromkeys(layout.tags)
    untouched = 0
    for number, row in enumerate(rows, 1):
        example = _text(row.get(layout.id))
        if not example:
            raise InputError(f"Row {number} of {what} has no {layout.id!r}: fill it in.")
        if example in seen:
            raise InputError(
                f"Row {number} of {what} has the id {example!r} of row {seen[example]} again: keep"
                " one row for each example."
            )
        seen[example] = number
        cells = {tag: _text(row.get(tag)).casefold() for tag in layout.tags}
        open_ = {tag for tag, text in cells.items() if text in _UNKNOWN}
        ticks = {
            tag: _tick(text, number, tag, what) for tag, text in cells.items() if tag not in open_
        }
        given = (
            {each for each in _BETWEEN.split(_text(row.get(layout.cells))) if each}
            if layout.cells
            else set()
        )
        text = _text(row.get(layout.note)) if layout.note else ""
        if not given and not text and all(value is None for value in ticks.values()):
            untouched += 1
            continue
        named |= dict.fromkeys(sorted(given))
        said.append((example, {tag: bool(value) for tag, value in ticks.items()}, given, open_))
        notes += [(example, text)] if text else []
    choices = tuple(
        (example, tag, ticks.get(tag, False) or tag in given)
        for example, ticks, given, open_ in said
        for tag in named
        if tag not in open_
    )
    return Ticked(choices, tuple(notes), tuple(named), len(said), untouched)


def _text(value: Any) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        value = int(value) if value.is_integer() else value
    return "" if value is None else str(value).strip()


def _tick(text: str, number: int, tag: str, what: str) -> bool | None:
    """Return yes, no, or None for an empty cell."""
    if not text:
        return None
    if text in _YES or text in _NO:
        return text in _YES
    raise InputError(
        f"Row {number} of {what} says {text[:50]!r} for the tag {tag!r}: write x or yes, no, ?"
        f" for unknown, or leave it empty. {did_you_mean(text, sorted(_YES | _NO))}"
    )
