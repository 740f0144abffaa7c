"""The same analysis on Spark and on DuckDB: equal counts, equal rates, and the time of each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

from benchmarks.beside import ALL_TAGS, analyzed, beside
from benchmarks.data import examples
from benchmarks.findings import Finding, skipped
from benchmarks.timing import paired

__all__ = ["measure"]

ROWS = 100_000
PARTITIONS = 7
MASTER = "local[2]"


def measure() -> Iterator[Finding]:
    """Yield the largest difference and the times, of a session that has started."""
    name = f"spark: {ROWS:,} rows, 575 slices"
    if find_spec("pyspark") is None or shutil.which("java") is None:
        yield skipped(name, "Spark needs pyspark (pip install '.[spark]') and Java 17")
        return
    path = examples(ROWS)
    on_duckdb = partial(analyzed, path, ALL_TAGS, "duckdb://")
    on_spark = partial(analyzed, path, ALL_TAGS, MASTER)
    cut = partial(analyzed, _cut(str(path)), ALL_TAGS, None)
    weighted: dict[str, Any] = {"sample_weight": "weight"}
    expected, sums = on_duckdb(), on_duckdb(**weighted)
    for what, found, other, target in (
        ("counts", expected, on_spark(), 0.0),
        ("weighted sums", sums, on_spark(**weighted), 1e-9),
        (f"counts, {PARTITIONS} partitions", expected, cut(), 0.0),
        (f"weighted sums, {PARTITIONS} partitions", sums, cut(**weighted), 1e-9),
    ):
        yield Finding(
            f"{name}: {what}",
            unit="",
            ours=_largest_difference(found, other),
            at_most=target,
            bounds="ours",
            note="the largest relative difference to DuckDB of any number in the table",
        )
    for what, ours in (("time", on_spark), (f"time, {PARTITIONS} partitions", cut)):
        yield beside(f"{name}: {what}", paired(ours, on_duckdb, pairs=3), "Tagline on DuckDB")


def _cut(path: str) -> Any:
    """Return a data frame of the file whose rows lie anywhere in several partitions."""
    from tagline.engine import connect

    session: Any = connect(MASTER).handle  # it runs until Python ends, and is used again
    return session.read.parquet(path).repartition(PARTITIONS)


def _largest_difference(one: Any, other: Any) -> float:
    """Return the largest relative difference of any number; all else must be equal."""
    largest = 0.0
    for row, same in zip(one.to_dict()["tags"], other.to_dict()["tags"], strict=True):
        for column, value in row.items():
            if isinstance(value, float) and isinstance(same[column], float):
                scale = max(abs(value), abs(same[column])) or 1.0
                largest = max(largest, abs(value - same[column]) / scale)
            elif value != same[column]:
                raise AssertionError(f"{row['tag']}, {column}: {value} and {same[column]}")
    return largest
