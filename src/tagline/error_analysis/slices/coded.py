"""Rows as small integers: a code for each column, and the errors beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ERROR", "WEIGHT", "Codes", "Errors", "Floats", "Ints", "N", "smallest", "totals"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Places in a vector of totals. Errors of 0 or 1 with weight 1 have the first two only; their
# weight is the number of rows.
N, ERROR, WEIGHT, SQUARED_ERROR, PRODUCT, SQUARED_WEIGHT = range(6)


@dataclass(frozen=True, eq=False)
class Codes:
    """The columns of some rows as integers from 0.

    Attributes
    ----------
    columns : tuple of unsigned integer arrays of shape (n_rows,)
        Below `levels` a level; equal to it another value, which makes no slice; one more: unknown.
    levels : tuple of int
        How many levels each column has.
    rows : int array of shape (n_rows,) or None
        How many examples each row stands for; None: one.
    """

    columns: tuple[NDArray[np.unsignedinteger], ...]
    levels: tuple[int, ...]
    rows: Ints | None = None

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def examples(self) -> int:
        """How many examples the rows stand for."""
        return len(self) if self.rows is None else int(self.rows.sum())

    def has(self, column: int, level: int) -> NDArray[np.bool_]:
        """Return which rows have a level."""
        found: NDArray[np.bool_] = self.columns[column] == level
        return found

    def known(self, column: int) -> NDArray[np.bool_]:
        """Return which rows have any value in a column."""
        found: NDArray[np.bool_] = self.columns[column] <= self.levels[column]
        return found


@dataclass(frozen=True, eq=False)
class Errors:
    """The errors of some rows, in one of two forms.

    Attributes
    ----------
    wrong : uint8 array of shape (n_rows,) or None
        0 or 1 for each row, where a row is one example and its weight is 1.
    sums : float array of shape (2 or 6, n_rows) or None
        Otherwise: examples and errors; for errors and weights of any size also the weight, and
        the sums of error x error, error x weight and weight x weight.
    """

    wrong: NDArray[np.uint8] | None = None
    sums: Floats | None = None

    @property
    def binary(self) -> bool:
        """Whether all errors are 0 or 1 and all weights 1."""
        return self.sums is None or len(self.sums) == 2

    @classmethod
    def of(cls, error: Floats, weight: Floats) -> Errors:
        """Return errors and weights of any size, one row for each example."""
        one = np.ones_like(error)
        return cls(sums=np.stack([one, error, weight, error**2, error * weight, weight**2]))


def totals(errors: Errors, chosen: NDArray[np.bool_] | None = None) -> Floats:
    """Return the totals of all rows, or of those chosen.

    Parameters
    ----------
    errors : Errors
    chosen : bool array of shape (n_rows,), optional

    Returns
    -------
    float array of shape (2,) or (6,)

    Examples
    --------
    >>> totals(Errors(wrong=np.array([1, 0, 1], np.uint8))).tolist()
    [3.0, 2.0]
    """
    if errors.wrong is not None:
        if chosen is None:
            return np.array([len(errors.wrong), np.count_nonzero(errors.wrong)], np.float64)
        both = np.count_nonzero(errors.wrong & chosen.view(np.uint8))
        return np.array([np.count_nonzero(chosen), both], np.float64)
    assert errors.sums is not None
    sums = errors.sums if chosen is None else errors.sums[:, chosen]
    found: Floats = sums.sum(axis=1)
    return found


def smallest(most: int) -> type[np.unsignedinteger]:
    """Return the narrowest unsigned type that holds numbers up to `most`."""
    for kind in (np.uint8, np.uint16, np.uint32):
        if most <= np.iinfo(kind).max:
            return kind
    return np.uint64
