"""Word error rate: a million words, beside a loop over rapidfuzz written by hand."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow.parquet as pq
from rapidfuzz.distance import Levenshtein

import tagline
from benchmarks.data import transcripts
from benchmarks.findings import Finding
from benchmarks.timing import paired

__all__ = ["measure"]

ROWS, WORDS = 100_000, 10


def measure() -> Iterator[Finding]:
    """Yield one finding; the note gives the words of the references in a second."""
    path = transcripts(ROWS, WORDS)
    with duckdb.connect() as connection:
        found = paired(
            lambda: tagline.analyze_errors(
                str(path),
                label="label",
                prediction="prediction",
                tags=["noisy"],
                measure="wer",
                engine=connection,
            ),
            lambda: _by_hand(str(path)),
            pairs=5,
        )
    yield Finding(
        "wer: 1 million words, with the kinds of edits",
        ours=found.ours,
        peer=found.peer,
        peer_name="rapidfuzz by hand",
        ratio=found.ratio,
        note=f"{ROWS * WORDS / found.ours:,.0f} words a second; {found.spread}",
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
