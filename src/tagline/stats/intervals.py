"""Intervals for a fraction: so many errors among so many examples.

Wilson's is the default (mean coverage .95 from n = 10 on, closed form), Clopper and Pearson's
where a guarantee is promised (gates), Jeffreys' where rates are combined by draws. All are
vectorised, take counts that are no whole numbers (effective sample sizes) and give (0, 1) where
there is no example. Which one holds where is compared in [1]_.

References
----------
.. [1] L. D. Brown, T. T. Cai, A. DasGupta (2001). "Interval estimation for a binomial
   proportion". Statistical Science 16(2), 101-133. doi:10.1214/ss/1009213286
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainccinv, betaincinv, ndtri

from tagline.exceptions import InputError

__all__ = ["clopper_pearson", "clopper_pearson_bound", "jeffreys", "normal_quantile", "wilson"]

Floats = NDArray[np.float64]


def normal_quantile(level: float) -> float:
    """Return the two-sided quantile of the normal distribution, 1.96 for 95 %.

    Parameters
    ----------
    level : float
        Confidence, a fraction between 0 and 1 (not percent).

    Returns
    -------
    float
        The z with P(-z < Z < z) = level.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 2)
    1.96
    """
    return float(ndtri(1 - _tail(level)))


def wilson(errors: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's score interval of a fraction.

    Parameters
    ----------
    errors : array of shape (n_tags,)
        Errors among `n`, at most `n`; no whole numbers needed.
    n : array of shape (n_tags,)
        Examples, or effective examples.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    low, high : float arrays of shape (n_tags,)
        In [0, 1]; (0, 1) where `n` is 0, NaN where an input is NaN.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] E. B. Wilson (1927). "Probable inference, the law of succession, and statistical
       inference". JASA 22(158), 209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high = wilson([0, 11], [30, 19])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.363], [0.114, 0.769])
    """
    z = normal_quantile(level)
    k, size = _counts(errors, n)
    return score_interval(np.divide(k, size, out=np.zeros_like(k), where=size != 0), size, z)


def score_interval(value: Floats, n: Floats, z: ArrayLike) -> tuple[Floats, Floats]:
    """Return the p with (value - p)**2 <= z**2 p (1 - p) / n; `z` may differ by tag."""
    z2 = np.square(np.asarray(z, dtype=np.float64))
    middle = n * value + z2 / 2
    half = np.sqrt(z2 * (n * value * (1 - value) + z2 / 4))
    low = np.clip((middle - half) / (n + z2), 0, 1)
    high = np.clip((middle + half) / (n + z2), 0, 1)
    low = np.where((value == 0) | (n == 0), 0.0, low)  # exactly, without rounding
    return low, np.where((value == 1) | (n == 0), 1.0, high)


def clopper_pearson(errors: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the interval of Clopper and Pearson, which covers with at least `level`.

    Parameters
    ----------
    errors : array of shape (n_tags,)
        Errors among `n`, at most `n`.
    n : array of shape (n_tags,)
        Examples.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1; half of the rest is left on each side.

    Returns
    -------
    low, high : float arrays of shape (n_tags,)
        In [0, 1]; (0, 1) where `n` is 0, NaN where an input is NaN.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson (1934). "The use of confidence or fiducial limits
       illustrated in the case of the binomial". Biometrika 26(4), 404-413.
       doi:10.1093/biomet/26.4.404

    Examples
    --------
    >>> low, high = clopper_pearson([0, 11], [30, 19])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.335], [0.116, 0.797])
    """
    tail = _tail(level)
    k, size = _counts(errors, n)
    return _exact_low(k, size, tail), _exact_high(k, size, tail)


def clopper_pearson_bound(
    errors: ArrayLike, n: ArrayLike, level: float = 0.95, *, side: Literal["lower", "upper"]
) -> Floats:
    """Return the one-sided bound of Clopper and Pearson, for gates.

    Parameters
    ----------
    errors, n : arrays of shape (n_tags,)
        Errors, and the examples among which they were counted.
    level : float, default 0.95
        Confidence of this one bound.
    side : {"lower", "upper"}
        "lower": the rate is at least this; "upper": it is at most this.

    Returns
    -------
    float array of shape (n_tags,)
        In [0, 1]; 0 (lower) or 1 (upper) where `n` is 0, NaN where an input is NaN.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1, or `side` is another word.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson (1934). doi:10.1093/biomet/26.4.404

    Examples
    --------
    No error in 30 examples: the rate is below 9.5 % (the "rule of three" says 10 %).

    >>> clopper_pearson_bound(0, 30, side="upper").round(3).tolist()
    0.095
    """
    if side not in ("lower", "upper"):
        raise InputError(f'`side` must be "lower" or "upper". Got {side!r} instead.')
    tail = 2 * _tail(level)
    k, size = _counts(errors, n)
    return _exact_low(k, size, tail) if side == "lower" else _exact_high(k, size, tail)


def jeffreys(errors: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return Jeffreys' interval: quantiles of Beta(errors + 1/2, n - errors + 1/2).

    Parameters
    ----------
    errors, n : arrays of shape (n_tags,)
        Errors, and the examples among which they were counted.
    level : float, default 0.95
        Probability of the interval.

    Returns
    -------
    low, high : float arrays of shape (n_tags,)
        In [0, 1]; the low end is 0 without errors and the high end 1 where all is wrong, as
        in [1]_; NaN where an input is NaN.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai, A. DasGupta (2001). "Interval estimation for a binomial
       proportion". Statistical Science 16(2), 101-133. doi:10.1214/ss/1009213286

    Examples
    --------
    >>> low, high = jeffreys([0, 11], [30, 19])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.359], [0.08, 0.777])
    """
    tail = _tail(level)
    k, size = _counts(errors, n)
    low = np.where(k == 0, 0.0, betaincinv(k + 0.5, size - k + 0.5, tail))
    return low, np.where(k == size, 1.0, betainccinv(k + 0.5, size - k + 0.5, tail))


def _exact_low(k: Floats, n: Floats, tail: float) -> Floats:
    inner = k > 0
    limit = betaincinv(np.where(inner, k, 1.0), n - k + 1, tail)
    return np.where(np.isnan(k + n), np.nan, np.where(inner, limit, 0.0))


def _exact_high(k: Floats, n: Floats, tail: float) -> Floats:
    inner = k < n
    limit = betainccinv(k + 1, np.where(inner, n - k, 1.0), tail)
    return np.where(np.isnan(k + n), np.nan, np.where(inner, limit, 1.0))


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise InputError(
            f"`level` must be a fraction between 0 and 1, not percent. Got {level} instead."
        )
    return (1 - level) / 2


def _counts(errors: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    k, size = np.broadcast_arrays(
        np.asarray(errors, dtype=np.float64), np.asarray(n, dtype=np.float64)
    )
    return k, size
