"""From what the engine counted to the rows of a comparison. Pure: no data, no engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.error_analysis.comparison.promises import NO_PROMISE
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.ranked.estimates import BASES, most_rows
from tagline.error_analysis.shown.wording import NO_TAG, NOTE_STOP
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["Changes", "change_rows", "changes"]

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
        Rows whose error became larger, smaller.
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
    p: Floats
    q: Floats
    verdict: list[str]
    more: Floats
    share: Floats
    cells: stats.PairedCells | None
    units: Floats
    paired: stats.Moments
    seeds: stats.SeedChange | None = None


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
    whole = counts.moments
    paired = stats.Moments(whole.total[:, 4:], whole.product[:, 4:, 4:], whole.units)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = stats.paired_change(paired)
        linear = (found.value, found.variance(paired), found.effective)
        cells, units = _cells(counts, measure, paired, linear)
        seeds = _seeds(counts, linear[1], runs) if runs > 1 else None
        if seeds is not None:
            cells = None
            low, high = _blanked(seeds.interval(level), counts.support.astype(np.float64))
            p, more = seeds.p_value, np.full_like(low, np.nan)
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
        p=p,
        q=q,
        verdict=list(stats.change_verdicts(low, high, decided, margin=margin, level=level)),
        more=more,
        share=stats.tag_share(whole).value,
        cells=cells,
        units=units,
        paired=paired,
        seeds=seeds,
    )


def _seeds(counts: Counts, example_variance: Floats, runs: int) -> stats.SeedChange:
    """Compare the means of several runs a side."""
    if counts.runs is None:
        raise TypeError("several runs a side need counts of each run")
    weight = counts.moments.total[:, 5]
    rates = (counts.runs[:, :, 0] / weight[:, None]).T
    both = counts.moments.product
    overlap = sum(
        stats.seed_overlap(
            counts.runs[:, side, 1].sum(axis=1), runs**2 * both[:, at, at], weight, seeds=runs
        )
        for side, at in ((slice(0, runs), 4), (slice(runs, None), 6))
    )
    return stats.seed_change(
        rates[:runs], rates[runs:], example_variance=example_variance, overlap=np.asarray(overlap)
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


def change_rows(counts: Counts, found: Changes) -> tuple[ChangeRow, ...]:
    """Return the rows: tags that became worse, that are undecided, the rest; then the two bases.

    Within these the largest change of errors (change times share) comes first.
    """
    order = {"worse": 0, "undecided": 2, "no relevant difference": 3, "better": 1}
    tags = len(counts.tags) - BASES
    weight = np.abs(np.nan_to_num(found.change * found.share))
    places = sorted(
        range(tags), key=lambda i: (order[found.verdict[i]], -weight[i], counts.tags[i])
    )
    return tuple(_row(counts, found, place) for place in (*places, tags, tags + 1))


def _row(counts: Counts, found: Changes, place: int) -> ChangeRow:
    untagged = place == len(counts.tags) - BASES
    there = counts.support[place] > 0
    gained = -found.change[place] * found.share[place]
    return ChangeRow(
        tag=counts.tags[place],
        support=int(counts.support[place]),
        before=_known(found.before[place]),
        after=_known(found.after[place]),
        change=_known(found.change[place]),
        change_low=_known(found.low[place]),
        change_high=_known(found.high[place]),
        broken=int(found.broken[place]) if there else None,
        fixed=int(found.fixed[place]) if there else None,
        p_value=None if untagged else _known(found.p[place]),
        q_value=_known(found.q[place]),
        verdict=found.verdict[place] if there and not untagged else None,
        predicted_gain=None,
        realised_gain=_known(gained),
        note=NOTE_STOP.join([*_notes(counts, found, place, untagged=untagged), NO_PROMISE]),
    )


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _notes(counts: Counts, found: Changes, place: int, *, untagged: bool) -> list[str]:
    if not counts.support[place]:
        return [NO_TAG if untagged else "no example has the tag"]
    said = []
    if untagged:
        said.append(NO_TAG)
    elif np.isnan(found.low[place]):
        said.append("no interval: too few independent rows, or nothing to weigh")
    elif found.verdict[place] == "undecided":
        said.append(_way_out(found.more[place]))
    if unknown := int(counts.unknown[place]):
        said.append(f"unknown on {unknown:,} rows")
    if place == len(counts.tags) - 1:
        said.append("q is over the tags; all data are one question of their own")
    return said


def _way_out(more: float) -> str:
    if not np.isfinite(more):
        return "how many more examples would decide cannot be said"
    return f"about {int(more):,} more examples with the tag would decide"
