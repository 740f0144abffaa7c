"""A data frame of Spark comes into a project partition by partition, as from anywhere else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tagline.exceptions import InputError
from tagline.project import Project

pytestmark = [
    pytest.mark.needs("java"),
    # py4j leaves sockets to the garbage collector
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]

ROWS = 3_000
NOON = dt.datetime(2026, 1, 31, 12)
TABLE = pa.table(
    {
        "example_id": [f"e{i}" for i in range(ROWS)],
        "y": [i % 3 for i in range(ROWS)],
        "p": pa.array([i % 2 for i in range(ROWS)], pa.int16()),
        "at": [NOON] * ROWS,
        "zoned": pa.array([NOON] * ROWS, pa.timestamp("us", "Asia/Tokyo")),
        "words": [["a"] * (i % 3) for i in range(ROWS)],
    }
)


@pytest.mark.parametrize("partitions", [1, 7])
def test_it_is_the_same_as_the_table(
    project: Project, spark: Any, tmp_path: Any, partitions: int
) -> None:
    pq.write_table(TABLE, tmp_path / "t.parquet")
    frame = spark.read.parquet(str(tmp_path / "t.parquet")).repartition(partitions)
    done = project.add_predictions(frame, run="r", label="y", prediction="p")
    assert (done.examples_new, done.predictions_new) == (ROWS, ROWS)
    again = project.add_predictions(TABLE, run="r", label="y", prediction="p")
    assert (again.examples_known, again.predictions_known) == (ROWS, ROWS)
    assert again.examples_new == again.examples_filled == 0


def test_a_fault_in_the_last_partition_leaves_nothing_behind(project: Project, spark: Any) -> None:
    bad = "CASE WHEN id = 69 THEN CAST('no' AS INT) ELSE 1 END AS y"
    frame = spark.range(0, 70, 1, 7).selectExpr("id AS example_id", bad, "1 AS p")
    with pytest.raises(InputError, match="The value 'no'"):
        project.add_predictions(frame, run="r", label="y", prediction="p")
    assert project.lake.version("examples") is None
