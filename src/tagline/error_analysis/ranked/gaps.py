"""How far the model is from people on each tag: the signed difference of the rates, its interval.

`room` is this gap where it is above 0. The gap itself may be negative: better than people.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.display.words import plural
from tagline.error_analysis.ranked.estimates import Estimates
from tagline.error_analysis.ranked.human_gains import Gains
from tagline.error_analysis.ranked.human_levels import People, most_answered
from tagline.error_analysis.ranked.shrinking import PLACES
from tagline.error_analysis.shown.wording import NOTE_STOP
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["PeopleGap", "people_gaps"]

Floats = NDArray[np.float64]
Span = tuple[Floats, Floats]

_NO_LEVEL = "no human level"
_NOBODY = "nobody answered"
_NOTHING = "no example has the tag"
_BARE = "people's rate is a bare number: the interval is that of the model's rate"
_BLIND = "no interval: too few independent rows or errors, or all of them alike"

# from the columns of `Moments`: whose rate it is on the answered rows, then all other errors seen,
# in the complement and of the other side, which say how errors are where the tag shows few
_ON_MODEL = np.zeros((4, 8))
_ON_MODEL[[0, 1, 2, 3], [4, 5, 6, 7]] = _ON_MODEL[[2, 3], [2, 3]] = 1.0
_ON_PEOPLE = np.zeros((4, 8))
_ON_PEOPLE[[0, 1, 2, 3], [6, 7, 4, 5]] = _ON_PEOPLE[[2, 3], [2, 3]] = 1.0


@dataclass(frozen=True, slots=True)
class PeopleGap:
    """The model's error rate minus people's on one tag; above 0 the model is worse.

    Attributes
    ----------
    tag : str
    gap, gap_low, gap_high : float or None
        A fraction in [-1, 1] where the measure is bounded; None where it cannot be known.
    note : str
        Why a value is None, and on which rows the gap was measured.
    """

    tag: str
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return the gap as a dictionary in the order of its attributes."""
        return asdict(self)


def people_gaps(
    counts: Counts,
    people: People,
    measure: Measure,
    plain: Estimates,
    human: Gains,
    *,
    level: float,
) -> dict[str, PeopleGap]:
    """Return the gap to people of every tag, by its name.

    Parameters
    ----------
    counts : Counts
    people : People
    measure : Measure
    plain : Estimates
        The interval of the model's rate.
    human : Gains
        People's rates with their intervals, and the model's rates on the same rows.
    level : float
        Of the intervals, a fraction.

    Returns
    -------
    dict
        In the order of the counts.

    Notes
    -----
    The intervals of the two rates are squared and added [1]_ [2]_. A pair (errors, asked) is
    independent of the model's rows: with errors of 0 or 1 that is Newcombe's method 10 of two
    proportions. A column of answers holds the same rows: Newcombe's paired method 10, and for
    weighted, grouped and other measures the correlation of the two ratios of sums.

    Simulated coverage of nominal .95 (3,000 trials each): errors of 0 or 1 in 30 to 1,000 rows with
    a column .947 to .992, a pair of 50 answers .946 to .978, a bare number .930 to .976; lognormal
    weights .971 to .999; 5 to 100 groups .947 to .986; word errors of 5 to 400 utterances .947 to
    .986; absolute errors with a long tail .934 to .947; over-sampled errors .999. The linearised
    difference -+ t sd: .849 at worst.

    References
    ----------
    .. [1] R. G. Newcombe (1998). "Interval estimation for the difference between independent
       proportions: comparison of eleven methods". Statistics in Medicine 17(8), 873-890.
       doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
    .. [2] G. Y. Zou, A. Donner (2008). "Construction of confidence limits about effect measures: a
       general approach". Statistics in Medicine 27(10), 1693-1702. doi:10.1002/sim.3095
    """
    gap = np.round(human.model - human.hlp_error, PLACES) + 0.0  # without a zero below 0
    if people.kind == "column":
        low, high = _paired(counts, measure, level)
    else:
        low, high = _apart(plain, human)
    if measure.bounded:
        low, high = np.maximum(low, -1.0), np.minimum(high, 1.0)
    ends = (np.where(np.isnan(gap), np.nan, each) for each in (low, high))
    numbers = zip(*([_null(v) for v in each.tolist()] for each in (gap, *ends)), strict=True)
    found = {}
    for place, (tag, (value, least, most)) in enumerate(zip(counts.tags, numbers, strict=True)):
        blind = value is not None and (least is None or most is None)
        note = _note(counts, people, human, place, blind=blind)
        found[tag] = PeopleGap(tag, value, least, most, note)
    return found


