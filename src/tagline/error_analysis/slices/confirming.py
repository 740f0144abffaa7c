"""The honest test: slices of the discovery half on the rows that did not suggest them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.error_analysis.slices.coded import ERROR, Codes, Errors, Floats, N, totals
from tagline.error_analysis.slices.excess import gain, rate
from tagline.error_analysis.slices.found import Slice
from tagline.stats import Moments

__all__ = ["CONFIRMED", "Confirmed", "confirm"]

CONFIRMED = 0.05  # the false discovery rate of what is proposed
LEVEL = 0.95  # of the intervals

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A tested slice, all numbers from the held-back half.

    Attributes
    ----------
    slice : Slice
    support : int
    errors : float
    rate, low, high : float
        The error rate with its 95 % interval.
    gain : float
        What all data gain if the slice comes down to their rate.
    p, q : float
        One-sided; adjusted over all tested slices.
    """

    slice: Slice
    support: int
    errors: float
    rate: float
    low: float
    high: float
    gain: float
    p: float
    q: float


def confirm(
    slices: Sequence[Slice],
    codes: Codes,
    errors: Errors,
    *,
    group: NDArray[np.integer] | None = None,
    bounded: bool = True,
) -> tuple[Confirmed, ...]:
    """Test the slices on rows that did not suggest them.

    Parameters
    ----------
    slices : sequence of Slice
        The whole family.
    codes : Codes
        Of the held-back half.
    errors : Errors
        Of the same rows.
    group : int array of shape (n_rows,), optional
        From 0: rows of one group are not independent.
    bounded : bool, default True
        Whether a rate cannot pass 1.

    Returns
    -------
    tuple of Confirmed
        In the order of `slices`, those that fail among them.

    Notes
    -----
    p is the larger of two: against the complement, and against the rest of each parent (the slice
    with one condition fewer), which the rows without the slice but with its other conditions are.
    For errors of 0 or 1 on independent rows both are exact, otherwise by the linearised difference
    (`tagline.stats.ratio_test`). Rows where a condition is unknown are on neither side.
    """
    if not slices:
        return ()
    held = _Held(codes, errors, group)
    p = np.array([_p_value(each, held) for each in slices])
    q = stats.benjamini_hochberg(p)
    whole = totals(errors)
    found = []
    for each, own, adjusted in zip(slices, p, q, strict=True):
        inside, known = held.sides(each.key, ())
        sums = totals(errors, inside)
        low, high = _interval(sums, inside, known, held, bounded=bounded)
        numbers = (int(sums[N]), float(sums[ERROR]), float(rate(sums)), low, high)
        found.append(Confirmed(each, *numbers, float(gain(sums, whole)), float(own), adjusted))
    return tuple(found)


@dataclass
class _Held:
    """The held-back rows; which rows meet a condition is kept, as slices share conditions."""

    codes: Codes
    errors: Errors
    group: NDArray[np.integer] | None
    met: dict[tuple[int, int], tuple[Booleans, Booleans]] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        return self.errors.binary and self.group is None

    def condition(self, pair: tuple[int, int]) -> tuple[Booleans, Booleans]:
        """Return which rows meet a condition, and which fail it."""
        if pair not in self.met:
            has = self.codes.has(*pair)
            self.met[pair] = (has, self.codes.known(pair[0]) & ~has)
        return self.met[pair]

    def sides(
        self, key: Sequence[tuple[int, int]], within: Sequence[tuple[int, int]]
    ) -> tuple[Booleans, Booleans]:
        """Return the rows in a slice, and the rows known to be in it or not.

        Of the conditions in `within` only rows that meet them all are looked at.
        """
        inside = np.ones(len(self.codes), np.bool_)
        outside = np.zeros(len(self.codes), np.bool_)
        for pair in key:
            has, fails = self.condition(pair)
            inside &= has
            outside |= fails
        for pair in within:
            outside &= self.condition(pair)[0]
        return inside, inside | outside


def _p_value(each: Slice, held: _Held) -> float:
    """Return the largest p: against the complement and the rest of each parent."""
    parents = combinations(each.key, len(each.key) - 1) if len(each.key) > 1 else ()
    return max(_against(each, within, held) for within in [(), *parents])


def _against(each: Slice, within: Sequence[tuple[int, int]], held: _Held) -> float:
    inside, known = held.sides(each.key, within)
    if held.exact:
        part, both = totals(held.errors, inside), totals(held.errors, known)
        counts = (part[ERROR], part[N], both[ERROR], both[N])
        return stats.hypergeometric_tail(*(round(count) for count in counts))
    moments = _moments(inside, known, held)
    p = stats.ratio_test(moments)[0]
    total = moments.total[0]
    if np.isnan(p):
        return 1.0
    above = total[0] * total[3] > total[2] * total[1]
    return float(p / 2 if above else 1 - p / 2)


def _moments(inside: Booleans, known: Booleans, held: _Held) -> Moments:
    """Return error and weight inside and outside, summed over rows or groups."""
    error, weight = _columns(held.errors)
    outside = known & ~inside
    columns = np.stack([error * inside, weight * inside, error * outside, weight * outside])
    if held.group is not None:
        columns = np.stack([np.bincount(held.group, each) for each in columns])
        present = np.bincount(held.group, known) > 0
        return Moments.of_units(columns[:, present].T)
    sums = held.errors.sums
    if held.codes.rows is None or sums is None:
        return Moments.of_units(columns[:, known].T)
    product = np.zeros((1, 4, 4))
    squares = np.array([[3, 4], [4, 5]])
    for start, rows in ((0, inside), (2, outside)):
        both = sums[:, rows].sum(axis=1)
        product[0, start : start + 2, start : start + 2] = both[squares]
    units = np.array([sums[N, known].sum()])
    return Moments(columns.sum(axis=1)[None], product, units)


def _columns(errors: Errors) -> tuple[Floats, Floats]:
    if errors.wrong is not None:
        return errors.wrong.astype(np.float64), np.ones(len(errors.wrong))
    assert errors.sums is not None
    return errors.sums[ERROR], errors.sums[N if errors.binary else 2]


def _interval(
    sums: Floats, inside: Booleans, known: Booleans, held: _Held, *, bounded: bool
) -> tuple[float, float]:
    if held.exact:
        low, high = stats.wilson(sums[ERROR], sums[N], level=LEVEL)
        return float(low), float(high)
    moments = _moments(inside, known, held)
    most = sums[N] if held.errors.binary else np.inf
    low, high = stats.tag_rate_interval(moments, level=LEVEL, bounded=bounded, most=most)
    return float(low[0]), float(high[0])
