"""A mean over classes: count rows by (label, prediction), then write the mean as a ratio of sums.

The counts of (label, prediction) in a tag say every class's error and weight there. The mean R of
the classes' rates is no ratio of two sums, but its linearisation is: a row with influence z on R
gets the pseudo-value R + n z with weight 1, whose mean over the n rows is R and whose variance is
that of R (the infinitesimal jackknife). So all that follows counting is the same as for one pair.

References
----------
.. [1] L. A. Jaeckel (1972). The infinitesimal jackknife. Bell Laboratories memorandum; see B. Efron
   (1982), The Jackknife, the Bootstrap and Other Resampling Plans, doi:10.1137/1.9781611970319
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.measures.countable import ALL, UNTAGGED, Connection, Countable
from tagline.measures.exploded import exploded
from tagline.measures.levels import by_column, in_chunks, kept, levels_sql, numbers
from tagline.measures.moment_counts import reason_counts
from tagline.measures.registry import Family
from tagline.measures.sums import Known, Sums

__all__ = ["family_sums"]

Floats = NDArray[np.float64]
Cell = tuple[Any, ...]  # label, prediction, and with people the person's answer


@dataclass(frozen=True, eq=False)
class _Rows:
    """Some rows by their cell: how many, and the sums of the sample weights and their squares."""

    n: Floats
    s: Floats
    ss: Floats

    def __sub__(self, other: _Rows) -> _Rows:
        return _Rows(self.n - other.n, self.s - other.s, self.ss - other.ss)

    def where(self, chosen: NDArray[np.bool_]) -> _Rows:
        return _Rows(self.n * chosen, self.s * chosen, self.ss * chosen)


@dataclass(frozen=True, eq=False)
class _Effects:
    """What a row of each cell adds to the error and weight of a class, as (cell, class) entries."""

    size: int
    cell: NDArray[np.int64]
    cls: NDArray[np.int64]
    error: Floats
    weight: Floats

    def rate(self, rows: _Rows) -> tuple[float, Floats, float]:
        """Return the mean over classes, its influence by cell, and the sum of all errors."""
        s = rows.s[self.cell]
        weight = np.bincount(self.cls, s * self.weight)
        error = np.bincount(self.cls, s * self.error)
        there = weight > 0
        if not there.any():
            return np.nan, np.full(self.size, np.nan), float(error.sum())
        rates = np.divide(error, weight, out=np.zeros_like(error), where=there)
        per = np.divide(1 / there.sum(), weight, out=np.zeros_like(error), where=there)
        parts = (self.error - rates[self.cls] * self.weight) * per[self.cls]
        influence: Floats = np.bincount(self.cell, parts, minlength=self.size).astype(np.float64)
        return float(rates[there].mean()), influence, float(error.sum())


@dataclass(eq=False)
class _Cells:
    """Every cell seen so far, by number, and the rows of each level of each column by cell."""

    keys: list[str]
    numbers: dict[Cell, int] = field(default_factory=dict)

    def read(self, table: pa.Table, column: str) -> dict[str, tuple[NDArray[np.int64], pa.Table]]:
        """Return the cells of each level of a column."""
        found = {}
        for _, levels, part in by_column(table, {column: column}):
            texts = np.array(levels, dtype=object)
            for level in dict.fromkeys(levels):
                own = part.filter(pa.array(texts == level))
                rows = zip(*(own[key].to_pylist() for key in self.keys), strict=True)
                places = [self.numbers.setdefault(row, len(self.numbers)) for row in rows]
                found[level] = (np.array(places, dtype=np.int64), own)
        return found


def family_sums(
    connection: Connection, rows: Countable
) -> tuple[list[Sums], dict[int, int], Floats]:
    """Return the sums of every column of tags, rows by reason, and the pooled errors by tag.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        With `family` set. With groups the products are NaN: the mean has no interval then.

    Returns
    -------
    list of Sums
        Of pseudo-values, in the order of the tags; (untagged) and (all) are the last.
    dict
        From a value of `reason` to rows.
    float array of shape (K,)
        Errors of all classes together.
    """
    inner = connection.compile(rows.table)
    cells = _Cells(["x", "y", *(["z"] if rows.people else [])])
    columns = _read_levels(connection, rows, inner, cells)
    size = len(cells.numbers)

    def take(column: str, level: str | None = None) -> _Rows:
        found = [each for name, each in columns[column].items() if level in {None, name}]
        return _rows(found, size)

    asks: list[tuple[tuple[str, ...], str, list[_Rows], _Rows]] = []
    for place, name in enumerate(rows.flags):
        asks.append(((name,), "", [take(f"f{place}", "true")], take(f"f{place}")))
    for place, name in enumerate(rows.categories):
        column = f"c{place}"
        tags = tuple(f"{name}={level}" for level in columns[column])
        asks.append((tags, name, [take(column, each) for each in columns[column]], take(column)))
    for each in exploded(rows):
        own = f"tag {each.known}"
        inside = [take(own, tag) for tag in columns[own]]
        asks.append((tuple(columns[own]), each.column, inside, take(each.known, "true")))
    asks.append(((UNTAGGED,), "", [take("untagged", "true")], take("untagged")))
    asks.append(((ALL,), "", [take("everything")], take("everything")))
    reader = _Reader.of(rows, list(cells.numbers))
    parts = [each for ask in asks for each in reader.sums(*ask)]
    pooled = [reader.model.rate(inside)[2] for _, _, all_inside, _ in asks for inside in all_inside]
    return parts, reason_counts(connection, inner), np.array(pooled)


def _read_levels(
    connection: Connection, rows: Countable, inner: str, cells: _Cells
) -> dict[str, dict[str, tuple[NDArray[np.int64], pa.Table]]]:
    """Count every column's levels by cell, those of lists and tables of tags under ``tag ...``."""
    weight = "cast(s as double)" if rows.weighted else "1"
    sums = {"n": "count(*)", "s": f"sum({weight})", "ss": f"sum({weight} * {weight})"}
    categories = [f"c{place}" for place in range(len(rows.categories))]
    values = f"select k.*, true as everything from ({kept(inner)}) k"
    found: dict[str, dict[str, tuple[NDArray[np.int64], pa.Table]]] = {}
    for chunk in in_chunks([*rows.flag_columns, "everything", *categories]):
        table = connection.fetch_sql(levels_sql(values, chunk, sums, cells.keys))
        found |= {column: cells.read(table, column) for column in chunk}
    for each in exploded(rows):
        sql = levels_sql(kept(connection.compile(each.rows)), ["tag"], sums, cells.keys)
        found[f"tag {each.known}"] = cells.read(connection.fetch_sql(sql), "tag")
    return found


