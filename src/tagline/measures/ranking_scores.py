"""What a ranked list finds of the relevant ids: places, numbers and discounted gains.

Pure functions on arrays, which the engines run in batches; no engine is needed here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline.exceptions import InputError

__all__ = ["GAINS", "Lists", "Scores", "score_rankings"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GAINS = ("linear", "exponential")


@dataclass(frozen=True, eq=False)
class Lists:
    """Ids of many rows, one row's after the other's.

    Attributes
    ----------
    counts : int array of shape (rows,)
        How many each row has.
    codes : int array of shape (sum of counts,)
        The ids by number, from 0; -1 where there is none.
    """

    counts: Ints
    codes: Ints

    @property
    def rows(self) -> Ints:
        """The row of each id."""
        return np.repeat(np.arange(self.counts.size), self.counts)

    def keys(self, ids: int) -> Ints:
        """Return a number for each row and id; there are fewer than `ids` - 1 ids."""
        keys: Ints = self.rows * ids + self.codes + 1
        return keys

    @property
    def places(self) -> Ints:
        """The place of each id in its row, from 1."""
        return _places(self.counts)


@dataclass(frozen=True, eq=False)
class Scores:
    """What was found in each row; all arrays have the shape (rows,).

    Attributes
    ----------
    relevant, found : int arrays
        Relevant ids, and those of them among the first k.
    place : int array
        The place of the first that is found, from 1; 0 where none is.
    gained, ideal : float arrays
        Discounted gain of the first k, and the largest possible one.
    refused : bool array
        An id with a grade is missing or occurs twice, or a grade is negative or not finite.
    """

    relevant: Ints
    found: Ints
    place: Ints
    gained: Floats
    ideal: Floats
    refused: NDArray[np.bool_]


def score_rankings(
    prediction: Lists,
    label: Lists,
    grades: Floats | None = None,
    *,
    k: int | None = None,
    gain: str = "linear",
) -> Scores:
    """Look up the relevant ids of each row in its ranked list.

    Parameters
    ----------
    prediction : Lists
        Best first. An id that is there twice counts at its first place.
    label : Lists
        The ids that are relevant, or have a grade.
    grades : float array of shape (ids of the label,), optional
        Relevant are grades above 0. Without them all ids are, each once.
    k : int, optional
        How many places count; by default all.
    gain : {"linear", "exponential"}, default "linear"
        What a grade g is worth: g, or 2**g - 1.

    Returns
    -------
    Scores

    Raises
    ------
    InputError
        If `gain` is another word.

    Examples
    --------
    >>> import numpy as np
    >>> ranked, relevant = np.array([0, 1, 2]), np.array([1, 2])
    >>> found = score_rankings(Lists(np.array([3]), ranked), Lists(np.array([2]), relevant))
    >>> int(found.place[0]), int(found.found[0])
    (2, 2)
    """
    if gain not in GAINS:
        raise InputError(f"`gain` must be 'linear' or 'exponential'. Got {gain!r} instead.")
    size, ids = label.counts.size, 2 + max(_largest(prediction), _largest(label))
    last = np.iinfo(np.int64).max if k is None else k
    keys = label.keys(ids)
    if grades is None:
        once = np.unique(keys[label.codes >= 0])
        rows, keys, grade = once // ids, once, np.ones(once.size, dtype=np.float64)
        refused = np.zeros(size, dtype=bool)
    else:
        rows, grade = label.rows, grades
        bad = ~(np.isfinite(_worth(grade, gain)) & (grade >= 0))
        bad |= (label.codes < 0) | _repeated(keys)
        refused = np.bincount(rows[bad], minlength=size) > 0
        kept = ~refused[rows]
        rows, keys, grade = rows[kept], keys[kept], grade[kept]
    places = _look_up(prediction, keys, ids, last)
    worth = _worth(grade, gain)
    hit = (places > 0) & (grade > 0)
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, rows[hit], places[hit])
    found = np.bincount(rows[hit], minlength=size)
    return Scores(
        relevant=np.bincount(rows[grade > 0], minlength=size),
        found=found,
        place=np.where(found > 0, first, 0),
        gained=_sums(rows[hit], worth[hit] / np.log2(places[hit] + 1), size),
        ideal=_ideal(rows, worth, size, last),
        refused=refused,
    )


def _worth(grade: Floats, gain: str) -> Floats:
    if gain == "linear":
        return grade
    with np.errstate(over="ignore"):  # such a grade is refused
        worth: Floats = np.exp2(grade) - 1
    return worth


def _places(counts: Ints) -> Ints:
    places: Ints = np.arange(1, counts.sum() + 1) - np.repeat(np.cumsum(counts) - counts, counts)
    return places


def _largest(lists: Lists) -> int:
    return int(lists.codes.max(initial=0))


def _repeated(keys: Ints) -> NDArray[np.bool_]:
    """Return where a key occurs more than once."""
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    repeated: NDArray[np.bool_] = counts[inverse] > 1
    return repeated


def _look_up(prediction: Lists, wanted: Ints, ids: int, last: int) -> Ints:
    """Return the first place of each wanted key, from 1; 0 where it is not among the first."""
    places = prediction.places
    counted = (places <= last) & (prediction.codes >= 0)
    keys = prediction.keys(ids)[counted]
    if not keys.size:
        return np.zeros(wanted.size, dtype=np.int64)
    known, first = np.unique(keys, return_index=True)
    near = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    return np.where(known[near] == wanted, places[counted][first[near]], 0)


def _ideal(rows: Ints, worth: Floats, size: int, last: int) -> Floats:
    """Return the discounted gain of the best order."""
    order = np.lexsort((-worth, rows))
    places = _places(np.bincount(rows, minlength=size))
    gains = np.where(places <= last, worth[order] / np.log2(places + 1), 0.0)
    return _sums(rows[order], gains, size)


def _sums(rows: Ints, values: Floats, size: int) -> Floats:
    """Return the sum of the values of each row."""
    sums: Floats = np.bincount(rows, values, minlength=size).astype(np.float64)
    return sums
