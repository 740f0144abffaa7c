"""The interval of a tag's rate, which looks at the complement where the tag itself says little."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.stats.intervals import normal_quantile
from tagline.stats.moments import (
    ERROR_OUT,
    WEIGHT_IN,
    Moments,
    complement_rate,
    effective_units,
    tag_rate,
)
from tagline.stats.ratios import ratio_interval, student_quantile

__all__ = ["steadied_variance", "tag_rate_interval", "unseen_error_bound"]

Floats = NDArray[np.float64]

BORROWED = 5.0  # units that the spread of the complement counts for beside the tag's own


def tag_rate_interval(
    moments: Moments, *, level: float = 0.95, bounded: bool, most: ArrayLike = np.inf
) -> tuple[Floats, Floats]:
    """Return the interval of `tag_rate` in the way that covers best.

    That is `ratio_interval`; for open measures with `steadied_variance` and, where the tag has no
    error, `unseen_error_bound`.

    Parameters
    ----------
    moments : Moments
        The sums.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.
    bounded : bool
        Whether the rate is a fraction in [0, 1].
    most : array of shape (n_tags,), default inf
        For errors of 0 or 1: (effective) rows with the tag, as in `ratio_interval`.

    Returns
    -------
    low, high : float arrays of shape (n_tags,)
        As in `ratio_interval`.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Notes
    -----
    Simulated coverage of nominal .95 beside a complement of 300 rows, with 5, 10, 30 and 100 rows
    in the tag: word error rate .944 to 1.000; half-normal errors .951 to .973; lognormal errors
    with sigma 1 .977, .953, .930 and .931. Bounded: see `ratio_interval`.

    Examples
    --------
    >>> rows = [[0, 10, 0, 0]] * 10 + [[0, 0, 0, 10], [0, 0, 2, 10]] * 50
    >>> low, high = tag_rate_interval(Moments.of_units(rows), bounded=False)
    >>> low.tolist(), high.round(3).tolist()
    ([0.0], [0.062])
    """
    rate = tag_rate(moments)
    if bounded:
        variance = rate.variance(moments)
        return ratio_interval(
            rate.value, variance, rate.effective, level=level, bounded=True, most=most
        )
    return ratio_interval(
        rate.value,
        steadied_variance(moments, level),
        rate.effective,
        level=level,
        bounded=False,
        at_zero=unseen_error_bound(moments, level),
    )


def steadied_variance(moments: Moments, level: float = 0.95) -> Floats:
    """Return the variance of `tag_rate` for open measures, safe from a lack of large errors.

    A tag with few units seldom holds one of the rare large errors that make up most of the
    variance. So its own variance is mixed with that of the complement (of the same coefficient
    of variation), which counts for 5 units and adds 5 degrees of freedom; the larger of the two
    intervals is taken.

    Parameters
    ----------
    moments : Moments
        The sums.
    level : float, default 0.95
        The level of the interval that is to be made of it.

    Returns
    -------
    float array of shape (n_tags,)
        At least the linearised variance, and nearly that from some 100 units on.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] G. K. Smyth (2004). "Linear models and empirical Bayes methods for assessing
       differential expression". Statistical Applications in Genetics and Molecular Biology 3(1).
       doi:10.2202/1544-6115.1027
    """
    inside, outside = tag_rate(moments), complement_rate(moments)
    own, freedom = inside.variance(moments), np.maximum(inside.effective - 1, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = outside.variance(moments) * outside.effective / outside.value**2
        typical = spread * inside.value**2 / inside.effective
        mixed = (own * freedom + typical * BORROWED) / (freedom + BORROWED)
    more = student_quantile(level, inside.effective + BORROWED)
    safe = mixed * (more / student_quantile(level, inside.effective)) ** 2
    return np.where(np.isfinite(safe), np.maximum(own, safe), own)


def unseen_error_bound(moments: Moments, level: float = 0.95) -> Floats:
    """Return how large an open rate may be in a tag where no error was seen.

    The fraction of units with an error is at most p by Clopper and Pearson ("rule of three"); an
    error is taken to be as large as those of the complement (size-biased mean), and the
    weight of a unit as in the tag.

    Parameters
    ----------
    moments : Moments
        The sums.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    float array of shape (n_tags,)
        NaN where the complement has no error either, or the tag no weight.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.
    """
    normal_quantile(level)
    size = effective_units(moments, [WEIGHT_IN])
    errors, squares = moments.total[:, ERROR_OUT], moments.product[:, ERROR_OUT, ERROR_OUT]
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = -np.expm1(np.log((1 - level) / 2) / size)
        bound = fraction * size * (squares / errors) / moments.total[:, WEIGHT_IN]
    return np.where((errors > 0) & (size > 0), bound, np.nan)
