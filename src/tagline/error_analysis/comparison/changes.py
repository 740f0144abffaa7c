"""From what the engine counted to changes, tests and verdicts. Pure: no data, no engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.error_analysis.comparison.seeds import SeedPlan, seeds_of
from tagline.error_analysis.ranked.estimates import BASES, most_rows
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["Changes", "changes"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Changes:
    """Columns of shape (n_tags,), NaN where unknown.

    Attributes
    ----------
    before, after, change, low, high : float arrays
        Rates of error and their difference, after minus before, with its interval.
    variance, effective : float arrays
        Of the change; effective independent units.
    broken, fixed : int arrays
        Rows whose own rate, error / weight, rose or fell.
    both_right : int array
        Rows without error in both runs.
    p, q : float arrays
        Against no change; q over the tags alone.
    verdict : list of str
        With (all) by its own p; (untagged) is no tag and has none.
    more : float array
        About how many more examples would decide what is undecided.
    share : float array
        Of all weight, what the tag has.
    cells : PairedCells or None
        Of errors of 0 or 1: rows, with groups or weights as many as they count for.
    units : float array
        With the cells: independent units behind the t quantile, infinite where rows are units.
    paired : Moments
        Error and weight before, error and weight after.
    seeds : SeedChange or None
        Where several runs a side were compared.
    plan : SeedPlan or None
        Then what would decide.
    """

    before: Floats
    after: Floats
    change: Floats
    low: Floats
    high: Floats
    variance: Floats
    effective: Floats
    broken: NDArray[np.int64]
    fixed: NDArray[np.int64]
    both_right: NDArray[np.int64]
    p: Floats
    q: Floats
    verdict: list[str]
    more: Floats
    share: Floats
    cells: stats.PairedCells | None
    units: Floats
    paired: stats.Moments
    seeds: stats.SeedChange | None = None
    plan: SeedPlan | None = None


def changes(
    counts: Counts, measure: Measure, *, margin: float, level: float, runs: int = 1
) -> Changes:
    """Compare the two runs on each tag.

    Parameters
    ----------
    counts : Counts
        Counted with a later run in the place of people.
    measure : Measure
    margin : float
        The largest change that does not matter.
    level : float
        Of the intervals, a fraction.
    runs : int, default 1
        How many a side; the counts hold the errors of each.

    Returns
    -------
    Changes

    Notes
    -----
    Errors of 0 or 1: Newcombe's paired interval (1998, method 10) of the four cells, McNemar's
    mid-p; with groups or weights of as many effective rows as the linearised variance shows.
    All else by the linearised paired difference of the two ratios. Several runs a side: the
    difference of the means of the runs, with the variance over runs and over examples.
    """
    if counts.cells is None:
        raise TypeError("a comparison needs counts with a later run")
    whole, plan = counts.moments, None
    paired = stats.Moments(whole.total[:, 4:], whole.product[:, 4:, 4:], whole.units)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = stats.paired_change(paired)
        linear = (found.value, found.variance(paired), found.effective)
        cells, units = _cells(counts, measure, paired, linear)
        seeds = seeds_of(counts, linear[1], runs) if runs > 1 else None
        if seeds is not None:
            cells = None
            low, high = _blanked(seeds.interval(level), counts.support.astype(np.float64))
            p = seeds.p_value
            plan = SeedPlan.of(
                seeds,
                counts.support,
                margin=margin,
                level=level,
                strict=stats.discovery_level(p[:-BASES], level),
            )
            more = plan.examples
        elif cells is None:
            low, high, p, more = _of_ratios(counts, paired, linear, margin=margin, level=level)
        else:
            low, high, p, more = _of_cells(counts, paired, cells, units, margin=margin, level=level)
    tags = slice(None, -BASES)
    q = np.full_like(p, np.nan)
    q[tags] = stats.benjamini_hochberg(p[tags])
    decided = np.where(np.isnan(q), p, q)
    before, after = stats.answered_rate(whole).value, stats.human_rate(whole).value
    return Changes(
        before=before,
        after=after,
        change=after - before,
        low=low,
        high=high,
        variance=linear[1],
        effective=linear[2],
        broken=counts.cells[:, 0, 1].astype(np.int64),
        fixed=counts.cells[:, 1, 0].astype(np.int64),
        both_right=counts.cells[:, 0, 0].astype(np.int64),
        p=p,
        q=q,
        verdict=list(stats.change_verdicts(low, high, decided, margin=margin, level=level)),
        more=more,
        share=stats.tag_share(whole).value,
        cells=cells,
        units=units,
        paired=paired,
        seeds=seeds,
        plan=plan,
    )


def _cells(
    counts: Counts, measure: Measure, paired: stats.Moments, linear: tuple[Floats, Floats, Floats]
) -> tuple[stats.PairedCells | None, Floats]:
    """Return the cells of errors of 0 or 1, and the units behind the t quantile."""
    units = np.full(len(counts.tags), np.inf)
    if counts.binary:
        return _square(counts.cells), units
    if measure.kind != "binary" or counts.family:
        return None, units
    _, variance, effective = linear
    weighted = counts.cells if counts.weighted is None else counts.weighted
    units = np.where(paired.units < counts.support[-1] - counts.unknown, effective, np.inf)
    most = most_rows(counts)
    return stats.effective_cells(_square(weighted), variance, effective, most=most), units


def _square(cells: Floats | None) -> stats.PairedCells:
    if cells is None:
        raise TypeError("a comparison needs counts with a later run")
    weighted = np.maximum(cells, 0.0)  # a difference of sums may fall below 0 by rounding
    return stats.PairedCells(*(weighted[:, i, j] for i in (0, 1) for j in (0, 1)))


def _of_cells(
    counts: Counts,
    paired: stats.Moments,
    cells: stats.PairedCells,
    units: Floats,
    *,
    margin: float,
    level: float,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the ends of the interval, p, and how many more examples would decide."""
    rows = counts.support.astype(np.float64)
    plain = counts.binary
    p = stats.mcnemar(cells.broken, cells.fixed) if plain else stats.paired_ratio_test(paired)
    more = stats.paired_decide_more(
        cells,
        margin=margin,
        level=level,
        strict=stats.discovery_level(p[:-BASES], level),
        support=rows,
        effective=units,
    )
    span = stats.paired_interval(cells, level=level, effective=units)
    return *_blanked(span, rows), p, more


def _of_ratios(
    counts: Counts,
    paired: stats.Moments,
    linear: tuple[Floats, Floats, Floats],
    *,
    margin: float,
    level: float,
) -> tuple[Floats, Floats, Floats, Floats]:
    p = stats.paired_ratio_test(paired)
    more = stats.paired_ratio_decide_more(
        *linear,
        counts.support,
        margin=margin,
        level=level,
        strict=stats.discovery_level(p[:-BASES], level),
    )
    return *stats.paired_ratio_interval(paired, level=level), p, more


def _blanked(span: tuple[Floats, Floats], rows: Floats) -> tuple[Floats, Floats]:
    """Without rows there is no change to have an interval."""
    low, high = (np.where(rows > 0, end, np.nan) for end in span)
    return low, high
