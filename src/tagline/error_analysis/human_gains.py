"""What people's level adds: room, gain with its interval, the gain with shrunk rates and its draws.

Draws are made for the tags in the order of their names, so that no result depends on the order in
which the tags come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from tagline import stats
from tagline.error_analysis.estimates import BASES, most_rows
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["MIN_SHRUNK", "Gains", "People", "gains"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Places = NDArray[np.intp]

MIN_SHRUNK = 5  # tags; with fewer there is nothing to shrink towards
_PLACES = 15  # decimals of a room: 0.13 - 0.11 is 0.02


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
class Gains:
    """Columns of shape (n_tags,), NaN where unknown; names as in `TagRow`.

    Attributes
    ----------
    model : float array of shape (n_tags,)
        The model's rate that the room is measured from (on the answered rows, with a column).
    asked : float array of shape (n_tags,)
        Rows that people answered; NaN for a bare number.
    shrunk : bool array of shape (n_tags,)
        Whether `shrunk_gain` was shrunk; elsewhere it is the gain.
    drawn : int array of shape (n_drawn,)
        Places of the tags that have draws.
    draws : float array of shape (n_draws, n_drawn)
        Posterior draws of the shrunk gain, before importance and ease.
    """

    hlp_error: Floats
    hlp_error_low: Floats
    hlp_error_high: Floats
    model: Floats
    asked: Floats
    room: Floats
    gain: Floats
    gain_low: Floats
    gain_high: Floats
    shrunk_gain: Floats
    shrunk: Booleans
    drawn: Places
    draws: Floats


@dataclass(frozen=True, eq=False)
class _Level:
    """People's rate, and the model's rate on the same rows."""

    human: Floats
    low: Floats
    high: Floats
    model: Floats
    asked: Floats


def gains(
    counts: Counts, people: People, measure: Measure, *, level: float, seed: int, n_draws: int
) -> Gains:
    """Return every column that needs a human level.

    Parameters
    ----------
    counts : Counts
    people : People
    measure : Measure
    level : float
        Of the intervals, a fraction.
    seed : int
        Of the draws.
    n_draws : int
        0 leaves the intervals of the gains and the draws out.

    Returns
    -------
    Gains
    """
    against = _level(counts, people, measure, level)
    share = stats.tag_share(counts.moments).value
    room = np.round(np.maximum(against.model - against.human, 0.0), _PLACES)
    gain = np.round(room * share, _PLACES)
    known = np.flatnonzero(~np.isnan(gain))
    order = known[np.argsort(np.asarray(counts.tags, dtype=object)[known], kind="stable")]
    low, high = np.full_like(gain, np.nan), np.full_like(gain, np.nan)
    rng = np.random.default_rng(seed)
    if n_draws and order.size:
        drawn = _gain_draws(counts, people, measure, order, rng, n_draws)
        low[order], high[order] = stats.draws_interval(drawn, gain[order], level)
    tags = order[order < len(counts.tags) - BASES]
    shrunk_gain, shrunk, draws = _shrunk(
        counts, people, against, gain, share, tags, measure, rng, n_draws
    )
    return Gains(
        hlp_error=against.human,
        hlp_error_low=against.low,
        hlp_error_high=against.high,
        model=against.model,
        asked=against.asked,
        room=room,
        gain=gain,
        gain_low=low,
        gain_high=high,
        shrunk_gain=shrunk_gain,
        shrunk=shrunk,
        drawn=tags,
        draws=draws,
    )


def _level(counts: Counts, people: People, measure: Measure, level: float) -> _Level:
    moments = counts.moments
    blank = np.full(len(counts.tags), np.nan)
    if people.kind == "none":
        return _Level(blank, blank, blank, blank, blank)
    if people.kind == "column":
        human, model = stats.human_rate(moments), stats.answered_rate(moments)
        answered = counts.answered.astype(np.float64)
        if counts.binary:
            low, high = stats.wilson(moments.total[:, 6], moments.total[:, 7], level)
        else:
            low, high = stats.ratio_interval(
                human.value,
                human.variance(moments),
                human.effective,
                level=level,
                bounded=measure.bounded,
                most=_most_answered(counts) if measure.kind == "binary" else np.inf,
            )
        gone = np.isnan(human.value) | np.isnan(moments.product[:, 7, 7])
        low, high = np.where(gone, np.nan, low), np.where(gone, np.nan, high)
        return _Level(human.value, low, high, model.value, answered)
    low, high = _pair_interval(people, measure, level)
    model_rate = stats.tag_rate(moments).value
    return _Level(people.rate, low, high, model_rate, people.asked)


def _pair_interval(people: People, measure: Measure, level: float) -> tuple[Floats, Floats]:
    """Return the interval of (errors, asked): Wilson's, or Jeffreys' for a count without a limit."""
    k, n = people.errors, people.asked
    pair = n > 0
    if measure.bounded:
        low, high = stats.wilson(k, n, level)
    else:
        low = np.where(k > 0, gammaincinv(k + 0.5, (1 - level) / 2), 0.0) / np.where(pair, n, 1.0)
        high = gammaincinv(k + 0.5, (1 + level) / 2) / np.where(pair, n, 1.0)
    return np.where(pair, low, np.nan), np.where(pair, high, np.nan)


def _most_answered(counts: Counts) -> Floats:
    """Return the answered rows, in proportion as few as `most_rows` is of the support."""
    part = most_rows(counts) / np.maximum(counts.support, 1)
    return np.maximum(counts.answered * part, 1.0)


def _some(moments: stats.Moments, places: Places) -> stats.Moments:
    return stats.Moments(moments.total[places], moments.product[places], moments.units[places])


def _gain_draws(
    counts: Counts,
    people: People,
    measure: Measure,
    places: Places,
    rng: np.random.Generator,
    n_draws: int,
) -> Floats:
    """Draw the gains of the tags at `places`; see `tagline.stats.gains` for which way when."""
    moments = _some(counts.moments, places)
    k, n = moments.total[:, 0], moments.total[:, 1]
    if not counts.binary:
        human = None if people.kind == "column" else _human_draws(people, measure, places, rng, n_draws)
        most: Floats | float = np.inf
        if measure.kind == "binary":
            found = _most_answered(counts) if people.kind == "column" else most_rows(counts)
            most = found[places]
        return stats.estimated_gain_draws(moments, rng, n_draws, human=human, most=most)
    share = stats.jeffreys_draws(n, n + moments.total[:, 3], rng, n_draws)
    if people.kind == "column" and counts.cells is not None:
        cells = counts.cells[places]
        asked = counts.answered[places]
        return stats.answered_gain_draws(cells[:, 1, 0], cells[:, 0, 1], asked, share=share, rng=rng)
    if people.kind == "column":
        moved = stats.estimated_gain_draws(moments, rng, n_draws, most=counts.answered[places])
        return moved
    rates = _human_draws(people, measure, places, rng, n_draws)
    model = stats.jeffreys_draws(k, n, rng, n_draws)
    drawn: Floats = np.maximum(model - rates, 0.0) * share
    return drawn


def _human_draws(
    people: People, measure: Measure, places: Places, rng: np.random.Generator, n_draws: int
) -> Floats:
    """Draw people's rates: Jeffreys for a pair, the number itself where it is bare."""
    errors, asked = people.errors[places], people.asked[places]
    rates = np.broadcast_to(people.rate[places], (n_draws, len(places))).copy()
    pair = asked > 0
    if measure.bounded:
        rates[:, pair] = stats.jeffreys_draws(errors[pair], asked[pair], rng, n_draws)
    elif pair.any():
        rates[:, pair] = stats.gamma_draws(errors[pair] + 0.5, rng, n_draws) / asked[pair]
    return rates


