"""The lattice of slices, level by level: which combinations of levels have more errors than others.

Only the rows that may suggest a slice come in here; the others do not (`confirming` reads them).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tagline.error_analysis.slices.coded import Codes, Errors, Floats, Ints, smallest
from tagline.error_analysis.slices.coded import totals as totals_of
from tagline.error_analysis.slices.excess import gain, gain_bound, z_of_rest
from tagline.error_analysis.slices.found import Lattice, Slice
from tagline.error_analysis.slices.tally import tally

__all__ = ["STANDS_OUT", "search"]

STANDS_OUT = 2.0  # standard errors by which a child passes the rest of each parent

Columns = tuple[int, ...]


def search(codes: Codes, errors: Errors, *, depth: int, min_support: int, most: int) -> Lattice:
    """Find the slices of largest gain whose rate exceeds that of the rest of every parent.

    Parameters
    ----------
    codes : Codes
        Of the discovery half.
    errors : Errors
        Of the same rows.
    depth : int
        The most conditions in a slice.
    min_support : int
        The fewest examples in a slice.
    most : int
        How many slices are wanted. What cannot be among them is not counted: no part of a slice
        passes its `gain_bound`, and the `most`-th gain so far only grows.

    Returns
    -------
    Lattice

    Notes
    -----
    The parents of a slice have one condition fewer; that of a single condition is all the data.
    A slice is kept if its rate exceeds that of the parent without the slice by more than 2 standard
    errors, for every parent.

    Examples
    --------
    >>> shade, side = np.repeat([0, 1], 50), np.tile([0, 1], 50)
    >>> codes = Codes((shade.astype(np.uint8), side.astype(np.uint8)), (2, 2))
    >>> wrong = ((shade == 1) & (np.arange(100) % 3 > 0)).astype(np.uint8)
    >>> found = search(codes, Errors(wrong=wrong), depth=2, min_support=5, most=10)
    >>> [each.key for each in found.slices]
    [((0, 1),)]
    """
    state = _Search(codes, errors, min_support, most)
    for size in range(1, min(depth, len(codes.columns)) + 1):
        state.descend(size)
    return state.found()


@dataclass(frozen=True, eq=False)
class _Table:
    """All cells of some columns with enough support, ascending by their place."""

    place: Ints  # mixed radix of the levels
    levels: Ints  # shape (n_cells, n_columns)
    totals: Floats
    bounds: Floats  # of the gain of any part

    def look_up(self, place: Ints) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where the places are, and whether they are there."""
        at = np.minimum(np.searchsorted(self.place, place), len(self.place) - 1)
        return at, self.place[at] == place


@dataclass
class _Kept:
    columns: Columns
    levels: Ints
    totals: Floats
    gain: Floats


