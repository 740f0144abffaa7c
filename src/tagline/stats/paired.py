"""Two runs on the same rows with errors of 0 or 1: interval and tests of the change.

Both runs saw the same rows, so only the rows on which they differ say which is better.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, stdtr

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile, score_interval
from tagline.stats.paired_cells import PairedCells
from tagline.stats.ratios import student_quantile

__all__ = [
    "mcnemar",
    "paired_interval",
    "paired_limit_p_value",
]

Floats = NDArray[np.float64]

STEPS = 50  # halvings of the range of z, to about 1e-13
FARTHEST = 38.0  # beyond this z a p value is 0 in double precision


def paired_interval(
    cells: PairedCells, *, level: float = 0.95, effective: ArrayLike = np.inf
) -> tuple[Floats, Floats]:
    """Return Newcombe's interval of the change: method 10, with the correction of phi.

    Parameters
    ----------
    cells : PairedCells
        Rows, or for weighted and grouped data `effective_cells`.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    effective : array of shape (n_tags,), default inf
        Effective number of independent groups, for the t quantile; leave it where rows are
        independent.

    Returns
    -------
    low, high : float arrays of shape (n_tags,)
        Of after minus before, in [-1, 1]; never of width 0; (-1, 1) without rows.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Notes
    -----
    Wilson's intervals of the two rates are combined, with their correlation phi; n / 2 is taken
    off the numerator of a positive phi, so that few rows do not make it too sure.

    References
    ----------
    .. [1] R. G. Newcombe (1998). "Improved confidence intervals for the difference between
       binomial proportions based on paired data". Statistics in Medicine 17(22), 2635-2650.
       doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C

    Examples
    --------
    >>> low, high = paired_interval(PairedCells.of(36, 12, 2, 0))
    >>> low.round(4).tolist(), high.round(4).tolist()
    (0.0569, 0.3404)
    """
    return _newcombe(cells, _quantile(level, effective))


def mcnemar(
    broken: ArrayLike, fixed: ArrayLike, *, side: Literal["both", "worse", "better"] = "both"
) -> Floats:
    """Test whether as many rows were broken as fixed: McNemar's exact test with the mid-p value.

    Parameters
    ----------
    broken, fixed : arrays of shape (n_tags,)
        Rows that became wrong, and rows that became right.
    side : {"both", "worse", "better"}, default "both"
        What is to be shown: a change, more broken than fixed, or fewer.

    Returns
    -------
    float array of shape (n_tags,)
        Two-sided: twice the smaller one-sided mid-p, 1 where as many were broken as fixed and
        where no row changed. One-sided: 1 where no row changed.

    Raises
    ------
    InputError
        If `side` is another word.

    Notes
    -----
    The mid-p value counts half the probability of what was seen. It keeps the level all but
    exactly (at most .05 at .05 in the cases of [2]_) with far more power than the exact test.

    References
    ----------
    .. [1] Q. McNemar (1947). "Note on the sampling error of the difference between correlated
       proportions or percentages". Psychometrika 12(2), 153-157. doi:10.1007/BF02295996
    .. [2] M. W. Fagerland, S. Lydersen, P. Laake (2013). "The McNemar test for binary matched-pairs
       data: mid-p and asymptotic are better than exact conditional". BMC Medical Research
       Methodology 13, 91. doi:10.1186/1471-2288-13-91

    Examples
    --------
    >>> mcnemar([12, 2, 0], [2, 2, 0]).round(4).tolist()
    [0.0074, 1.0, 1.0]
    """
    b, c = np.broadcast_arrays(
        np.asarray(broken, dtype=np.float64), np.asarray(fixed, dtype=np.float64)
    )
    if side == "both":
        p = np.where(b == c, 1.0, 2 * _mid_p(np.minimum(b, c), np.maximum(b, c)))
        return np.where(np.isnan(b + c), np.nan, np.minimum(p, 1.0))
    if side not in ("worse", "better"):
        raise InputError(f'`side` must be "both", "worse" or "better". Got {side!r} instead.')
    p = _mid_p(c, b) if side == "worse" else _mid_p(b, c)
    return np.where(b + c == 0, 1.0, p)


def paired_limit_p_value(
    cells: PairedCells,
    limit: ArrayLike,
    *,
    side: Literal["above", "below"],
    effective: ArrayLike = np.inf,
) -> Floats:
    """Return how surprising the cells are if the change is still on the other side of a limit.

    At most 1 - level exactly where the one-sided bound of Newcombe's interval (`paired_interval` at
    the level ``2 * level - 1``) passes the limit. So a gate "worse by more than .02" and the
    interval beside it never disagree.

    Parameters
    ----------
    cells : PairedCells
        Rows, or for weighted and grouped data `effective_cells`.
    limit : array of shape (n_tags,)
        The limit of the change, a fraction in [-1, 1].
    side : {"above", "below"}
        What is to be shown: that the change is above the limit (worse), or below it (better).
    effective : array of shape (n_tags,), default inf
        As in `paired_interval`.

    Returns
    -------
    float array of shape (n_tags,)
        One-sided p values, ready for `holm`; 1 without rows.

    Raises
    ------
    InputError
        If `side` is another word.

    Examples
    --------
    >>> cells = PairedCells.of(36, 12, 2, 0)
    >>> low, _ = paired_interval(cells)
    >>> paired_limit_p_value(cells, low, side="above").round(6).tolist()
    0.025
    """
    if side not in ("above", "below"):
        raise InputError(f'`side` must be "above" or "below". Got {side!r} instead.')
    bound = np.broadcast_to(np.asarray(limit, dtype=np.float64), cells.support.shape)
    freedom = np.maximum(np.asarray(effective, dtype=np.float64) - 1, 1.0)
    change = cells.change
    over = change > bound
    near, far = np.zeros_like(change), np.full_like(change, FARTHEST)
    for _ in range(STEPS):
        middle = (near + far) / 2
        low, high = _newcombe(cells, middle)
        inside = np.where(over, low > bound, high < bound)  # the bound has not reached the limit
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    distance = np.where(over, near, -near)
    p = stdtr(freedom, -distance if side == "above" else distance)
    return np.where(cells.support > 0, p, 1.0)


def _newcombe(cells: PairedCells, z: ArrayLike) -> tuple[Floats, Floats]:
    """Combine Wilson's intervals of the rates after and before, `z` may differ by tag."""
    n = cells.support
    wrong_after, wrong_before = cells.broken + cells.both_wrong, cells.fixed + cells.both_wrong
    share = np.where(n > 0, n, 1.0)
    after, before = wrong_after / share, wrong_before / share
    low_after, high_after = score_interval(after, n, z)
    low_before, high_before = score_interval(before, n, z)
    phi = _correlation(cells, wrong_after, wrong_before, n)
    down, up = after - low_after, high_after - after
    down_before, up_before = before - low_before, high_before - before
    change = after - before
    low = change - np.sqrt(np.maximum(down**2 - 2 * phi * down * up_before + up_before**2, 0))
    high = change + np.sqrt(np.maximum(up**2 - 2 * phi * up * down_before + down_before**2, 0))
    return np.where(n > 0, low, -1.0), np.where(n > 0, high, 1.0)


