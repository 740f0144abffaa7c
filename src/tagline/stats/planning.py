"""Before any run: how many examples a gate on an error rate needs, if the rate is as expected.

Exact: the power of the one-sided bound of Clopper and Pearson.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincc

from tagline.exceptions import InputError

__all__ = ["MOST", "at_most", "check_fraction", "gate_power", "gate_sample"]

Floats = NDArray[np.float64]
Side = Literal["above", "below"]

MOST = 1e9  # examples that nobody will label
WINDOW = 120  # teeth around the crossing that are looked at one by one


def gate_power(n: ArrayLike, limit: float, expected: float, *, level: float = 0.95) -> Floats:
    """Return the probability that the exact bound of a rate passes a limit.

    Parameters
    ----------
    n : array of shape (n_sizes,)
        Examples with the tag.
    limit, expected : float
        The limit of the gate and the true rate, fractions that differ.
    level : float, default 0.95
        Confidence of the one-sided bound; for m gates in one call 1 - .05 / m (Holm's first step).

    Returns
    -------
    float array of shape (n_sizes,)
        Of being shown to be below the limit where `expected` is, else above it.

    Raises
    ------
    InputError
        If a number is no fraction, or the two rates are equal.

    Examples
    --------
    >>> gate_power([29, 100, 300], 0.1, 0.05).round(3).tolist()
    [0.226, 0.436, 0.951]
    """
    side = _check(limit, expected, level, 0.8)
    size = np.atleast_1d(np.asarray(n, dtype=np.float64))
    return _power_at(size, _critical(size, limit, 1 - level, side), expected, side)


def gate_sample(limit: float, expected: float, *, level: float = 0.95, power: float = 0.8) -> float:
    """Return the number of examples from which on the exact bound of a rate passes a limit.

    Parameters
    ----------
    limit, expected, level : float
        As in `gate_power`.
    power : float, default 0.8
        The probability that is asked for.

    Returns
    -------
    float
        The smallest whole number that has this power, and so has every larger one: the power of an
        exact test goes up in teeth. Infinite beyond 1e9.

    Raises
    ------
    InputError
        As `gate_power`, or if `power` is no fraction.

    Notes
    -----
    Between two numbers of errors that are just enough the power is monotone in n; so its lowest
    points, one for each number of errors, are all that is looked at.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson (1934). doi:10.1093/biomet/26.4.404
    .. [2] J. H. Chernick, C. Y. Liu (2002). "The saw-toothed behavior of power versus sample size
       and software solutions". The American Statistician 56(2), 149-155.
       doi:10.1198/000313002317572835

    Examples
    --------
    >>> gate_sample(0.1, 0.05), gate_sample(0.1, 0.15)
    (203.0, 299.0)
    """
    side = _check(limit, expected, level, power)
    alpha = 1 - level
    start = 0 if side == "below" else 1

    def lowest(errors: Floats) -> Floats:
        """Return the lowest power where so many errors are just enough."""
        if side == "below":
            return _power_at(_edge(errors + 1, limit, alpha, side) - 1, errors, expected, side)
        return _power_at(_edge(errors - 1, limit, alpha, side) + 1, errors, expected, side)

    far = 8.0
    while lowest(np.array([far]))[0] < power or lowest(np.array([2 * far]))[0] < power:
        far *= 2
        if far > MOST * max(limit, expected):
            return np.inf
    near = float(start)
    while far - near > 1:
        middle = np.floor((near + far) / 2)
        near, far = (near, middle) if lowest(np.array([middle]))[0] >= power else (middle, far)
    teeth = np.arange(max(start, far - WINDOW), far + WINDOW + 1)
    bad = np.flatnonzero(lowest(teeth) < power)
    if not bad.size:
        return float(_edge(teeth[:1], limit, alpha, side)[0]) if side == "below" else 1.0
    last = teeth[bad[-1] : bad[-1] + 1]
    if side == "below":
        return float(_edge(last + 1, limit, alpha, side)[0])
    low, high = _edge(last - 1, limit, alpha, side)[0] + 1, _edge(last, limit, alpha, side)[0] + 1
    while high - low > 1:
        middle = np.floor((low + high) / 2)
        enough = _power_at(np.array([middle]), last, expected, side)[0] >= power
        low, high = (low, middle) if enough else (middle, high)
    return float(high)


def _edge(errors: Floats, limit: float, alpha: float, side: Side) -> Floats:
    """Return where so many errors are just enough to show the rate beyond the limit.

    Below: the smallest n at which at most so many are. Above: the largest n at which at least so
    many are.
    """

    def shown(n: Floats) -> NDArray[np.bool_]:
        if side == "below":
            return at_most(errors, n, limit) <= alpha
        return 1 - at_most(errors - 1, n, limit) <= alpha

    inside, outside = (errors + 1, errors) if side == "below" else (errors - 1, errors + 1)
    if side == "below":
        while not (there := shown(inside)).all():
            inside = np.where(there, inside, 2 * inside)
    else:
        inside = np.maximum(inside, 0.0)
        outside = np.maximum(outside, 1.0)
        while (there := shown(outside)).any() and outside.max() < 4 * MOST:
            outside = np.where(there, 2 * outside, outside)
    while (np.abs(outside - inside) > 1).any():
        middle = np.floor((inside + outside) / 2)
        yes = shown(middle)
        done = np.abs(outside - inside) <= 1
        inside = np.where(yes & ~done, middle, inside)
        outside = np.where(yes | done, outside, middle)
    return inside


def _critical(n: Floats, limit: float, alpha: float, side: Side) -> Floats:
    """Return the number of errors that is just enough: at most (below), or at least (above)."""
    inside, outside = (-1 + 0 * n, n) if side == "below" else (n + 1, 0 * n)
    while (np.abs(outside - inside) > 1).any():
        middle = np.floor((inside + outside) / 2)
        if side == "below":
            yes = at_most(middle, n, limit) <= alpha
        else:
            yes = 1 - at_most(middle - 1, n, limit) <= alpha
        inside, outside = np.where(yes, middle, inside), np.where(yes, outside, middle)
    return inside


def _power_at(n: Floats, errors: Floats, expected: float, side: Side) -> Floats:
    if side == "below":
        return at_most(errors, n, expected)
    return 1 - at_most(errors - 1, n, expected)


def at_most(errors: Floats, n: Floats, rate: float) -> Floats:
    """Return P(X <= errors) for X binomial; 0 below 0, 1 from n on."""
    inner = (errors >= 0) & (errors < n)
    k, rest = np.where(inner, errors, 0.0), np.where(inner, n - errors, 1.0)
    inside: Floats = betaincc(k + 1, rest, rate)
    return np.where(inner, inside, np.where(errors < 0, 0.0, 1.0))


def _check(limit: float, expected: float, level: float, power: float) -> Side:
    for name, value in (("limit", limit), ("expected", expected)):
        if not 0 <= value <= 1:
            raise InputError(f"`{name}` must be a fraction between 0 and 1. Got {value} instead.")
    check_fraction("level", level)
    check_fraction("power", power)
    if limit == expected:
        raise InputError(f"At its limit ({limit:g}) no number of examples decides a gate.")
    if (limit == 0 and expected > 0) or limit == 1:
        check_fraction("limit", limit)
    return "below" if expected < limit else "above"


def check_fraction(name: str, value: float) -> None:
    """Refuse what is no fraction between 0 and 1."""
    if not 0 < value < 1:
        raise InputError(f"`{name}` must be a fraction between 0 and 1. Got {value} instead.")
