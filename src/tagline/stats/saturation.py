"""Is there more to find? How long no new kind of error has turned up, and what is still unseen.

Kinds of errors are like species: those seen once tell how many were not seen at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile, wilson

__all__ = ["Saturation", "chao1", "note_saturation", "unseen_mass"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Saturation:
    """What a sequence of notes says about kinds of errors that nobody has met yet.

    Parameters
    ----------
    notes, kinds : int
        Notes read in order, and different kinds among them.
    since_new : int
        Notes since the last one that brought a new kind.
    unseen, unseen_low, unseen_high : float
        The probability that the next note is of a new kind (Good-Turing), with its interval.
    richness, richness_low, richness_high : float
        Estimated number of kinds, seen and unseen (Chao1: a lower bound on average).
    """

    notes: int
    kinds: int
    since_new: int
    unseen: float
    unseen_low: float
    unseen_high: float
    richness: float
    richness_low: float
    richness_high: float


def note_saturation(kinds: ArrayLike, *, level: float = 0.95) -> Saturation:
    """Return how saturated a sequence of notes is.

    Parameters
    ----------
    kinds : int array of shape (n_notes,)
        The kind of each note in the order of the notes, as any code; leave out notes that have no
        kind yet. The examples must come in an order that has nothing to do with the kinds: a
        sequence that was sorted by slice saturates within each slice.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    Saturation
        Without a note the unseen mass is NaN with the interval (0, 1), and the richness NaN.

    Raises
    ------
    InputError
        If `kinds` is no single sequence, or `level` no fraction.

    Examples
    --------
    >>> found = note_saturation([0, 1, 0, 2, 0, 1, 0, 0, 1, 0])
    >>> found.kinds, found.since_new, found.unseen
    (3, 6, 0.1)
    """
    normal_quantile(level)
    codes = np.asarray(kinds)
    if codes.ndim != 1:
        raise InputError(
            f"Kinds of notes are one sequence, one kind per note. Got shape {codes.shape} instead."
        )
    if not codes.size:
        return Saturation(0, 0, 0, np.nan, 0.0, 1.0, np.nan, np.nan, np.nan)
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    mass, richness = unseen_mass(counts, level=level), chao1(counts, level=level)
    since = int(codes.size - 1 - first.max())
    return Saturation(codes.size, counts.size, since, *mass, *richness)


def unseen_mass(counts: ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return the probability that the next note is of a kind not seen so far.

    Parameters
    ----------
    counts : int array of shape (n_kinds,)
        How often each kind was seen; zeros do not count.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    value, low, high : float
        Kinds seen once / notes [1]_, and an interval from the variance of Esty [2]_,
        (f1 (1 - f1 / n) + 2 f2) / n^2: the low end is his (all may have been seen), the high end
        Wilson's with p (1 - p) / variance notes. Never of width 0: 30 notes without a single kind
        seen once still leave up to 11 %.

    Raises
    ------
    InputError
        If nothing was counted or `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] I. J. Good (1953). "The population frequencies of species and the estimation of
       population parameters". Biometrika 40(3-4), 237-264. doi:10.1093/biomet/40.3-4.237
    .. [2] W. W. Esty (1983). "A normal limit law for a nonparametric estimator of the coverage of a
       random sample". Annals of Statistics 11(3), 905-912. doi:10.1214/aos/1176346256

    Examples
    --------
    >>> value, low, high = unseen_mass([10, 5, 3, 1, 1])
    >>> value, round(low, 2), round(high, 2)
    (0.1, 0.0, 0.3)
    """
    n, once, twice = _frequencies(counts)
    value = once / n
    spread = once * (1 - value) + 2 * twice
    size = n if value in (0, 1) or not spread else min(n, value * (1 - value) * n**2 / spread)
    low, high = wilson(value * size, size, level)
    normal = max(value - normal_quantile(level) * np.sqrt(spread) / n, 0.0)
    return value, float(min(low, normal)), float(high)


def chao1(counts: ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return an estimate of the number of kinds, seen and unseen.

    Parameters
    ----------
    counts : int array of shape (n_kinds,)
        How often each kind was seen; zeros do not count.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    value, low, high : float
        Chao1 [1]_ and its interval on the log scale of the unseen kinds [2]_. On average it is at
        most the true number: very rare kinds leave no trace. The low end is at least what was seen.
        Where no kind was seen once the high end is that of [3]_, for kinds of one frequency.

    Raises
    ------
    InputError
        If nothing was counted or `level` is no fraction between 0 and 1.

    References
    ----------
    .. [1] A. Chao (1984). "Nonparametric estimation of the number of classes in a population".
       Scandinavian Journal of Statistics 11(4), 265-270. jstor.org/stable/4615964
    .. [2] A. Chao (1987). "Estimating the population size for capture-recapture data with unequal
       catchability". Biometrics 43(4), 783-791. doi:10.2307/2531532
    .. [3] R. K. Colwell (2013). EstimateS 9 user's guide, appendix B, equation 14.

    Examples
    --------
    >>> value, low, high = chao1([10, 5, 3, 2, 1, 1, 1])
    >>> round(value, 2), round(low, 2), round(high, 2)
    (11.3, 7.47, 46.23)
    """
    n, once, twice = _frequencies(counts)
    z = normal_quantile(level)
    seen = int(np.count_nonzero(np.asarray(counts)))
    part = (n - 1) / n
    if twice:
        ratio = once / twice
        unseen = part * once**2 / (2 * twice)
        spread = part * ratio**2 / 2 + part**2 * ratio**3 + part**2 * ratio**4 / 4
        variance = twice * spread
    else:
        unseen = part * once * (once - 1) / 2
        variance = part * once * (once - 1) / 2 + part**2 * once * (2 * once - 1) ** 2 / 4
        variance -= part**2 * once**4 / (4 * (seen + unseen))
    if unseen <= 0:
        missed = np.exp(-n / seen)  # the chance that a kind of average frequency was not met
        high = (seen + z * np.sqrt(seen * missed)) / (1 - missed)
        return float(seen), float(seen), float(high)
    factor = np.exp(z * np.sqrt(np.log1p(max(variance, 0.0) / unseen**2)))
    return float(seen + unseen), float(seen + unseen / factor), float(seen + unseen * factor)


def _frequencies(counts: ArrayLike) -> tuple[float, float, float]:
    """Return notes, kinds seen once, kinds seen twice."""
    often = np.asarray(counts, dtype=np.float64)
    if not (often >= 0).all() or not often.sum():
        raise InputError("Counts of kinds must be at least 0, and one of them above it.")
    return float(often.sum()), float((often == 1).sum()), float((often == 2).sum())
