"""How often people agree on items: observed, and on each category; a report for one tag.

What is corrected for chance stands in `kappas` (Cohen, Fleiss, Gwet) and `alpha` (Krippendorff).
Everything here is for nominal categories; a tag has two of them, no and yes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.stats.alpha import krippendorff_alpha
from tagline.stats.kappas import fleiss_kappa, gwet_ac1
from tagline.stats.ratios import ratio_interval
from tagline.stats.votes import Coefficient, Votes

__all__ = ["TagAgreement", "observed_agreement", "specific_agreement", "tag_agreement"]

Floats = NDArray[np.float64]

NO, YES = 0, 1


@dataclass(frozen=True, slots=True)
class TagAgreement:
    """How far people agree on one tag.

    Parameters
    ----------
    items : float
        Items that at least two people decided; the others take no part.
    observed : Coefficient
        How often two people say the same.
    positive, negative : Coefficient
        If one person says yes (no), how often does another say so?
    fleiss, krippendorff, gwet : Coefficient
        Corrected for chance, in three ways. Where nearly all decisions are no the first two are
        low however often people agree; then read `positive` and `gwet`.
    """

    items: float
    observed: Coefficient
    positive: Coefficient
    negative: Coefficient
    fleiss: Coefficient
    krippendorff: Coefficient
    gwet: Coefficient


def tag_agreement(
    no: ArrayLike, yes: ArrayLike, times: ArrayLike | None = None, *, level: float = 0.95
) -> TagAgreement:
    """Return all coefficients for the decisions on one tag.

    Parameters
    ----------
    no, yes : arrays of shape (n_patterns,)
        How many people said no, and yes. Who did not look is in neither.
    times : array of shape (n_patterns,), optional
        How many items have this pattern; 1 by default.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    TagAgreement
        Coefficients that are undefined say why.

    Raises
    ------
    InputError
        If a count is below 0 or `level` no fraction between 0 and 1.

    Examples
    --------
    >>> report = tag_agreement(no=[2, 1, 0], yes=[0, 1, 2], times=[90, 6, 4])
    >>> round(report.observed.value, 2), round(report.positive.value, 2)
    (0.94, 0.57)
    """
    votes = Votes.of(np.stack([np.asarray(no), np.asarray(yes)], axis=-1), times)
    return TagAgreement(
        items=votes.pairable.items,
        observed=observed_agreement(votes, level=level),
        positive=specific_agreement(votes, YES, level=level),
        negative=specific_agreement(votes, NO, level=level),
        fleiss=fleiss_kappa(votes, level=level),
        krippendorff=krippendorff_alpha(votes, level=level),
        gwet=gwet_ac1(votes, level=level),
    )


def observed_agreement(votes: Votes, *, level: float = 0.95) -> Coefficient:
    """Return how often two people who decided the same item say the same.

    Parameters
    ----------
    votes : Votes
        Items with fewer than two votes take no part.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    Coefficient
        In [0, 1]: the mean over items of the fraction of pairs that agree. Its interval is
        Wilson's with the effective number of items (`ratio_interval`), never of width 0.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Examples
    --------
    >>> observed_agreement(Votes.of([[2, 0], [1, 1], [0, 2]], [90, 6, 4]))
    ... # doctest: +ELLIPSIS
    Coefficient(value=0.94, low=0.87..., high=0.97..., reason='')
    """
    pairs = votes.pairable
    size = pairs.size
    agreed = (pairs.counts * (pairs.counts - 1)).sum(axis=1) / (size * (size - 1))
    if not pairs.items:
        return Coefficient.undefined("no item was decided by two people")
    return _ratio(agreed, np.ones_like(agreed), pairs.times, level)


def specific_agreement(votes: Votes, category: int, *, level: float = 0.95) -> Coefficient:
    """Return how often another person gives this category where one person gave it.

    Parameters
    ----------
    votes : Votes
        Items with fewer than two votes take no part.
    category : int
        Column of the counts; of a tag 1 gives the positive, 0 the negative agreement.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    Coefficient
        In [0, 1]: pairs that agree on the category / pairs of which one person gave it [1]_. For
        two people 2a / (2a + b + c). Undefined where nobody gave it. Interval: linearised over
        items, Wilson's form with the effective number of items (`ratio_interval`).

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] D. V. Cicchetti, A. R. Feinstein (1990). "High agreement but low kappa: II. Resolving
       the paradoxes". Journal of Clinical Epidemiology 43(6), 551-558.
       doi:10.1016/0895-4356(90)90159-M

    Examples
    --------
    >>> round(specific_agreement(Votes.of([[2, 0], [1, 1], [0, 2]], [90, 6, 4]), 1).value, 3)
    0.571
    """
    pairs = votes.pairable
    if not pairs.items:
        return Coefficient.undefined("no item was decided by two people")
    chosen = pairs.counts[:, category]
    below = chosen * (pairs.size - 1)
    if not below.any():
        return Coefficient.undefined("nobody gave this answer to an item that two people decided")
    return _ratio(chosen * (chosen - 1), below, pairs.times, level)


def _ratio(above: Floats, below: Floats, times: Floats, level: float) -> Coefficient:
    """Return a ratio of sums over items, in [0, 1]."""
    items, whole = times.sum(), (times * below).sum()
    value = (times * above).sum() / whole
    residual = (times * (above - value * below) ** 2).sum() / whole**2
    variance = residual * items / (items - 1) if items > 1 else 0.0
    effective = whole**2 / (times * below**2).sum()
    low, high = ratio_interval(
        value, variance, effective, level=level, bounded=True, most=effective
    )
    return Coefficient(float(value), float(low), float(high))
