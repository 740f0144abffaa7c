"""Rows for the measures of boxes, spans and ranked lists, and what a second implementation says."""

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.optimize import linear_sum_assignment

ROWS = list[tuple[Any, ...]]
Oracle = Callable[..., Any]

BOXES = pa.list_(
    pa.struct({"x": pa.float64(), "y": pa.float64(), "w": pa.int64(), "h": pa.float32()})
)
CORNERS = pa.list_(pa.list_(pa.float64()))
SPANS = pa.list_(pa.struct({"start": pa.int64(), "end": pa.int64(), "type": pa.string()}))
IDS = pa.list_(pa.string())
GRADES = pa.map_(pa.string(), pa.float64())
GRADED = pa.list_(pa.struct({"id": pa.int64(), "grade": pa.int64()}))


def overlap(one: list[float], other: list[float]) -> float:
    """Intersection over union of two regions by their corners, all starts first."""
    if one == other:
        return 1.0
    half = len(one) // 2
    common = area = beside = 1.0
    for low, high, start, end in zip(
        one[:half], one[half:], other[:half], other[half:], strict=True
    ):
        common *= max(0.0, min(high, end) - max(low, start))
        area, beside = area * (high - low), beside * (end - start)
    whole = area + beside - common
    return common / whole if whole else 0.0


def partners(label: list[Any], prediction: list[Any], iou: float) -> int:
    """Count pairs by the Hungarian method; each region is (corners, class)."""
    if not label or not prediction:
        return 0
    cost = np.array(
        [[cls != other or overlap(a, b) < iou for b, other in prediction] for a, cls in label]
    )
    rows, columns = linear_sum_assignment(cost)
    return int((~cost[rows, columns]).sum())


def good(corners: list[Any]) -> bool:
    half = len(corners) // 2
    known = all(each is not None and math.isfinite(each) for each in corners)
    return known and all(a <= b for a, b in zip(corners[:half], corners[half:], strict=True))


def unmatched(iou: float, label: list[Any], prediction: list[Any] | None) -> Any:
    everything = [*label, *(prediction or [])]
    if not all(good(corners) for corners, _ in everything):
        return None
    if prediction is None:
        return max(len(label), 1), max(len(label), 1)
    return len(everything) - 2 * partners(label, prediction, iou), len(everything)


def from_sizes(boxes: list[Any] | None) -> list[Any] | None:
    def corners(box: Any) -> list[Any]:
        if box is None or None in box.values():
            return [None] * 4
        x, y, w, h = box.values()
        return [x, y, x + w, y + h] if min(w, h) >= 0 else [math.nan] * 4

    return None if boxes is None else [(corners(box), None) for box in boxes]


def from_lists(boxes: list[Any] | None) -> list[Any] | None:
    if boxes is None:
        return None
    return [(box if box is not None and len(box) == 4 else [None] * 4, None) for box in boxes]


def from_spans(spans: list[Any] | None) -> list[Any] | None:
    if spans is None:
        return None
    return [([each["start"], each["end"]], each["type"]) for each in spans]


def a_box(x: float, y: float, w: int, h: float) -> dict[str, float]:
    return {"x": x, "y": y, "w": w, "h": h}


def a_span(start: int, end: int, kind: str | None) -> dict[str, Any]:
    return {"start": start, "end": end, "type": kind}


DOG, NEAR, FAR, FLAT = (
    a_box(0, 0, 10, 10),
    a_box(2, 0, 10, 10),
    a_box(90, 0, 5, 5),
    a_box(3, 3, 0, 4),
)
BOX_ROWS: ROWS = [
    *itertools.product([[], [DOG], [DOG, NEAR, FAR], [FLAT, FLAT]], [None, [], [NEAR], [FAR, DOG]]),
    ([DOG, NEAR], [NEAR, DOG]),
    ([FLAT, FLAT], [FLAT, FLAT]),
    ([DOG], [a_box(0, 0, -1, 5)]),
    ([a_box(0, 0, 3, -1)], None),
    ([a_box(math.nan, 0, 3, 1)], []),
    ([a_box(math.inf, 0, 3, 1)], [DOG]),
    ([None], [DOG]),
    ([DOG], [{**DOG, "h": None}]),
]
CORNER_ROWS: ROWS = [
    ([[0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 3.0, 2.0]], [[1.0, 0.0, 3.0, 2.0], [0.0, 0.0, 2.0, 2.0]]),
    ([[0.0, 0.0, 3.0, 1.0], [1.0, 0.0, 4.0, 1.0]], [[1.0, 0.0, 3.0, 1.0], [0.0, 0.0, 9.0, 1.0]]),
    ([[0.0, 0.0, 2.0, 2.0]], [[0.0, 0.0, 2.0]]),
    ([[0.0, 0.0, 2.0, 2.0]], [None]),
    ([[2.0, 0.0, 0.0, 2.0]], []),
    ([], None),
]
NAMED, LONGER, OTHER, NONE = (
    a_span(0, 4, "PER"),
    a_span(0, 8, "PER"),
    a_span(0, 4, "ORG"),
    a_span(0, 4, None),
)
SPAN_ROWS: ROWS = [
    *itertools.product([[], [NAMED], [NAMED, OTHER, NONE]], [None, [], [NONE], [OTHER, LONGER]]),
    ([NAMED, LONGER], [LONGER, NAMED]),
    ([NAMED, NAMED], [NAMED]),
    ([a_span(5, 5, "")], [a_span(5, 5, "")]),
    ([a_span(5, 4, "PER")], []),
]


