"""Corrections for many tests in one report: false discoveries (tags) and any error (gates)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["benjamini_hochberg", "holm"]

Floats = NDArray[np.float64]


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Return p values adjusted for the false discovery rate ("q values").

    Parameters
    ----------
    p : array of shape (n_tests,)
        The p values of one family, in [0, 1]. NaN marks what is outside the family.

    Returns
    -------
    float array of shape (n_tests,)
        In [0, 1]; calling everything at most .05 a finding keeps the expected fraction of
        false findings at .05. NaN where `p` is NaN.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg (1995). "Controlling the false discovery rate: a practical
       and powerful approach to multiple testing". Journal of the Royal Statistical Society B
       57(1), 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg([0.01, float("nan"), 0.04, 0.03]).round(3).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    values = np.asarray(p, dtype=np.float64)
    order, known = _ascending(values)
    count = known.size
    scaled = known * count / np.arange(1, count + 1)
    running = np.minimum.accumulate(scaled[::-1])[::-1]
    return _put_back(values, order, running)


def holm(p: ArrayLike) -> Floats:
    """Return p values adjusted so that any false alarm in the family is as rare as promised.

    Parameters
    ----------
    p : array of shape (n_tests,)
        The p values of one family, in [0, 1]. NaN marks what is outside the family.

    Returns
    -------
    float array of shape (n_tests,)
        In [0, 1]; NaN where `p` is NaN.

    References
    ----------
    .. [1] S. Holm (1979). "A simple sequentially rejective multiple test procedure".
       Scandinavian Journal of Statistics 6(2), 65-70. https://www.jstor.org/stable/4615733

    Examples
    --------
    >>> holm([0.01, float("nan"), 0.04, 0.03]).round(3).tolist()
    [0.03, nan, 0.06, 0.06]
    """
    values = np.asarray(p, dtype=np.float64)
    order, known = _ascending(values)
    scaled = known * np.arange(known.size, 0, -1)
    return _put_back(values, order, np.maximum.accumulate(scaled))


def _ascending(values: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the order of the known values, and these in that order (NaN sorts last)."""
    order = np.argsort(values, kind="stable")[: np.count_nonzero(~np.isnan(values))]
    return order, values[order]


def _put_back(values: Floats, order: NDArray[np.intp], adjusted: Floats) -> Floats:
    result = np.full(values.shape, np.nan)
    result[order] = np.minimum(adjusted, 1.0)
    return result
