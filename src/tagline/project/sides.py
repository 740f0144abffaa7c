"""The two tables of an import, examples and predictions: what comes beside what is there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import ibis.expr.types as ir

from tagline.display.words import plain, plural, shorten
from tagline.engine import Connection
from tagline.exceptions import ConflictError, InputError
from tagline.project import comparison
from tagline.project.staging import PREDICTION, ROW
from tagline.project.transfer import read_files, stream
from tagline.schema import EXAMPLE_ID, RELATIONS
from tagline.store import Lake

__all__ = [
    "Side",
    "Written",
    "check_examples",
    "check_predictions",
    "open_side",
    "write_examples",
    "write_predictions",
]

_WRITER = "tagline-import"


@dataclass(frozen=True, slots=True)
class Written:
    """One table after an import: its version, and how many rows were new, known and filled."""

    version: int
    new: int
    known: int
    filled: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """What comes and what is there, as tables of one engine.

    Attributes
    ----------
    connection : Connection
    lake : Lake
    table : str
        Its name in the lake.
    version : int or None
        The version that is there.
    incoming : ibis table
    rows : int
        How many are incoming.
    known : ibis table or None
        None where there is no row yet.
    """

    connection: Connection
    lake: Lake
    table: str
    version: int | None
    incoming: ir.Table
    rows: int
    known: ir.Table | None


def open_side(
    stack: ExitStack,
    connection: Connection,
    lake: Lake,
    table: str,
    staged: Path,
    *,
    rows: int,
    silent: Sequence[str] = (),
) -> Side:
    """Open the staged file and the newest version of a table; the stack closes them.

    Parameters
    ----------
    stack : ExitStack
    connection : Connection
    lake : Lake
    table : str
        Its name in the lake.
    staged : Path
    rows : int
        How many rows the staged file has.
    silent : sequence of str, default ()
        Columns of the staged file to leave out.

    Returns
    -------
    Side
    """
    incoming = stack.enter_context(read_files(connection, [str(staged)])).drop(*silent)
    version, known = lake.version(table), None
    if version is not None and lake.rows(table, version):
        known = stack.enter_context(read_files(connection, lake.files(table, version)))
    return Side(connection, lake, table, version, incoming, rows, known)


def check_examples(side: Side, *, label: str | None = None) -> Side:
    """Refuse examples that are known with other content; return the side with aligned types.

    Parameters
    ----------
    side : Side
    label : str, optional
        The column of the label: if it differs, that is said first.

    Returns
    -------
    Side

    Raises
    ------
    ConflictError
        The message names the id, the column and both values.
    InputError
        If a column has another type than in the project.
    """
    side = _aligned(side, "the examples", {})
    if side.known is None:
        return side
    query = comparison.conflicting(side.incoming, side.known)
    if query is not None and side.connection.fetch(query).num_rows:
        _refuse_columns(side, label)
    return side


def _refuse_columns(side: Side, label: str | None) -> None:
    """Name every column that differs, the label first, and what is likely to cure it."""
    assert side.known is not None
    query = comparison.conflict_counts(side.incoming, side.known)
    counts = {n: c for n, c in side.connection.fetch(query).to_pylist()[0].items() if c}
    names = sorted(counts, key=lambda name: name != label)
    first = comparison.conflicting(side.incoming.select(EXAMPLE_ID, names[0]), side.known)
    said = [name for name in names if name != label and _is_said(name, side.incoming[name])]
    listed = ", ".join(f"{name!r} (on {plural(counts[name], 'example')})" for name in names)
    all_of = f"what differs is {listed}; " if len(names) > 1 else ""
    if label in names:
        way_out = "a label is a part of the example: correct it"
    elif said:
        named = " and ".join(map(repr, said))
        way_out = f"if {named} {'are' if len(said) > 1 else 'is'} what the run says, such as a"
        way_out += f" probability, import with `scores={said if len(said) > 1 else said[0]!r}`"
        others = [repr(name) for name in names if name not in said]
        way_out += f", and correct {', '.join(others)}" if others else ""
    else:
        way_out = "correct it, or give another id"
    assert first is not None
    _refuse_conflict(side.connection, first, "The example", all_of + way_out)


_SCORE = re.compile(r"prob|score|conf|logit|certain|loss|dist|pred", re.IGNORECASE)


def _is_said(name: str, column: ir.Value) -> bool:
    """Return whether a column may be what a run says: a fraction, or one that is called so."""
    return column.type().is_floating() or bool(_SCORE.search(name))


def check_predictions(side: Side, run: str, prediction: str) -> Side:
    """Refuse predictions of a known run that differ from before; return the side aligned.

    Raises
    ------
    ConflictError
        The message names the id, the column and both values.
    InputError
        If a column has another type than before, or there are other scores.
    """
    side = _aligned(side, f"the run {run!r}", {PREDICTION: prediction})
    if side.known is None:
        return side
    here = set(side.incoming.columns) - {ROW}
    if other := sorted(here ^ set(side.known.columns)):
        raise InputError(
            f"The run {run!r} was imported {'without' if other[0] in here else 'with'} the score"
            f" {other[0]!r}: import the same scores again, or as another run."
        )
    query = comparison.changed_predictions(side.incoming, side.known)
    what = f"The run {run!r} on the example"
    _refuse_conflict(side.connection, query, what, "import it as another run")
    return side


def write_examples(side: Side) -> Written:
    """Add new examples, and what is new of known ones, in one commit.

    Raises
    ------
    ChangedMeanwhileError
        If another import was completed since the side was opened.
    """
    if side.known is None:
        return _append(side, side.incoming, known=0)
    filled = _number(side, comparison.filled(side.incoming, side.known))
    if not filled:
        return _append_unknown(side)
    known = _number(side, comparison.known_count(side.incoming, side.known))
    assert side.version is not None  # there are known rows
    rows = comparison.merged(side.incoming, side.known)
    version = side.lake.replace(
        side.table,
        stream(side.connection, rows, RELATIONS["examples"]),
        read_version=side.version,
        writer=_WRITER,
    )
    return Written(version, side.rows - known, known, filled)


def write_predictions(side: Side) -> Written:
    """Add new predictions in one commit.

    Raises
    ------
    ChangedMeanwhileError
        If another import into the run was completed since the side was opened.
    """
    side = replace(side, incoming=side.incoming.drop(ROW))
    return _append(side, side.incoming, known=0) if side.known is None else _append_unknown(side)


def _append_unknown(side: Side) -> Written:
    assert side.known is not None and side.version is not None
    known = _number(side, comparison.known_count(side.incoming, side.known))
    if known == side.rows:
        return Written(side.version, 0, known)
    return _append(side, comparison.unknown(side.incoming, side.known), known)


def _append(side: Side, rows: ir.Table, known: int) -> Written:
    before = 0 if side.known is None else side.lake.rows(side.table, side.version)
    reader = stream(side.connection, rows, RELATIONS[side.table.partition("/")[0]])
    version = side.lake.append(side.table, reader, read_version=side.version, writer=_WRITER)
    return Written(version, side.lake.rows(side.table, version) - before, known)


def _aligned(side: Side, what: str, shown: Mapping[str, str]) -> Side:
    if side.known is None:
        return side
    known = side.known.schema()
    query = comparison.fractions(side.incoming, known)
    if query is not None:
        for name, value in side.connection.fetch(query).to_pylist()[0].items():
            if value is not None:
                raise InputError(
                    f"The column {shown.get(name, name)!r} holds {value} here and whole numbers in"
                    f" {what} that the project has: convert it, or give it another name."
                )
    return replace(side, incoming=comparison.aligned(side.incoming, known, what=what, shown=shown))


def _refuse_conflict(connection: Connection, query: ir.Table, what: str, way_out: str) -> None:
    found = connection.fetch(query).to_pylist()
    if found:
        row = found[0]
        column = "prediction" if row["column"] == PREDICTION else f"value in {row['column']!r}"
        before, now = (shorten(plain(row[key]), 60) for key in ("before", "now"))
        raise ConflictError(
            f"{what} {row[EXAMPLE_ID]!r} is known with another {column}: {before} before, {now}"
            f" now. Nothing was imported; {way_out}."
        )


def _number(side: Side, query: ir.Table) -> int:
    return int(side.connection.fetch(query).column(0)[0].as_py())
