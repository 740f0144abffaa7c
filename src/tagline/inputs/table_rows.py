"""Statistics of the rows of a table, computed by the engine; and what a reference looked like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

import ibis
import ibis.expr.types as ir

from tagline.engine import Connection, source
from tagline.exceptions import InputError
from tagline.inputs.registry import Statistic
from tagline.inputs.row import RowProfile

__all__ = ["learn_profile", "row_expressions"]

MAX_CATEGORIES = 1000  # a column with more values is a name, not a category
_NO_FEATURES = {"example_id"}


def learn_profile(
    reference: Any, *, columns: Sequence[str] | None = None, engine: Any = None
) -> RowProfile:
    """Learn what the columns of a table hold, for `n_out_of_range` and `n_unseen`.

    Parameters
    ----------
    reference : frame, relation, path or glob
        Such as the training set.
    columns : sequence of str, optional
        Default: all but `example_id`.
    engine : object, optional
        As `describe_inputs` takes it.

    Returns
    -------
    RowProfile
        Of columns of numbers the smallest and the largest value; of columns of texts and booleans
        the values, where there are at most 1,000. Of others nothing.

    Raises
    ------
    InputError
        If it cannot be read or lacks a column.
    """
    if isinstance(reference, RowProfile):
        return reference
    with source(reference, engine=engine, called="the reference").open() as (connection, table):
        names = [each for each in table.columns if each not in _NO_FEATURES]
        if columns is not None:
            missing = [each for each in columns if each not in table.columns]
            if missing:
                raise InputError(f"The reference has no column {missing[0]!r}.")
            names = list(columns)
        return RowProfile(_ranges(connection, table, names), _levels(connection, table, names))


def _ranges(
    connection: Connection, table: ir.Table, names: Sequence[str]
) -> dict[str, tuple[float, float]]:
    numbers = [name for name in names if table[name].type().is_numeric()]
    if not numbers:
        return {}
    ends: dict[str, ir.Value] = {}
    for i, name in enumerate(numbers):
        value = _known(table[name]).cast("float64")
        ends |= {f"low_{i}": value.min(), f"high_{i}": value.max()}
    (row,) = connection.fetch(table.aggregate(**ends)).to_pylist()
    found = {name: (row[f"low_{i}"], row[f"high_{i}"]) for i, name in enumerate(numbers)}
    return {name: pair for name, pair in found.items() if pair[0] is not None}


def _levels(
    connection: Connection, table: ir.Table, names: Sequence[str]
) -> dict[str, frozenset[Any]]:
    found: dict[str, frozenset[Any]] = {}
    for name in names:
        column = table[name]
        if column.type().is_string() or column.type().is_boolean():
            kept = table.select(level=column).filter(lambda each: each.level.notnull())
            levels = connection.fetch(kept.distinct().limit(MAX_CATEGORIES + 1))
            if levels.num_rows <= MAX_CATEGORIES:
                found[name] = frozenset(levels["level"].to_pylist())
    return found


def _known(column: ir.Column) -> ir.Column:
    """Return a column of numbers with null for NaN, which engines take for the largest number."""
    return column.isnan().ifelse(ibis.null(column.type()), column) if _floats(column) else column


def _floats(column: ir.Column) -> bool:
    return bool(column.type().is_floating())


def row_expressions(
    table: ir.Table, statistics: Sequence[Statistic], profile: RowProfile | None = None
) -> dict[str, ir.Value]:
    """Return the statistics of rows as expressions over a table.

    Parameters
    ----------
    table : ibis table
    statistics : sequence of Statistic
        Of the kind ``"row"``.
    profile : RowProfile, optional
        Columns of it that the table lacks are passed over.

    Returns
    -------
    dict of str to ibis expression
        Whole numbers without nulls.

    Raises
    ------
    InputError
        If a column of numbers of the profile holds something else in the table, or a statistic
        has no expression.
    """
    made = {
        "n_missing": lambda: _missing(table),
        "n_out_of_range": lambda: _beyond(table, (profile or RowProfile()).ranges),
        "n_unseen": lambda: _unseen(table, (profile or RowProfile()).categories),
    }
    unknown = [each.name for each in statistics if each.name not in made]
    if unknown:
        raise InputError(
            f"The statistic {unknown[0]!r} of a row is a Python function: it is for one row at a"
            " time (`input_statistics`), not for tables."
        )
    return {each.name: made[each.name]() for each in statistics}


def _sum(parts: Sequence[ir.Value]) -> ir.Value:
    counted = [part.fill_null(False).cast("int64") for part in parts]
    return reduce(add, counted) if counted else ibis.literal(0, "int64")


def _missing(table: ir.Table) -> ir.Value:
    columns = [table[name] for name in table.columns if name not in _NO_FEATURES]
    return _sum([c.isnull() | c.isnan() if _floats(c) else c.isnull() for c in columns])


def _beyond(table: ir.Table, ranges: Mapping[str, tuple[float, float]]) -> ir.Value:
    parts = []
    for name, (low, high) in ranges.items():
        if name in table.columns:
            _check(table, name, "numbers", table[name].type().is_numeric())
            value = _known(table[name])
            parts.append((value < low) | (value > high))
    return _sum(parts)


def _unseen(table: ir.Table, categories: Mapping[str, frozenset[Any]]) -> ir.Value:
    parts = []
    for name, levels in categories.items():
        if name in table.columns:
            kind = table[name].type()
            boolean = bool(levels) and all(isinstance(each, bool) for each in levels)
            _check(table, name, "categories", kind.is_boolean() if boolean else kind.is_string())
            seen = table[name].isin(sorted(levels)) if levels else ibis.literal(False)
            parts.append(table[name].notnull() & ~seen)
    return _sum(parts)


def _check(table: ir.Table, name: str, what: str, fits: bool) -> None:
    if not fits:
        raise InputError(
            f"The column {name!r} holds {what} in the reference and {table[name].type()} in the"
            " data: make them alike."
        )
