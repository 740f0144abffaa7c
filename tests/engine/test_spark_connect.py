"""A session of Spark Connect, which speaks to its server by gRPC, is an engine like any other."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# In a process of its own: it cannot have a session of either kind.
PROGRAM = """
import json, tempfile
import tagline
from pyspark.sql import SparkSession
from tagline.project import Project

session = SparkSession.builder.remote("local[2]").getOrCreate()
frame = session.range(0, 30_000, 1, 7).selectExpr(
    "id AS example_id", "id % 3 AS y", "id % 2 AS p", "id % 5 = 0 AS dim"
)
found = tagline.analyze_errors(frame, label="y", prediction="p", tags=["dim"], engine=session)
dim = next(row for row in found.rows if row.tag == "dim")
with Project.init(tempfile.mkdtemp()) as project:
    done = project.add_predictions(frame, run="r", label="y", prediction="p")
print(json.dumps([dim.support, dim.errors, done.predictions_new]))
session.stop()
"""


@pytest.mark.needs("java")
def test_a_session_of_spark_connect_analyses_and_is_imported() -> None:
    pytest.importorskip("grpc", reason="Spark Connect needs grpcio: pip install 'pyspark[connect]'")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    wrong = sum(i % 3 != i % 2 for i in range(0, 30_000, 5))
    assert json.loads(done.stdout.splitlines()[-1]) == [6_000, wrong, 30_000]
