"""Two runs on the same rows with any measure: weighted, grouped, errors that are no 0 or 1.

The sums are `Moments` of four columns: error and weight before, error and weight after, on the
rows with the tag, summed within the group first where there is one. ``change`` is the rate after
minus the rate before: negative is better.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtr

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile
from tagline.stats.moments import Estimate, Moments, rate_difference
from tagline.stats.ratios import difference_interval

__all__ = [
    "paired_change",
    "paired_ratio_interval",
    "paired_ratio_limit_p_value",
    "paired_ratio_test",
]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

ERROR_BEFORE, WEIGHT_BEFORE, ERROR_AFTER, WEIGHT_AFTER = 0, 1, 2, 3
ROUNDING = 1e-12  # a variance below this part of its parts is 0 but for rounding


def paired_change(moments: Moments) -> Estimate:
    """Return the rate after minus the rate before, each a ratio of sums over the same units.

    Parameters
    ----------
    moments : Moments
        Columns as in the module, rows with the tag.

    Returns
    -------
    Estimate
        Its variance knows that both runs saw the same units; NaN where a run has no weight.

    References
    ----------
    .. [1] D. A. Binder (1983). International Statistical Review 51(3), 279-292.
       doi:10.2307/1402588

    Examples
    --------
    Word errors of three transcripts of 10 words.

    >>> paired_change(Moments.of_units([[2, 10, 1, 10], [0, 10, 0, 10], [1, 10, 0, 10]])).value
    array([-0.06666667])
    """
    difference = rate_difference(moments)  # of the first pair of columns minus the second
    return Estimate(0.0 - difference.value, 0.0 - difference.gradient, difference.effective)


def paired_ratio_interval(moments: Moments, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the interval of `paired_change`: value -+ t sd, as many degrees as units less one.

    Parameters
    ----------
    moments : Moments
        Columns as in the module, rows with the tag.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    low, high : float arrays of shape (n_tags,)
        Never of width 0; NaN with fewer than 2 units, and where no run has an error.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Notes
    -----
    Where no unit changed, the fraction of units that would is at most that of Clopper and
    Pearson ("rule of three"), and what changes in one is taken to be as large as the errors are
    (their size-biased mean).

    Simulated coverage of nominal .95: word error rates of 5 to 200 utterances, a tenth or half
    of which changed, .947 to 1.000; errors of 0 or 1 in 5 to 100 groups of 20 rows .918 to 1.000,
    in 30 of lognormal size .916 where most changes go one way, lognormal weights on 30 rows .908.
    So for errors of 0 or 1 use `paired_interval` of `effective_cells`.
    """
    normal_quantile(level)
    change = paired_change(moments)
    variance = change.variance(moments)
    still = _still(variance, moments)
    low, high = difference_interval(
        change.value, np.where(still, np.nan, variance), change.effective, level=level
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = -np.expm1(np.log((1 - level) / 2) / change.effective)
        unseen = fraction * change.effective * _usual_error(moments)
    unseen = np.where(moments.units > 1, unseen, np.nan)
    return (
        np.where(still, change.value - unseen, low),
        np.where(still, change.value + unseen, high),
    )


def paired_ratio_test(moments: Moments) -> Floats:
    """Test whether a ratio of sums is the same in both runs.

    Parameters
    ----------
    moments : Moments
        Columns as in the module, rows with the tag.

    Returns
    -------
    float array of shape (n_tags,)
        Two-sided p; 1 where nothing changed, NaN where a run has no weight, or with fewer than
        2 units.

    Notes
    -----
    A score test: each unit's errors in excess of the common rate, after minus before, are
    independent with mean 0 if nothing changed; their sum is compared with the root of the sum
    of their squares. With one row a unit and errors of 0 or 1 that is McNemar's statistic,
    (broken - fixed) / sqrt(broken + fixed); with groups that of [1]_. It is at most the root of
    the units that changed, so it never calls a change from fewer than four of them.

    Simulated at the level .05 without a change: word error rates of 5 to 200 utterances .000 to
    .053, errors of 0 or 1 in 5 to 100 groups .000 to .053; at .001 at most .0013. Centred squares
    and a t distribution: .054 and .0020.

    References
    ----------
    .. [1] N. A. Obuchowski (1998). "On the comparison of correlated proportions for clustered
       data". Statistics in Medicine 17(13), 1495-1507.
       doi:10.1002/(SICI)1097-0258(19980715)17:13<1495::AID-SIM863>3.0.CO;2-I

    Examples
    --------
    >>> rows = [[0, 1, 1, 1]] * 12 + [[1, 1, 0, 1]] * 2 + [[0, 1, 0, 1]] * 36
    >>> paired_ratio_test(Moments.of_units(rows)).round(4).tolist()
    [0.0075]
    """
    total = moments.total
    before, after = total[:, WEIGHT_BEFORE], total[:, WEIGHT_AFTER]
    known = (before > 0) & (after > 0) & (moments.units > 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        common = (total[:, ERROR_BEFORE] + total[:, ERROR_AFTER]) / (before + after)
        gradient = np.stack([-1 / before, common / before, 1 / after, -common / after], axis=1)
    gradient = np.where(known[:, None], gradient, 0.0)
    change = (gradient * total).sum(axis=1)
    squares = np.einsum("ki,kij,kj->k", gradient, moments.product, gradient)
    moved = squares > ROUNDING * _scale(moments)
    z = np.divide(change, np.sqrt(np.where(moved, squares, 1.0)), where=moved, out=0 * change)
    return np.where(known, 2 * ndtr(-np.abs(z)), np.nan)


def paired_ratio_limit_p_value(
    moments: Moments, limit: ArrayLike, *, side: Literal["above", "below"]
) -> Floats:
    """Return how surprising the sums are if the change is still on the other side of a limit.

    At most 1 - level exactly where the bound of `paired_ratio_interval` at the level
    ``2 * level - 1`` passes the limit.

    Parameters
    ----------
    moments : Moments
        Columns as in the module, rows with the tag.
    limit : array of shape (n_tags,)
        The limit of the change, in the unit of the measure.
    side : {"above", "below"}
        What is to be shown: that the change is above the limit (worse), or below it (better).

    Returns
    -------
    float array of shape (n_tags,)
        One-sided p values, ready for `holm`; 1 where nothing can be said.

    Raises
    ------
    InputError
        If `side` is another word.

    Examples
    --------
    >>> rows = [[0, 1, 1, 1]] * 12 + [[1, 1, 0, 1]] * 2 + [[0, 1, 0, 1]] * 36
    >>> paired_ratio_limit_p_value(Moments.of_units(rows), 0.02, side="above").round(4).tolist()
    [0.0066]
    """
    if side not in ("above", "below"):
        raise InputError(f'`side` must be "above" or "below". Got {side!r} instead.')
    change = paired_change(moments)
    variance = change.variance(moments)
    still = _still(variance, moments)
    over = change.value - np.asarray(limit, dtype=np.float64)
    over = over if side == "above" else 0.0 - over
    with np.errstate(divide="ignore", invalid="ignore"):
        p = stdtr(np.maximum(change.effective - 1, 1.0), -over / np.sqrt(variance))
        missed = np.clip(1 - over / (change.effective * _usual_error(moments)), 0.0, 1.0)
        unseen = np.where(over > 0, missed**change.effective, 1.0)
    p = np.where(still, unseen, p)
    return np.where(np.isnan(p) | (moments.units <= 1), 1.0, p)


def _still(variance: Floats, moments: Moments) -> Booleans:
    """Return where no unit changed, but for rounding, or all changed alike."""
    still: Booleans = variance <= ROUNDING * _scale(moments)
    return still


def _scale(moments: Moments) -> Floats:
    """Return the squares that a variance of the change is the difference of."""
    scale = np.zeros(len(moments.total))
    for error, weight in ((ERROR_BEFORE, WEIGHT_BEFORE), (ERROR_AFTER, WEIGHT_AFTER)):
        below = moments.total[:, weight] ** 2
        part = np.divide(
            moments.product[:, error, error], below, out=np.zeros_like(scale), where=below > 0
        )
        scale += part
    return scale


def _usual_error(moments: Moments) -> Floats:
    """Return by how much one changed unit moves the rate: the size-biased mean of its errors."""
    errors, weight = moments.total[:, ERROR_BEFORE], moments.total[:, WEIGHT_BEFORE]
    squares = moments.product[:, ERROR_BEFORE, ERROR_BEFORE]
    some = (errors > 0) & (weight > 0)
    size: Floats = np.divide(squares, errors * weight, out=np.full_like(errors, np.nan), where=some)
    return size
