"""From the user's table to small integers, in the engine, and from there to arrays.

This is the one place where something as large as the examples may come to Python: a few bytes for
each column. From `LARGE` rows on the engine counts equal rows first, so that each comes once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.engine import Connection
from tagline.error_analysis.slices.coded import Codes, Errors, smallest
from tagline.error_analysis.slices.columns import SliceColumn
from tagline.exceptions import InputError
from tagline.measures.countable import COUNTS

__all__ = ["Half", "coded", "has_level", "level_of", "read_halves"]

LARGE = 2_000_000  # examples
MOST_ROWS = 40_000_000  # different rows of codes that are brought to Python
CASES = 64  # more levels than these are joined

DISCOVERY, HELD_BACK = 0, 1


@dataclass(frozen=True, eq=False)
class Half:
    """One half of the data as arrays.

    Attributes
    ----------
    codes : Codes
    errors : Errors
    group : int array of shape (n_rows,) or None
    """

    codes: Codes
    errors: Errors
    group: NDArray[np.int64] | None


def coded(
    connection: Connection,
    rows: ir.Table,
    columns: Sequence[SliceColumn],
    *,
    places: Sequence[str],
    n_rows: int,
    large: int = LARGE,
) -> ir.Table:
    """Write the columns as codes, in the engine.

    Parameters
    ----------
    connection : Connection
    rows : ibis Table
        With `reason`, `digest`, `e`, `w`, perhaps `g`, and the columns of `places`.
    columns : sequence of SliceColumn
    places : sequence of str
        The column of `rows` behind each.
    n_rows : int
        How many rows count.
    large : int, default 2000000
        From so many rows on, equal rows are counted.

    Returns
    -------
    ibis Table
        With `half`, ``c0``, ``c1`` ..., perhaps `g`, and `e` and `w`, or from `large` rows on
        `n` and the sums `e`, `w`, `ee`, `ew`, `ww`.
    """
    made: dict[str, Any] = {
        "half": ibis.ifelse(rows.digest < "8", DISCOVERY, HELD_BACK).cast("int8"),
        "e": rows.e,
        "w": rows.w,
    }
    joined: dict[str, SliceColumn] = {}
    for i, (column, place) in enumerate(zip(columns, places, strict=True)):
        if column.edges or len(column.levels) <= CASES:
            made[f"c{i}"] = _code(rows[place], column)
        else:
            joined[f"c{i}"] = column
            made[f"c{i}"] = rows[place]
    if "g" in rows.columns:
        made["g"] = rows.g
    # `reason` may need the rows of the table, as do their numbers: filtered from outside
    found = rows.select(reason=rows.reason, **made)
    found = found.filter(found.reason <= COUNTS).drop("reason")
    for name, column in joined.items():
        found = _join_levels(connection, found, name, column)
    if "g" in found.columns:
        found = _join_groups(connection, found)
    return connection.hold(_counted(found), "slices") if n_rows >= large else found


def _type(column: SliceColumn) -> str:
    most = len(column.levels) + 1
    return "int8" if most < 1 << 7 else "int16" if most < 1 << 15 else "int32"


def _code(value: ir.Value, column: SliceColumn) -> ir.Value:
    """Return the number of the level: one more for another value, two more for an unknown one."""
    other, unknown = len(column.levels), len(column.levels) + 1
    if column.edges:
        tests = [(value < edge, i) for i, edge in enumerate(column.edges)]
        if column.most is not None:
            tests.append((value <= column.most, len(column.edges)))
        last = other if column.most is not None else len(column.edges)
        return ibis.cases((value.isnull(), unknown), *tests, else_=last).cast(_type(column))
    if value.type().is_boolean():
        number = {level.value: i for i, level in enumerate(column.levels)}
        yes, no = number.get(True, other), number.get(False, other)
        code = ibis.cases((value.isnull(), unknown), (value, yes), else_=no)
        return code.cast(_type(column))
    tests = [(value == level.value, i) for i, level in enumerate(column.levels)]
    return ibis.cases((value.isnull(), unknown), *tests, else_=other).cast(_type(column))


def has_level(value: ir.Value, column: SliceColumn, level: int) -> ir.BooleanValue:
    """Return the condition that a value is of a level, for looking at single slices."""
    if column.edges:
        return _code(value, column) == level
    return value == column.levels[level].value


def level_of(value: ir.Value, column: SliceColumn) -> ir.Value:
    """Return what tells the levels of a column apart: the number of a bin, or the value."""
    return _code(value, column) if column.edges else value


def _join_levels(
    connection: Connection, rows: ir.Table, name: str, column: SliceColumn
) -> ir.Table:
    """Look the levels up in a table of them: so many cases would be slow."""
    values = pa.array([level.value for level in column.levels])
    numbers = pa.array(range(len(column.levels)), pa.int64())
    levels = connection.table(pa.table({"level": values, "number": numbers}), "levels")
    known = rows.left_join(levels, rows[name] == levels.level)
    code = ibis.cases(
        (known[name].isnull(), len(column.levels) + 1), else_=known.number.fill_null(len(values))
    )
    return known.mutate(**{name: code.cast(_type(column))}).drop("level", "number")


def _join_groups(connection: Connection, rows: ir.Table) -> ir.Table:
    """Write groups as numbers from 0."""
    groups = rows.select(group=rows.g).distinct()
    numbered = connection.hold(groups.mutate(number=ibis.row_number()), "groups")
    known = rows.join(numbered, rows.g == numbered.group)
    return known.mutate(g=known.number.cast("int64")).drop("group", "number")


def _counted(rows: ir.Table) -> ir.Table:
    """Count equal rows, and sum their errors."""
    error, weight = rows.e.cast("float64"), rows.w.cast("float64")
    keys = [name for name in rows.columns if name not in {"e", "w"}]
    return rows.group_by(keys).agg(
        n=rows.count(),
        e=error.sum(),
        w=weight.sum(),
        ee=(error * error).sum(),
        ew=(error * weight).sum(),
        ww=(weight * weight).sum(),
    )


def read_halves(
    connection: Connection, rows: ir.Table, columns: Sequence[SliceColumn], *, binary: bool
) -> tuple[Half, Half]:
    """Bring the codes and the errors to Python.

    Parameters
    ----------
    connection : Connection
    rows : ibis Table
        From `coded`.
    columns : sequence of SliceColumn
    binary : bool
        Whether errors are 0 or 1 and weights 1.

    Returns
    -------
    discovery, held_back : Half

    Raises
    ------
    InputError
        If there are more different rows than memory should hold.
    """
    counted = "n" in rows.columns
    if counted:
        size = connection.fetch(rows.aggregate(n=rows.count()))["n"][0].as_py()
        if size > MOST_ROWS:
            raise InputError(
                f"These {len(columns)} columns make {size:,} different combinations, too many for a"
                " search in memory: name fewer by `columns`."
            )
    names = ["half", *(f"c{i}" for i in range(len(columns)))]
    names += ["g"] if "g" in rows.columns else []
    chosen: dict[str, Any] = {name: rows[name] for name in names}
    if counted:
        chosen |= {name: rows[name] for name in _sums(binary)}
    elif binary:
        chosen["e"] = rows.e.cast("int8")
    else:
        chosen |= {"e": rows.e.cast("float64"), "w": rows.w.cast("float64")}
    table = connection.fetch(rows.select(**chosen))
    half = table["half"].to_numpy()
    first, second = (_half(table, half == each, columns, binary) for each in (DISCOVERY, HELD_BACK))
    return first, second


def _half(
    table: pa.Table, chosen: NDArray[np.bool_], columns: Sequence[SliceColumn], binary: bool
) -> Half:
    def take(name: str) -> Any:
        return table[name].to_numpy()[chosen]

    levels = tuple(len(column.levels) for column in columns)
    codes = tuple(take(f"c{i}").astype(smallest(count + 1)) for i, count in enumerate(levels))
    counted = "n" in table.column_names
    if counted:
        sums = np.stack([take(name).astype(np.float64) for name in _sums(binary)])
        errors = Errors(sums=sums)
    elif binary:
        errors = Errors(wrong=take("e").astype(np.uint8))
    else:
        errors = Errors.of(take("e"), take("w"))
    rows = take("n") if counted else None
    group = take("g") if "g" in table.column_names else None
    return Half(Codes(codes, levels, rows), errors, group)


def _sums(binary: bool) -> list[str]:
    return ["n", "e"] if binary else ["n", "e", "w", "ee", "ew", "ww"]
