"""Before any run: how many examples a gate on a paired change needs, if all is as expected.

The power of Newcombe's one-sided bound, summed over the rows that change between the runs.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri, xlog1py, xlogy

from tagline.exceptions import InputError
from tagline.stats.paired import paired_interval
from tagline.stats.paired_cells import PairedCells
from tagline.stats.planning import MOST, at_most, check_fraction

__all__ = ["paired_gate_power", "paired_gate_sample"]

Floats = NDArray[np.float64]
Side = Literal["above", "below"]

POINTS = 400  # numbers of changed rows that a sum runs over
FAR = 7.0  # standard deviations beyond which nothing happens


def paired_gate_power(
    n: float, limit: float, change: float, *, changed: float, before: float, level: float = 0.95
) -> float:
    """Return the probability that Newcombe's bound of a change passes a limit.

    Parameters
    ----------
    n : float
        Examples with the tag, on which both runs are compared.
    limit, change : float
        The limit of the gate, and the true change of the error rate, after minus before.
    changed : float
        The fraction of the examples that are newly broken or newly fixed.
    before : float
        The error rate of the first run.
    level : float, default 0.95
        As in `gate_power`.

    Returns
    -------
    float
        Of being shown to be below the limit where `change` is, else above it.

    Raises
    ------
    InputError
        If the rates cannot be together, or `change` is the limit.

    Notes
    -----
    Summed over the number of rows that change (binomial) and how many of them broke (binomial);
    the other rows are wrong in both runs in their expected proportion.

    References
    ----------
    .. [1] R. G. Newcombe (1998). Statistics in Medicine 17(22), 2635-2650 (method 10).

    Examples
    --------
    >>> round(paired_gate_power(1000, 0.02, 0.0, changed=0.05, before=0.1), 2)
    0.87
    """
    cells = _expected_cells(change, changed, before)
    side: Side = _check_change(limit, change, level)
    middle, spread = n * changed, FAR * np.sqrt(n * changed * (1 - changed)) + 1
    low, high = max(np.floor(middle - spread), 0), min(np.ceil(middle + spread), n)
    moved: Floats = np.unique(np.round(np.linspace(low, high, POINTS))).astype(np.float64)
    weight = _binomial(moved, n, changed)
    chance = cells[0] / changed if changed > 0 else 0.5
    wrong: Floats = (n - moved) * (cells[2] / (1 - changed) if changed < 1 else 0.0)

    def decided(broken: Floats) -> NDArray[np.bool_]:
        rows = PairedCells(
            np.maximum(n - moved - wrong, 0.0), broken, np.maximum(moved - broken, 0.0), wrong
        )
        bottom, top = paired_interval(rows, level=2 * level - 1)
        return top < limit if side == "below" else bottom > limit

    inside, outside = (
        (-1 + 0 * moved, moved + 1) if side == "below" else (moved + 1, -1 + 0 * moved)
    )
    for _ in range(int(np.ceil(np.log2(high + 2))) + 1):  # how many broken are just decided
        half = np.floor((inside + outside) / 2)
        yes = decided(np.clip(half, 0, moved))
        inside, outside = np.where(yes, half, inside), np.where(yes, outside, half)
    if side == "below":
        shown = at_most(np.clip(inside, -1, moved), moved, chance)
    else:
        shown = 1 - at_most(np.clip(inside - 1, -1, moved), moved, chance)
    return float((weight * shown).sum() / weight.sum())


def paired_gate_sample(
    limit: float,
    change: float,
    *,
    changed: float,
    before: float,
    level: float = 0.95,
    power: float = 0.8,
) -> float:
    """Return about how many examples it takes that Newcombe's bound of a change passes a limit.

    Parameters
    ----------
    limit, change, changed, before, level : float
        As in `paired_gate_power`.
    power : float, default 0.8
        The probability that is asked for.

    Returns
    -------
    float
        A whole number; infinite beyond 1e9.

    Raises
    ------
    InputError
        As `paired_gate_power`, or if `power` is no fraction.

    Notes
    -----
    The search starts at ``(z_level + z_power)^2 (changed - change^2) / (limit - change)^2``
    (Wald's arithmetic [1]_), and ends where the summed power crosses.

    References
    ----------
    .. [1] R. J. Connor (1987). "Sample size for testing differences in proportions for the
       paired-sample design". Biometrics 43(1), 207-211. doi:10.2307/2531961

    Examples
    --------
    >>> 800 < paired_gate_sample(0.02, 0.0, changed=0.05, before=0.1) < 900
    True
    """
    check_fraction("power", power)
    _check_change(limit, change, level)
    given = {"changed": changed, "before": before, "level": level}
    z = ndtri(level) + ndtri(power)
    high = max(np.ceil(z**2 * (changed - change**2) / (limit - change) ** 2), 4.0)
    while paired_gate_power(high, limit, change, **given) < power:
        high *= 2
        if high > MOST:
            return np.inf
    low = np.floor(high / 2)
    while low > 1 and paired_gate_power(low, limit, change, **given) >= power:
        low, high = np.floor(low / 2), low
    while high - low > 1:
        middle = np.floor((low + high) / 2)
        enough = paired_gate_power(middle, limit, change, **given) >= power
        low, high = (low, middle) if enough else (middle, high)
    return float(high)


def _binomial(k: Floats, n: float, rate: float) -> Floats:
    """Return P(X = k) for X binomial."""
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    chance: Floats = np.exp(ways + xlogy(k, rate) + xlog1py(n - k, -rate))
    return chance


def _expected_cells(change: float, changed: float, before: float) -> tuple[float, float, float]:
    """Return the fractions broken, fixed and wrong in both runs."""
    broken, fixed = (changed + change) / 2, (changed - change) / 2
    wrong = before - fixed
    if min(broken, fixed, wrong, 1 - changed - wrong) < -1e-12:
        raise InputError(
            f"A change of {change:g} with {changed:g} of the examples changed and an error rate of"
            f" {before:g} before cannot be: give a larger `changed`, or another error rate."
        )
    return max(broken, 0.0), max(fixed, 0.0), max(wrong, 0.0)


def _check_change(limit: float, change: float, level: float) -> Side:
    check_fraction("level", level)
    if limit == change:
        raise InputError(f"At its limit ({limit:g}) no number of examples decides a gate.")
    return "below" if change < limit else "above"
