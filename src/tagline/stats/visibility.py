"""How much more often a tag is given when the error is visible.

Who sees that the model was wrong looks for a reason, and finds the tag more often than who does not
know. That inflates the error rate of the tag. It shows by comparing decisions made blind (label and
prediction hidden) with decisions made sighted: on the same rows (paired) or on different ones that
were dealt by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.stats.difference import proportion_test
from tagline.stats.intervals import normal_quantile, wilson
from tagline.stats.paired import mcnemar, paired_interval
from tagline.stats.paired_cells import PairedCells

__all__ = [
    "VisibilityEffect",
    "excess_effect",
    "paired_visibility",
    "proportion_difference",
    "visibility_effect",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class VisibilityEffect:
    """Fraction tagged sighted minus fraction tagged blind; all arrays of shape (n_tags,).

    Parameters
    ----------
    blind, sighted : float array
        Fractions of the decided rows that got the tag; NaN without rows.
    value, low, high : float array
        Their difference and its interval, in [-1, 1]; (-1, 1) without rows.
    p_value : float array
        Two-sided, of no difference; NaN where a side is empty.
    """

    blind: Floats
    sighted: Floats
    value: Floats
    low: Floats
    high: Floats
    p_value: Floats


def visibility_effect(
    blind_tagged: ArrayLike,
    blind: ArrayLike,
    sighted_tagged: ArrayLike,
    sighted: ArrayLike,
    *,
    level: float = 0.95,
) -> VisibilityEffect:
    """Compare blind and sighted decisions on different rows, dealt by chance.

    Parameters
    ----------
    blind_tagged, blind : arrays of shape (n_tags,)
        Rows that got the tag, and rows decided, in blind sessions; of wrong rows only (or of right
        rows only: the error shows in neither case when blind).
    sighted_tagged, sighted : arrays of shape (n_tags,)
        The same in sessions that showed label and prediction.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    VisibilityEffect
        Interval: `proportion_difference`; test: `proportion_test`.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Examples
    --------
    >>> effect = visibility_effect(12, 80, 28, 80)
    >>> effect.value.round(2).tolist(), effect.low.round(2).tolist(), effect.high.round(2).tolist()
    (0.2, 0.07, 0.33)
    """
    low, high = proportion_difference(sighted_tagged, sighted, blind_tagged, blind, level=level)
    p = proportion_test(*(np.atleast_1d(a) for a in (sighted_tagged, sighted, blind_tagged, blind)))
    first, second = _part(blind_tagged, blind), _part(sighted_tagged, sighted)
    return VisibilityEffect(first, second, second - first, low, high, p.reshape(low.shape))


def paired_visibility(cells: PairedCells, *, level: float = 0.95) -> VisibilityEffect:
    """Compare blind and sighted decisions on the same rows.

    Parameters
    ----------
    cells : PairedCells
        Before is blind, after is sighted, and "wrong" is "has the tag": neither time tagged, only
        sighted, only blind, both times.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    VisibilityEffect
        Interval: `paired_interval`; test: `mcnemar`. If the same person decided twice, the blind
        decision must come first, and a memory of it makes the difference smaller.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Examples
    --------
    >>> effect = paired_visibility(PairedCells.of(60, 14, 2, 24))
    >>> effect.value.tolist(), effect.p_value.round(4).tolist()
    (0.12, 0.0023)
    """
    low, high = paired_interval(cells, level=level)
    p = np.where(cells.support > 0, mcnemar(cells.broken, cells.fixed), np.nan)
    return VisibilityEffect(cells.before, cells.after, cells.change, low, high, p)


def excess_effect(
    wrong: VisibilityEffect, right: VisibilityEffect
) -> tuple[Floats, Floats, Floats]:
    """Return the effect on wrong rows minus that on right rows, with its interval.

    Sighted people may tag more, or less, on all rows. What inflates an error rate is that they do
    so on wrong rows only.

    Parameters
    ----------
    wrong, right : VisibilityEffect
        Of different rows, at one level.

    Returns
    -------
    value, low, high : float arrays of shape (n_tags,)
        In [-2, 2]; the two intervals are combined as if independent (MOVER).

    References
    ----------
    .. [1] G. Y. Zou, A. Donner (2008). "Construction of confidence limits about effect measures: a
       general approach". Statistics in Medicine 27(10), 1693-1702. doi:10.1002/sim.3095

    Examples
    --------
    >>> value, low, high = excess_effect(
    ...     visibility_effect(12, 80, 28, 80), visibility_effect(10, 80, 11, 80)
    ... )
    >>> value.round(4).tolist(), bool(low > 0)
    (0.1875, True)
    """
    value = wrong.value - right.value
    low = value - np.hypot(wrong.value - wrong.low, right.high - right.value)
    high = value + np.hypot(wrong.high - wrong.value, right.value - right.low)
    return value, low, high


def proportion_difference(
    first_hits: ArrayLike, first: ArrayLike, second_hits: ArrayLike, second: ArrayLike,
    *, level: float = 0.95,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return Newcombe's interval of the difference of two independent fractions, method 10.

    Parameters
    ----------
    first_hits, first, second_hits, second : arrays of shape (n_tags,)
        Hits and rows of either side; the difference is first minus second.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    low, high : float arrays of shape (n_tags,)
        In [-1, 1]; (-1, 1) where a side is empty.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] R. G. Newcombe (1998). "Interval estimation for the difference between independent
       proportions: comparison of eleven methods". Statistics in Medicine 17(8), 873-890.
       doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I

    Examples
    --------
    >>> low, high = proportion_difference(56, 70, 48, 80)
    >>> low.round(4).tolist(), high.round(4).tolist()
    (0.0524, 0.3339)
    """
    normal_quantile(level)
    one, other = _part(first_hits, first), _part(second_hits, second)
    low_one, high_one = wilson(first_hits, first, level)
    low_other, high_other = wilson(second_hits, second, level)
    low = one - other - np.hypot(one - low_one, high_other - other)
    high = one - other + np.hypot(high_one - one, other - low_other)
    known = ~np.isnan(one - other)
    return np.where(known, low, -1.0), np.where(known, high, 1.0)


def _part(hits: ArrayLike, rows: ArrayLike) -> Floats:
    above, below = np.broadcast_arrays(
        np.asarray(hits, dtype=np.float64), np.asarray(rows, dtype=np.float64)
    )
    part: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return part
