"""Counting by pattern: how many rows, errors and weights each combination of the tags holds.

One group-by in the engine; the answer is as large as the combinations that occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.engine import Connection
from tagline.exceptions import InputError
from tagline.measures.countable import COUNTS, Countable

__all__ = ["Patterns", "count_patterns", "group_sums"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SUMS = ("e", "w", "ee", "ew", "ww")


@dataclass(frozen=True, eq=False)
class Patterns:
    """Rows, errors and weights by which of the tags a row has.

    Parameters
    ----------
    tags : tuple of str
    column, code : int arrays of shape (n_tags,)
        Which column of `codes` a tag belongs to, and its code there. The levels of one categorical
        column share a column, as they exclude each other.
    codes : int array of shape (n_patterns, n_columns)
        0 for none of the column's tags, from 1 its tag, -1 where that is unknown.
    keys : int array of shape (n_patterns,)
        The same in one number, as the engine grouped.
    rows : float array of shape (n_patterns,)
    sums : float array of shape (n_patterns, 5)
        Errors, weights, and their products e*e, e*w, w*w.
    binary : bool
        Errors are 0 or 1, weights 1 and rows independent.
    """

    tags: tuple[str, ...]
    column: Integers
    code: Integers
    codes: Integers
    keys: Integers
    rows: Floats
    sums: Floats
    binary: bool

    def company(self, but: Iterable[int]) -> Integers:
        """Return a number of what all columns but these hold, for each pattern."""
        left_out, place = list(but), _places(self.column)
        own = (self.codes[:, left_out] + 1) @ place[left_out]
        return np.asarray(np.unique(self.keys - own, return_inverse=True)[1], dtype=np.int64)


def count_patterns(
    connection: Connection, rows: Countable, tags: Sequence[str], columns: Mapping[str, str]
) -> tuple[Patterns, ir.Table]:
    """Count the rows by the combinations of some tags.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        Of any kind but a family.
    tags : sequence of str
        At most `adjusted.MOST_TAGS`.
    columns : mapping from the name of a tag to the column that it is a level or item of

    Returns
    -------
    Patterns
    ibis table
        The rows that count: ``key`` (the pattern), ``e`` and ``w``, with groups ``g``.
    """
    shared = {
        each: place
        for place, each in enumerate(dict.fromkeys(_owner(t, columns, rows) for t in tags))
    }
    column = np.array([shared[_owner(tag, columns, rows)] for tag in tags], dtype=np.int64)
    code = np.array([int((column[:i] == column[i]).sum()) + 1 for i in range(len(tags))])
    keyed = _keyed(rows, tags, columns, column, code)
    binary = rows.binary and not rows.weighted and not rows.grouped and not rows.runs
    sums: dict[str, ir.Value] = {"n": keyed.count(), "e": keyed.e.sum()}
    if not binary:
        sums |= {"w": keyed.w.sum(), "ee": (keyed.e * keyed.e).sum()}
        sums |= {"ew": (keyed.e * keyed.w).sum(), "ww": (keyed.w * keyed.w).sum()}
    table = connection.fetch(keyed.group_by("key").agg(**sums)).sort_by("key")
    return _patterns(table, tuple(tags), column, code, binary), keyed


def group_sums(
    connection: Connection, keyed: ir.Table, keys: Integers, factors: Floats
) -> tuple[Floats, Floats]:
    """Sum scores by group, and their squares over groups.

    Parameters
    ----------
    connection : Connection
    keyed : ibis table
        From `count_patterns`.
    keys : int array of shape (n_patterns,)
    factors : float array of shape (n_patterns, n_scores, 2)
        A row's score is its error and weight times these.

    Returns
    -------
    total, squares : float arrays of shape (n_scores,)
        Of the groups' sums.
    """
    n_scores = factors.shape[1]
    names = [f"{part}{place}" for place in range(n_scores) for part in "ab"]
    held = pa.table(
        [pa.array(keys), *(pa.array(each) for each in factors.reshape(len(keys), -1).T)],
        names=["pattern", *names],
    )
    small = connection.table(held, "scores")
    within = keyed.group_by("g", "key").agg(e=keyed.e.sum(), w=keyed.w.sum())
    joined = within.inner_join(small, within.key == small.pattern)
    scores = {
        f"x{place}": (joined.e * joined[f"a{place}"] + joined.w * joined[f"b{place}"]).sum()
        for place in range(n_scores)
    }
    groups = joined.group_by("g").agg(**scores)
    over = {f"t{name[1:]}": groups[name].sum() for name in scores}
    over |= {f"s{name[1:]}": (groups[name] * groups[name]).sum() for name in scores}
    row = connection.fetch(groups.aggregate(**over)).to_pylist()[0]
    found = [[row[f"{part}{place}"] or 0.0 for place in range(n_scores)] for part in "ts"]
    total, squares = np.array(found, dtype=np.float64).reshape(2, n_scores)
    return total, squares


def _owner(tag: str, columns: Mapping[str, str], rows: Countable) -> tuple[str, str]:
    """Name the column of codes: a categorical column for all its levels, else the tag itself."""
    column = columns[tag]
    return (column, "") if column in rows.categories else (column, tag)


def _places(column: Integers) -> Integers:
    """Return what one step of each column's code adds to the key."""
    widths = np.bincount(column) + 2 if column.size else np.zeros(0, dtype=np.int64)
    return np.cumprod(np.concatenate([[1], widths[:-1]]), dtype=np.int64)[: len(widths)]


