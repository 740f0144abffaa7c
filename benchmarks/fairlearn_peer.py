"""The same million predictions beside Fairlearn, for 3 of the 23 columns only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from statistics import median

import duckdb
import pyarrow.parquet as pq

from benchmarks.beside import ALL_TAGS, analyzed
from benchmarks.data import FLAGS, examples
from benchmarks.findings import Finding, skipped
from benchmarks.timing import seconds

__all__ = ["measure"]

COLUMNS = [*FLAGS[:2], "site"]
TARGET = 1 / 50


def measure() -> Iterator[Finding]:
    """Yield one finding: all 23 columns here, 3 of them there, which is once and half a minute."""
    name = "fairlearn: our 23 columns beside its 3"
    if find_spec("fairlearn") is None:
        yield skipped(name, "Fairlearn is not installed: make bench, or pip install '.[benchmark]'")
        return
    path = examples()
    with duckdb.connect() as connection:
        work = partial(analyzed, path, ALL_TAGS, connection)
        work()
        ours = median(seconds(work) for _ in range(3))
    peer = _fairlearn_seconds()
    yield Finding(
        name, ours=ours, peer=peer, peer_name="MetricFrame", ratio=ours / peer, at_most=TARGET
    )


def _fairlearn_seconds() -> float:
    from fairlearn.metrics import MetricFrame, count
    from sklearn.metrics import zero_one_loss

    frame = pq.read_table(examples()).to_pandas()

    def work() -> None:
        for column in COLUMNS:
            shown = MetricFrame(
                metrics={"n": count, "rate": zero_one_loss},
                y_true=frame["label"],
                y_pred=frame["prediction"],
                sensitive_features=frame[column],
            )
            shown.by_group  # noqa: B018 - computed when asked

    return seconds(work)
