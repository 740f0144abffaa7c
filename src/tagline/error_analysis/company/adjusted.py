"""The gap of each tag to its complement: raw, adjusted for the other tags, and for one of them.

Counts by pattern go in; the statistics are those of `tagline.stats`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tagline import stats

if TYPE_CHECKING:
    from tagline.error_analysis.company.adjusting import Patterns

__all__ = ["COMPARABLE", "EXPLAINED", "MOST_TAGS", "Gap", "Spread", "TagGaps", "tag_gaps"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_TAGS = 15  # their combinations are what the engine answers: 2^15 are few beside the data
EXPLAINED = 0.5  # of the raw gap: no more than this is left where another tag mostly explains it
COMPARABLE = 0.25  # of the tag's rows have a counterpart: fewer do not speak for the tag

Spread = Callable[[Floats], tuple[Floats, Floats]]
"""From factors (n_patterns, n_scores, 2) to the sums of the scores, and their squares by group."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A rate with a tag minus the rate without it; None where not known."""

    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    comparable: float | None  # of the tag's rows, the fraction with a counterpart


@dataclass(frozen=True, slots=True)
class TagGaps:
    """What is left of a tag's gap when the other tags are held fixed.

    `beside` is the gap adjusted for `other` alone, the tag that leaves the least of it; None where
    no other tag leaves at most half (see `EXPLAINED`). `same` are the tags with nearly the same
    rows, which were not held fixed. `mutual` says that this tag leaves at most
    half of the other's gap, too.
    """

    tag: str
    raw: Gap
    adjusted: Gap
    same: tuple[str, ...] = ()
    other: str | None = None
    beside: Gap | None = None
    mutual: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Contrast:
    """Who is compared with whom: `side` is 1 with the tag, 0 without, -1 unknown."""

    side: Integers
    stratum: Integers


def tag_gaps(
    patterns: Patterns, *, level: float = 0.95, spread: Spread | None = None
) -> list[TagGaps]:
    """Return the gaps of each tag.

    Parameters
    ----------
    patterns : Patterns
    level : float, default 0.95
        Of the intervals.
    spread : callable, optional
        Where rows come in groups: sums scores over them.

    Returns
    -------
    list of TagGaps
        In the order of the tags.

    Notes
    -----
    The strata are the patterns of the other tags, or one other tag (with it, without it, unknown).
    Tags that exclude each other, as the levels of one column do, never explain each other. Nor is
    one of two tags held fixed for the other where they have nearly the same rows.
    """
    if not patterns.tags:
        return []
    sides = [_side(patterns, i) for i in range(len(patterns.tags))]
    whole = np.zeros(len(patterns.keys), dtype=np.int64)
    raw = [_Contrast(side, whole) for side in sides]
    pairs = _pairs(patterns, sides, level)
    near = _gaps(patterns, raw, level, None)
    chosen = [_explanation(i, near[i], pairs) for i in range(len(sides))]
    same = [_same(i, pairs) for i in range(len(sides))]
    every = [_Contrast(side, _company(patterns, i, same[i])) for i, side in enumerate(sides)]
    asked = [_Contrast(sides[i], sides[j] + 1) for i, j in enumerate(chosen) if j is not None]
    found = _gaps(patterns, [*raw, *every, *asked], level, spread)
    left = iter(found[2 * len(raw) :])
    return [
        TagGaps(
            tag=patterns.tags[i],
            raw=found[i],
            adjusted=found[len(raw) + i],
            same=tuple(patterns.tags[each] for each in same[i]),
            other=None if j is None else patterns.tags[j],
            beside=None if j is None else next(left),
            mutual=j is not None and _mostly_gone(near[j], pairs[j, i]),
        )
        for i, j in enumerate(chosen)
    ]


def _pairs(
    patterns: Patterns, sides: Sequence[Integers], level: float
) -> dict[tuple[int, int], Gap]:
    """Return the gap of each tag adjusted for each other one that does not exclude it."""
    has = np.stack([side == 1 for side in sides]).astype(np.float64)
    together = (has * patterns.rows) @ has.T > 0
    apart = patterns.column[:, None] != patterns.column
    pairs = [(int(i), int(j)) for i, j in np.argwhere(together & apart)]
    contrasts = [_Contrast(sides[i], sides[j] + 1) for i, j in pairs]
    return dict(zip(pairs, _gaps(patterns, contrasts, level, None), strict=True))


def _explanation(i: int, raw: Gap, pairs: dict[tuple[int, int], Gap]) -> int | None:
    """Return the other tag that leaves the least of a tag's gap, if that is at most half of it."""
    others = {j: gap for (own, j), gap in pairs.items() if own == i and _mostly_gone(raw, gap)}
    return min(others, key=lambda j: abs(others[j].value or 0.0), default=None)


def _mostly_gone(raw: Gap, adjusted: Gap) -> bool:
    if not raw.value or adjusted.value is None or (adjusted.comparable or 0.0) < COMPARABLE:
        return False
    return adjusted.value / raw.value <= EXPLAINED


