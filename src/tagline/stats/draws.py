"""Draws from gamma and beta distributions, 1,000 for each of hundreds of tags in milliseconds.

From a shape of 100 on a draw is a transformed normal one, which takes a third of the time. The
distribution functions differ from the exact ones by less than 0.001.

References
----------
.. [1] E. B. Wilson, M. M. Hilferty (1931). "The distribution of chi-square". Proceedings of the
   National Academy of Sciences 17(12), 684-688. doi:10.1073/pnas.17.12.684
.. [2] E. A. Cornish, R. A. Fisher (1938). "Moments and cumulants in the specification of
   distributions". Revue de l'Institut International de Statistique 5(4), 307-320.
   doi:10.2307/1400905
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["beta_draws", "gamma_draws", "jeffreys_draws"]

Floats = NDArray[np.float64]

LARGE = 100.0  # shapes from here on are drawn by a transformed normal


def gamma_draws(shape: ArrayLike, rng: np.random.Generator, n_draws: int) -> Floats:
    """Draw from gamma distributions of scale 1.

    Parameters
    ----------
    shape : array of shape (n_tags,)
        Shapes above 0; NaN gives NaN.
    rng : numpy.random.Generator
        Where the numbers come from.
    n_draws : int
        How many for each tag.

    Returns
    -------
    float array of shape (n_draws, n_tags)
        At least 0.
    """
    a = np.atleast_1d(np.asarray(shape, dtype=np.float64))
    draws = np.full((n_draws, a.size), np.nan)
    small, large = a < LARGE, a >= LARGE
    if small.any():
        draws[:, small] = rng.standard_gamma(a[small], (n_draws, int(small.sum())))
    if large.any():
        big = a[large]
        cube = rng.standard_normal((n_draws, big.size))  # Wilson and Hilferty
        cube /= 3 * np.sqrt(big)
        cube += 1 - 1 / (9 * big)
        draws[:, large] = big * cube * cube * cube
    return draws


def beta_draws(alpha: ArrayLike, beta: ArrayLike, rng: np.random.Generator, n_draws: int) -> Floats:
    """Draw from beta distributions.

    Parameters
    ----------
    alpha, beta : arrays of shape (n_tags,)
        Above 0; NaN gives NaN.
    rng : numpy.random.Generator
        Where the numbers come from.
    n_draws : int
        How many for each tag.

    Returns
    -------
    float array of shape (n_draws, n_tags)
        In [0, 1].
    """
    a, b = np.broadcast_arrays(np.atleast_1d(np.asarray(alpha, float)), np.asarray(beta, float))
    draws = np.full((n_draws, a.size), np.nan)
    small, large = np.minimum(a, b) < LARGE, np.minimum(a, b) >= LARGE
    if small.any():
        draws[:, small] = rng.beta(a[small], b[small], (n_draws, int(small.sum())))
    if large.any():
        one, other = a[large], b[large]
        whole = one + other
        spread = np.sqrt(one * other / (whole + 1)) / whole
        skew = 2 * (other - one) / (whole + 2) * np.sqrt((whole + 1) / (one * other))
        normal = rng.standard_normal((n_draws, one.size))
        bend = normal * normal  # Cornish and Fisher, to the third moment
        bend -= 1
        bend *= spread * skew / 6
        normal *= spread
        normal += bend
        normal += one / whole
        draws[:, large] = np.clip(normal, 0.0, 1.0)
    return draws


def jeffreys_draws(
    errors: ArrayLike, n: ArrayLike, rng: np.random.Generator, n_draws: int
) -> Floats:
    """Draw rates from Beta(errors + 1/2, n - errors + 1/2).

    Parameters
    ----------
    errors, n : arrays of shape (n_tags,)
        Errors, and the examples among which they were counted; NaN gives NaN.
    rng : numpy.random.Generator
        Where the numbers come from.
    n_draws : int
        How many for each tag.

    Returns
    -------
    float array of shape (n_draws, n_tags)
        In [0, 1].

    References
    ----------
    .. [1] H. Jeffreys (1946). "An invariant form for the prior probability in estimation
       problems". Proceedings of the Royal Society A 186, 453-461. doi:10.1098/rspa.1946.0056
    """
    k, size = np.asarray(errors, dtype=np.float64), np.asarray(n, dtype=np.float64)
    return beta_draws(k + 0.5, size - k + 0.5, rng, n_draws)
