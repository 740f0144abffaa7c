"""A million predictions, 575 slices: counts, rates, shares, intervals; beside good SQL by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

import tagline
from benchmarks.data import CATEGORIES, FLAGS, examples
from benchmarks.findings import Finding
from benchmarks.timing import Paired, paired, seconds

__all__ = ["measure", "measured_tags"]

TARGETS = {"integer": 1.3, "string": 1.5}
WRONG = "(label <> prediction)::int"


def measure() -> Iterator[Finding]:
    """Yield the findings for ids that are whole numbers and ids that are texts."""
    for ids, target in TARGETS.items():
        path = examples(ids=ids)
        with duckdb.connect() as connection:
            hand = _fastest(connection, path)
            _check_agreement(connection, path, hand)
            found = paired(
                lambda c=connection, p=path: measured_tags(c, p),
                lambda c=connection, h=hand: _run(c, h),
            )
            beside = paired(
                lambda c=connection, p=path: measured_tags(c, p),
                lambda p=path: _polars(p),
                pairs=3,
            )
        name = f"tags: 1 million rows, 575 slices, {ids} ids"
        yield _finding(name, found, "DuckDB by hand", target)
        yield _finding(f"{name}, beside Polars", beside, "Polars by hand", None)


def measured_tags(connection: duckdb.DuckDBPyConnection, path: Path) -> Any:
    """Analyse the errors on an open connection."""
    return tagline.analyze_errors(
        str(path),
        label="label",
        prediction="prediction",
        tags=[*FLAGS, *CATEGORIES],
        engine=connection,
    )


def _finding(name: str, found: Paired, peer: str, target: float | None) -> Finding:
    return Finding(
        name,
        ours=found.ours,
        peer=found.peer,
        peer_name=peer,
        ratio=found.ratio,
        note=found.spread,
        at_most=target,
    )


def _by_hand(path: Path) -> dict[str, list[str]]:
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


def _fastest(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Return the fastest way by hand on this machine, the best of 3 runs each."""
    ways = list(_by_hand(path).values())
    times = [min(seconds(lambda w=way: _run(connection, w)) for _ in range(3)) for way in ways]
    return ways[times.index(min(times))]


def _run(connection: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> list[list[Any]]:
    return [connection.execute(statement).fetchall() for statement in statements]


def _check_agreement(
    connection: duckdb.DuckDBPyConnection, path: Path, hand: Sequence[str]
) -> None:
    """Stop if the two do not count the same: a ratio would mean nothing."""
    right, wrong = sorted(_run(connection, hand)[0])
    rows = {row.tag: row for row in measured_tags(connection, path).rows}
    for place, name in enumerate(FLAGS, start=2):
        counted = rows[name].support, rows[name].errors
        if counted != (right[place] + wrong[place], wrong[place]):
            raise AssertionError(f"{name}: {counted} by Tagline, not so by hand")


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