def _correlation(
    cells: PairedCells, wrong_after: Floats, wrong_before: Floats, n: Floats
) -> Floats:
    """Return phi, its numerator less n / 2 where positive; 0 where a margin is empty."""
    product = cells.both_wrong * cells.both_right - cells.broken * cells.fixed
    product = np.where(product > 0, np.maximum(product - n / 2, 0.0), product)
    margins = wrong_after * (n - wrong_after) * wrong_before * (n - wrong_before)
    root = np.sqrt(margins)
    return np.divide(product, root, out=np.zeros_like(n), where=margins > 0)


def _mid_p(rare: Floats, frequent: Floats) -> Floats:
    """Return P(X < rare) + P(X = rare) / 2 for X binomial with chance 1/2."""
    below = np.where(rare > 0, betainc(frequent + 1, np.where(rare > 0, rare, 1.0), 0.5), 0.0)
    some = frequent > 0
    at_most = np.where(some, betainc(np.where(some, frequent, 1.0), rare + 1, 0.5), 1.0)
    return (below + at_most) / 2


def _quantile(level: float, effective: ArrayLike) -> Floats:
    size = np.asarray(effective, dtype=np.float64)
    if np.isinf(size).all():
        return np.asarray(normal_quantile(level))
    return student_quantile(level, size)
