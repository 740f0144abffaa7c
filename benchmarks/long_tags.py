"""Ten million rows of tags in a table of their own, beside the query written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.beside import analyzed, beside, by_hand, check_agreement
from benchmarks.data import long_tags
from benchmarks.findings import Finding
from benchmarks.timing import paired

__all__ = ["measure"]

TARGET = 1.3
PAIRS = 5


def measure(rows: int = 10_000_000) -> Iterator[Finding]:
    """Yield one finding."""
    predictions, tags = long_tags(rows)
    with duckdb.connect() as connection:
        hand = _queries(predictions, tags)
        ours = partial(_tagline, connection, predictions, tags)
        check_agreement(ours(), by_hand(connection, hand[:1])[0])
        found = paired(ours, partial(by_hand, connection, hand), PAIRS)
    name = f"long_tags: {rows:,} rows of tags, {rows // 4:,} examples"
    yield beside(name, found, "DuckDB by hand", at_most=TARGET)


def _tagline(connection: duckdb.DuckDBPyConnection, predictions: Path, tags: Path) -> Any:
    return analyzed(predictions, connection.read_parquet(str(tags)), connection)


def _queries(predictions: Path, tags: Path) -> list[str]:
    """Return the same questions: totals, no id twice, no unknown example, each tag once, no tag."""
    rows, long = f"read_parquet('{predictions}')", f"read_parquet('{tags}')"
    wrong = "(label <> prediction)::int"
    pairs = f"select distinct example_id, tag from {long}"
    joined = f"select * from ({pairs}) join {rows} using (example_id)"
    tagged, known = (f"select example_id from {source}" for source in (long, rows))
    return [
        f"select tag, count(*), sum({wrong}) from ({joined}) group by tag",
        f"select count(*), sum({wrong}), count(distinct example_id) from {rows}",
        f"select count(*) from {long} where example_id not in ({known})",
        f"select count(*), sum({wrong}) from {rows} where example_id not in ({tagged})",
    ]
