"""The fractions in strata that are farthest from those seen, but still compatible with them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["farthest_fractions"]

Floats = NDArray[np.float64]

HALVINGS = 34  # of the factor, and of each fraction: to about 1e-10


def farthest_fractions(part: Floats, rows: Floats, pull: Floats, limit: float) -> Floats:
    """Return the fractions q that make sum(pull x q) largest within a limit on chi-square.

    Parameters
    ----------
    part : float array of shape (n_tags, n_strata)
        The fractions that were seen.
    rows : float array of shape (n_tags, n_strata)
        Rows on which they were seen: 0 leaves a fraction free, infinity fixes it.
    pull : float array of shape (n_tags, n_strata)
        How much the rate rises with each fraction; negative where it falls.
    limit : float
        The largest sum over strata of rows (q - part)^2 / (q (1 - q)).

    Returns
    -------
    float array of shape (n_tags, n_strata)
        In [0, 1].

    Notes
    -----
    At the best q the derivative of each stratum's chi-square is in proportion to its pull; the
    factor is found by halving, on a logarithmic scale. With one stratum q is the end of Wilson's
    interval.

    Examples
    --------
    >>> farthest_fractions(np.zeros((1, 1)), np.full((1, 1), 30.0), np.ones((1, 1)), 3.8415)
    ... # doctest: +ELLIPSIS
    array([[0.1135...]])
    """
    up = pull > 0
    toward = np.where(up, part, 1 - part)  # all are moved upwards, from here
    force = np.abs(pull)
    with np.errstate(divide="ignore", invalid="ignore"):
        force = np.where(force > 0, force / rows, 0.0)
    free = np.isinf(force)
    force = np.where(free, 0.0, force)
    scale = np.maximum(force.max(axis=1, keepdims=True), 1e-300)
    low, high = np.full((len(part), 1), -30.0), np.full((len(part), 1), 30.0)
    moved = toward
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        moved = _pushed(toward, force / scale * np.exp(middle))
        far = _chi_square(toward, moved, rows) > limit
        low, high = np.where(far, low, middle), np.where(far, middle, high)
    moved = np.where(free, 1.0, moved)
    return np.where(up, moved, 1 - moved)


def _pushed(part: Floats, slope: Floats) -> Floats:
    """Return q >= part where the derivative of (q - part)^2 / (q (1 - q)) is `slope`."""
    low, high = part, np.ones_like(part)
    for _ in range(HALVINGS):
        q = (low + high) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            over = ((1 - part) / (1 - q)) ** 2 - (part / q) ** 2 > slope
        low, high = np.where(over, low, q), np.where(over, q, high)
    return np.where(slope > 0, low, part)


def _chi_square(part: Floats, q: Floats, rows: Floats) -> Floats:
    known = (rows > 0) & np.isfinite(rows) & (q != part)
    spread = np.where(known, q * (1 - q), 1.0)
    counted = np.where(known, rows, 0.0)
    each = counted * (q - part) ** 2 / np.where(spread > 0, spread, 1e-300)
    total: Floats = each.sum(axis=1, keepdims=True)
    return total
