"""Gates: has a rate passed its limit for certain, and if not, how many examples would decide."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincc, ndtri, stdtr

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile
from tagline.stats.ratios import FEW, ROUNDING, effective_sample, student_quantile

__all__ = ["decide_more", "limit_p_value", "ratio_decide_more", "ratio_limit_p_value"]

Floats = NDArray[np.float64]

STEPS = 60
MOST = 1e12  # examples that nobody will label


def limit_p_value(
    errors: ArrayLike, n: ArrayLike, limit: ArrayLike, *, side: Literal["above", "below"]
) -> Floats:
    """Return how surprising the errors are if the rate is still on the other side of a limit.

    At most 1 - level exactly where the one-sided bound of Clopper and Pearson passes the limit.

    Parameters
    ----------
    errors, n : arrays of shape (n_gates,)
        Errors and examples; for weighted or grouped data the effective ones (rate x n_eff).
    limit : array of shape (n_gates,)
        The limit, a fraction in [0, 1].
    side : {"above", "below"}
        What is to be shown: that the rate is above the limit, or below it.

    Returns
    -------
    float array of shape (n_gates,)
        One-sided p values, ready for `holm`; 1 where there is no example.

    Raises
    ------
    InputError
        If `side` is another word.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson (1934). doi:10.1093/biomet/26.4.404
    .. [2] E. L. Korn, B. I. Graubard (1998). "Confidence intervals for proportions with small
       expected number of positive counts estimated from survey data". Survey Methodology 24(2),
       193-201 (effective sample sizes).

    Examples
    --------
    >>> limit_p_value([20, 12], 100, 0.1, side="above").round(3).tolist()
    [0.002, 0.297]
    """
    k, size, bound = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (errors, n, limit))
    )
    if side == "above":
        inner = k > 0
        p = betainc(np.where(inner, k, 1.0), size - k + 1, bound)
    elif side == "below":
        inner = k < size
        p = betaincc(k + 1, np.where(inner, size - k, 1.0), bound)
    else:
        raise InputError(f'`side` must be "above" or "below". Got {side!r} instead.')
    return np.where(np.isnan(k + size + bound), np.nan, np.where(inner, p, 1.0))


def ratio_limit_p_value(
    value: ArrayLike,
    variance: ArrayLike,
    effective: ArrayLike,
    limit: ArrayLike,
    *,
    side: Literal["above", "below"],
    bounded: bool,
    most: ArrayLike = np.inf,
) -> Floats:
    """Return the same for a ratio of sums: weighted, grouped and open measures.

    Bounded: `limit_p_value` with the effective sample size, less what few units ask for [1]_.
    Open: a score test with a variance in proportion to the rate.

    Parameters
    ----------
    value, variance, effective, most : arrays of shape (n_gates,)
        As in `ratio_interval`.
    limit : array of shape (n_gates,)
        The limit, above 0.
    side : {"above", "below"}
        What is to be shown: that the rate is above the limit, or below it.
    bounded : bool
        Whether the ratio is a fraction in [0, 1].

    Returns
    -------
    float array of shape (n_gates,)
        One-sided p values, ready for `holm`; 1 where nothing can be said.

    Raises
    ------
    InputError
        If `side` is another word.

    References
    ----------
    .. [1] E. L. Korn, B. I. Graubard (1998). Survey Methodology 24(2), 193-201.

    Examples
    --------
    >>> ratio_limit_p_value(0.2, 0.0012, 40, [0.1, 0.19], side="above", bounded=True).round(3)
    array([0.001, 0.431])
    """
    if side not in ("above", "below"):
        raise InputError(f'`side` must be "above" or "below". Got {side!r} instead.')
    rate, var, size, bound = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (value, variance, effective, limit))
    )
    if bounded:
        sample = effective_sample(rate, var, size, most=most)
        sample = sample * (normal_quantile(0.95) / student_quantile(0.95, size)) ** 2
        p = limit_p_value(rate * sample, sample, bound, side=side)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = var * (1 + FEW * var / rate**2) * bound / rate
            t = (rate - bound) / np.sqrt(spread)
        p = stdtr(np.maximum(size - 1, 1.0), -t if side == "above" else t)
        p = np.where(var > ROUNDING * rate**2, p, 1.0)
    return np.where(np.isfinite(p) & (size > 1), p, 1.0)


def decide_more(
    errors: ArrayLike, n: ArrayLike, limit: ArrayLike, level: ArrayLike = 0.95
) -> Floats:
    """Return how many more examples would decide a gate, if the rate stays as it was seen.

    Parameters
    ----------
    errors, n : arrays of shape (n_gates,)
        Errors and examples.
    limit : array of shape (n_gates,)
        The limit, a fraction in [0, 1].
    level : float or array of shape (n_gates,), default 0.95
        Confidence of the one-sided bound; where Holm's procedure asks p <= .05 / m of this gate,
        1 - .05 / m.

    Returns
    -------
    float array of shape (n_gates,)
        Whole numbers, 0 where it is decided already; NaN where the rate is exactly at the limit or
        there is no example to go by.

    Examples
    --------
    >>> decide_more([12, 20, 10], 100, 0.1, 0.95).tolist()
    [579.0, 0.0, nan]
    """
    k, size, bound, sure = (
        np.array(each)
        for each in np.broadcast_arrays(
            *(np.asarray(each, dtype=np.float64) for each in (errors, n, limit, level))
        )
    )
    rate = np.divide(k, size, out=np.full_like(k, np.nan), where=size > 0)

    def p_value(whole: Floats) -> Floats:
        above = limit_p_value(rate * whole, whole, bound, side="above")
        below = limit_p_value(rate * whole, whole, bound, side="below")
        return np.where(rate > bound, above, below)

    low, high = np.log(np.maximum(size, 1)), np.full_like(size, np.log(MOST))
    for _ in range(STEPS):
        middle = (low + high) / 2
        decided = p_value(np.exp(middle)) <= 1 - sure
        low, high = np.where(decided, low, middle), np.where(decided, middle, high)
    more = np.maximum(np.ceil(np.exp(high) - size - 1e-6), 1.0)
    more = np.where(p_value(size) <= 1 - sure, 0.0, more)
    return np.where((rate == bound) | np.isnan(rate) | (more > MOST / 10), np.nan, more)


def ratio_decide_more(
    value: ArrayLike, variance: ArrayLike, n: ArrayLike, limit: ArrayLike, level: ArrayLike = 0.95
) -> Floats:
    """Return about how many more examples would decide a gate on a ratio of sums.

    Parameters
    ----------
    value, variance : arrays of shape (n_gates,)
        The ratio, and its variance by `linearised_variance`, which shrinks with 1 / n.
    n : array of shape (n_gates,)
        Examples behind it.
    limit : array of shape (n_gates,)
        The limit.
    level : float or array of shape (n_gates,), default 0.95
        As in `decide_more`.

    Returns
    -------
    float array of shape (n_gates,)
        Whole numbers, at least 1 (ask only where the gate is undecided); NaN where the ratio is
        exactly at the limit or its variance is 0 or unknown.

    Examples
    --------
    >>> ratio_decide_more(0.2, 0.0016, 100, [0.15, 0.19]).tolist()
    [74.0, 4229.0]
    """
    rate, var, size, bound, sure = (
        np.asarray(each, dtype=np.float64) for each in (value, variance, n, limit, level)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = size * np.square(ndtri(sure)) * var / np.square(rate - bound)
    more = np.maximum(np.ceil(whole - size), 1.0)
    return np.where((var > 0) & (rate != bound), more, np.nan)