def grades_of(label: Any) -> dict[Any, float] | None:
    """Return the grades of a label, or None where they break the rule."""
    if label is None or isinstance(label, str):
        return {label: 1.0}
    if label and isinstance(label[0], dict):
        label = [tuple(each.values()) for each in label]
    if label and isinstance(label[0], tuple):
        found = dict(label)
        bad = any(g is None or not math.isfinite(g) or g < 0 for g in found.values())
        return None if bad or None in found or len(found) < len(label) else found
    return {each: 1.0 for each in label if each is not None}


def places(label: Any, prediction: list[Any] | None, k: int | None) -> Any:
    """Return the grades, and from each relevant id among the first k to its place, from 1."""
    grades = grades_of(label)
    if grades is None:
        return None, {}
    found: dict[Any, int] = {}
    for place, each in enumerate((prediction or [])[:k], 1):
        if grades.get(each, 0) > 0:
            found.setdefault(each, place)
    return grades, found


def reciprocal_rank(k: int | None, label: Any, prediction: Any) -> Any:
    grades, found = places(label, prediction, k)
    if grades is None:
        return None
    if not any(grades.values()):
        return 0, 0
    return (1 - 1 / min(found.values()) if found else 1), 1


def recall(k: int, label: Any, prediction: Any) -> Any:
    grades, found = places(label, prediction, k)
    if grades is None:
        return None
    relevant = sum(grade > 0 for grade in grades.values())
    return (1 - len(found) / relevant, 1) if relevant else (0, 0)


def ndcg(k: int, base: float | None, label: Any, prediction: Any) -> Any:
    grades, found = places(label, prediction, k)
    if grades is None:
        return None
    worth = {each: grade if base is None else base**grade - 1 for each, grade in grades.items()}
    best = sorted(worth.values(), reverse=True)[:k]
    ideal = sum(gain / math.log2(place + 1) for place, gain in enumerate(best, 1))
    gained = sum(worth[each] / math.log2(place + 1) for each, place in found.items())
    return (1 - gained / ideal, 1) if ideal else (0, 0)


RANKED = [None, [], ["a"], ["c", "b", "a"], ["b", "b", None, "a"], ["d", "e", "a", "b", "c"]]
LIST_ROWS: ROWS = list(itertools.product([[], ["a"], ["a", "b", "b", None]], RANKED))
ONE_ROWS: ROWS = list(itertools.product(["a", "z"], RANKED))
MAP_ROWS: ROWS = [
    *itertools.product([[], [("a", 0.0)], [("a", 1.0), ("b", 3.0), ("c", 0.5)]], RANKED),
    ([("b", 3.0), ("a", 1.0)], ["b", "a"]),
    ([("a", -1.0)], ["a"]),
    ([("a", math.nan)], None),
    ([("a", math.inf)], []),
    ([("a", None), ("b", 1.0)], ["b"]),
]


def graded(*pairs: tuple[int | None, int | None]) -> list[dict[str, Any]]:
    return [{"id": item, "grade": grade} for item, grade in pairs]


STRUCT_ROWS: ROWS = [
    *itertools.product([[], graded((1, 2), (2, 0), (3, 1))], [None, [], [1, 3], [4, 3, 1, 2]]),
    (graded((1, 2), (1, 3)), [1]),
    (graded((1, 2), (3, 1)), [3]),
    (graded((None, 2)), [1]),
    (graded((1, -2)), [1]),
]


def best_order(label: Any, prediction: Any) -> bool:
    grades = grades_of(label) or {}
    relevant = [each for each in grades if grades[each] > 0]
    order = sorted(relevant, key=lambda each: -grades[each])
    return bool(order) and prediction == order


def by_sizes(iou: float) -> Oracle:
    return lambda *row: unmatched(iou, *map(from_sizes, row))


def by_lists(iou: float) -> Oracle:
    return lambda *row: unmatched(iou, *map(from_lists, row))


def by_spans(iou: float) -> Oracle:
    return lambda *row: unmatched(iou, *map(from_spans, row))


NUMBERS = pa.list_(pa.int32())
RANKINGS = [
    (IDS, IDS, LIST_ROWS),
    (pa.string(), IDS, ONE_ROWS),
    (GRADES, IDS, MAP_ROWS),
    (GRADED, NUMBERS, STRUCT_ROWS),
]
RANKING_MEASURES: dict[str, Oracle] = {
    "reciprocal_rank": partial(reciprocal_rank, None),
    "reciprocal_rank(k=2)": partial(reciprocal_rank, 2),
    "recall_at_k(k=3)": partial(recall, 3),
    "ndcg(k=3)": partial(ndcg, 3, None),
    "ndcg(gain='exponential')": partial(ndcg, 10, 2.0),
}
