"""The same analysis on Spark and on DuckDB: equal counts, equal rates, and the time of each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import tagline
from benchmarks.data import CATEGORIES, FLAGS, examples
from benchmarks.findings import Finding, skipped
from benchmarks.timing import Paired, paired

__all__ = ["measure"]

ROWS = 100_000
EXACT = {"tag", "support", "errors", "rank", "note"}


def measure() -> Iterator[Finding]:
    """Yield the largest difference and the times, of a session that has started."""
    name = f"spark: {ROWS:,} rows, 575 slices"
    if find_spec("pyspark") is None or shutil.which("java") is None:
        yield skipped(name, "Spark needs pyspark (pip install '.[spark]') and Java 17")
        return
    path = examples(ROWS)
    difference = _largest_difference(_on(path, "duckdb://"), _on(path, "local[2]"))
    yield Finding(
        f"{name}: largest relative difference to DuckDB",
        unit="",
        ours=difference,
        at_most=1e-9,
        bounds="ours",
        note="counts are equal, or this would have stopped",
    )
    found: Paired = paired(lambda: _on(path, "local[2]"), lambda: _on(path, "duckdb://"), pairs=3)
    yield Finding(
        f"{name}: time",
        ours=found.ours,
        peer=found.peer,
        peer_name="Tagline on DuckDB",
        ratio=found.ratio,
    )


def _on(path: Path, engine: str) -> Any:
    return tagline.analyze_errors(
        str(path),
        label="label",
        prediction="prediction",
        tags=[*FLAGS, *CATEGORIES],
        engine=engine,
    )


def _largest_difference(one: Any, other: Any) -> float:
    """Return the largest relative difference of any number; counts must be equal."""
    largest = 0.0
    left, right = one.to_dict()["tags"], other.to_dict()["tags"]
    for row, same in zip(left, right, strict=True):
        for column, value in row.items():
            if column in EXACT or not isinstance(value, float):
                if value != same[column]:
                    raise AssertionError(f"{row['tag']}, {column}: {value} and {same[column]}")
            elif value != same[column]:
                scale = max(abs(value), abs(same[column]))
                largest = max(largest, abs(value - same[column]) / scale)
    return largest
