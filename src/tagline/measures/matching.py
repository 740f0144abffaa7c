"""One-to-one matching of boxes or spans: how many of two sets belong together.

Pure functions on arrays, which the engines run in batches; no engine is needed here. A batch of
rows is matched at once, and only so many pairs are held at a time, however many boxes a row has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["Regions", "count_matches"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PAIRS = 1_000_000  # compared at a time: 100 MB with all that is computed on them


@dataclass(frozen=True, eq=False)
class Regions:
    """The boxes (or spans) of many rows, one row's after the other's.

    Attributes
    ----------
    counts : int array of shape (rows,)
        How many each row has; the rest has shape (sum of counts, ...).
    low, high : float arrays of shape (n, dimensions)
        Corners; a region with a NaN matches none.
    classes : int array of shape (n,)
        Only regions of one class match.
    """

    counts: Ints
    low: Floats
    high: Floats
    classes: Ints

    @property
    def size(self) -> Floats:
        """Area or length of each, shape (n,)."""
        size: Floats = np.prod(self.high - self.low, axis=1)
        return size


def count_matches(label: Regions, prediction: Regions, iou: float) -> Ints:
    """Count the most one-to-one pairs of each row whose overlap reaches a limit.

    Parameters
    ----------
    label, prediction : Regions
        Of the same rows.
    iou : float
        The least intersection over union of a pair, above 0 and at most 1 (equal). It is 1 for
        two equal regions also where their area is 0.

    Returns
    -------
    int array of shape (rows,)

    Notes
    -----
    The number of pairs is that of the assignment problem whose cost is 0 for pairs that may match
    and 1 for all others (Kuhn, *The Hungarian method for the assignment problem*, 1955,
    doi:10.1002/nav.3800020109), solved for each set of regions that hang together. Which pairs they
    are does not matter to the number.

    Examples
    --------
    >>> import numpy as np
    >>> def spans(*ends):
    ...     low, high = np.array(ends, dtype=float).T[:, :, None]
    ...     return Regions(np.array([len(ends)]), low, high, np.zeros(len(ends), dtype=int))
    >>> count_matches(spans((0, 4), (5, 9)), spans((1, 4), (20, 30)), 0.5)
    array([1])
    """
    pairs = list(_pairs(label, prediction, iou))
    found: Ints = np.zeros(label.counts.size, dtype=np.int64)
    if pairs:
        left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
        rows = np.repeat(np.arange(label.counts.size), label.counts)
        members, partners = _by_component(left, right)
        np.add.at(found, rows[members], partners)
    return found


def _by_component(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return one of the label's regions in each connected part, and the partners it can have."""
    left, own = np.unique(left, return_inverse=True)
    right, other = np.unique(right, return_inverse=True)
    size = left.size + right.size
    ones = np.ones(own.size, dtype=np.int8)
    graph = csr_array((ones, (own, left.size + other)), shape=(size, size))
    parts, part = connected_components(graph, directed=False)
    lefts = np.bincount(part[: left.size], minlength=parts)
    rights = np.bincount(part[left.size :], minlength=parts)
    partners = np.minimum(lefts, rights)  # right where one of them is 1
    order = np.argsort(part[own], kind="stable")
    ends = np.cumsum(np.bincount(part[own], minlength=parts))
    for place in np.flatnonzero(partners > 1):
        chosen = order[ends[place - 1] if place else 0 : ends[place]]
        partners[place] = _assigned(own[chosen], other[chosen])
    members = np.zeros(parts, dtype=np.int64)
    members[part[: left.size]] = left
    return members, partners


def _assigned(left: Ints, right: Ints) -> int:
    """Count the most one-to-one pairs among those given, by the Hungarian method."""
    (rows, left), (columns, right) = (
        np.unique(side, return_inverse=True) for side in (left, right)
    )
    near = np.zeros((rows.size, columns.size), dtype=np.float64)
    near[left, right] = 1
    return int(near[linear_sum_assignment(near, maximize=True)].sum())


def _pairs(label: Regions, prediction: Regions, iou: float) -> Iterator[tuple[Ints, Ints]]:
    """Yield the numbers of the regions that may match, some label's regions at a time."""
    rows = np.repeat(np.arange(label.counts.size), label.counts)
    partners = prediction.counts[rows]  # how many each of the label's regions is compared with
    first = (np.cumsum(prediction.counts) - prediction.counts)[rows]
    sizes = label.size, prediction.size
    ends = np.cumsum(partners)
    start = 0
    while start < rows.size:
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + PAIRS, side="right")))
        chunk = partners[start:stop]
        left = np.repeat(np.arange(start, stop), chunk)
        within = np.arange(left.size) - np.repeat(np.cumsum(chunk) - chunk, chunk)
        right = np.repeat(first[start:stop], chunk) + within
        same = label.classes[left] == prediction.classes[right]
        left, right = left[same], right[same]
        near = _overlap(label, prediction, left, right, sizes) >= iou
        yield left[near], right[near]
        start = stop


def _overlap(
    label: Regions, prediction: Regions, left: Ints, right: Ints, sizes: tuple[Floats, Floats]
) -> Floats:
    """Return the intersection over union of pairs."""
    low = label.low[left], prediction.low[right]
    high = label.high[left], prediction.high[right]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        common = np.prod(np.maximum(np.minimum(*high) - np.maximum(*low), 0), axis=1)
        overlap: Floats = common / (sizes[0][left] + sizes[1][right] - common)
    overlap[(low[0] == low[1]).all(axis=1) & (high[0] == high[1]).all(axis=1)] = 1.0
    return overlap
