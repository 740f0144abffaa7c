"""The function that matches boxes or spans batch by batch inside the engine."""

from __future__ import annotations

import functools
from collections.abc import Callable

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tagline.measures.batch_functions import batch_function
from tagline.measures.matching import Regions, count_matches

__all__ = ["NUMBERS", "matcher"]

NUMBERS, TEXTS = dt.Array(dt.Array(dt.float64)), dt.Array(dt.string)


@functools.cache
def matcher(
    numbers: int, iou: float, sized: tuple[bool, bool], *, classes: bool, spark: bool
) -> Callable[..., ir.StructValue]:
    """Return the function that an engine runs on batches of rows.

    Parameters
    ----------
    numbers : int
        How many say where a region lies, such as 4 for a box: all starts, then all ends or lengths.
    iou : float
        As in `count_matches`.
    sized : pair of bool
        For label and prediction: whether the second half are lengths, not ends.
    classes : bool
        Whether lists of classes come third and fourth.
    spark : bool

    Returns
    -------
    callable
        From columns of lists of lists of numbers (and lists of text) to a struct column with
        `matched`, the number of pairs, and `label` and `prediction`, true where a region of that
        side is wrong.
    """
    limit = repr(iou).replace(".", "_").replace("-", "_")
    name = f"tagline_matched_{numbers}_{limit}_{int(sized[0])}{int(sized[1])}{int(classes)}"
    takes = (NUMBERS, NUMBERS, TEXTS, TEXTS) if classes else (NUMBERS, NUMBERS)
    count = functools.partial(_count, numbers=numbers, iou=iou, sized=sized)
    return batch_function(name, takes, _GIVES, count, spark=spark)


_GIVES = {"matched": dt.int64, "label": dt.boolean, "prediction": dt.boolean}


def _count(*lists: pa.ListArray, numbers: int, iou: float, sized: tuple[bool, bool]) -> pa.Array:
    """Match a batch: label, prediction and, with classes, those of both."""
    codes = _codes(lists[2:]) if len(lists) > 2 else [None, None]
    label, bad = _regions(lists[0], numbers, sized[0], codes[0])
    prediction, wrong = _regions(lists[1], numbers, sized[1], codes[1])
    known = pc.and_(pc.is_valid(lists[0]), pc.is_valid(lists[1]))
    matched = pa.array(count_matches(label, prediction, iou))
    return pa.StructArray.from_arrays(
        [
            pc.if_else(known, matched, pa.scalar(None, pa.int64())),
            *(pc.and_(known, pa.array(each)) for each in (bad, wrong)),
        ],
        names=list(_GIVES),
    )


def _codes(lists: tuple[pa.ListArray, ...]) -> list[NDArray[np.int64] | None]:
    """Return numbers for the classes of both sides; a missing class is a class of its own."""
    texts = [each.flatten() for each in lists]
    encoded = pa.concat_arrays(texts).dictionary_encode(null_encoding="encode").indices
    numbers = np.asarray(encoded.to_numpy(zero_copy_only=False), dtype=np.int64)
    return [numbers[: len(texts[0])], numbers[len(texts[0]) :]]


def _regions(
    lists: pa.ListArray, numbers: int, sized: bool, codes: NDArray[np.int64] | None
) -> tuple[Regions, NDArray[np.bool_]]:
    """Return the regions of a column, and the rows that hold a wrong one."""
    counts = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    inner = lists.flatten()
    lengths = pc.fill_null(pc.list_value_length(inner), 0).to_numpy(zero_copy_only=False)
    flat = pc.fill_null(inner.flatten(), np.nan).to_numpy(zero_copy_only=False)
    there = lengths == numbers
    start = (np.cumsum(lengths) - lengths)[there]
    values = np.full((lengths.size, numbers), np.nan)
    values[there] = flat[start[:, None] + np.arange(numbers)]
    low, second = np.split(values, 2, axis=1)
    with np.errstate(invalid="ignore"):
        size = second if sized else second - low
        good: NDArray[np.bool_] = (np.isfinite(values) & np.tile(size >= 0, 2)).all(axis=1)
        high = low + second if sized else second
    low, high = (np.where(good[:, None], each, np.nan) for each in (low, high))
    rows = np.repeat(np.arange(counts.size), counts)
    refused: NDArray[np.bool_] = np.bincount(rows[~good], minlength=counts.size) > 0
    classes = np.zeros(lengths.size, dtype=np.int64) if codes is None else codes
    return Regions(counts.astype(np.int64), low, high, classes), refused