def _rows(found: list[tuple[NDArray[np.int64], pa.Table]], size: int) -> _Rows:
    """Add up the rows of some levels by cell."""
    sums = [np.zeros(size) for _ in range(3)]
    for places, part in found:
        for total, name in zip(sums, ("n", "s", "ss"), strict=True):
            np.add.at(total, places, numbers(part, name))
    return _Rows(*sums)


def _effects(family: Family, cells: list[Cell], said: int) -> _Effects:
    """Return what each cell adds, for what the model (1) or the person (2) said."""
    classes: dict[Any, int] = {}
    entries = []
    for place, cell in enumerate(cells):
        label, answer = cell[0], cell[said]
        for cls in {each for each in (label, answer) if each is not None}:
            number = classes.setdefault(cls, len(classes))
            error, weight = family.error(cls, label, answer), family.weight(cls, label, answer)
            entries.append((place, number, error, weight))
    table = np.array(entries, dtype=np.float64).reshape(-1, 4)
    where = table[:, :2].astype(np.int64)
    return _Effects(len(cells), where[:, 0], where[:, 1], table[:, 2], table[:, 3])


def _moves(cells: list[Cell]) -> NDArray[np.bool_]:
    """Return, for each cell, whether a later run was right where this was, broke, fixed or not."""
    wrong = np.array([(cell[1] != cell[0], cell[2] != cell[0]) for cell in cells], dtype=bool)
    before, after = wrong.reshape(-1, 2).T
    return np.stack([~before & ~after, ~before & after, before & ~after, before & after])


@dataclass(frozen=True, eq=False)
class _Reader:
    """Turns rows by cell into sums of pseudo-values."""

    model: _Effects
    person: _Effects | None
    asked: NDArray[np.bool_]
    grouped: bool
    moves: NDArray[np.bool_] | None  # (4, cells): right in both, broken, fixed, wrong in both

    @classmethod
    def of(cls, rows: Countable, cells: list[Cell]) -> _Reader:
        if rows.family is None:
            raise TypeError("a family is counted by its classes")
        person = _effects(rows.family, cells, 2) if rows.people else None
        said = [rows.later or (rows.people and cell[-1] is not None) for cell in cells]
        asked = np.array(said, dtype=bool)
        moves = _moves(cells) if rows.later else None
        return cls(_effects(rows.family, cells, 1), person, asked, rows.grouped, moves)

    def sums(
        self, tags: tuple[str, ...], column: str, inside: list[_Rows], known: _Rows
    ) -> list[Sums]:
        """Return the sums of each tag of a column; a complement has pseudo-values of its own."""
        return [
            self._tag(tag, column, *each)
            for tag, each in zip(tags, ((i, known - i) for i in inside), strict=True)
        ]

    def _tag(self, tag: str, column: str, inside: _Rows, outside: _Rows) -> Sums:
        total, product = self._pseudo(inside)
        beside, beside_product = self._pseudo(outside)
        rows = int((inside.n + outside.n).sum())
        whole = Known(rows, rows, total[:2] + beside[:2], (product + beside_product)[:2, :2])
        return Sums(
            tags=(tag,),
            column=column,
            rows=np.array([inside.n.sum()]),
            answered=np.array([inside.where(self.asked).n.sum()]),
            total=total[None],
            product=product[None],
            cross=product[None, :, :2],
            known=whole,
            cells=None if self.moves is None else (self.moves @ inside.n).reshape(1, 2, 2),
            weighted=None if self.moves is None else (self.moves @ inside.s).reshape(1, 2, 2),
        )

    def _pseudo(self, rows: _Rows) -> tuple[Floats, Floats]:
        """Return the sums of the pseudo-values and weights of some rows, and of their products."""
        values = self._values(self.model, rows)
        if self.person is not None:
            answered = rows.where(self.asked)
            on_answered = [
                self._values(each, answered) * self.asked for each in (self.model, self.person)
            ]
            values = np.concatenate([values, *on_answered])
        product = (values * rows.ss) @ values.T
        return values @ rows.s, product * (np.nan if self.grouped else 1.0)

    def _values(self, effects: _Effects, rows: _Rows) -> Floats:
        """Return pseudo-value and weight by cell, shape (2, cells); 0 where nothing counts."""
        rate, influence, _ = effects.rate(rows)
        if np.isnan(rate):
            return np.zeros((2, effects.size))
        return np.stack([rate + rows.s.sum() * influence, np.ones(effects.size)])