def _paired(counts: Counts, measure: Measure, level: float) -> Span:
    """Return the interval where people answered the model's own rows."""
    if counts.binary and counts.cells is not None:
        cells = counts.cells  # by (model wrong, person wrong)
        right, broken, fixed = cells[:, 0, 0], cells[:, 1, 0], cells[:, 0, 1]
        pairs = stats.PairedCells.of(right, broken, fixed, cells[:, 1, 1])
        return stats.paired_interval(pairs, level=level)
    most = most_answered(counts) if measure.kind == "binary" else np.inf
    model, its_span = _rate_and_span(counts, measure, level, _ON_MODEL, most)
    person, their_span = _rate_and_span(counts, measure, level, _ON_PEOPLE, most)
    both = counts.moments
    model_part, human_part = stats.answered_rate(both), stats.human_rate(both)
    shared = stats.linearised_covariance(model_part.gradient, human_part.gradient, both)
    spread = np.sqrt(model_part.variance(both) * human_part.variance(both))
    tied = np.divide(shared, spread, out=np.zeros_like(shared), where=spread > 0)
    return _squared_and_added(model, its_span, person, their_span, np.clip(tied, -1.0, 1.0))


def _rate_and_span(
    counts: Counts, measure: Measure, level: float, turned: Floats, most: Floats | float
) -> tuple[Floats, Span]:
    """Return a rate on the answered rows with its interval."""
    whole = counts.moments
    part = stats.Moments(whole.total @ turned.T, turned @ whole.product @ turned.T, whole.units)
    span = stats.tag_rate_interval(part, level=level, bounded=measure.bounded, most=most)
    return stats.tag_rate(part).value, span


def _apart(plain: Estimates, human: Gains) -> Span:
    """Return the interval where people were measured apart; a bare number has no width."""
    rate = human.hlp_error
    bare = np.isnan(human.hlp_error_low)
    low = np.where(bare, rate, human.hlp_error_low)
    high = np.where(bare, rate, human.hlp_error_high)
    model = (plain.error_rate_low, plain.error_rate_high)
    return _squared_and_added(human.model, model, rate, (low, high), np.zeros_like(rate))


def _squared_and_added(
    first: Floats, first_span: Span, second: Floats, second_span: Span, correlation: Floats
) -> Span:
    """Return the interval of first - second from the intervals of both."""
    down, up = first - first_span[0], first_span[1] - first
    down_second, up_second = second - second_span[0], second_span[1] - second
    below = down**2 - 2 * correlation * down * up_second + up_second**2
    above = up**2 - 2 * correlation * up * down_second + down_second**2
    difference = first - second
    return (
        difference - np.sqrt(np.maximum(below, 0.0)),
        difference + np.sqrt(np.maximum(above, 0.0)),
    )


def _null(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _note(counts: Counts, people: People, human: Gains, place: int, *, blind: bool) -> str:
    support, answered = int(counts.support[place]), int(counts.answered[place])
    column = people.kind == "column"
    if not support:
        return _NOTHING
    if np.isnan(human.hlp_error[place]):
        return _NOBODY if column else _NO_LEVEL
    said = []
    if column and answered < support:
        said.append(f"on the {plural(answered, 'row')} that people answered")
    if not column and np.isnan(people.asked[place]):
        said.append(_BARE)
    if blind:
        said.append(_BLIND)
    return NOTE_STOP.join(said)
