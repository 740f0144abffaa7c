"""The order of the tags: priority, rank and the chance to be among the first; and all of it anew.

A `Ranking` keeps the columns and the draws, so that other importances need no data and no draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.error_analysis.estimates import BASES
from tagline.error_analysis.rows import ALL, UNTAGGED, TagRow
from tagline.exceptions import InputError, did_you_mean

__all__ = ["Ranking", "factors", "rank_rows"]

Floats = NDArray[np.float64]

_DIGITS = 12  # that count where two priorities are compared: sums of floats differ in the last


@dataclass(frozen=True, eq=False)
class Ranking:
    """The rows in their order, and what is needed to order them by other importances.

    Attributes
    ----------
    rows : tuple of TagRow
        By rank, then (untagged) and (all).
    drawn : tuple of str
        The tags that have draws, in the order of their names.
    draws : float array of shape (n_draws, n_drawn)
        Posterior draws of the shrunk gain, before importance and ease.
    top : int
        How many are the first.
    asked : mapping from tag to float
        How many examples people answered; the tag is missing where that is not known.
    paired : bool
        People answered the model's own examples: a column of answers.
    """

    rows: tuple[TagRow, ...]
    drawn: tuple[str, ...]
    draws: Floats
    top: int
    asked: Mapping[str, float]
    paired: bool = False

    def reweight(
        self,
        importance: Mapping[str, float] | None = None,
        ease: Mapping[str, float] | None = None,
    ) -> Ranking:
        """Return the ranking with other factors; what is None stays as it is.

        Parameters
        ----------
        importance, ease : mapping from tag to number, optional
            Above 0; a tag that is not named has 1.

        Returns
        -------
        Ranking

        Raises
        ------
        InputError
            If a tag is unknown, or a number is not above 0.
        """
        tags = [row.tag for row in self.rows]
        rows = list(self.rows)
        if importance is not None:
            found = factors(importance, tags, "importance")
            rows = [replace(row, importance=x) for row, x in zip(rows, found, strict=True)]
        if ease is not None:
            found = factors(ease, tags, "ease")
            rows = [replace(row, ease=x) for row, x in zip(rows, found, strict=True)]
        ranked = rank_rows(rows, self.drawn, self.draws, self.top)
        return replace(self, rows=ranked)


def factors(numbers: Mapping[str, float], tags: Sequence[str], name: str) -> list[float]:
    """Return one number above 0 for each tag, 1 where none is given.

    Parameters
    ----------
    numbers : mapping from tag to number
    tags : sequence of str
        The tags of the report.
    name : str
        Of the argument, for the message.

    Returns
    -------
    list of float

    Raises
    ------
    InputError
        If a tag is unknown, or a number is not above 0.
    """
    if not isinstance(numbers, Mapping):
        raise InputError(f"`{name}` must say a number by tag, as {{'dim': 2}}. Got {numbers!r}.")
    known = set(tags) - {ALL, UNTAGGED}
    for tag, value in numbers.items():
        if tag not in known:
            raise InputError(f"`{name}` names no tag {tag!r}. {did_you_mean(tag, tags)}")
        if not isinstance(value, (int, float)) or not (math.isfinite(value) and value > 0):
            raise InputError(
                f"`{name}` of the tag {tag!r} must be a number above 0. Got {value!r} instead."
            )
    return [float(numbers.get(tag, 1.0)) for tag in tags]


def rank_rows(
    rows: Sequence[TagRow], drawn: Sequence[str], draws: Floats, top: int
) -> tuple[TagRow, ...]:
    """Return the rows with priority, rank and p_top, in order; (untagged) and (all) come last.

    Parameters
    ----------
    rows : sequence of TagRow
        The last two are (untagged) and (all). Importance and ease are taken from them.
    drawn : sequence of str
        The tags of `draws`.
    draws : float array of shape (n_draws, n_drawn)
        Of the shrunk gain.
    top : int

    Returns
    -------
    tuple of TagRow
        Tags with a known human level by priority, then the others by the errors they hold, then
        those without rows.
    """
    tags, base = list(rows[:-BASES]), rows[-BASES:]
    chance = _chances(tags, drawn, draws, top)
    scored = [(row, _priority(row)) for row in tags]
    scored.sort(key=_key)
    ranked = [
        replace(row, priority=priority, rank=place, p_top=chance.get(row.tag))
        for place, (row, priority) in enumerate(scored, start=1)
    ]
    return (*ranked, *base)


def _priority(row: TagRow) -> float | None:
    """Return shrunk gain x importance x ease; without people, of the gain of no error at all."""
    gain = row.shrunk_gain
    if gain is None:
        if row.error_rate is None or row.share is None:
            return None
        gain = row.error_rate * row.share
    return gain * row.importance * row.ease


def _key(scored: tuple[TagRow, float | None]) -> tuple[int, float, float, int, str]:
    row, priority = scored
    group = 0 if row.shrunk_gain is not None else 1 if priority is not None else 2
    return group, -_rounded(priority), -_rounded(row.gain), -row.support, row.tag


def _rounded(value: float | None) -> float:
    return float(f"{value or 0.0:.{_DIGITS}g}")


def _chances(
    tags: Sequence[TagRow], drawn: Sequence[str], draws: Floats, top: int
) -> dict[str, float]:
    """Return the probability to be among the first, of the tags that have draws."""
    if not len(drawn) or not len(draws):
        return {}
    factor = {row.tag: row.importance * row.ease for row in tags}
    found = stats.p_top(draws * np.array([factor[tag] for tag in drawn]), top)
    return {
        tag: float(value) for tag, value in zip(drawn, found, strict=True) if not np.isnan(value)
    }