@dataclass
class _Search:
    codes: Codes
    errors: Errors
    min_support: int
    most: int
    tables: dict[Columns, _Table] = field(default_factory=dict)
    kept: list[_Kept] = field(default_factory=list)
    best: Floats = field(default_factory=lambda: np.zeros(0))
    examined: int = 0
    pruned: bool = False

    def __post_init__(self) -> None:
        self.whole = totals_of(self.errors)
        pairs = zip(self.codes.columns, self.codes.levels, strict=True)
        self.radix = [max(int(code.max(initial=0)) + 1, levels) for code, levels in pairs]
        self.tails = [self._tail(each) for each in range(len(self.radix))]

    def _tail(self, column: int) -> NDArray[np.unsignedinteger]:
        """Return the codes of a column as `tally` takes them for its second code."""
        code = self.codes.columns[column]
        if self.errors.wrong is None:
            return code
        kind = smallest(2 * self.radix[column])
        tail = np.multiply(code, kind(2), dtype=kind)
        tail += self.errors.wrong
        found: NDArray[np.unsignedinteger] = tail
        return found

    @property
    def threshold(self) -> float:
        """The gain that a slice must pass to be among those wanted."""
        return float(self.best[0]) if len(self.best) == self.most else 0.0

    def descend(self, size: int) -> None:
        """Count all combinations of so many columns that may hold a wanted slice."""
        heads: Columns | None = None
        head: _Head | None = None
        for columns in combinations(range(len(self.radix)), size):
            if columns[:-1] != heads:
                heads, head = columns[:-1], self._head(columns[:-1])
            if head is not None and self._may_hold(columns):
                self._count(columns, head)

    def _may_hold(self, columns: Columns) -> bool:
        if len(columns) == 1:
            return True
        for parent in combinations(columns, len(columns) - 1):
            table = self.tables.get(parent)
            if table is None:
                return False
            if table.bounds.max() < self.threshold:
                self.pruned = True
                return False
        return True

    def _wanted(self, table: _Table) -> NDArray[np.bool_]:
        """Return which cells may have a part that is wanted."""
        wanted: NDArray[np.bool_] = table.bounds >= self.threshold
        self.pruned |= not wanted.all()
        return wanted

    def _head(self, columns: Columns) -> _Head | None:
        """Give the wanted cells of the first columns numbers, and keep the rows in one of them."""
        n_rows = len(self.codes)
        if not columns:
            return _Head(np.zeros(n_rows, np.uint8), None, 1, None)
        table = self.tables.get(columns)
        if table is None:
            return None
        chosen = np.flatnonzero(self._wanted(table))
        if not len(chosen):
            return None
        number = self._numbered(columns, table.place[chosen])
        rows = None
        if np.count_nonzero(number == len(chosen)):
            rows = np.flatnonzero(number < len(chosen))
            number = number[rows]
        errors = self.errors
        if rows is not None and errors.sums is not None:
            errors = Errors(sums=errors.sums[:, rows])
        return _Head(number, rows, len(chosen), chosen, errors)

    def _numbered(self, columns: Columns, places: Ints) -> NDArray[np.unsignedinteger]:
        """Return for each row the number of its cell among `places`, or their number."""
        kind = smallest(len(places))
        size = int(np.prod([float(self.radix[each]) for each in columns]))
        wide = smallest(size)
        code = self.codes.columns[columns[0]]
        for each in columns[1:]:
            code = np.multiply(code, wide(self.radix[each]), dtype=wide)
            code += self.codes.columns[each].astype(wide, copy=False)
        if size == len(places):
            return code
        if size <= max(4 * len(self.codes), 1 << 16):
            lookup = np.full(size, len(places), kind)
            lookup[places] = np.arange(len(places))
            found: NDArray[np.unsignedinteger] = lookup[code]
            return found
        at = np.minimum(np.searchsorted(places, code.astype(np.int64)), len(places) - 1)
        return np.where(places[at] == code, at, len(places)).astype(kind)

    def _count(self, columns: Columns, head: _Head) -> None:
        last = columns[-1]
        tail = self.tails[last] if head.rows is None else self.tails[last][head.rows]
        sizes = (head.size, self.radix[last])
        pair, totals = tally(head.number, tail, sizes, head.errors or self.errors, self.min_support)
        first, level = np.divmod(pair, self.radix[last])
        real = level < self.codes.levels[last]
        if not real.any():
            return
        first, level, totals = first[real], level[real], totals[real]
        if head.chosen is None:
            place, levels = level, level[:, None]
        else:
            before = self.tables[columns[:-1]]
            chosen = head.chosen[first]
            place = before.place[chosen] * self.radix[last] + level
            levels = np.concatenate([before.levels[chosen], level[:, None]], axis=1)
        table = _Table(place, levels, totals, gain_bound(totals, self.whole))
        self.tables[columns] = table
        self.examined += len(place)
        self._keep(columns, table)

    def _keep(self, columns: Columns, table: _Table) -> None:
        """Keep the cells that stand out from the rest of every parent."""
        found = gain(table.totals, self.whole)
        chosen = np.flatnonzero((found > 0) & (found >= self.threshold))
        for left_out in range(len(columns)):
            if len(chosen):
                parent = self._parent(columns, table.levels[chosen], left_out)
                chosen = chosen[z_of_rest(table.totals[chosen], parent) > STANDS_OUT]
        if not len(chosen):
            return
        kept = _Kept(columns, table.levels[chosen], table.totals[chosen], found[chosen])
        self.kept.append(kept)
        self.best = np.sort(np.concatenate([self.best, kept.gain]))[-self.most :]

    def _parent(self, columns: Columns, levels: Ints, left_out: int) -> Floats:
        """Return the totals of the cells without one condition; NaN if not worth counting."""
        others = [i for i in range(len(columns)) if i != left_out]
        if not others:
            return np.broadcast_to(self.whole, (len(levels), len(self.whole)))
        parent = self.tables[tuple(columns[i] for i in others)]
        place = np.zeros(len(levels), np.int64)
        for i in others:
            place = place * self.radix[columns[i]] + levels[:, i]
        at, there = parent.look_up(place)
        return np.where(there[:, None], parent.totals[at], np.nan)

    def found(self) -> Lattice:
        """Return the wanted slices in order."""
        slices = [
            Slice(kept.columns, tuple(map(int, levels)), totals, float(gained))
            for kept in self.kept
            for levels, totals, gained in zip(kept.levels, kept.totals, kept.gain, strict=True)
            if gained >= self.threshold
        ]
        slices.sort(key=lambda each: (-each.gain, len(each.columns), each.key))
        complete = not self.pruned and len(slices) < self.most
        return Lattice(tuple(slices[: self.most]), self.examined, self.whole, complete)


@dataclass(frozen=True, eq=False)
class _Head:
    """The first columns of a combination as one code."""

    number: NDArray[np.unsignedinteger]
    rows: NDArray[np.intp] | None  # None: all
    size: int
    chosen: NDArray[np.intp] | None  # which cells of the table the numbers are; None: no columns
    errors: Errors | None = None
