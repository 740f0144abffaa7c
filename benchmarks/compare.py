"""Two runs on a million examples, 575 slices: the four cells of each, beside good SQL by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

import tagline
from benchmarks.beside import ALL_TAGS, beside, by_hand, fastest
from benchmarks.data import CATEGORIES, FLAGS, two_runs
from benchmarks.findings import Finding
from benchmarks.timing import paired

__all__ = ["measure"]

TARGET = 1.3
OLD, NEW = "(label <> prediction)", "(label <> later)"


def measure(rows: int = 1_000_000) -> Iterator[Finding]:
    """Yield the findings for both runs in one table, and for two tables that are joined."""
    whole, before, after = two_runs(rows)
    name = f"compare: {rows:,} rows, 575 slices"
    for title, ours, hand, target in (
        (f"{name}, one table", partial(_one_table, whole), _of_one(whole), TARGET),
        (f"{name}, two tables", partial(_two_tables, before, after), _of_two(before, after), None),
    ):
        with duckdb.connect() as connection:
            way = fastest(connection, hand)
            work = partial(ours, connection)
            _check(work(), by_hand(connection, way)[-1])
            found = paired(work, partial(by_hand, connection, way))
        yield beside(title, found, "DuckDB by hand", at_most=target)


def _one_table(path: Path, connection: duckdb.DuckDBPyConnection) -> Any:
    return tagline.compare_runs(
        str(path),
        label="label",
        prediction=("prediction", "later"),
        tags=ALL_TAGS,
        engine=connection,
    )


def _two_tables(before: Path, after: Path, connection: duckdb.DuckDBPyConnection) -> Any:
    return tagline.compare_runs(
        str(before),
        str(after),
        label="label",
        prediction="prediction",
        tags=ALL_TAGS,
        engine=connection,
    )


def _of_one(path: Path) -> list[list[str]]:
    """Return ways to write the counts and the check for repeated ids; the flags come last."""
    source = f"read_parquet('{path}')"
    return [[_ids(path), *way] for way in _ways(source)]


def _of_two(before: Path, after: Path) -> list[list[str]]:
    """Return the same for two tables: joined in each query, or once for all."""
    later = f"select example_id, prediction as later from read_parquet('{after}')"
    joined = f"select * from read_parquet('{before}') join ({later}) using (example_id)"
    ids = [_ids(before), _ids(after)]
    kept = f"create or replace temp table joined as {joined}"
    each = [[*ids, *way] for way in _ways(f"({joined})")]
    return each + [[*ids, kept, *way] for way in _ways("joined")]


def _ids(path: Path) -> str:
    return f"select count(*), count(distinct example_id) from read_parquet('{path}')"


def _ways(source: str) -> list[list[str]]:
    cells = f"count(*), sum({OLD}::int), sum({NEW}::int), sum(({OLD} and {NEW})::int)"
    sums = ", ".join(f"sum({name}::int)" for name in FLAGS)
    flags = f"select {OLD} a, {NEW} b, count(*), {sums} from {source} group by a, b"
    names = ", ".join(CATEGORIES)
    sets = ", ".join(f"({name})" for name in CATEGORIES)
    both = ", ".join(f"({name}, a, b)" for name in CATEGORIES)
    each = [f"select {name}, {cells} from {source} group by {name}" for name in CATEGORIES]
    grouping = f"select {names}, {cells} from {source} group by grouping sets ({sets})"
    narrow = f"(select {names}, {OLD} a, {NEW} b from {source})"
    outcomes = f"select {names}, a, b, count(*) from {narrow} group by grouping sets ({both})"
    return [
        [grouping, flags],
        [outcomes, flags],
        [*each, flags],
        [" union all ".join(each), flags],
    ]


def _check(found: Any, by_outcome: Sequence[tuple[int, ...]]) -> None:
    """Stop if the two do not count the same: a ratio would mean nothing."""
    rows = {row.tag: row for row in found.rows}
    cells = {(bool(old), bool(new)): counts for old, new, *counts in by_outcome}
    for place, tag in enumerate(FLAGS, start=1):
        row = rows[tag]
        hand = [sum(counts[place] for counts in cells.values())]
        hand += [cells[False, True][place], cells[True, False][place]]
        if [row.support, row.broken, row.fixed] != hand:
            raise AssertionError(f"{tag}: {row} by Tagline, {hand} by hand")
