"""What people's level adds: room, gain with its interval, and the gain with shrunk rates.

Draws are made for the tags in the order of their names, so that no result depends on the order in
which the tags come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.error_analysis.ranked.estimates import BASES, most_rows
from tagline.error_analysis.ranked.human_levels import People, human_levels, most_answered
from tagline.error_analysis.ranked.shrinking import PLACES, shrunk_gains, some_moments
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["Gains", "gains"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


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
    shrunk: NDArray[np.bool_]
    drawn: Places
    draws: Floats


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
    levels = human_levels(counts, people, measure, level)
    room = _rounded(np.maximum(levels.model - levels.rate, 0.0))
    gain = _rounded(room * stats.tag_share(counts.moments).value)
    known = np.flatnonzero(~np.isnan(gain))
    order = known[np.argsort(np.asarray(counts.tags, dtype=object)[known], kind="stable")]
    low, high = np.full_like(gain, np.nan), np.full_like(gain, np.nan)
    rng = np.random.default_rng(seed)
    if n_draws and order.size:
        draws = _Drawing(counts, people, measure, order, rng, n_draws).gains()
        low[order], high[order] = stats.draws_interval(draws, gain[order], level)
    tags = order[order < len(counts.tags) - BASES]
    shrunk = shrunk_gains(
        counts,
        people,
        measure,
        levels=levels,
        gain=gain,
        drawn=tags,
        rng=rng,
        n_draws=n_draws,
    )
    return Gains(
        hlp_error=levels.rate,
        hlp_error_low=levels.low,
        hlp_error_high=levels.high,
        model=levels.model,
        asked=levels.asked,
        room=room,
        gain=gain,
        gain_low=low,
        gain_high=high,
        shrunk_gain=shrunk.gain,
        shrunk=shrunk.changed,
        drawn=tags,
        draws=shrunk.draws,
    )


def _rounded(values: Floats) -> Floats:
    rounded: Floats = np.round(values, PLACES)
    return rounded


@dataclass(frozen=True, eq=False)
class _Drawing:
    """Draws of the gains of the tags at `places`; `tagline.stats.gains` says which way when."""

    counts: Counts
    people: People
    measure: Measure
    places: Places
    rng: np.random.Generator
    n_draws: int

    def gains(self) -> Floats:
        """Return draws of shape (n_draws, n_places), floored at 0."""
        moments = some_moments(self.counts.moments, self.places)
        column = self.people.kind == "column"
        if not self.counts.binary or (column and self.counts.cells is None):
            human = None if column else self._human()
            draws = stats.estimated_gain_draws(
                moments, self.rng, self.n_draws, human=human, most=self._most()
            )
            return np.minimum(draws, 1.0) if self.measure.bounded else draws
        k, n = moments.total[:, 0], moments.total[:, 1]
        share = stats.jeffreys_draws(n, n + moments.total[:, 3], self.rng, self.n_draws)
        if column and self.counts.cells is not None:
            cells, asked = self.counts.cells[self.places], self.counts.answered[self.places]
            return stats.answered_gain_draws(
                cells[:, 1, 0], cells[:, 0, 1], asked, share=share, rng=self.rng
            )
        return self._stated(k, n, share)

    def _stated(self, k: Floats, n: Floats, share: Floats) -> Floats:
        """Draw the gains against pairs and bare numbers."""
        errors, asked = self.people.errors[self.places], self.people.asked[self.places]
        pair = asked > 0
        draws = np.empty((self.n_draws, len(self.places)))
        draws[:, pair] = stats.pair_gain_draws(
            k[pair], n[pair], errors[pair], asked[pair], share=share[:, pair], rng=self.rng
        )
        draws[:, ~pair] = stats.stated_gain_draws(
            k[~pair],
            n[~pair],
            self.people.rate[self.places][~pair],
            share=share[:, ~pair],
            rng=self.rng,
        )
        return draws

    def _most(self) -> Floats | float:
        if self.measure.kind != "binary":
            return np.inf
        column = self.people.kind == "column"
        most = most_answered(self.counts) if column else most_rows(self.counts)
        return most[self.places]

    def _human(self) -> Floats:
        """Draw people's rates: Jeffreys for a pair, the number itself where it is bare."""
        errors, asked = self.people.errors[self.places], self.people.asked[self.places]
        rates = np.tile(self.people.rate[self.places], (self.n_draws, 1))
        pair = asked > 0
        if self.measure.bounded:
            rates[:, pair] = stats.jeffreys_draws(errors[pair], asked[pair], self.rng, self.n_draws)
        else:
            counts = stats.gamma_draws(errors[pair] + 0.5, self.rng, self.n_draws)
            rates[:, pair] = counts / asked[pair]
        return rates
