"""What is computed after counting: rates, intervals, tests, ranking; with and without draws."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import numpy as np

from benchmarks.data import CATEGORIES, FLAGS, examples
from benchmarks.findings import Finding
from benchmarks.timing import seconds
from tagline.error_analysis.asked.request import request
from tagline.error_analysis.ranked.rates import People, tag_rows
from tagline.measures import find_measure
from tagline.measures.countable import Counts
from tagline.measures.counts import count_tags

__all__ = ["measure"]

ASKED = 200  # answers of people for each tag
REPEATS = 9


def measure(rows: int = 1_000_000) -> Iterator[Finding]:
    """Yield the findings without people (no draws) and with people for every tag (1,000 draws)."""
    counts = _counts(rows)
    for people, target, name in (
        (_nobody(counts), 50.0, "statistics: 575 tags, no draws"),
        (_asked(counts), 300.0, "statistics: 575 tags, people on all, 1,000 draws"),
    ):
        found = _milliseconds(counts, people)
        yield Finding(name, unit="ms", ours=found, at_most=target, bounds="ours")


def _milliseconds(counts: Counts, people: People) -> float:
    measured = find_measure("accuracy")

    def work() -> object:
        return tag_rows(counts, people, measured, importance={}, ease={})

    work()
    return 1000 * median(seconds(work) for _ in range(REPEATS))


def _counts(rows: int) -> Counts:
    columns = {
        "label": "label",
        "prediction": "prediction",
        "person": None,
        "group": None,
        "sample_weight": None,
    }
    asked = request(
        str(examples(rows)),
        measure=find_measure("accuracy"),
        columns=columns,
        where=None,
        tags=[*FLAGS, *CATEGORIES],
        engine=None,
    )
    with asked.open() as (connection, prepared):
        return count_tags(connection, prepared.countable)


def _nobody(counts: Counts) -> People:
    unknown = np.full(len(counts.tags), np.nan)
    return People("none", unknown, unknown, unknown)


def _asked(counts: Counts) -> People:
    """People err a little less than the model on every tag, so that every tag has a room."""
    rates = 0.8 * counts.errors / np.maximum(counts.support, 1)
    errors = np.round(rates * ASKED)
    return People("stated", errors / ASKED, errors, np.full(len(counts.tags), float(ASKED)))
