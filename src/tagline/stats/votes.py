"""Votes on items: how many people said each category, in as few rows as there are patterns.

Whoever counts (an engine) groups the items by their votes: with 4 taggers there are at most 15
patterns of (no, yes), however many items. All coefficients of agreement are functions of sums over
these patterns, so nothing as large as the data comes here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError

__all__ = ["Coefficient", "Votes"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement with its interval, or the reason why there is none.

    Parameters
    ----------
    value, low, high : float
        NaN where the coefficient is undefined.
    reason : str, default ""
        Why it is undefined; empty where it is known.

    Examples
    --------
    >>> Coefficient.undefined("no item was decided by two people").reason
    'no item was decided by two people'
    """

    value: float
    low: float
    high: float
    reason: str = ""

    @classmethod
    def undefined(cls, reason: str) -> Coefficient:
        """Return an unknown coefficient and say why."""
        return cls(float("nan"), float("nan"), float("nan"), reason)


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Patterns of votes, and how many items have each.

    Parameters
    ----------
    counts : float array of shape (n_patterns, n_categories)
        How many people gave an item each category. People are exchangeable; a missing vote is
        simply not counted, so the sums of the rows may differ.
    times : float array of shape (n_patterns,)
        How many items have the pattern.

    Raises
    ------
    InputError
        If the shapes do not fit, there are fewer than 2 categories, or a number is below 0.

    Examples
    --------
    90 items where two people said no, 6 where one said yes, 4 where both did.

    >>> votes = Votes.of([[2, 0], [1, 1], [0, 2]], [90, 6, 4])
    >>> votes.pairable.items
    100.0
    """

    counts: Floats
    times: Floats

    def __post_init__(self) -> None:
        shape = self.counts.shape
        if len(shape) != 2 or shape[1] < 2 or self.times.shape != shape[:1]:
            raise InputError(
                "`Votes` takes `counts` (patterns, at least 2 categories) and `times` (patterns,)."
                f" Got {shape} and {self.times.shape} instead."
            )
        if not ((self.counts >= 0).all() and (self.times >= 0).all()):
            raise InputError("Votes are counts, so they must be at least 0 and not missing.")

    @classmethod
    def of(cls, counts: ArrayLike, times: ArrayLike | None = None) -> Votes:
        """Take counts as any array; without `times` every row is one item.

        Parameters
        ----------
        counts : array of shape (n_patterns, n_categories)
            As in the class.
        times : array of shape (n_patterns,), optional
            As in the class.

        Returns
        -------
        Votes
            With float arrays.
        """
        table = np.asarray(counts, dtype=np.float64)
        often = np.ones(len(table)) if times is None else np.asarray(times, dtype=np.float64)
        return cls(table, often)

    @classmethod
    def of_people(cls, decisions: ArrayLike, *, categories: int = 2) -> Votes:
        """Count the decisions of people, one column each.

        Parameters
        ----------
        decisions : int array of shape (n_items, n_people)
            0 to `categories` - 1, or -1 where the person did not look at the item.
        categories : int, default 2
            For a tag 2: no is 0, yes is 1.

        Returns
        -------
        Votes
            One row per item.

        Raises
        ------
        InputError
            If a decision is no category.

        Examples
        --------
        >>> Votes.of_people([[1, 1, -1], [0, 1, 0]]).counts.tolist()
        [[0.0, 2.0], [2.0, 1.0]]
        """
        given = np.asarray(decisions)
        if given.ndim != 2 or ((given < -1) | (given >= categories)).any():
            raise InputError(
                f"Decisions must be 0 to {categories - 1}, or -1 for not looked at, in an array"
                " (items, people)."
            )
        return cls.of((given[:, :, None] == np.arange(categories)).sum(axis=1))

    @property
    def size(self) -> Floats:
        """Votes per item of each pattern, shape (n_patterns,)."""
        size: Floats = self.counts.sum(axis=1)
        return size

    @property
    def items(self) -> float:
        """How many items there are."""
        return float(self.times.sum())

    @property
    def pairable(self) -> Votes:
        """The patterns with at least two votes: a single vote agrees with nobody."""
        chosen = (self.size >= 2) & (self.times > 0)
        return Votes(self.counts[chosen], self.times[chosen])