def _same(i: int, pairs: dict[tuple[int, int], Gap]) -> list[int]:
    """Return the tags that come with this one so often that neither can be held fixed."""
    others = [j for own, j in pairs if own == i]
    return [j for j in others if max(_part(pairs[i, j]), _part(pairs[j, i])) < COMPARABLE]


def _part(gap: Gap) -> float:
    return gap.comparable or 0.0


def _company(patterns: Patterns, i: int, same: Sequence[int]) -> Integers:
    return patterns.company(np.unique(patterns.column[[i, *same]]).tolist())


def _side(patterns: Patterns, i: int) -> Integers:
    code = patterns.codes[:, patterns.column[i]]
    return np.where(code < 0, -1, code == patterns.code[i]).astype(np.int64)


def _gaps(
    patterns: Patterns, contrasts: Sequence[_Contrast], level: float, spread: Spread | None
) -> list[Gap]:
    """Return the gap of each contrast."""
    number = len(contrasts)
    if not number:
        return []
    tables = [_table(patterns, each) for each in contrasts]
    which = np.repeat(np.arange(number), [len(each) for each in tables])
    table = np.concatenate(tables)
    if patterns.binary:
        rows, errors = table[:, :, 0], table[:, :, 1]
        strata = stats.StratumTables(
            which, errors[:, 1], rows[:, 1], errors[:, 0], rows[:, 0], number
        )
        found = stats.mantel_haenszel(strata, level=level)
    else:
        moments = _moments(table)
        by_group = _by_group(patterns, contrasts, moments, which, spread) if spread else {}
        found = stats.adjusted_ratio(moments, which, n_tags=number, level=level, **by_group)
    columns = (found.value, found.low, found.high, found.p_value, found.comparable)
    known = [[None if np.isnan(v) else float(v) for v in each] for each in columns]
    return [Gap(*each) for each in zip(*known, strict=True)]


def _table(patterns: Patterns, contrast: _Contrast) -> Floats:
    """Return rows, errors and further sums of both sides of each stratum that has the tag.

    Shape (n_strata, 2, 2) where errors are 0 or 1, else (n_strata, 2, 6); without, then with.
    """
    cell, cells = _cells(contrast)
    wanted = 1 if patterns.binary else patterns.sums.shape[1]
    known = contrast.side >= 0
    columns = [patterns.rows, *patterns.sums.T[:wanted]]
    sums = [np.bincount(cell[known], each[known], minlength=cells) for each in columns]
    table: Floats = np.stack(sums, axis=1).astype(np.float64).reshape(-1, 2, wanted + 1)
    return table[table[:, 1, 0] > 0]


def _cells(contrast: _Contrast) -> tuple[Integers, int]:
    """Return the cell of each pattern, two to a stratum, and how many cells there are."""
    return 2 * contrast.stratum + contrast.side, 2 * (int(contrast.stratum.max(initial=0)) + 1)


def _moments(table: Floats) -> stats.Moments:
    """Put the sums of both sides as `Moments` has them: with the tag, then without it."""
    total, product = np.zeros((len(table), 4)), np.zeros((len(table), 4, 4))
    for side, place in ((1, 0), (0, 2)):
        _, error, weight, squares, both, weights = table[:, side].T
        total[:, place], total[:, place + 1] = error, weight
        product[:, place, place], product[:, place + 1, place + 1] = squares, weights
        product[:, place, place + 1] = product[:, place + 1, place] = both
    return stats.Moments(total, product, table[:, :, 0].sum(axis=1))


def _by_group(
    patterns: Patterns,
    contrasts: Sequence[_Contrast],
    moments: stats.Moments,
    which: NDArray[np.intp],
    spread: Spread,
) -> dict[str, Floats]:
    """Return the variance of each gap over groups, and how many groups have the tag."""
    number = len(contrasts)
    scores = stats.stratum_scores(moments, which, n_tags=number)
    factors = np.zeros((len(patterns.keys), 2 * number, 2))
    for place, contrast in enumerate(contrasts):
        own = np.zeros((_cells(contrast)[1] // 2, 4))
        own[_kept(patterns, contrast)] = scores[which == place]
        mine = own[contrast.stratum]
        inside, outside = contrast.side == 1, contrast.side == 0
        factors[inside, place], factors[outside, place] = mine[inside, :2], mine[outside, 2:]
        factors[inside, number + place, 1] = (mine[inside] != 0).any(axis=1)
    total, squares = spread(factors)
    weight, weights = total[number:], squares[number:]
    groups = np.divide(weight**2, weights, out=np.zeros_like(weight), where=weights > 0)
    few = np.divide(groups, groups - 1, out=np.ones_like(groups), where=groups > 1)
    return {"variance": squares[:number] * few, "effective": groups}


def _kept(patterns: Patterns, contrast: _Contrast) -> NDArray[np.bool_]:
    """Return which strata `_table` kept: those that hold the tag."""
    with_tag = np.where(contrast.side == 1, patterns.rows, 0.0)
    kept: NDArray[np.bool_] = np.bincount(contrast.stratum, with_tag) > 0
    return kept
