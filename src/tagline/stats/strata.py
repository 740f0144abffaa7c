"""Strata: rows with the same company of other tags, with and without the tag in question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError

__all__ = ["StratumTables", "pattern_strata"]

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class StratumTables:
    """Errors and rows with the tag and without it, one entry per tag and stratum.

    Parameters
    ----------
    tag : int array of shape (n_tables,)
        Which tag, from 0; in any order.
    errors, n, errors_outside, n_outside : float arrays of shape (n_tables,)
        Errors and rows with the tag, then in the complement, in this stratum.
    n_tags : int
        How many tags there are.

    Raises
    ------
    InputError
        If the shapes differ, a tag is none of `n_tags`, a count is negative, or there are more
        errors than rows.
    """

    tag: Integers
    errors: Floats
    n: Floats
    errors_outside: Floats
    n_outside: Floats
    n_tags: int

    def __post_init__(self) -> None:
        counts = (self.errors, self.n, self.errors_outside, self.n_outside)
        if any(each.shape != self.tag.shape for each in counts) or self.tag.ndim != 1:
            shapes = ", ".join(str(each.shape) for each in (self.tag, *counts))
            raise InputError(f"The columns of strata must be equally long. Got {shapes} instead.")
        if self.tag.size and not 0 <= self.tag.min() <= self.tag.max() < self.n_tags:
            raise InputError(
                f"`tag` must lie between 0 and {self.n_tags - 1}."
                f" Got {self.tag.min()} to {self.tag.max()} instead."
            )
        wrong = (self.errors < 0) | (self.errors > self.n)
        wrong |= (self.errors_outside < 0) | (self.errors_outside > self.n_outside)
        if wrong.any():
            raise InputError(
                f"A stratum has from 0 errors to as many as rows. Entry {int(wrong.argmax())}"
                " does not."
            )

    @classmethod
    def of(
        cls,
        errors: ArrayLike,
        n: ArrayLike,
        errors_outside: ArrayLike,
        n_outside: ArrayLike,
        *,
        tag: ArrayLike | None = None,
        n_tags: int | None = None,
    ) -> StratumTables:
        """Take the columns as any arrays.

        Parameters
        ----------
        errors, n, errors_outside, n_outside : arrays of shape (n_tables,)
            As in the class.
        tag : int array of shape (n_tables,), optional
            As in the class; without it all entries are of one tag.
        n_tags : int, optional
            How many tags there are; by default as many as `tag` shows.

        Returns
        -------
        StratumTables
            With float arrays.
        """
        k, size, k_out, size_out = (
            np.asarray(each, dtype=np.float64) for each in (errors, n, errors_outside, n_outside)
        )
        index = np.zeros(k.shape, dtype=np.intp)
        if tag is not None:
            index = np.asarray(tag, dtype=np.intp)
        count = n_tags if n_tags is not None else int(index.max(initial=0)) + 1
        return cls(index, k, size, k_out, size_out, count)

    def sum(self, values: Floats) -> Floats:
        """Add up a column by tag."""
        return np.asarray(np.bincount(self.tag, values, minlength=self.n_tags), dtype=np.float64)


def pattern_strata(
    codes: ArrayLike, errors: ArrayLike, n: ArrayLike, *, column: ArrayLike, code: ArrayLike
) -> StratumTables:
    """Return the strata of each tag from the counts by pattern of all tags.

    Parameters
    ----------
    codes : int array of shape (n_patterns, n_columns)
        One row per pattern that occurs, one column per boolean tag (0 or 1) or categorical column
        (its level from 0); -1 where it is unknown.
    errors, n : arrays of shape (n_patterns,)
        Errors and rows of the pattern.
    column, code : int arrays of shape (n_tags,)
        Which column each tag belongs to, and its code there.

    Returns
    -------
    StratumTables
        A tag's strata are the patterns of the other columns, so that the levels of its own column
        are its complement. Patterns where the tag is unknown are left out; unknown elsewhere is
        a level like any other. Strata without a row of the tag say nothing and are left out.

    Raises
    ------
    InputError
        If the shapes do not fit, or `column` names none.

    Examples
    --------
    >>> codes = [[0, 0], [1, 0], [0, 1], [1, 1]]
    >>> tables = pattern_strata(codes, [9, 1, 4, 36], [90, 10, 10, 90], column=[0], code=[1])
    >>> tables.errors.tolist(), tables.errors_outside.tolist()
    ([1.0, 36.0], [9.0, 4.0])
    """
    patterns = np.asarray(codes, dtype=np.int64)
    wrong, rows = np.asarray(errors, dtype=np.float64), np.asarray(n, dtype=np.float64)
    which, level = np.asarray(column, dtype=np.intp), np.asarray(code, dtype=np.int64)
    if patterns.ndim != 2 or not wrong.shape == rows.shape == patterns.shape[:1]:
        raise InputError(
            "`codes` takes (n_patterns, n_columns), `errors` and `n` (n_patterns,)."
            f" Got {patterns.shape}, {wrong.shape} and {rows.shape} instead."
        )
    if which.shape != level.shape or (which.size and not 0 <= which.min() <= which.max()):
        raise InputError("`column` and `code` name each tag's column, from 0, and its code there.")
    if which.size and which.max() >= patterns.shape[1]:
        raise InputError(
            f"`column` names column {which.max()}, but `codes` has {patterns.shape[1]}."
        )
    parts = [np.zeros((5, 0))]
    company = _company(patterns)
    for place in np.unique(which):
        tags = np.flatnonzero(which == place)
        own = patterns[:, place]
        parts.append(_column_strata(own, company[place], (wrong, rows), (tags, level[tags])))
    tag, *counts = np.concatenate(parts, axis=1)
    return StratumTables.of(*counts, tag=tag.astype(np.intp), n_tags=which.size)


def _company(patterns: NDArray[np.int64]) -> list[Integers]:
    """Return for each column a number of what the other columns hold, exactly."""
    before = _running(patterns)
    after = _running(patterns[:, ::-1])[::-1]
    return [
        np.unique(first * (second.max(initial=0) + 1) + second, return_inverse=True)[1]
        for first, second in zip(before, after, strict=True)
    ]


def _running(patterns: NDArray[np.int64]) -> list[Integers]:
    """Return for each column a number of what the columns left of it hold."""
    numbers = [np.zeros(len(patterns), dtype=np.intp)]
    for values in patterns.T[:-1]:
        width = values.max(initial=0) + 2
        numbers.append(np.unique(numbers[-1] * width + values + 1, return_inverse=True)[1])
    return numbers


def _column_strata(
    own: NDArray[np.int64],
    company: Integers,
    counts: tuple[Floats, Floats],
    tags: tuple[Integers, NDArray[np.int64]],
) -> Floats:
    """Return tag, errors, rows, errors outside, rows outside of one column's tags."""
    known = own >= 0
    own, company = own[known], company[known]
    wrong, rows = (each[known] for each in counts)
    width = own.max(initial=0) + 1
    cells, cell = np.unique(company * width + own, return_inverse=True)
    inside = [np.bincount(cell, each, minlength=cells.size) for each in (wrong, rows)]
    stratum, level = cells // width, cells % width
    whole = [np.bincount(company, each)[stratum] if cells.size else each for each in (wrong, rows)]
    tag_of = np.full(width, -1)
    shown = (tags[1] >= 0) & (tags[1] < width)
    tag_of[tags[1][shown]] = tags[0][shown]
    tag = tag_of[level]
    table = [tag, *inside, whole[0] - inside[0], whole[1] - inside[1]]
    return np.stack(table).astype(np.float64)[:, tag >= 0]
