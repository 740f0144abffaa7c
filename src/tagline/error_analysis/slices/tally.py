"""Counting by mixed radix: one number for each combination of levels, and `bincount`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tagline.error_analysis.slices.coded import Errors, Floats, Ints, smallest

__all__ = ["tally"]

Unsigned = NDArray[np.unsignedinteger]

BLOCK = 1 << 16  # rows at once: the temporary arrays then stay in the processor's cache
DENSE = 4  # a table may have so many times the cells that there are rows


def tally(
    head: Unsigned, tail: Unsigned, sizes: tuple[int, int], errors: Errors, least: float
) -> tuple[Ints, Floats]:
    """Total the errors over each pair of two codes.

    Parameters
    ----------
    head, tail : unsigned integer arrays of shape (n_rows,)
        Below `sizes`. For errors of 0 or 1 a row each, `tail` is twice the code plus the error.
    sizes : (int, int)
        How many different codes `head` and `tail` have (the error not counted).
    errors : Errors
        Of the same rows.
    least : float
        Pairs with fewer examples are left out; above 0.

    Returns
    -------
    pair : int array of shape (n_pairs,)
        ``head * sizes[1] + tail``, ascending.
    totals : float array of shape (n_pairs, 2 or 6)
    """
    if errors.wrong is not None:
        return _wrong(head, tail, sizes, least)
    assert errors.sums is not None
    return _sums(head, tail, sizes, errors.sums, least)


def _wrong(
    head: Unsigned, tail: Unsigned, sizes: tuple[int, int], least: float
) -> tuple[Ints, Floats]:
    cells = 2 * sizes[0] * sizes[1]
    if _is_sparse(cells, len(head)):
        found, counts = np.unique(_combined(head, tail, 2 * sizes[1], cells), return_counts=True)
        pairs, place = np.unique(found // 2, return_inverse=True)
        table = np.zeros((len(pairs), 2), np.int64)
        table[place, (found % 2).astype(np.intp)] = counts
        return _supported(pairs.astype(np.int64), table, least)
    flat = np.zeros(cells, np.int64)
    block = max(BLOCK, cells)
    for start in range(0, len(head), block):
        part = slice(start, start + block)
        flat += np.bincount(_combined(head[part], tail[part], 2 * sizes[1], cells), minlength=cells)
    return _supported(None, flat.reshape(-1, 2), least)


def _supported(pairs: Ints | None, table: Ints, least: float) -> tuple[Ints, Floats]:
    """Turn (right, wrong) into (examples, errors) where there are enough."""
    n = table.sum(axis=1)
    chosen = np.flatnonzero(n >= least)
    found = np.stack([n[chosen], table[chosen, 1]], axis=1).astype(np.float64)
    return (chosen if pairs is None else pairs[chosen]), found


def _sums(
    head: Unsigned, tail: Unsigned, sizes: tuple[int, int], sums: Floats, least: float
) -> tuple[Ints, Floats]:
    cells = sizes[0] * sizes[1]
    pairs = None
    if _is_sparse(cells, len(head)):
        codes = _combined(head, tail, sizes[1], cells)
        pairs, place = np.unique(codes, return_inverse=True)
        table = np.zeros((len(pairs), len(sums)))
        for column, each in enumerate(sums):
            table[:, column] = np.bincount(place, each, len(pairs))
    else:
        table = np.zeros((cells, len(sums)))
        block = max(BLOCK, cells)
        for start in range(0, len(head), block):
            part = slice(start, start + block)
            place = _combined(head[part], tail[part], sizes[1], cells).astype(np.intp)
            for column, each in enumerate(sums):
                table[:, column] += np.bincount(place, each[part], cells)
    chosen = np.flatnonzero(table[:, 0] >= least)
    return (chosen if pairs is None else pairs[chosen].astype(np.int64)), table[chosen]


def _is_sparse(cells: int, rows: int) -> bool:
    return cells > max(DENSE * rows, BLOCK)


def _combined(head: Unsigned, tail: Unsigned, radix: int, cells: int) -> Unsigned:
    kind = smallest(cells)
    combined: Unsigned = np.multiply(head, kind(radix), dtype=kind)
    combined += tail.astype(kind, copy=False)
    return combined
