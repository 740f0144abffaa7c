"""Tags that are rules in scalar SQL, beside the same conditions in a query written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import duckdb

from benchmarks.beside import analyzed, beside, by_hand
from benchmarks.data import examples
from benchmarks.findings import Finding
from benchmarks.timing import paired

__all__ = ["measure"]

RULES = {
    "small class": "label < 3",
    "one of two": "label in (4, 7)",
    "both": "tag_01 and tag_10",
    "either": "tag_02 or not tag_11",
    "site": "site = 'site003'",
    "device": "starts_with(device, 'device01')",
    "customer": "customer like '%7'",
    "number": "cast(substr(customer, 9, 3) as int) between 100 and 200",
    "odd": "label % 2 = 1",
    "long name": "length(concat(site, device)) > 16 and lower(site) <> 'site000'",
}


def measure(rows: int = 1_000_000) -> Iterator[Finding]:
    """Yield one finding: ten rules over a million rows."""
    path = examples(rows)
    sums = ", ".join(f"sum(({rule})::int)" for rule in RULES.values())
    source = f"read_parquet('{path}')"
    hand = [
        f"select (label <> prediction)::int e, count(*), {sums} from {source} group by e",
        f"select count(*), count(distinct example_id) from {source}",
    ]
    with duckdb.connect() as connection:
        found = paired(
            partial(analyzed, path, RULES, connection), partial(by_hand, connection, hand)
        )
    yield beside(f"rules: 10 rules over {rows:,} rows", found, "DuckDB by hand")
