"""From what the engine counted to the ranked rows of an error analysis. Pure: no data, no engine.

The definitions are those of ``docs/definitions.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagline.error_analysis.ranked.estimates import BASES, Estimates, estimates
from tagline.error_analysis.ranked.gaps import people_gaps
from tagline.error_analysis.ranked.human_gains import Gains, gains
from tagline.error_analysis.ranked.human_levels import People
from tagline.error_analysis.ranked.ranking import Ranking, factors, rank_rows
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.notes import notes
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["People", "Ranking", "tag_rows"]


def tag_rows(
    counts: Counts,
    people: People,
    measure: Measure,
    *,
    importance: Mapping[str, float],
    ease: Mapping[str, float],
    level: float = 0.95,
    top: int = 3,
    seed: int = 0,
    draws: int = 1000,
) -> Ranking:
    """Rank the tags by what the whole gains if each reaches human level.

    Parameters
    ----------
    counts : Counts
        What the engine counted; the last two tags are (untagged) and (all).
    people : People
        The human level, aligned with the tags of the counts.
    measure : Measure
    importance, ease : mapping from tag to number
        Above 0; a tag that is not named has 1.
    level : float, default 0.95
        Of the intervals, a fraction.
    top : int, default 3
        How many tags are the first, for `p_top`.
    seed : int, default 0
        Of the draws. The order of the tags does not matter.
    draws : int, default 1000
        Behind `p_top` and the intervals of the gains; 0 leaves these null.

    Returns
    -------
    Ranking
        Its `rows` are in order: tags with a known human level by priority, the others by the
        errors that they hold, tags without rows, (untagged), (all).

    Raises
    ------
    InputError
        If `level` is no fraction, or an importance is not above 0 or names no tag.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # a single unit has no variance: NaN
        plain = estimates(counts, measure, level=level)
        human = gains(counts, people, measure, level=level, seed=seed, n_draws=draws)
        gaps = people_gaps(counts, people, measure, plain, human, level=level)
    columns = _columns(counts, plain, human)
    columns["importance"] = factors(importance, counts.tags, "importance")
    columns["ease"] = factors(ease, counts.tags, "ease")
    columns["note"] = notes(counts, people, measure, plain, human)
    drawn = [counts.tags[place] for place in human.drawn]
    asked = {
        tag: float(count) for tag, count in zip(counts.tags, human.asked, strict=True) if count > 0
    }
    ranked = rank_rows(columns, drawn, human.draws, top)
    return Ranking(ranked, tuple(drawn), human.draws, top, asked, people.kind == "column", gaps)


def _columns(counts: Counts, plain: Estimates, human: Gains) -> dict[str, list[Any]]:
    """Return the columns of the rows by name, but for those that the ranking finds."""
    columns: dict[str, list[Any]] = {
        "tag": list(counts.tags),
        "support": counts.support.tolist(),
        "errors": counts.errors.astype(np.float64).tolist(),
    }
    for name in Estimates.__dataclass_fields__:
        columns[name] = _nulls(getattr(plain, name))
    wanted = TagRow.__dataclass_fields__
    for name in Gains.__dataclass_fields__:
        if name in wanted:
            columns[name] = _nulls(getattr(human, name))
    columns["shrunk_gain"][-BASES:] = [None] * BASES
    columns["label_more"] = [None if n is None else int(n) for n in columns["label_more"]]
    return columns


def _nulls(values: NDArray[np.float64]) -> list[float | None]:
    """Return Python numbers, None for what is not known."""
    found = values.astype(object)
    found[~np.isfinite(values)] = None
    numbers: list[float | None] = found.tolist()
    return numbers
