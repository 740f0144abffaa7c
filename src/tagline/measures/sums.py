"""Sums of errors and weights for the tags of one column, and how they become moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline.stats import Moments

__all__ = ["Known", "Sums", "moments"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Known:
    """The rows in which one column's tags are known.

    `rows` counts them, `units` the independent ones (rows or groups); `total` has shape (2,) and
    `product` (2, 2): error and weight.
    """

    rows: int
    units: int
    total: Floats
    product: Floats


@dataclass(frozen=True, eq=False)
class Sums:
    """The L tags of one column.

    `total` has shape (L, V), `product` (L, V, V) and `cross` (L, V, 2): the products of a tag's
    sums with those of all rows in which the column is known. V is 2 (error, weight) or 6 (and the
    model's and the person's on the rows that a person answered). Products are over independent
    units, so `cross` differs from `product` only where rows come in groups.
    """

    tags: tuple[str, ...]
    column: str
    rows: Floats
    answered: Floats
    total: Floats
    product: Floats
    cross: Floats
    known: Known
    cells: Floats | None = None  # (L, 2, 2), as in Counts
    weighted: Floats | None = None
    runs: Floats | None = None


def moments(parts: Sequence[Sums]) -> Moments:
    """Put each tag beside its complement, in the order that `Moments` documents."""
    total = np.concatenate([part.total for part in parts])
    product = np.concatenate([part.product for part in parts])
    cross = np.concatenate([part.cross for part in parts])
    size = [len(part.tags) for part in parts]
    known = np.repeat([part.known.total for part in parts], size, axis=0)
    known_product = np.repeat([part.known.product for part in parts], size, axis=0)
    units = np.repeat([part.known.units for part in parts], size)
    columns, people = len(total), slice(2, total.shape[1])
    width = 2 + total.shape[1]
    inside, outside, answers = slice(0, 2), slice(2, 4), slice(4, width)
    both = np.empty((columns, width))
    both[:, inside], both[:, outside] = total[:, :2], known - total[:, :2]
    both[:, answers] = total[:, people]
    matrix = np.empty((columns, width, width))
    own, mixed = product[:, :2, :2], cross[:, :2]
    matrix[:, inside, inside] = own
    matrix[:, inside, outside] = mixed - own
    matrix[:, outside, inside] = _turned(mixed - own)
    matrix[:, outside, outside] = known_product - mixed - _turned(mixed) + own
    matrix[:, answers, answers] = product[:, people, people]
    matrix[:, inside, answers] = product[:, :2, people]
    matrix[:, answers, inside] = product[:, people, :2]
    matrix[:, answers, outside] = cross[:, people] - product[:, people, :2]
    matrix[:, outside, answers] = _turned(matrix[:, answers, outside])
    return Moments(both, matrix, units.astype(np.float64))


def _turned(matrices: Floats) -> Floats:
    """Transpose each matrix of a stack."""
    return np.swapaxes(matrices, 1, 2)
