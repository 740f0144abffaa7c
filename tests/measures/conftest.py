"""Cases for every measure: rows, and what a second implementation says of each.

The laws that they must obey stand in `test_measures.py`.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.measures import nested_cases as nested

TEXT, LISTS = pa.string(), pa.list_(pa.string())
SETS = [[], ["a"], ["b"], ["b", "a"], ["a", "a", "c"], ["a", None]]
RNG = np.random.default_rng(3)


@dataclass(frozen=True)
class Case:
    """A measure, rows for it, and what each row must give: (error, weight), or None if left out."""

    measure: str
    types: dict[str, pa.DataType]
    rows: list[tuple[Any, ...]]  # in the order of `types`
    oracle: Callable[..., tuple[float, float] | None]
    perfect: Callable[..., bool] = lambda label, prediction, *_: label == prediction


def product(*columns: list[Any]) -> list[tuple[Any, ...]]:
    return list(itertools.product(*columns))


def both(kind: pa.DataType) -> dict[str, pa.DataType]:
    return {"label": kind, "prediction": kind}


def wrong(label: Any, prediction: Any) -> tuple[float, float]:
    return float(label != prediction), 1


def outcomes(positive: Any, label: Any, prediction: Any) -> tuple[int, int, int]:
    true, said = label == positive, prediction == positive
    return int(true and said), int(said and not true), int(true and not said)


def miss_rate(positive: Any, label: Any, prediction: Any) -> tuple[float, float]:
    tp, _, fn = outcomes(positive, label, prediction)
    return fn, tp + fn


def precision(positive: Any, label: Any, prediction: Any) -> tuple[float, float]:
    tp, fp, _ = outcomes(positive, label, prediction)
    return fp, tp + fp


def f1(positive: Any, label: Any, prediction: Any) -> tuple[float, float]:
    tp, fp, fn = outcomes(positive, label, prediction)
    return fp + fn, 2 * tp + fp + fn


def pooled(one: Callable[..., tuple[float, float]], *row: Any) -> tuple[float, float]:
    parts = [one(cls, *row) for cls in "abc"]
    return sum(e for e, _ in parts), sum(w for _, w in parts)


def as_set(items: list[Any] | None) -> set[Any]:
    return set(items or []) - {None}


def any_wrong(label: Any, prediction: Any) -> tuple[float, float]:
    return float(prediction is None or as_set(label) != as_set(prediction)), 1


def one_wrong(of: Any, label: Any, prediction: Any) -> tuple[float, float]:
    return float(prediction is None or (of in label) != (of in prediction)), 1


def each_wrong(label: Any, prediction: Any) -> tuple[float, float]:
    left, right = as_set(label), as_set(prediction)
    if prediction is None:
        return max(len(left), 1), max(len(left), 1)
    return len(left ^ right), len(left | right)


def distance(was: Any, said: Any) -> int:
    """Levenshtein's distance by the textbook's table."""
    row = list(range(len(said) + 1))
    for i, left in enumerate(was, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(said, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]


def words(label: str, prediction: str | None) -> tuple[float, float] | None:
    if prediction is None:
        return None
    return distance(label.split(), prediction.split()), len(label.split())


def characters(label: str, prediction: str | None) -> tuple[float, float] | None:
    if prediction is None:
        return None
    return distance(label.strip(), prediction.strip()), len(label.strip())


def of_numbers(power: int, label: float, prediction: float | None) -> tuple[float, float] | None:
    if prediction is None or math.isnan(prediction):
        return None
    return abs(prediction - label) ** power, 1


def nats(p: float | None) -> tuple[float, float] | None:
    bad = p is None or math.isnan(p) or not 0 <= p <= 1
    return None if bad else (-math.log(max(p, np.finfo(float).eps)), 1)


def binary_nats(label: Any, p: float | None) -> tuple[float, float] | None:
    return None if p is None else nats(p if label else 1 - p)


def squared(label: Any, p: float | None) -> tuple[float, float] | None:
    return None if nats(p) is None else ((p - bool(label)) ** 2, 1)


def of_classes(one: Callable[..., Any], label: str, *p: float | None) -> tuple[float, float] | None:
    if label == "other" or any(each is not None and not 0 <= each <= 1 for each in p):
        return None
    parts = one(label, p)
    return None if None in parts else (sum(e for e, _ in parts), 1)


def certain(label: Any, *p: float) -> bool:
    return list(p) == [float(label == cls) for cls in "abc"]


def verdict(prediction: Any) -> tuple[float, float] | None:
    if prediction is None:
        return 1, 1
    said = str(prediction).strip().lower()
    if said in {"pass", "passed", "yes", "true", "1", "1.0"}:
        return 0, 1
    return (1, 1) if said in {"fail", "failed", "no", "false", "0", "0.0"} else None


CLASSES = product(["a", "b", "c"], ["a", "b", "c", None])
BITS = product([0, 1], [0, 1, None])
TEXTS = product(
    ["", "a b", " the cat  sat\tdown ", "é x"], ["", "a", "b a", "a cat sat", "é x", None]
)
NUMBERS = [*product([1.5, -2.0, 0.0], [1.5, 7.25, None, math.nan]), (1e9, 1e9 + 0.5)]
P = [*product([True, False], [0.0, 1.0, 0.3, 1e-20, None, 70.0])]
SIMPLEX = [
    *[(str(cls), *map(float, RNG.dirichlet([1, 1, 1]))) for cls in RNG.choice(list("abc"), 9)],
    *[("a", 1.0, 0.0, 0.0), ("b", 1.0, 0.0, 0.0), ("c", 0.2, 0.8, None), ("a", 0.2, None, 0.8)],
    *[("other", 0.2, 0.8, 0.0), ("a", 20.0, 80.0, 0.0)],
]
SIMPLEX_TYPES = {"label": TEXT, "p_a": pa.float64(), "p_b": pa.float64(), "p_c": pa.float64()}
BINARY_P = {"label": pa.bool_(), "prediction": pa.float64()}

CASES = [
    Case("accuracy", both(TEXT), CLASSES, wrong),
    Case("accuracy", {"label": pa.int64(), "prediction": pa.float64()}, BITS, wrong),
    Case(
        "top_k(k=2)",
        {"label": TEXT, "prediction": LISTS},
        product(["a", "b"], [None, [], ["a"], ["c", "b", "a"], ["b", "a"], [None, "a"]]),
        lambda label, prediction: (float(label not in (prediction or [])[:2]), 1),
        lambda label, prediction: label in (prediction or [])[:1],
    ),
    Case("multilabel", both(LISTS), product(SETS, [*SETS, None]), any_wrong),
    Case("multilabel(of='a')", both(LISTS), product(SETS, [*SETS, None]), partial(one_wrong, "a")),
    Case("multilabel_each", both(LISTS), product(SETS, [*SETS, None]), each_wrong),
    Case(
        "miss_rate",
        both(pa.int64()),
        [*BITS, (2, 1)],
        lambda y, p: (y < 2 and miss_rate(1, y, p)) or None,
    ),
    Case("miss_rate(positive='a')", both(TEXT), CLASSES, partial(miss_rate, "a")),
    Case("miss_rate(average='micro')", both(TEXT), CLASSES, partial(pooled, miss_rate)),
    Case(
        "precision",
        both(pa.bool_()),
        product([True, False], [True, False, None]),
        partial(precision, True),
    ),
    Case("precision(positive='1')", both(pa.int64()), BITS, partial(precision, 1)),
    Case("precision(average='micro')", both(TEXT), CLASSES, partial(pooled, precision)),
    Case("f1(positive='a')", both(TEXT), CLASSES, partial(f1, "a")),
    Case("f1(average='micro')", both(TEXT), CLASSES, partial(pooled, f1)),
    Case("wer", both(TEXT), TEXTS, words),
    Case(
        "wer(normalize='basic')",
        both(TEXT),
        product(
            ["Don't - stop!", "don't stop"],
            ["don\u2019t stop.", "don't stop", "DO NOT stop", "'", None],
        ),
        lambda y, p: (
            p and words("don't stop", {"'": "", "DO NOT stop": "do not stop"}.get(p, "don't stop"))
        ),
    ),
    Case("cer", both(TEXT), TEXTS, characters),
    Case("mae", both(pa.float64()), NUMBERS, partial(of_numbers, 1)),
    Case("mae", both(pa.int64()), product([0, 5], [5, None]), partial(of_numbers, 1)),
    Case("rmse", both(pa.float64()), NUMBERS, partial(of_numbers, 2)),
    Case("log_loss", BINARY_P, P, binary_nats, lambda label, p: p == label),
    Case(
        "log_loss",
        SIMPLEX_TYPES,
        SIMPLEX,
        partial(of_classes, lambda label, p: [nats(p["abc".index(label)])]),
        certain,
    ),
    Case("brier", BINARY_P, P, squared, lambda label, p: p == label),
    Case(
        "brier",
        SIMPLEX_TYPES,
        SIMPLEX,
        partial(
            of_classes,
            lambda label, p: [squared(label == cls, x) for cls, x in zip("abc", p, strict=True)],
        ),
        certain,
    ),
    Case(
        "judged",
        {"prediction": TEXT},
        [
            *[("Pass",), (" yes ",), ("TRUE",), ("1",), ("passed",), ("fail",), ("No",)],
            *[("\tfalse\r\n",), ("failed ",), ("0",), (None,), ("maybe",), ("",)],
            *[("passable",), ("no pass",), ("not\nfailed",)],
        ],
        verdict,
        lambda prediction: verdict(prediction) == (0, 1),
    ),
    Case(
        "judged",
        {"prediction": pa.float64()},
        [(0.0,), (1.0,), (None,), (0.5,)],
        verdict,
        lambda prediction: prediction == 1,
    ),
    Case(
        "judged",
        {"prediction": pa.bool_()},
        [(True,), (False,), (None,)],
        verdict,
        lambda p: p is True,
    ),
    Case("unmatched_boxes", both(nested.BOXES), nested.BOX_ROWS, nested.by_sizes(0.5)),
    Case("unmatched_boxes(iou=0.9)", both(nested.BOXES), nested.BOX_ROWS, nested.by_sizes(0.9)),
    Case(
        "unmatched_boxes(format='xyxy')",
        both(nested.CORNERS),
        nested.CORNER_ROWS,
        nested.by_lists(0.5),
        lambda label, prediction: sorted(label) == sorted(prediction or [None]),
    ),
    Case("unmatched_spans", both(nested.SPANS), nested.SPAN_ROWS, nested.by_spans(1.0)),
    Case("unmatched_spans(iou=0.5)", both(nested.SPANS), nested.SPAN_ROWS, nested.by_spans(0.5)),
    *[
        Case(measure, {"label": label, "prediction": ids}, rows, oracle, nested.best_order)
        for label, ids, rows in nested.RANKINGS
        for measure, oracle in nested.RANKING_MEASURES.items()
    ],
]
NAMES = [f"{place}_{case.measure}" for place, case in enumerate(CASES)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `place` once for every case."""
    if "place" in metafunc.fixturenames:
        metafunc.parametrize("place", range(len(CASES)), ids=NAMES)


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    return CASES


@pytest.fixture
def case(place: int) -> Case:
    return CASES[place]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)
