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


def measure() -> Iterator[Finding]:
    """Yield the largest difference and the times, of a session that has started."""
    name = f"spark: {ROWS:,} rows, 575 slices"
    if find_spec("pyspark") is None or shutil.which("java") is None:
        yield skipped(name, "Spark needs pyspark (pip install '.[spark]') and Java 17")
        return
    path = examples(ROWS)
    for what, weight, target in (("counts", None, 0.0), ("weighted sums", "weight", 1e-9)):
        yield Finding(
            f"{name}: {what}",
            unit="",
            ours=_largest_difference(_on(path, "duckdb://", weight), _on(path, "local[2]", weight)),
            at_most=target,
            bounds="ours",
            note="the largest relative difference to DuckDB of any number in the table",
        )
    found: Paired = paired(lambda: _on(path, "local[2]"), lambda: _on(path, "duckdb://"), pairs=3)
    yield Finding(
        f"{name}: time",
        ours=found.ours,
        peer=found.peer,
        peer_name="Tagline on DuckDB",
        ratio=found.ratio,
        note=found.spread,
    )


def _on(path: Path, engine: str, weight: str | None = None) -> Any:
    return tagline.analyze_errors(
        str(path),
        label="label",
        prediction="prediction",
        tags=[*FLAGS, *CATEGORIES],
        sample_weight=weight,
        engine=engine,
    )


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
