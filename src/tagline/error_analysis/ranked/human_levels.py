"""People's error rate on each tag with its interval, and the model's rate on the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from tagline import stats
from tagline.error_analysis.ranked.estimates import most_rows
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["HumanLevels", "People", "human_levels", "most_answered"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class People:
    """The human level, aligned with the tags of the counts.

    Attributes
    ----------
    kind : {"none", "column", "stated"}
    rate, errors, asked : float arrays of shape (n_tags,)
        Error rate, and errors among those asked. NaN where unknown; errors and asked are NaN for a
        bare number. With a column all three are ignored: the moments hold people's answers.
    same_for_all : bool
        One number was given for all tags.
    """

    kind: str
    rate: Floats
    errors: Floats
    asked: Floats
    same_for_all: bool = False


@dataclass(frozen=True, eq=False)
class HumanLevels:
    """Arrays of shape (n_tags,), NaN where unknown.

    Attributes
    ----------
    rate, low, high : float arrays
        People's error rate; a bare number has no interval.
    model : float array
        The model's rate that the room is measured from (on the answered rows, with a column).
    asked : float array
        Rows that people answered; NaN for a bare number.
    """

    rate: Floats
    low: Floats
    high: Floats
    model: Floats
    asked: Floats


def human_levels(counts: Counts, people: People, measure: Measure, level: float) -> HumanLevels:
    """Return people's rates with their intervals, and the model's rates on the same rows.

    Parameters
    ----------
    counts : Counts
    people : People
    measure : Measure
    level : float
        Of the intervals, a fraction.

    Returns
    -------
    HumanLevels
    """
    if people.kind == "none":
        blank = np.full(len(counts.tags), np.nan)
        return HumanLevels(blank, blank, blank, blank, blank)
    if people.kind == "column":
        return _answered(counts, measure, level)
    low, high = _pair_interval(people, measure, level)
    return HumanLevels(people.rate, low, high, stats.tag_rate(counts.moments).value, people.asked)


def most_answered(counts: Counts) -> Floats:
    """Return the answered rows; with sample weights as many fewer as `most_rows` is of all."""
    part = most_rows(counts) / np.maximum(counts.support, 1)
    return np.maximum(counts.answered * part, 1.0)


def _answered(counts: Counts, measure: Measure, level: float) -> HumanLevels:
    moments = counts.moments
    rate, model = stats.human_rate(moments), stats.answered_rate(moments)
    if counts.binary:
        low, high = stats.wilson(moments.total[:, 6], moments.total[:, 7], level)
    else:
        low, high = stats.ratio_interval(
            rate.value,
            rate.variance(moments),
            rate.effective,
            level=level,
            bounded=measure.bounded,
            most=most_answered(counts) if measure.kind == "binary" else np.inf,
        )
    gone = np.isnan(rate.value) | np.isnan(moments.product[:, 4:, 4:]).any(axis=(1, 2))
    return HumanLevels(
        rate.value,
        np.where(gone, np.nan, low),
        np.where(gone, np.nan, high),
        model.value,
        counts.answered.astype(np.float64),
    )


def _pair_interval(people: People, measure: Measure, level: float) -> tuple[Floats, Floats]:
    """Return the interval of (errors, asked): Wilson's; Jeffreys' for counts without a limit."""
    k, n = people.errors, people.asked
    pair = n > 0
    if measure.bounded:
        low, high = stats.wilson(k, n, level)
    else:
        low, high = (gammaincinv(k + 0.5, end) / np.where(pair, n, 1.0) for end in _ends(level))
        low = np.where(k > 0, low, 0.0)
    return np.where(pair, low, np.nan), np.where(pair, high, np.nan)


def _ends(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2
