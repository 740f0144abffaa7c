"""However Spark's data are cut and ordered, it answers as DuckDB does.

Counts are equal; sums of floats differ by their order of addition, by less than 1e-9.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import tagline

pytestmark = pytest.mark.needs("java")

ROWS = 500
RNG = np.random.default_rng(20)


def texts(*words: str) -> list[str]:
    return [" ".join(RNG.choice(words, RNG.integers(1, 5))) for _ in range(ROWS)]


LABEL = RNG.integers(0, 3, ROWS)
TABLE = pa.table(
    {
        "example_id": [f"e{i}" for i in range(ROWS)],
        "label": LABEL,
        "prediction": np.where(RNG.random(ROWS) < 0.3, RNG.integers(0, 3, ROWS), LABEL),
        "person": [int(x) if i % 2 else None for i, x in enumerate(LABEL)],
        "flag": [None if i % 11 == 0 else bool(i % 3 == 0) for i in range(ROWS)],
        "site": [None if i % 13 == 0 else f"site {i % 4}" for i in range(ROWS)],
        "items": [["a", "b"][: i % 3] for i in range(ROWS)],
        "speaker": [f"speaker {i % 40}" for i in range(ROWS)],
        "weight": RNG.uniform(0.5, 2.0, ROWS),
        "delay": RNG.normal(5, 2, ROWS),
        "guess": RNG.normal(5, 2, ROWS),
        "said": texts("the", "cat", "sat", "down"),
        "heard": texts("the", "cat", "sat", "town"),
    }
)
LONG = pa.table(
    {
        "example_id": [f"e{i}" for i in range(ROWS) for _ in range(i % 3)],
        "tag": [f"t{(i + j) % 5}" for i in range(ROWS) for j in range(i % 3)],
    }
)
TAGS = ["flag", "site", "items", {"slow": "delay > 6"}]

ASKED: dict[str, dict[str, Any]] = {
    "every kind of tag, people": {"human": "person", "tags": TAGS},
    "weights": {"human": "person", "tags": TAGS, "sample_weight": "weight"},
    "groups": {"tags": TAGS, "group": "speaker", "sample_weight": "weight", "where": "delay > 3"},
    "classes": {"tags": TAGS, "measure": "f1(average='micro')"},
    "sums of floats": {"label": "delay", "prediction": "guess", "tags": TAGS, "measure": "rmse"},
    "edits": {"label": "said", "prediction": "heard", "tags": TAGS, "measure": "wer"},
}


def answer(data: Any, **asked: Any) -> dict[str, Any]:
    found = tagline.analyze_errors(data, **{"label": "label", "prediction": "prediction", **asked})
    return found.to_dict()


def same(one: Any, other: Any, place: str = "") -> None:
    """Fail where two answers differ, and say where."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for key in one:
            same(one[key], other[key], f"{place}.{key}")
    elif isinstance(one, list):
        assert len(one) == len(other), place
        for i, (left, right) in enumerate(zip(one, other, strict=True)):
            same(left, right, f"{place}[{i}]")
    elif isinstance(one, float):
        assert math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12), (place, one, other)
    else:
        assert one == other, place


@pytest.mark.parametrize("partitions", [1, 7])
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_an_analysis_does_not_depend_on_partitions(
    spark: Any, asked: dict[str, Any], partitions: int
) -> None:
    frame = spark.createDataFrame(TABLE).repartition(partitions)
    assert frame.rdd.getNumPartitions() == partitions
    same(answer(frame, **asked), answer(TABLE, **asked))


@pytest.mark.parametrize("partitions", [1, 7])
def test_nor_do_tags_of_a_table_of_their_own(spark: Any, partitions: int) -> None:
    frame = spark.createDataFrame(TABLE).repartition(partitions)
    tags = spark.createDataFrame(LONG).repartition(8 - partitions)
    same(answer(frame, tags=tags), answer(TABLE, tags=LONG))
