"""What a number of examples can show, and how many more would show it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile

__all__ = ["label_more", "label_more_from_variance", "mde", "mde_from_variance"]

Floats = NDArray[np.float64]

STEPS = 60  # halvings of an interval: to the last bit of a float
MOST = 1e12  # examples that nobody will label


def mde(
    n_tag: ArrayLike,
    n_complement: ArrayLike,
    rate_complement: ArrayLike,
    level: float = 0.95,
    power: float = 0.8,
) -> Floats:
    """Return the smallest excess over the complement that the support of a tag can show.

    Two-sided score test of two proportions, variance pooled under "no difference".

    Parameters
    ----------
    n_tag, n_complement : arrays of shape (n_tags,)
        Rows with the tag and without it; the complement may be infinite.
    rate_complement : array of shape (n_tags,)
        Error rate of the complement.
    level : float, default 0.95
        One minus the level of significance.
    power : float, default 0.8
        Probability to see the difference where it is there.

    Returns
    -------
    float array of shape (n_tags,)
        A difference of fractions; NaN where not even a tag that is always wrong would show.

    Raises
    ------
    InputError
        If `level` or `power` is no fraction between 0 and 1.

    References
    ----------
    .. [1] J. L. Fleiss, B. Levin, M. C. Paik (2003). Statistical Methods for Rates and
       Proportions, 3rd ed., chapter 4. Wiley. doi:10.1002/0471445428

    Examples
    --------
    It takes 86 examples to see 10 points above 10 %, if the complement is large.

    >>> mde([85, 86], np.inf, 0.1).round(4).tolist()
    [0.1003, 0.0997]
    """
    z = _quantiles(level, power)
    n, rest, base = _floats(n_tag, n_complement, rate_complement)
    possible = (n > 0) & (rest > 0) & (_excess(1 - base, n, rest, base, z) >= 0)
    low, high = np.zeros_like(base), 1 - base
    for _ in range(STEPS):
        middle = (low + high) / 2
        seen = _excess(middle, n, rest, base, z) >= 0
        low, high = np.where(seen, low, middle), np.where(seen, middle, high)
    return np.where(possible, high, np.nan)


def mde_from_variance(
    variance_tag: ArrayLike, variance_complement: ArrayLike, level: float = 0.95, power: float = 0.8
) -> Floats:
    """Return the smallest difference that shows, from the variances of the two rates.

    For weighted, grouped and open measures.

    Parameters
    ----------
    variance_tag, variance_complement : arrays of shape (n_tags,)
        By `linearised_variance`.
    level, power : float
        As in `mde`.

    Returns
    -------
    float array of shape (n_tags,)
        In the unit of the measure; NaN where a variance is unknown or that of the tag is 0.

    Raises
    ------
    InputError
        If `level` or `power` is no fraction between 0 and 1.
    """
    inside, outside = _floats(variance_tag, variance_complement)
    total = np.where(inside > 0, inside + outside, np.nan)
    return sum(_quantiles(level, power)) * np.sqrt(total)


def label_more(
    errors: ArrayLike,
    n_tag: ArrayLike,
    errors_complement: ArrayLike,
    n_complement: ArrayLike,
    *,
    p_value: ArrayLike,
    level: float = 0.95,
    power: float = 0.8,
) -> Floats:
    """Return how many more examples with the tag would show the difference seen.

    Parameters
    ----------
    errors, n_tag : arrays of shape (n_tags,)
        Errors and rows with the tag.
    errors_complement, n_complement : arrays of shape (n_tags,)
        Errors and rows of the complement, which stays as it is.
    p_value : array of shape (n_tags,)
        Of the test that was done (`proportion_test`).
    level, power : float
        As in `mde`.

    Returns
    -------
    float array of shape (n_tags,)
        Whole numbers: 0 where p is at most 1 - level (shown already), else at least 1; NaN where
        there is no difference, or the complement is too small to show it at all.

    Raises
    ------
    InputError
        If `level` or `power` is no fraction between 0 and 1.

    Examples
    --------
    >>> label_more([4, 4, 4], [20, 20, 40], 1000, 10_000, p_value=[0.14, 0.01, 1.0]).tolist()
    [67.0, 0.0, nan]
    """
    z = _quantiles(level, power)
    k, n, k_rest, rest, p = _floats(errors, n_tag, errors_complement, n_complement, p_value)
    with np.errstate(divide="ignore", invalid="ignore"):
        base, difference = k_rest / rest, k / n - k_rest / rest

    def enough(size: Floats) -> NDArray[np.bool_]:
        return _excess(difference, size, rest, base, z) >= 0

    return _more(enough, n, difference, p <= 1 - level)


def label_more_from_variance(
    difference: ArrayLike,
    n_tag: ArrayLike,
    variance_tag: ArrayLike,
    variance_complement: ArrayLike,
    *,
    p_value: ArrayLike,
    level: float = 0.95,
    power: float = 0.8,
) -> Floats:
    """Return how many more examples would show the difference, from the variances.

    Parameters
    ----------
    difference : array of shape (n_tags,)
        Rate with the tag minus rate of the complement.
    n_tag : array of shape (n_tags,)
        Rows with the tag; the variance of its rate shrinks in proportion.
    variance_tag, variance_complement : arrays of shape (n_tags,)
        By `linearised_variance`.
    p_value : array of shape (n_tags,)
        Of the test that was done (`ratio_test`).
    level, power : float
        As in `mde`.

    Returns
    -------
    float array of shape (n_tags,)
        As in `label_more`.

    Raises
    ------
    InputError
        If `level` or `power` is no fraction between 0 and 1.
    """
    z = _quantiles(level, power)
    apart, n, inside, outside, p = _floats(
        difference, n_tag, variance_tag, variance_complement, p_value
    )
    unknown = ~((inside > 0) & (outside >= 0))

    def enough(size: Floats) -> NDArray[np.bool_]:
        return np.abs(apart) >= sum(z) * np.sqrt(inside * n / size + outside)

    return _more(enough, n, np.where(unknown, np.nan, apart), p <= 1 - level)


def _more(
    enough: Callable[[Floats], NDArray[np.bool_]],
    n: Floats,
    difference: Floats,
    shown: NDArray[np.bool_],
) -> Floats:
    """Search, on a logarithmic scale, the size that is enough."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.log(np.maximum(n, 1)), np.full_like(n, np.log(MOST))
        possible = enough(np.exp(high)) & (difference != 0) & (n > 0)
        for _ in range(STEPS):
            middle = (low + high) / 2
            done = enough(np.exp(middle))
            low, high = np.where(done, low, middle), np.where(done, middle, high)
        more = np.maximum(np.ceil(np.exp(high) - n - 1e-6), 1.0)
    return np.where(shown, 0.0, np.where(possible & ~np.isnan(difference), more, np.nan))


def _excess(
    difference: Floats, n: Floats, rest: Floats, base: Floats, z: tuple[float, float]
) -> Floats:
    """Return the difference in excess of what the test needs; 0 or more: it shows."""
    rate = base + difference
    with np.errstate(divide="ignore", invalid="ignore"):
        part = 1 / (1 + rest / n)  # of all rows, those with the tag
        pooled = base + part * difference
        under_null = pooled * (1 - pooled) * (1 / n + 1 / rest)
        as_seen = rate * (1 - rate) / n + base * (1 - base) / rest
    needed = z[0] * np.sqrt(np.maximum(under_null, 0)) + z[1] * np.sqrt(np.maximum(as_seen, 0))
    return np.abs(difference) - needed


def _quantiles(level: float, power: float) -> tuple[float, float]:
    if not 0 < power < 1:
        raise InputError(f"`power` must be a fraction between 0 and 1. Got {power} instead.")
    return normal_quantile(level), float(ndtri(power))


def _floats(*arrays: ArrayLike) -> list[Floats]:
    return [
        np.array(each)
        for each in np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in arrays))
    ]
