"""Expressions that compare what an import brings with what the project has. Nothing is executed.

An example is known by what was said of it so far. A null says nothing: a later import may fill it
in. A value that differs from a known one is a conflict. So imports may come in any order, and the
same one twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.project.staging import ROW
from tagline.schema.relations import EXAMPLE_ID

__all__ = [
    "aligned",
    "changed_predictions",
    "conflict_counts",
    "conflicting",
    "filled",
    "fractions",
    "known_count",
    "merged",
    "repeated",
    "unknown",
]


def repeated(rows: ir.Table) -> ir.Table:
    """Return the first id that occurs more than once: its `first` and `second` row, and `times`."""
    by_id = ibis.window(group_by=EXAMPLE_ID, order_by=ROW)
    placed = rows.select(EXAMPLE_ID, ROW, place=ibis.row_number().over(by_id))
    return (
        placed.group_by(EXAMPLE_ID)
        .agg(
            times=placed.count(),
            first=placed[ROW].min(),
            second=placed[ROW].min(where=placed.place == 1),
        )
        .filter(lambda t: t.times > 1)
        .order_by("first")
        .limit(1)
    )


def fractions(table: ir.Table, known: ir.Schema) -> ir.Table | None:
    """Return one row: for each number column that the project keeps whole, a value that is not.

    None if there is no such column. The columns of the result have the names of the data.
    """
    columns = [
        name
        for name, kind in table.schema().items()
        if isinstance(kind, dt.Floating) and isinstance(known.get(name), dt.Integer)
    ]
    if not columns:
        return None
    return table.agg(
        **{
            name: table[name].max(where=(table[name] != table[name].floor()) | table[name].isnan())
            for name in columns
        }
    )


def aligned(table: ir.Table, known: ir.Schema, *, what: str, shown: Mapping[str, str]) -> ir.Table:
    """Bring the columns to the types that the project has.

    Parameters
    ----------
    table : ibis table
    known : ibis schema
    what : str
        What is compared, for the message: ``"the examples"``.
    shown : mapping of str to str
        What the user calls a column, where that differs.

    Returns
    -------
    ibis table
        Whole numbers become floating where the project keeps those, and the other way round
        (`fractions` says whether that is safe).

    Raises
    ------
    InputError
        If a column has a type that does not fit. The message names it.
    """
    by_case = {name.lower(): name for name in known}
    casts = {}
    for name, kind in table.schema().items():
        if by_case.get(name.lower(), name) != name:
            raise InputError(
                f"The column {name!r} is called {by_case[name.lower()]!r} in {what} that the"
                " project has: rename it."
            )
        wanted = known.get(name)
        if wanted is None or wanted.copy(nullable=True) == kind.copy(nullable=True):
            continue
        if not _fits(kind, wanted):
            raise InputError(
                f"The column {shown.get(name, name)!r} holds {kind} here and {wanted} in"
                f" {what} that the project has: convert it, or give it another name."
            )
        casts[name] = wanted
    return table.cast(casts) if casts else table


def _fits(found: dt.DataType, wanted: dt.DataType) -> bool:
    if isinstance(found, dt.Array) and isinstance(wanted, dt.Array):
        return _fits(found.value_type, wanted.value_type) or found == wanted
    return (
        found.is_numeric()
        and wanted.is_numeric()
        and not (found.is_boolean() or wanted.is_boolean())
    )


def unknown(incoming: ir.Table, known: ir.Table) -> ir.Table:
    """Return the incoming rows whose id the project does not have."""
    return incoming.anti_join(known, EXAMPLE_ID)


def known_count(incoming: ir.Table, known: ir.Table) -> ir.Table:
    """Return one row: how many of the incoming ids the project has."""
    return incoming.semi_join(known, EXAMPLE_ID).agg(known=lambda t: t.count())


@dataclass(frozen=True)
class _Pairs:
    """Incoming and known rows of one id side by side."""

    table: ir.Table
    shared: tuple[str, ...]
    added: tuple[str, ...]

    def old(self, name: str) -> ir.Value:
        return self.table[f"{name}{_OLD}"]

    def new(self, name: str) -> ir.Value:
        return self.table[name]


_OLD = "(known)"
_SHOWN = 200  # characters of a value that a message is made of


def _pairs(incoming: ir.Table, known: ir.Table, how: str = "inner") -> _Pairs:
    columns = [name for name in incoming.columns if name not in {EXAMPLE_ID, ROW}]
    shared = tuple(name for name in columns if name in known.columns)
    added = tuple(name for name in columns if name not in known.columns)
    renamed = known.rename({f"{name}{_OLD}": name for name in known.columns})
    joined = incoming.join(renamed, incoming[EXAMPLE_ID] == renamed[f"{EXAMPLE_ID}{_OLD}"], how=how)
    return _Pairs(joined, shared, added)


def conflicting(incoming: ir.Table, known: ir.Table) -> ir.Table | None:
    """Return the first known id for which a column has another value than before.

    Returns
    -------
    ibis table or None
        At most one row: the id in `example_id`, the column in `column`, the values as text in
        `before` and `now`. None where no column is shared.
    """
    pairs = _pairs(incoming, known)
    differs = [(n, (pairs.new(n) != pairs.old(n)).fill_null(False)) for n in pairs.shared]
    return _first(pairs, differs)


def conflict_counts(incoming: ir.Table, known: ir.Table) -> ir.Table:
    """Return one row: for each shared column, how many known examples have another value now."""
    pairs = _pairs(incoming, known)
    differs = {n: (pairs.new(n) != pairs.old(n)).fill_null(False).sum() for n in pairs.shared}
    return pairs.table.aggregate(**differs)


def changed_predictions(incoming: ir.Table, known: ir.Table) -> ir.Table:
    """Return the first known id of which the run says something else than before.

    Here a null is something that was said: the result is like that of `conflicting`.
    """
    pairs = _pairs(incoming, known)
    differs = [(n, ~pairs.new(n).identical_to(pairs.old(n))) for n in pairs.shared]
    found = _first(pairs, differs)
    assert found is not None  # a prediction is always shared
    return found


def _first(pairs: _Pairs, differs: list[tuple[str, ir.BooleanValue]]) -> ir.Table | None:
    if not differs:
        return None
    column = ibis.cases(*((test, ibis.literal(name)) for name, test in differs))
    before = ibis.cases(*((test, _text(pairs.old(n))) for n, test in differs))
    now = ibis.cases(*((test, _text(pairs.new(n))) for n, test in differs))
    any_differs = ibis.or_(*(test for _, test in differs))
    found = pairs.table.filter(any_differs).select(
        EXAMPLE_ID, column=column, before=before, now=now
    )
    return found.order_by(EXAMPLE_ID).limit(1)


def _text(value: ir.Value) -> ir.StringValue:
    if value.type().is_nested() or value.type().is_binary():
        return ibis.literal("another value")
    return value.cast("string").substr(0, _SHOWN).fill_null("null")


def filled(incoming: ir.Table, known: ir.Table) -> ir.Table:
    """Return one row: of how many known examples the import says something for the first time."""
    pairs = _pairs(incoming, known)
    adds = [pairs.new(name).notnull() for name in pairs.added]
    adds += [pairs.new(name).notnull() & pairs.old(name).isnull() for name in pairs.shared]
    if not adds:
        return pairs.table.limit(0).agg(filled=lambda t: t.count())
    return pairs.table.filter(ibis.or_(*adds)).agg(filled=lambda t: t.count())


def merged(incoming: ir.Table, known: ir.Table) -> ir.Table:
    """Return all examples, known and incoming, with what either says of them."""
    pairs = _pairs(incoming, known, how="outer")
    kept = {name: pairs.old(name) for name in known.columns}
    kept |= {name: pairs.new(name) for name in pairs.added}
    kept |= {name: ibis.coalesce(pairs.old(name), pairs.new(name)) for name in pairs.shared}
    kept[EXAMPLE_ID] = ibis.coalesce(pairs.old(EXAMPLE_ID), pairs.new(EXAMPLE_ID))
    return pairs.table.select(**kept)
