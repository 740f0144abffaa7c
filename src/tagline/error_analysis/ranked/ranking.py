"""The order of the tags: priority, rank and the chance to be among the first; and all of it anew.

A `Ranking` keeps the columns and the draws, so that other importances need no data and no draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.error_analysis.ranked.estimates import BASES
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.rows import ALL, COLUMNS, UNTAGGED, TagRow
from tagline.error_analysis.shown.wording import NOTE_STOP, SAME
from tagline.exceptions import InputError, did_you_mean

__all__ = ["Ranking", "columns_of", "factors", "rank_rows"]

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
    gaps : mapping from tag to PeopleGap
        How far the model is from people; other importances leave it as it is.
    same : mapping from tag to tag
        Tags on the very same examples as an earlier one, which is named.
    """

    rows: tuple[TagRow, ...]
    drawn: tuple[str, ...]
    draws: Floats
    top: int
    asked: Mapping[str, float]
    paired: bool = False
    gaps: Mapping[str, PeopleGap] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)

    def is_same(self, one: str, other: str) -> bool:
        """Return whether two tags are on the very same examples."""
        return self.same.get(one, one) == self.same.get(other, other)

    def with_same(self, same: Mapping[str, str]) -> Ranking:
        """Return the ranking that knows which tags are on the same examples, and notes it.

        Parameters
        ----------
        same : mapping from tag to tag

        Returns
        -------
        Ranking
        """
        if not same:
            return self
        rows = tuple(
            replace(row, note=NOTE_STOP.join(filter(None, [f"{SAME}{same[row.tag]}", row.note])))
            if row.tag in same
            else row
            for row in self.rows
        )
        return replace(self, rows=rows, same=same)

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
        columns = columns_of(self.rows)
        for name, given in (("importance", importance), ("ease", ease)):
            if given is not None:
                columns[name] = factors(given, columns["tag"], name)
        return replace(self, rows=rank_rows(columns, self.drawn, self.draws, self.top))


def columns_of(rows: Sequence[TagRow]) -> dict[str, list[Any]]:
    """Return the columns of some rows by name."""
    return {name: [getattr(row, name) for row in rows] for name in COLUMNS}


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
    columns: Mapping[str, Sequence[Any]], drawn: Sequence[str], draws: Floats, top: int
) -> tuple[TagRow, ...]:
    """Return the rows with priority, rank and p_top, in order; (untagged) and (all) come last.

    Parameters
    ----------
    columns : mapping from name to sequence of length n_tags
        Those of `TagRow` but for the three that are found here; None is unknown. The last two tags
        are (untagged) and (all).
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
    tags = list(columns["tag"])[:-BASES]
    number = {name: np.array(columns[name], dtype=np.float64)[:-BASES] for name in _NUMBERS}
    factor, shrunk = number["importance"] * number["ease"], number["shrunk_gain"]
    # without people: what it would bring to make no error at all
    gain = np.where(np.isnan(shrunk), number["error_rate"] * number["share"], shrunk)
    priority = gain * factor
    group = np.select([~np.isnan(shrunk), ~np.isnan(priority)], [0, 1], 2)
    name = np.argsort(np.argsort(np.array(tags, dtype=object)))
    keys = (name, -number["support"], -_rounded(number["gain"]), -_rounded(priority), group)
    order = [int(place) for place in np.lexsort(keys)]
    chance = _chances(tags, factor, drawn, draws, top)
    found = {
        "priority": [None if np.isnan(each) else each for each in priority.tolist()],
        "rank": [place + 1 for place in np.argsort(order).tolist()],
        "p_top": [chance.get(tag) for tag in tags],
    }
    base: list[Any] = [None] * BASES
    whole = {**columns, **{each: [*values, *base] for each, values in found.items()}}
    cells = list(zip(*(whole[each] for each in COLUMNS), strict=True))
    return tuple(TagRow(*cells[place]) for place in (*order, *range(len(tags), len(cells))))


_NUMBERS = ("error_rate", "share", "gain", "shrunk_gain", "support", "importance", "ease")


def _rounded(values: Floats) -> Floats:
    """Return the numbers with as many digits as count, 0 for what is unknown."""
    known = np.nan_to_num(values)
    unit = 10.0 ** (np.floor(np.log10(np.where(known > 0, known, 1.0))) - _DIGITS + 1)
    rounded: Floats = np.round(known / unit) * unit
    return rounded


def _chances(
    tags: Sequence[str], factor: Floats, drawn: Sequence[str], draws: Floats, top: int
) -> dict[str, float]:
    """Return the probability to be among the first, of the tags that have draws."""
    if not len(drawn) or not len(draws):
        return {}
    of = dict(zip(tags, factor.tolist(), strict=True))
    found = stats.p_top(draws * np.array([of[tag] for tag in drawn]), top)
    return {
        tag: float(value) for tag, value in zip(drawn, found, strict=True) if not np.isnan(value)
    }
