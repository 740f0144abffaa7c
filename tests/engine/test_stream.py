"""Results as large as the data come batch by batch, the same from both engines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tagline.engine import connect, source, translate
from tagline.exceptions import InputError

ROWS = 1_000
NOON = dt.datetime(2026, 1, 31, 12)
MOMENTS = [NOON + dt.timedelta(hours=i) for i in range(ROWS)]
TABLE = pa.table(
    {
        "i": pa.array(range(ROWS), pa.int32()),
        "x": [None if i % 7 == 0 else i / 8 for i in range(ROWS)],
        "s": [None if i % 5 == 0 else f"é{i}" for i in range(ROWS)],
        "b": [None, True, False, True] * (ROWS // 4),
        "d": pa.array([Decimal(i) / 4 for i in range(ROWS)], pa.decimal128(10, 2)),
        "day": [moment.date() for moment in MOMENTS],
        "at": pa.array(MOMENTS, pa.timestamp("ns")),
        "zoned": pa.array(MOMENTS, pa.timestamp("us", "Asia/Tokyo")),
        "words": [None if i % 3 == 0 else ["a"] * (i % 4) for i in range(ROWS)],
        "sub": [{"n": i, "t": str(i)} for i in range(ROWS)],
    }
)


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: row["i"])


def test_no_batch_is_larger_than_asked_and_the_rows_are_all_there(engine: Any) -> None:
    with source(TABLE, engine=engine).open() as (connection, table):
        batches = list(connection.stream(table, rows=90))
    assert max(batch.num_rows for batch in batches) <= 90
    assert rows_of(pa.Table.from_batches(batches)) == TABLE.to_pylist()


def test_the_types_are_those_of_a_fetch_but_for_zones(engine: Any) -> None:
    with source(TABLE, engine=engine).open() as (connection, table):
        streamed, fetched = connection.stream(table).schema, connection.fetch(table).schema
    zoned = streamed.field("zoned")
    assert zoned.type == pa.timestamp("us", "UTC")
    assert fetched.set(fetched.get_field_index("zoned"), zoned) == streamed


def test_nothing_is_an_empty_stream_with_types(engine: Any) -> None:
    with source(TABLE, engine=engine).open() as (connection, table):
        found = connection.stream(table.filter(table.i < 0)).read_all()
    assert found.num_rows == 0
    assert found.column_names == TABLE.column_names


def test_a_stream_does_not_count_as_a_result(engine: Any) -> None:
    with source(TABLE, engine=engine).open() as (connection, table):
        connection.stream(table).read_all()
        assert connection.rows_fetched == 0


def test_text_files_say_no_zone(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("at\n2026-01-31 12:00:00\n")
    with source(tmp_path / "t.csv", engine=engine).open() as (connection, table):
        assert connection.stream(table).read_all().to_pylist() == [{"at": NOON}]


def test_a_fault_far_down_a_file_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("n\n" + "1\n" * 300_000 + "one\n" + "2\n" * 1_000)
    with source(path).open() as (connection, table):
        reader = connection.stream(table, rows=1_000)
        assert next(reader).num_rows == 1_000
        with pytest.raises(InputError, match="line 300002: 'one' in column 'n' is not a whole"):
            reader.read_all()


def test_a_column_that_arrow_cannot_hold_is_named() -> None:
    data = duckdb.connect().sql("SELECT interval 1 day AS pause")
    with source(data).open() as (connection, table):
        reader = connection.stream(table)
        with pytest.raises(InputError, match="column 'pause' cannot be read as duration"):
            reader.read_all()


def test_a_time_that_was_fetched_is_the_same_moment(engine: Any) -> None:
    """It carries no zone, but a rule with it finds the row that it came from."""
    with source(TABLE, engine=engine).open() as (connection, table):
        for column in ("at", "zoned"):
            fetched = connection.fetch(table.filter(table.i == 7).select(column))
            moment = fetched.column(0)[0].as_py()
            assert moment == MOMENTS[7]
            rule = translate(f"{column} = timestamp '{moment}'", table, what="the rule")
            assert rows_of(connection.fetch(table.filter(rule).select("i"))) == [{"i": 7}]


@pytest.mark.needs("java")
class TestSpark:
    def test_partitions_come_one_after_the_other(self, spark: Any) -> None:
        """The last one fails, and only when it is its turn: nothing brought all of them."""
        bad = "CASE WHEN id = 69 THEN CAST('no ' || id AS INT) ELSE id END AS n"
        frame = spark.range(0, 70, 1, 7).selectExpr(bad)
        with source(frame).open() as (connection, table):
            reader = connection.stream(table)
            assert [next(reader).num_rows for _ in range(6)] == [10] * 6
            with pytest.raises(InputError, match="The value 'no 69' of the type"):
                next(reader)

    def test_between_two_batches_the_session_has_its_own_settings(self, spark: Any) -> None:
        keys = ["spark.sql.execution.arrow.maxRecordsPerBatch", "spark.sql.mapKeyDedupPolicy"]
        before = [spark.conf.get(key) for key in keys]
        with connect(spark) as connection:
            reader = connection.stream(connection.table(TABLE, "t"), rows=10)
            assert next(reader).num_rows == 10
            assert [spark.conf.get(key) for key in keys] == before