def _keyed(
    rows: Countable,
    tags: Sequence[str],
    columns: Mapping[str, str],
    column: Integers,
    code: Integers,
) -> ir.Table:
    """Return the rows that count with the number of their pattern, error and weight."""
    long = [tag for tag in tags if _is_long(tag, columns, rows)]
    table = _with_long(rows, long) if long else rows.table
    table = table.filter(table.reason <= COUNTS)
    key: ir.Value = ibis.literal(0, "int64")
    for own, place in enumerate(_places(column)):
        members = [i for i in range(len(tags)) if column[i] == own]
        known, has = _membership(rows, table, [tags[i] for i in members], columns, long)
        steps = [(each, int(code[i]) + 1) for i, each in zip(members, has, strict=True)]
        digit = ibis.cases(*steps, (known, 1), else_=0).cast("int64")
        key = key + digit * ibis.literal(int(place), "int64")
    error, weight = table.e.cast("float64"), table.w.cast("float64")
    if rows.weighted:
        error, weight = error * table.s, weight * table.s
    group = {"g": table.g} if rows.grouped else {}
    return table.select(key=key, e=error, w=weight, **group)


def _is_long(tag: str, columns: Mapping[str, str], rows: Countable) -> bool:
    if columns[tag] or tag in rows.flags:
        return False
    if rows.long is None:
        raise InputError(f"There is no tag {tag!r}.")
    return True


def _with_long(rows: Countable, long: Sequence[str]) -> ir.Table:
    """Put the tags of a table of their own beside the rows, each a column that is true or null."""
    assert rows.long is not None
    tags = rows.long.rows
    name = tags.tag.cast("string")
    wanted = tags.filter(name.isin(list(long)))
    name = wanted.tag.cast("string")
    marks = {f"has{place}": (name == tag).any() for place, tag in enumerate(long)}
    pivot = wanted.group_by(tl_of=wanted.id).agg(**marks)
    return rows.table.left_join(pivot, rows.table.id == pivot.tl_of)


def _membership(
    rows: Countable,
    table: ir.Table,
    tags: Sequence[str],
    columns: Mapping[str, str],
    long: Sequence[str],
) -> tuple[ir.BooleanValue, list[ir.BooleanValue]]:
    """Return where the column of these tags is known, and where each of them is true."""
    tag, column = tags[0], columns[tags[0]]
    if tag in rows.flags and not column:
        flag = table[f"f{rows.flags.index(tag)}"]
        return flag.notnull(), [flag]
    if column in rows.categories:
        value = table[f"c{rows.categories.index(column)}"]
        text = value.cast("string")
        return value.notnull(), [text == each.removeprefix(f"{column}=") for each in tags]
    if column in rows.lists:
        items = table[f"l{rows.lists.index(column)}"]
        item = ibis.literal(tag).cast(items.type().value_type)
        return items.notnull(), [items.contains(item).fill_null(False)]
    return table.klong, [table[f"has{long.index(tag)}"].fill_null(False) & table.klong]


def _patterns(
    table: pa.Table, tags: tuple[str, ...], column: Integers, code: Integers, binary: bool
) -> Patterns:
    keys = np.asarray(table["key"], dtype=np.int64)
    places = _places(column)
    widths = np.bincount(column) + 2 if column.size else np.zeros(0, dtype=np.int64)
    digits = (keys[:, None] // places) % widths
    rows = _floats(table, ["n"])[:, 0]
    if binary:
        wrong = _floats(table, ["e"])[:, 0]
        sums = np.stack([wrong, rows, wrong, wrong, rows], axis=1)
    else:
        sums = _floats(table, SUMS)
    return Patterns(tags, column, code, digits - 1, keys, rows, sums, binary)


def _floats(table: pa.Table, names: Iterable[str]) -> Floats:
    found = [table[name].cast(pa.float64()).fill_null(0.0).to_numpy() for name in names]
    return np.stack(found, axis=1)
