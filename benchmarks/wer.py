"""Word error rate: a million words, beside a loop over rapidfuzz written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import duckdb
import pyarrow.parquet as pq
from rapidfuzz.distance import Levenshtein

from benchmarks.beside import analyzed, beside
from benchmarks.data import transcripts
from benchmarks.findings import Finding
from benchmarks.timing import paired

__all__ = ["measure"]

WORDS = 10  # of a transcript


def measure(rows: int = 100_000) -> Iterator[Finding]:
    """Yield one finding; the note gives the words of the references in a second."""
    path = transcripts(rows, WORDS)
    with duckdb.connect() as connection:
        ours = partial(analyzed, path, ["noisy"], connection, measure="wer")
        found = paired(ours, partial(_by_hand, str(path)), pairs=5)
    yield beside(
        f"wer: {rows * WORDS:,} words, with the kinds of edits",
        found,
        "rapidfuzz by hand",
        note=f"{rows * WORDS / found.ours:,.0f} words a second",
    )


def _by_hand(path: str) -> float:
    table = pq.read_table(path)
    errors = words = 0
    texts = zip(table["label"].to_pylist(), table["prediction"].to_pylist(), strict=True)
    for reference, hypothesis in texts:
        was = reference.split()
        errors += len(Levenshtein.editops(was, hypothesis.split()))
        words += len(was)
    return errors / words
