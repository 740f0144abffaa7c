"""How far a slice stands out from the rest of what holds it: gains and z scores from totals."""

from __future__ import annotations

import numpy as np

from tagline.error_analysis.slices.coded import (
    ERROR,
    PRODUCT,
    SQUARED_ERROR,
    SQUARED_WEIGHT,
    WEIGHT,
    Floats,
    N,
)

__all__ = ["gain", "gain_bound", "rate", "squares", "weight", "z_above_rate", "z_of_rest"]


def weight(totals: Floats) -> Floats:
    """Return the weight of totals of shape (..., 2 or 6): the examples where errors are 0 or 1."""
    found: Floats = totals[..., WEIGHT if totals.shape[-1] > 2 else N]
    return found


def rate(totals: Floats) -> Floats:
    """Return error over weight; 0 where there is no weight."""
    below = weight(totals)
    return np.divide(totals[..., ERROR], below, out=np.zeros_like(below), where=below > 0)


def gain(totals: Floats, whole: Floats) -> Floats:
    """Return what all data gain if a slice comes down to their rate.

    Parameters
    ----------
    totals : float array of shape (..., 2 or 6)
        Of slices.
    whole : float array of shape (2 or 6,)
        Of all rows.

    Returns
    -------
    float array of shape (...)
        (error - weight x rate of all) / weight of all; negative where the slice is better.
    """
    found: Floats = (totals[..., ERROR] - weight(totals) * rate(whole)) / weight(whole)
    return found


def gain_bound(totals: Floats, whole: Floats) -> Floats:
    """Return what no part of a slice can pass in gain.

    A part holds at most all the errors of the slice. Where errors are 0 or 1 it then has at least
    as many rows, of which the rate of all is subtracted.

    Parameters
    ----------
    totals, whole : float arrays
        As in `gain`.

    Returns
    -------
    float array of shape (...)

    References
    ----------
    .. [1] S. Sagadeeva, M. Boehm (2021). "SliceLine: fast, linear-algebra-based slice finding for
       ML model debugging". SIGMOD, 2290-2299. doi:10.1145/3448016.3457323 (bounds of another
       score, taken over all parents alike)
    """
    left = 1 - rate(whole) if totals.shape[-1] == 2 else 1.0
    found: Floats = totals[..., ERROR] * left / weight(whole)
    return found


def z_of_rest(child: Floats, parent: Floats) -> Floats:
    """Return how surely the rate of a child lies above that of the rest of its parent.

    Parameters
    ----------
    child, parent : float arrays of shape (..., 2 or 6)

    Returns
    -------
    float array of shape (...)
        Standard errors under a common rate (the score test); 0 where the child is all of the
        parent, or all of it is right or wrong.
    """
    rest = parent - child
    if child.shape[-1] == 2:
        n, k = parent[..., N], parent[..., ERROR]
        spread = k * (n - k) * child[..., N] * rest[..., N] / np.maximum(n, 1)
        excess = child[..., ERROR] * n - child[..., N] * k
        return _ratio(excess, spread)
    common, part = rate(parent), weight(child) / np.maximum(weight(parent), 1e-300)
    variance = (1 - part) ** 2 * squares(child, common) + part**2 * squares(rest, common)
    here = (weight(rest) > 0) & (rest[..., N] > 0)
    return np.where(here, _ratio(child[..., ERROR] - common * weight(child), variance), 0.0)


def z_above_rate(totals: Floats, common: float) -> Floats:
    """Return how surely the rate of these rows lies above a given one, in standard errors.

    Parameters
    ----------
    totals : float array of shape (..., 2 or 6)
    common : float

    Returns
    -------
    float array of shape (...)
        0 where there is nothing.
    """
    excess = totals[..., ERROR] - common * weight(totals)
    if totals.shape[-1] == 2:
        return _ratio(excess, totals[..., N] * common * (1 - common))
    return _ratio(excess, squares(totals, np.asarray(common)))


def squares(totals: Floats, common: Floats) -> Floats:
    """Return the sum of (error - common x weight) squared.

    Parameters
    ----------
    totals : float array of shape (..., 6)
    common : float array of shape (...)
        The rate.

    Returns
    -------
    float array of shape (...)
    """
    found = (
        totals[..., SQUARED_ERROR]
        - 2 * common * totals[..., PRODUCT]
        + common**2 * totals[..., SQUARED_WEIGHT]
    )
    return np.maximum(found, 0.0)


def _ratio(excess: Floats, variance: Floats) -> Floats:
    known = variance > 0
    return np.where(known, excess / np.sqrt(np.where(known, variance, 1.0)), 0.0)
