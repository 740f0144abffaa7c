"""The gain with rates shrunk towards the other tags, and draws of it for the order of the tags.

Model and people are shrunk alike, over the tags where people's number is known. Against a bare
number both stay as they are: shrinking one side only ranked worse than not shrinking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.error_analysis.ranked.estimates import BASES
from tagline.error_analysis.ranked.human_levels import HumanLevels, People
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["MIN_SHRUNK", "PLACES", "Shrunk", "shrunk_gains", "some_moments"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Posterior = stats.BetaPosterior | stats.NormalPosterior

MIN_SHRUNK = 5  # tags; with fewer there is nothing to shrink towards
PLACES = 15  # decimals of a room or gain: 0.13 - 0.11 is 0.02


@dataclass(frozen=True, eq=False)
class Shrunk:
    """The shrunk gains of all tags, and draws for some of them.

    Attributes
    ----------
    gain : float array of shape (n_tags,)
        NaN where there is no human level, and for (untagged) and (all).
    changed : bool array of shape (n_tags,)
        Whether it was shrunk; elsewhere it is the gain.
    draws : float array of shape (n_draws, n_drawn)
        Posterior draws with the share fixed, floored at 0.
    """

    gain: Floats
    changed: NDArray[np.bool_]
    draws: Floats


@dataclass(frozen=True, eq=False)
class _Tags:
    """The counts of some tags."""

    counts: Counts
    people: People
    measure: Measure
    places: Places
    moments: stats.Moments

    @property
    def column(self) -> bool:
        return self.people.kind == "column"


def some_moments(moments: stats.Moments, places: Places) -> stats.Moments:
    """Return the sums of some tags."""
    return stats.Moments(moments.total[places], moments.product[places], moments.units[places])


def shrunk_gains(
    counts: Counts,
    people: People,
    measure: Measure,
    *,
    levels: HumanLevels,
    gain: Floats,
    drawn: Places,
    rng: np.random.Generator,
    n_draws: int,
) -> Shrunk:
    """Shrink the gains and draw from their posterior.

    Parameters
    ----------
    counts : Counts
    people : People
    measure : Measure
    levels : HumanLevels
    gain : float array of shape (n_tags,)
        Unshrunk.
    drawn : int array of shape (n_drawn,)
        The tags to draw for, in the order of their names.
    rng : numpy.random.Generator
    n_draws : int

    Returns
    -------
    Shrunk
    """
    share = stats.tag_share(counts.moments).value
    found, changed = gain.copy(), np.zeros(len(gain), dtype=np.bool_)
    found[-BASES:] = np.nan
    draws = np.full((n_draws, len(drawn)), np.nan)
    measured = (levels.asked[drawn] > 0) & _has_variance(counts)[drawn]
    for inner, alike in ((measured, True), (~measured, False)):
        some = drawn[inner]
        if not some.size:
            continue
        tags = _Tags(counts, people, measure, some, some_moments(counts.moments, some))
        model = _model(tags, shrink=alike)
        human = _human(tags) if alike else None
        if human is not None and some.size >= MIN_SHRUNK:
            means = np.maximum(model.mean - human.mean, 0.0) * share[some]
            found[some] = np.round(np.where(np.isnan(means), gain[some], means), PLACES)
            changed[some] = ~np.isnan(means)
        if n_draws:
            rates = levels.rate[some] if human is None else human.draw(rng, n_draws)
            draws[:, inner] = stats.priority_draws(model.draw(rng, n_draws), rates, share[some])
    return Shrunk(found, changed, draws)


def _has_variance(counts: Counts) -> NDArray[np.bool_]:
    if counts.binary:
        return np.ones(len(counts.tags), dtype=np.bool_)
    known = ~np.isnan(counts.moments.product).any(axis=(1, 2)) & (counts.moments.units > 1)
    return np.asarray(known, dtype=np.bool_)


def _model(tags: _Tags, *, shrink: bool) -> Posterior:
    """Return the posterior of the model's rates, on the answered rows with a column."""
    errors, weight = (4, 5) if tags.column else (0, 1)
    total = tags.moments.total
    if tags.counts.binary:
        return _beta(total[:, errors], total[:, weight], shrink=shrink)
    rate = stats.answered_rate(tags.moments) if tags.column else stats.tag_rate(tags.moments)
    if not shrink:
        return stats.NormalPosterior(rate.value, rate.variance(tags.moments), np.inf)
    return _normal(rate, tags.moments, total[:, weight])


def _human(tags: _Tags) -> Posterior:
    """Return the posterior of people's rates, shrunk."""
    total, people = tags.moments.total, tags.people
    if tags.column and tags.counts.binary:
        return _beta(total[:, 6], total[:, 7], shrink=True)
    if tags.column:
        return _normal(stats.human_rate(tags.moments), tags.moments, total[:, 7])
    errors, asked = people.errors[tags.places], people.asked[tags.places]
    if tags.measure.bounded:
        return _beta(errors, asked, shrink=True)
    return stats.shrink_estimates(people.rate[tags.places], (errors + 0.5) / asked**2, asked)


def _beta(errors: Floats, n: Floats, *, shrink: bool) -> stats.BetaPosterior:
    if shrink:
        return stats.shrink_counts(errors, n)
    return stats.BetaPosterior(errors + 0.5, n - errors + 0.5, 0.0)


def _normal(rate: stats.Estimate, moments: stats.Moments, weight: Floats) -> stats.NormalPosterior:
    return stats.shrink_estimates(rate.value, rate.variance(moments), weight, rate.effective)
