"""From the lattice to the family of slices that are tested: fixed before the test sees an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
from numpy.typing import NDArray

from tagline.error_analysis.slices.coded import Codes, Errors
from tagline.error_analysis.slices.excess import rate, z_above_rate
from tagline.error_analysis.slices.found import Lattice, Slice
from tagline.error_analysis.slices.lattice import STANDS_OUT, search

__all__ = ["FAMILY", "Family", "find_family", "rows_of", "without_explained"]

FAMILY = 50  # slices that are tested together
_SPARE = 2  # so many times the family is searched at first: some parents will be dropped


@dataclass(frozen=True, eq=False)
class Family:
    """The slices to test.

    Attributes
    ----------
    slices : tuple of Slice
        At most 50, the largest discovered gain first.
    examined : int
        Combinations of levels that the search counted.
    """

    slices: tuple[Slice, ...]
    examined: int


def find_family(
    discovery: Codes, errors: Errors, held_back: Codes, *, depth: int, min_support: int
) -> Family:
    """Search the discovery half for the slices to test on the other.

    Parameters
    ----------
    discovery : Codes
    errors : Errors
        Of the discovery half. Those of the held-back half are no argument: nothing here can
        depend on them.
    held_back : Codes
        Only the columns: a slice needs enough support there, too.
    depth, min_support : int
        As in `search`; `min_support` holds in each half.

    Returns
    -------
    Family
    """
    most = _SPARE * FAMILY
    while True:
        lattice = search(discovery, errors, depth=depth, min_support=min_support, most=most)
        found = _distinct(without_explained(lattice), discovery)
        supported = (each for each in found if _support(each, held_back) >= min_support)
        slices = tuple(islice(supported, FAMILY))
        if len(slices) == FAMILY or lattice.complete:
            return Family(slices, lattice.examined)
        most *= 4


def without_explained(lattice: Lattice) -> list[Slice]:
    """Drop each slice whose errors are those of one of its parts.

    Parameters
    ----------
    lattice : Lattice

    Returns
    -------
    list of Slice
        Without those that, once the rows of a part with one condition more are taken away, no
        longer lie above the rate of all by 2 standard errors.
    """
    common = float(rate(lattice.whole))
    by_key = {each.key: each for each in lattice.slices}
    explained = set()
    for child in lattice.slices:
        for key in combinations(child.key, len(child.key) - 1):
            parent = by_key.get(key)
            if parent is None:
                continue
            if z_above_rate(parent.totals - child.totals, common) <= STANDS_OUT:
                explained.add(key)
    return [each for each in lattice.slices if each.key not in explained]


def rows_of(key: Sequence[tuple[int, int]], codes: Codes) -> NDArray[np.bool_]:
    """Return which rows are in a slice."""
    found = np.ones(len(codes), np.bool_)
    for column, level in key:
        found &= codes.has(column, level)
    return found


def _distinct(slices: Sequence[Slice], codes: Codes) -> list[Slice]:
    """Drop slices that hold the very rows of one before them (two columns that say the same)."""
    kept: list[Slice] = []
    alike: dict[tuple[float, ...], list[NDArray[np.bool_]]] = {}
    sums = [tuple(each.totals.tolist()) for each in slices]
    for each, key in zip(slices, sums, strict=True):
        if sums.count(key) == 1:
            kept.append(each)
            continue
        rows = rows_of(each.key, codes)
        if not any(np.array_equal(rows, other) for other in alike.get(key, [])):
            alike.setdefault(key, []).append(rows)
            kept.append(each)
    return kept


def _support(each: Slice, codes: Codes) -> int:
    rows = rows_of(each.key, codes)
    return int(np.count_nonzero(rows) if codes.rows is None else codes.rows[rows].sum())
