"""How many rows to look at in each stratum, and with what probability that takes each row."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError

__all__ = ["neyman_allocation", "residual_spread", "selection_probability"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def neyman_allocation(
    size: ArrayLike, spread: ArrayLike, budget: int, *, minimum: int = 2
) -> Counts:
    """Return how many rows to draw in each stratum, so that the estimate varies least.

    Parameters
    ----------
    size : array of shape (n_strata,)
        Rows of the data in each stratum.
    spread : array of shape (n_strata,)
        Standard deviation within each stratum of what is averaged; see `residual_spread`.
    budget : int
        Rows to look at, all together.
    minimum : int, default 2
        At least so many per stratum (all of it if it has fewer): a stratum where nothing is
        looked at stands for nothing, and one row does not say how much rows differ.

    Returns
    -------
    int array of shape (n_strata,)
        In proportion to size x spread [1]_, at most the size; sums to the budget or to all rows.

    Raises
    ------
    InputError
        If the budget is below the minimum in every stratum, or a number is below 0.

    References
    ----------
    .. [1] J. Neyman (1934). "On the two different aspects of the representative method". Journal of
       the Royal Statistical Society 97(4), 558-625. doi:10.2307/2342192

    Examples
    --------
    >>> neyman_allocation([100, 900], [0.3, 0.1], 80).tolist()
    [20, 60]
    """
    rows = np.asarray(size, dtype=np.float64)
    sd = np.broadcast_to(np.asarray(spread, dtype=np.float64), rows.shape)
    if not ((rows >= 0).all() and (sd >= 0).all()):
        raise InputError("Sizes and spreads of strata must be at least 0.")
    least = np.minimum(rows, minimum)
    if budget < least.sum():
        raise InputError(
            f"{len(rows)} strata need at least {least.sum():.0f} rows, {minimum} each. Got a budget"
            f" of {budget} instead: look at more, or take fewer strata."
        )
    whole = min(float(budget), rows.sum())
    pull = rows * sd if (rows * sd).any() else rows
    share = _between(pull, least, rows, whole)
    return _whole_numbers(share, round(whole), rows)


def residual_spread(
    rate: float, share_wrong: float = 0.1, share_right: float = 0.1
) -> tuple[float, float]:
    """Return the spread of wrong and of right rows, for an error rate of a tag.

    Parameters
    ----------
    rate : float
        The error rate of the tag that is expected, a fraction.
    share_wrong, share_right : float, default 0.1
        What fraction of the wrong, and of the right rows is expected to have the tag: from a
        pilot, or equal where nothing is known.

    Returns
    -------
    wrong, right : float
        (1 - rate) sqrt(p (1 - p)) and rate sqrt(p (1 - p)): what a row adds to the linearised
        error rate. With equal shares and the model's own error rate, half of the rows to look at
        are wrong ones.

    Raises
    ------
    InputError
        If a number is no fraction.

    Examples
    --------
    A model with 10 % errors, and nothing known of the tag: as many wrong as right ones.

    >>> neyman_allocation([1000, 9000], residual_spread(0.1), 200).tolist()
    [100, 100]

    Of the wrong rows 20 % have the tag, of the right ones 3.3 %, so that 40 % of the tag is wrong:

    >>> neyman_allocation([1000, 9000], residual_spread(0.4, 0.2, 0.033), 200).tolist()
    [54, 146]
    """
    given = np.array([rate, share_wrong, share_right])
    if not ((given >= 0) & (given <= 1)).all():
        raise InputError("Expected rates and shares must be fractions between 0 and 1.")
    wrong, right = np.sqrt(given[1:] * (1 - given[1:]))
    return float((1 - rate) * wrong), float(rate * right)


def selection_probability(drawn: ArrayLike, size: ArrayLike) -> Floats:
    """Return with what probability each row of a stratum is drawn, drawn / size.

    Parameters
    ----------
    drawn, size : arrays of shape (n_strata,)
        Rows to draw by chance, without putting back, and rows that there are.

    Returns
    -------
    float array of shape (n_strata,)
        0 in an empty stratum.

    Raises
    ------
    InputError
        If more is to be drawn than there is.

    Examples
    --------
    >>> selection_probability([100, 100], [100, 900]).round(3).tolist()
    [1.0, 0.111]
    """
    some, rows = np.asarray(drawn, dtype=np.float64), np.asarray(size, dtype=np.float64)
    if (some > rows).any() or (some < 0).any():
        raise InputError("A stratum cannot give more rows than it has.")
    chance: Floats = np.divide(some, rows, out=np.zeros_like(rows), where=rows > 0)
    return chance


def _between(pull: Floats, least: Floats, most: Floats, whole: float) -> Floats:
    """Return numbers in proportion to `pull`, within their limits, with the sum `whole`."""
    low, high = 0.0, 1.0
    while np.clip(pull * high, least, most).sum() < whole and high < 1e12:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if np.clip(pull * middle, least, most).sum() < whole else (low, middle)
        )
    share = np.clip(pull * high, least, most)
    short = whole - share.sum()  # where strata without spread must take the rest
    room = most - share
    return share + (short * room / room.sum() if short > 1e-6 else 0.0)


def _whole_numbers(share: Floats, whole: int, most: Floats) -> Counts:
    """Round to whole numbers that keep the sum, the largest remainders up."""
    near = np.floor(share + 1e-9)
    missing = whole - int(near.sum())
    order = np.argsort(-(share - near) - (near >= most) * -2.0, kind="stable")
    near[order[:missing]] += 1
    return near.astype(np.int64)
