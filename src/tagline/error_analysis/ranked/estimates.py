"""What the counts of a tag say without people: share, error rate, share of the errors, test, power.

Ungrouped errors of 0 or 1 with weight 1 are whole numbers: Wilson's interval, Fisher's test or the
score test. All else goes by the linearised sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["BASES", "Estimates", "estimates", "most_rows"]

Floats = NDArray[np.float64]
Span = tuple[Floats, Floats]

BASES = 2  # the last rows of all counts: (untagged) and (all)


@dataclass(frozen=True, eq=False)
class Estimates:
    """Columns of shape (n_tags,); NaN means unknown. The names are those of `TagRow`."""

    share: Floats
    share_low: Floats
    share_high: Floats
    error_rate: Floats
    error_rate_low: Floats
    error_rate_high: Floats
    error_share: Floats
    error_share_low: Floats
    error_share_high: Floats
    p_value: Floats
    q_value: Floats
    mde: Floats
    label_more: Floats


def estimates(counts: Counts, measure: Measure, *, level: float) -> Estimates:
    """Return every column that needs no human level.

    Parameters
    ----------
    counts : Counts
        The last two tags are (untagged) and (all).
    measure : Measure
    level : float
        Of the intervals and tests, a fraction.

    Returns
    -------
    Estimates
    """
    moments = counts.moments
    rate, share = stats.tag_rate(moments), stats.tag_share(moments)
    of_errors = _error_share(counts, level)
    p, mde, more = _comparison(counts, level=level)
    p[-BASES:] = np.nan  # (untagged) and (all) are no tags: neither tested nor to be shown
    more[-BASES:] = np.nan
    return Estimates(
        share.value,
        *_known(share.value, _share_interval(counts, level), counts),
        rate.value,
        *_known(rate.value, _rate_interval(counts, measure, level), counts),
        *of_errors,
        p,
        stats.benjamini_hochberg(p),
        mde,
        more,
    )


def most_rows(counts: Counts) -> Floats:
    """Return the rows with the tag; with sample weights, where rows are units, Kish's number.

    Where rows come in groups the sums do not say how unequal the weights of rows are: then it is
    the plain number of rows.
    """
    kish = stats.effective_units(counts.moments, [1])
    rows = counts.support.astype(np.float64)
    return np.where(_grouped(counts) | ~(kish > 0), rows, np.minimum(kish, rows))


def _grouped(counts: Counts) -> NDArray[np.bool_]:
    """Return where there are fewer independent units than rows in which the tag is known."""
    known = counts.support[-1] - counts.unknown
    return np.asarray(counts.moments.units < known, dtype=np.bool_)


def _known(value: Floats, span: Span, counts: Counts) -> Span:
    """Blank an interval where its value, or the products behind it, are unknown."""
    blank = np.isnan(value)
    if not counts.binary:
        blank = blank | np.isnan(counts.moments.product[:, :4, :4]).any(axis=(1, 2))
    low, high = (np.where(blank, np.nan, end) for end in span)
    return low, high


def _rate_interval(counts: Counts, measure: Measure, level: float) -> Span:
    if counts.binary:
        total = counts.moments.total
        return stats.wilson(total[:, 0], total[:, 1], level)
    most = most_rows(counts) if measure.kind == "binary" else np.inf
    return stats.tag_rate_interval(counts.moments, level=level, bounded=measure.bounded, most=most)


def _share_interval(counts: Counts, level: float) -> Span:
    moments = counts.moments
    weight = moments.total[:, 1] + moments.total[:, 3]
    if counts.binary:
        return stats.wilson(moments.total[:, 1], weight, level)
    share = stats.tag_share(moments)
    rows = (counts.support[-1] - counts.unknown).astype(np.float64)
    most = np.where(_grouped(counts), rows, np.minimum(rows, share.effective))
    return stats.ratio_interval(
        share.value, share.variance(moments), share.effective, level=level, bounded=True, most=most
    )


def _error_share(counts: Counts, level: float) -> tuple[Floats, Floats, Floats]:
    moments = counts.moments
    if counts.family:  # errors of a mean over classes do not add up
        blank = np.full(len(counts.tags), np.nan)
        return blank, blank, blank
    part = stats.error_share(moments)
    if counts.binary:
        span = stats.wilson(moments.total[:, 0], moments.total[:, 0] + moments.total[:, 2], level)
    else:
        span = stats.ratio_interval(
            part.value, part.variance(moments), part.effective, level=level, bounded=True
        )
    return part.value, *_known(part.value, span, counts)


def _comparison(counts: Counts, *, level: float) -> tuple[Floats, Floats, Floats]:
    """Return p, the smallest difference that shows, and how many more rows show the one seen."""
    moments = counts.moments
    k, n, k_out, n_out = (moments.total[:, place] for place in range(4))
    with np.errstate(divide="ignore", invalid="ignore"):
        if counts.binary:
            p = stats.proportion_test(k, n, k_out, n_out)
            base = np.where(n_out > 0, k_out / n_out, np.nan)
            more = stats.label_more(k, n, k_out, n_out, p_value=p, level=level)
            return p, stats.mde(n, n_out, base, level), more
        p = stats.ratio_test(moments)
        inside = stats.tag_rate(moments).variance(moments)
        rest = stats.complement_rate(moments).variance(moments)
        more = stats.label_more_from_variance(
            stats.rate_difference(moments).value,
            counts.support,
            inside,
            rest,
            p_value=p,
            level=level,
        )
        return p, stats.mde_from_variance(inside, rest, level), more
