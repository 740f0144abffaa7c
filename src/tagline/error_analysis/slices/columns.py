"""Which columns make slices, and their levels: values that are frequent enough, or bins."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow.compute as pc

from tagline.display.words import number, plural
from tagline.engine import Connection
from tagline.error_analysis.asked.tag_columns import MOST_LEVELS
from tagline.error_analysis.slices.rules import equals, intervals, rounded
from tagline.exceptions import InputError, did_you_mean
from tagline.measures.levels import in_chunks, levels_sql

__all__ = ["Level", "SliceColumn", "Surveyed", "chosen_columns", "survey"]

SPREAD = 10  # a column may have one value in so many rows
FEW = 10  # a number with at most so many values is a category
CLASSES = MOST_LEVELS  # a label (or a prediction) with at most so many values is classes
BINS = 10
_UNSURE = 2.0  # approximate counts of values within this factor of `FEW` are counted exactly
_SAMPLE = 200_000  # rows that the edges of bins are taken from


@dataclass(frozen=True, slots=True)
class Level:
    """One condition on a column.

    Attributes
    ----------
    rule : str
        As SQL.
    value : object
        The value; None for a bin.
    """

    rule: str
    value: Any = None


@dataclass(frozen=True, eq=False)
class SliceColumn:
    """A column and its levels.

    Attributes
    ----------
    name : str
    levels : tuple of Level
    edges : tuple of numbers
        Of the bins, which are `levels` in order; empty for a column of values.
    most : float or None
        The end of the highest bin, where there is one.
    """

    name: str
    levels: tuple[Level, ...]
    edges: tuple[Any, ...] = ()
    most: float | None = None


@dataclass(frozen=True, eq=False)
class Surveyed:
    """The columns that make slices, and why the others do not."""

    columns: tuple[SliceColumn, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)


def chosen_columns(
    table: ir.Table, asked: str | Sequence[str] | None, *, taken: Iterable[str], data: str
) -> tuple[list[str], dict[str, str]]:
    """Return the columns to look at, and those that cannot be looked at, with the reason.

    Parameters
    ----------
    table : ibis Table
    asked : str, sequence of str or None
        None: all but those taken.
    taken : iterable of str
        Columns that are something else: label, prediction, id, group.
    data : str
        What to call the data.

    Returns
    -------
    list of str
    dict

    Raises
    ------
    InputError
        If a column is missing, or none is left.
    """
    names = [asked] if isinstance(asked, str) else asked
    if names is None:
        names = [name for name in table.columns if name not in set(taken)]
    elif not isinstance(names, Sequence) or not all(isinstance(each, str) for each in names):
        raise InputError(f"`columns` must be names of columns. Got {asked!r} instead.")
    for name in names:
        if name not in table.columns:
            raise InputError(
                f"`columns` names a column {name!r}, which {data} does not have."
                f" {did_you_mean(name, table.columns)}"
            )
    kinds = {name: table[name].type() for name in dict.fromkeys(names)}
    left_out = {
        name: _unfit(kind)
        for name, kind in kinds.items()
        if not (kind.is_string() or kind.is_numeric() or kind.is_boolean() or kind.is_date())
    }
    found = [name for name in kinds if name not in left_out]
    if not found:
        others = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise InputError(
            f"No column of {data} is left to make slices of{f' ({others})' if others else ''}:"
            " name columns of text, numbers or booleans by `columns`."
        )
    return found, left_out


def _unfit(kind: Any) -> str:
    if kind.is_array() and kind.value_type.is_floating():
        return "it holds lists of numbers: name it by `columns` to look at its clusters"
    return f"it holds {kind}, which is neither text nor numbers nor true or false"


def survey(
    connection: Connection,
    rows: ir.Table,
    names: Sequence[str],
    *,
    n_rows: int,
    near: Mapping[str, int],
    min_support: int,
    answers: Collection[str] = (),
) -> Surveyed:
    """Find the levels of the columns, without a look at any error.

    Parameters
    ----------
    connection : Connection
    rows : ibis Table
        Those that count, with the columns ``x0``, ``x1`` ... and `digest`, hexadecimal; a row
        whose digest begins below 8 is of the discovery half.
    names : sequence of str
        Of the columns, in their order.
    n_rows : int
        How many rows there are.
    near : mapping of str to int
        About how many values each column of numbers has, by ``x0`` ...
    min_support : int
        In each half; a value on fewer than twice as many rows makes no level.
    answers : collection of str, default ()
        Those of the names that are label or prediction: their numbers may be classes.

    Returns
    -------
    Surveyed
    """
    asked = _Survey(
        connection, rows, {f"x{i}": name for i, name in enumerate(names)}, n_rows, min_support
    )
    binned = asked.many_numbers(near, answers)
    found, left_out = asked.levels([place for place in asked.places if place not in binned])
    found |= asked.bins(binned)
    for place, name in asked.places.items():
        if place in found and not found[place].levels:
            left_out[name] = f"no value stands on {2 * min_support} rows"
            del found[place]
    return Surveyed(tuple(found[place] for place in asked.places if place in found), left_out)


@dataclass(frozen=True, eq=False)
class _Survey:
    connection: Connection
    rows: ir.Table
    places: Mapping[str, str]  # from the column of `rows` to its name
    n_rows: int
    min_support: int

    def many_numbers(self, near: Mapping[str, int], answers: Collection[str]) -> list[str]:
        """Return the columns of numbers with too many values for a level each."""
        most = {place: CLASSES if self.places[place] in answers else FEW for place in near}
        unsure = [
            place
            for place, count in near.items()
            if most[place] / _UNSURE <= count <= most[place] * _UNSURE
        ]
        exact = {}
        if unsure:
            counts = self.rows.aggregate(**{place: self.rows[place].nunique() for place in unsure})
            exact = self.connection.fetch(counts).to_pylist()[0]
        return [place for place, count in near.items() if exact.get(place, count) > most[place]]

    def levels(self, columns: Sequence[str]) -> tuple[dict[str, SliceColumn], dict[str, str]]:
        """Return the columns with their frequent values, and why others are left out."""
        found, left_out = {}, {}
        inner = self.connection.compile(self.rows.select(*columns)) if columns else ""
        for chunk in in_chunks(columns):
            table = self.connection.fetch_sql(_frequent(inner, chunk, 2 * self.min_support))
            for place in chunk:
                name = self.places[place]
                part = table.filter(pc.and_(table[f"in_{place}"], table[place].is_valid()))
                different = part["different"][0].as_py() if len(part) else 0
                enough = part.filter(pc.greater_equal(part["n"], 2 * self.min_support))
                if different > max(self.n_rows / SPREAD, 2):
                    left_out[name] = (
                        f"it has {plural(different, 'value')} on {number(self.n_rows)} rows,"
                        f" more than one in {SPREAD}"
                    )
                else:
                    values = enough[place].to_pylist()
                    known = sorted(value for value in values if not _is_odd(value))
                    levels = tuple(Level(equals(name, value), value) for value in known)
                    found[place] = SliceColumn(name, levels)
        return found, left_out

    def bins(self, columns: Sequence[str]) -> dict[str, SliceColumn]:
        """Cut numbers at quantiles of the discovery half, or of a part of it."""
        if not columns:
            return {}
        bins = max(min(BINS, self.n_rows // (4 * self.min_support)), 2)
        part = min(0.5, _SAMPLE / max(self.n_rows, 1))
        half = self.rows.filter(self.rows.digest < f"{round(part * 16**6):06x}")
        asked = {}
        for place in columns:
            value = _finite(half[place].cast("float64"))
            asked[place] = value.quantile([each / bins for each in range(1, bins)])
            asked[f"most_{place}"] = value.max()
            if half[place].type().is_floating():
                asked[f"odd_{place}"] = half[place].isnan().sum()
        found = self.connection.fetch(half.aggregate(**asked)).to_pylist()[0]
        return {
            place: _binned(
                self.places[place],
                found[place] or [],
                whole=self.rows[place].type().is_integer(),
                most=found[f"most_{place}"] if found.get(f"odd_{place}") else None,
            )
            for place in columns
        }


def _frequent(inner: str, columns: list[str], least: int) -> str:
    """Return SQL for the values on enough rows, and how many different ones a column has.

    One value of each column is there in any case.
    """
    marks = [f"in_{column}" for column in columns]
    values = " or ".join(f"(in_{column} and {column} is not null)" for column in columns)
    counted = levels_sql(inner, columns, {"n": "count(*)"})
    part = f"over (partition by {', '.join(marks)})"
    ranked = (
        f"select l.*, count(*) {part} as different, max(n) {part} as most from ({counted}) l"
        f" where {values}"
    )
    one = f"row_number() over (partition by {', '.join(marks)} order by n desc) = 1"
    first = f"select r.*, case when most >= {least} then false else {one} end as is_first"
    return f"select * from ({first} from ({ranked}) r) f where n >= {least} or is_first"


def _is_odd(value: Any) -> bool:
    """Return whether a rule cannot hold a value."""
    if isinstance(value, str):
        return "\0" in value
    return isinstance(value, float) and not math.isfinite(value)


def _finite(value: ir.Value) -> ir.Value:
    return ibis.cases((~value.isnan() & ~value.isinf(), value))


def _binned(name: str, quantiles: list[float], *, whole: bool, most: float | None) -> SliceColumn:
    known = [each for each in quantiles if each is not None]
    if not known:
        return SliceColumn(name, ())
    edges: list[Any] = rounded([math.ceil(each) if whole else each for each in known])
    edges = sorted({int(each) for each in edges}) if whole else sorted(set(edges))
    levels = tuple(Level(rule) for rule in intervals(name, edges, most))
    return SliceColumn(name, levels, tuple(edges), most)
