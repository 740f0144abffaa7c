"""A million predictions, 575 slices: counts, rates, shares, intervals; beside good SQL by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.beside import ALL_TAGS, analyzed, beside, by_hand, check_agreement, fastest
from benchmarks.data import CATEGORIES, FLAGS, examples
from benchmarks.findings import Finding
from benchmarks.timing import paired

__all__ = ["measure"]

TARGETS = {"integer": 1.3, "string": 1.5}
WRONG = "(label <> prediction)::int"


def measure(rows: int = 1_000_000) -> Iterator[Finding]:
    """Yield the findings for ids that are whole numbers and ids that are texts."""
    for ids, target in TARGETS.items():
        path = examples(rows, ids)
        with duckdb.connect() as connection:
            hand = fastest(connection, list(_ways(path).values()))
            ours = partial(analyzed, path, ALL_TAGS, connection)
            check_agreement(ours(), _counts(by_hand(connection, hand)[0]))
            sql = paired(ours, partial(by_hand, connection, hand))
            polars = paired(ours, partial(_polars, path), pairs=3)
        name = f"tags: {rows:,} rows, 575 slices, {ids} ids"
        yield beside(name, sql, "DuckDB by hand", at_most=target)
        yield beside(f"{name}, beside Polars", polars, "Polars by hand")


def _ways(path: Path) -> dict[str, list[str]]:
    """Return ways to write the same counts; the check for repeated ids is in each."""
    source = f"read_parquet('{path}')"
    sums = ", ".join(f"sum({name}::int)" for name in FLAGS)
    flags = f"select {WRONG} e, count(*), {sums} from {source} group by e"
    ids = f"select count(*), count(distinct example_id) from {source}"
    names = ", ".join(CATEGORIES)
    sets = ", ".join(f"({name})" for name in CATEGORIES)
    each = [
        f"select {name}, count(*), sum({WRONG}) from {source} group by {name}"
        for name in CATEGORIES
    ]
    grouping = (
        f"select {names}, count(*), sum({WRONG}) from {source} group by grouping sets ({sets})"
    )
    return {
        "grouping sets": [flags, grouping, ids],
        "a query for each column": [flags, *each, ids],
        "one union": [flags, " union all ".join(each), ids],
    }


def _counts(halves: Sequence[tuple[int, ...]]) -> list[tuple[str, int, int]]:
    """Return tag, examples and errors from the sums of the right answers and of the wrong ones."""
    right, wrong = sorted(halves)
    places = enumerate(FLAGS, start=2)
    return [(name, right[place] + wrong[place], wrong[place]) for place, name in places]


def _polars(path: Path) -> object:
    """Count the same with Polars, which scans the file for all of it at once."""
    import polars as pl

    frame = pl.scan_parquet(path)
    wrong = pl.col("label") != pl.col("prediction")
    flags: Callable[[str], Any] = pl.col
    parts = [
        frame.group_by(wrong.alias("e")).agg(pl.len(), *(flags(name).sum() for name in FLAGS)),
        *(frame.group_by(name).agg(pl.len(), wrong.sum().alias("k")) for name in CATEGORIES),
        frame.select(pl.col("example_id").n_unique()),
    ]
    return pl.collect_all(parts)
