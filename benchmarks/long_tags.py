"""Ten million rows of tags in a table of their own, beside the query written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

import tagline
from benchmarks.data import long_tags
from benchmarks.findings import Finding
from benchmarks.timing import paired

__all__ = ["measure"]

TARGET = 1.3
PAIRS = 5


def measure() -> Iterator[Finding]:
    """Yield one finding."""
    predictions, tags = long_tags()
    with duckdb.connect() as connection:
        hand = _by_hand(predictions, tags)
        _check_agreement(connection, predictions, tags, hand)
        found = paired(
            lambda: _tagline(connection, predictions, tags),
            lambda: [connection.execute(statement).fetchall() for statement in hand],
            PAIRS,
        )
    yield Finding(
        "long_tags: 10 million rows of tags, 2.5 million examples",
        ours=found.ours,
        peer=found.peer,
        peer_name="DuckDB by hand",
        ratio=found.ratio,
        note=found.spread,
        at_most=TARGET,
    )


def _tagline(connection: duckdb.DuckDBPyConnection, predictions: Path, tags: Path) -> Any:
    relation = connection.read_parquet(str(tags))
    return tagline.analyze_errors(
        str(predictions), label="label", prediction="prediction", tags=relation, engine=connection
    )


def _by_hand(predictions: Path, tags: Path) -> list[str]:
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


def _check_agreement(
    connection: duckdb.DuckDBPyConnection, predictions: Path, tags: Path, hand: list[str]
) -> None:
    """Stop if the two do not count the same."""
    rows = {row.tag: row for row in _tagline(connection, predictions, tags).rows}
    for tag, support, errors in connection.execute(hand[0]).fetchall():
        if (rows[tag].support, rows[tag].errors) != (support, errors):
            raise AssertionError(f"{tag}: {rows[tag].support:,} by Tagline, {support:,} by hand")