def _shrunk(
    counts: Counts,
    people: People,
    against: _Level,
    gain: Floats,
    share: Floats,
    tags: Places,
    measure: Measure,
    rng: np.random.Generator,
    n_draws: int,
) -> tuple[Floats, Booleans, Floats]:
    """Return the shrunk gains, where they were shrunk, and draws for the tags at `tags`.

    Model and people are shrunk alike, over the tags where people's number is known: against a
    bare number both stay as they are.
    """
    found = gain.copy()
    found[-BASES:] = np.nan
    shrunk = np.zeros(len(gain), dtype=bool)
    draws = np.full((n_draws, len(tags)), np.nan)
    numbered = against.asked[tags] > 0
    for inner, both in ((numbered, True), (~numbered, False)):
        some = tags[inner]
        if not some.size:
            continue
        model, human = _posteriors(counts, people, against, some, measure, both=both)
        if both and some.size >= MIN_SHRUNK:
            shrunk[some] = True
            means = np.maximum(model.mean - human.mean, 0.0) * share[some]  # type: ignore[union-attr]
            found[some] = np.round(np.where(np.isnan(means), gain[some], means), _PLACES)
        if n_draws:
            people_draws = against.human[some] if human is None else human.draw(rng, n_draws)
            draws[:, inner] = stats.priority_draws(
                model.draw(rng, n_draws), people_draws, share[some]
            )
    return found, shrunk, draws


_Posterior = stats.BetaPosterior | stats.NormalPosterior


def _posteriors(
    counts: Counts,
    people: People,
    against: _Level,
    some: Places,
    measure: Measure,
    *,
    both: bool,
) -> tuple[_Posterior, _Posterior | None]:
    """Return the posteriors of the model's and of people's rates; None for bare numbers."""
    moments = _some(counts.moments, some)
    column = people.kind == "column"
    errors, weight = (4, 5) if column else (0, 1)
    model: _Posterior
    human: _Posterior | None = None
    if counts.binary:
        model = _beta(moments.total[:, errors], moments.total[:, weight], shrink=both)
    else:
        rate = stats.answered_rate(moments) if column else stats.tag_rate(moments)
        model = _normal(rate, moments, moments.total[:, weight], shrink=both)
    if not both:
        return model, None
    if column and not counts.binary:
        human = _normal(stats.human_rate(moments), moments, moments.total[:, 7], shrink=True)
    elif column:
        human = _beta(moments.total[:, 6], moments.total[:, 7], shrink=True)
    elif measure.bounded:
        human = _beta(people.errors[some], people.asked[some], shrink=True)
    else:
        asked = people.asked[some]
        variance = (people.errors[some] + 0.5) / asked**2
        human = stats.shrink_estimates(people.rate[some], variance, asked)
    return model, human


def _beta(errors: Floats, n: Floats, *, shrink: bool) -> stats.BetaPosterior:
    if shrink:
        return stats.shrink_counts(errors, n)
    return stats.BetaPosterior(errors + 0.5, n - errors + 0.5, 0.0)


def _normal(
    rate: stats.Estimate, moments: stats.Moments, weight: Floats, *, shrink: bool
) -> stats.NormalPosterior:
    variance = rate.variance(moments)
    if shrink:
        return stats.shrink_estimates(rate.value, variance, weight, rate.effective)
    return stats.NormalPosterior(rate.value, variance, np.inf)

