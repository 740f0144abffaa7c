from __future__ import annotations

import datetime as dt
import gc
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from tagline.engine import connect, source
from tagline.exceptions import InputError

ROWS = [
    {"id": 1, "s": "a", "f": 1.5, "b": True},
    {"id": 2, "s": None, "f": None, "b": None},
    {"id": 3, "s": "c", "f": -2.0, "b": False},
]
ARROW = pa.Table.from_pylist(ROWS)


class Stream:
    """Any object with the Arrow stream protocol, to be read once."""

    def __init__(self, table: pa.Table) -> None:
        self.reader = table.to_reader()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.reader.__arrow_c_stream__(requested_schema)


def hugging_face(table: pa.Table) -> Any:
    datasets = pytest.importorskip("datasets")
    return datasets.Dataset(table)


KINDS = {
    "pandas": ARROW.to_pandas,
    "pandas of objects": lambda: pd.DataFrame(ROWS).astype(object),
    "polars": lambda: pl.from_arrow(ARROW),
    "lazy": lambda: pl.from_arrow(ARROW).lazy(),
    "table": lambda: ARROW,
    "batch": lambda: ARROW.to_batches()[0],
    "reader": ARROW.to_reader,
    "dataset": lambda: ds.dataset(ARROW),
    "stream": lambda: Stream(ARROW),
    "dictionary": lambda: {name: ARROW[name].to_pylist() for name in ARROW.column_names},
    "hugging face": lambda: hugging_face(ARROW),
    "memtable": lambda: ibis.memtable(ARROW),
}


def rows(data: Any, **options: Any) -> list[dict[str, Any]]:
    with source(data, **options).open() as (connection, table):
        return connection.fetch(table).to_pylist()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_data_gives_its_rows_and_can_be_opened_again(kind: str, engine: Any) -> None:
    recipe = source(KINDS[kind](), engine=engine)
    for _ in range(2):
        with recipe.open() as (connection, table):
            assert connection.fetch(table).to_pylist() == ROWS


def test_a_duckdb_relation_is_used_on_its_own_connection() -> None:
    con = duckdb.connect()
    con.execute("SET timezone = 'Asia/Tokyo'")
    con.execute("CREATE TABLE t AS SELECT * FROM ARROW")
    relation = con.table("t").filter("id > 1")
    with source(relation).open() as (connection, table):
        assert connection.fetch(table).to_pylist() == ROWS[1:]
        few = connection.table(pa.table({"id": [3]}), "few")
        assert connection.fetch(table.semi_join(few, "id")).to_pylist() == ROWS[2:]
        other = source(con.table("t"), engine=connection)
        with other.open() as (_, again):
            assert connection.fetch(again.anti_join(table, "id")).to_pylist() == ROWS[:1]
    assert con.execute("SELECT current_setting('TimeZone')").fetchall() == [("Asia/Tokyo",)]
    names = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
    assert con.execute(names).fetchall() == []
    assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("t",)]


def test_relations_of_two_connections_are_not_mixed() -> None:
    one, two = duckdb.connect().sql("SELECT 1 AS x"), duckdb.connect().sql("SELECT 2 AS x")
    with (
        source(one).open() as (connection, _),
        pytest.raises(InputError, match="lives on a connection of its own"),
    ):
        rows(two, engine=connection)


def test_an_ibis_table_is_used_on_its_own_connection() -> None:
    backend = ibis.duckdb.connect()
    table = backend.create_table("t", ARROW)
    assert rows(table.filter(table.id == 3)) == ROWS[2:]
    assert backend.list_tables() == ["t"]


@pytest.mark.needs("java")
def test_a_spark_frame_is_used_on_its_session(spark: Any) -> None:
    frame = spark.createDataFrame(ARROW).filter("id < 3")
    with source(frame).open() as (connection, table):
        assert connection.handle is spark
        assert connection.fetch(table.order_by("id")).to_pylist() == ROWS[:2]
    ours = ibis.pyspark.connect(spark)
    frame.createOrReplaceTempView("theirs")
    assert len(rows(ours.table("theirs"))) == 2
    spark.catalog.dropTempView("theirs")


TYPES = pa.table(
    {
        "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
        "level": pa.array(["low", None]).dictionary_encode(),
        "view": pa.array(["x", None], pa.string_view()),
        "large": pa.array(["x", None], pa.large_string()),
        "small": pa.array([255, None], pa.uint8()),
        "day": pa.array([dt.date(2026, 1, 31), None]),
        "at": pa.array([dt.datetime(2026, 1, 31, 5), None], pa.timestamp("ns")),
        "zoned": pa.array([dt.datetime(2026, 1, 31, 5), None], pa.timestamp("us", "Asia/Tokyo")),
        "words": pa.array([["a", None], None]),
        "box": pa.array([{"x": 1, "name": "n"}, None]),
        "boxes": pa.array([[{"x": 1.5}], []]),
        "blob": pa.array([b"\x00\x01", None]),
        "empty": pa.nulls(2),
    }
)


def test_types_come_through(engine: Any) -> None:
    first, second = rows(TYPES, engine=engine)
    assert first == {
        "price": Decimal("1.50"),
        "level": "low",
        "view": "x",
        "large": "x",
        "small": 255,
        "day": dt.date(2026, 1, 31),
        "at": dt.datetime(2026, 1, 31, 5),
        "zoned": dt.datetime(2026, 1, 31, 5),
        "words": ["a", None],
        "box": {"x": 1, "name": "n"},
        "boxes": [{"x": 1.5}],
        "blob": b"\x00\x01",
        "empty": None,
    }
    assert set(map(repr, second.values())) == {"None", "[]"}


def test_an_empty_table_keeps_its_columns(engine: Any) -> None:
    for data in (TYPES.slice(0, 0), TYPES.slice(0, 0).to_reader()):
        with source(data, engine=engine).open() as (connection, table):
            assert table.columns == tuple(TYPES.column_names)
            assert connection.fetch(table).num_rows == 0


def test_nan_is_missing_in_pandas_numpy_and_lists(engine: Any) -> None:
    values = [1.0, math.nan, 2.0]
    for data in (
        pd.DataFrame({"x": values}),
        {"x": np.array(values)},
        {"x": values},
        {"x": pd.Series(values)},
    ):
        assert [row["x"] for row in rows(data, engine=engine)] == [1.0, None, 2.0]


def test_nan_stays_nan_in_arrow_polars_and_files(engine: Any, tmp_path: Path) -> None:
    table = pa.table({"x": [1.0, math.nan, None]})
    pq.write_table(table, tmp_path / "x.parquet")
    for data in (table, pl.from_arrow(table), tmp_path / "x.parquet"):
        with source(data, engine=engine).open() as (connection, found):
            answer = connection.fetch(
                found.agg(missing=found.x.isnull().sum(), nan=found.x.isnan().sum())
            )
            assert answer.to_pylist() == [{"missing": 1, "nan": 1}]


def test_pandas_columns_of_objects_become_what_they_hold(engine: Any) -> None:
    frame = pd.DataFrame(
        {
            "flag": pd.Series([True, None, math.nan], dtype=object),
            "text": pd.Series(["x", math.nan, None], dtype=object),
            "level": pd.Categorical(["u", None, "v"]),
            "whole": pd.array([1, None, 3], dtype="Int64"),
        }
    )
    assert rows(frame, engine=engine) == [
        {"flag": True, "text": "x", "level": "u", "whole": 1},
        {"flag": None, "text": None, "level": None, "whole": None},
        {"flag": None, "text": None, "level": "v", "whole": 3},
    ]


def test_a_named_index_of_pandas_comes_along() -> None:
    frame = pd.DataFrame({"x": [1]}, index=pd.Index(["e1"], name="example_id"))
    assert rows(frame) == [{"example_id": "e1", "x": 1}]
    assert rows(pd.DataFrame({"x": [1]}, index=["e1"])) == [{"x": 1}]


def test_a_hugging_face_selection_is_respected() -> None:
    assert rows(hugging_face(ARROW).select([2, 0])) == [ROWS[2], ROWS[0]]


def test_a_reader_is_staged_once_and_the_file_goes_with_the_recipe() -> None:
    recipe = source(ARROW.to_reader())
    staged = Path(recipe._readable.paths[0])
    assert staged.exists()
    del recipe
    gc.collect()
    assert not staged.parent.exists()


def test_a_reader_is_not_held_in_memory() -> None:
    def batches() -> Any:
        for start in range(0, 2_000_000, 100_000):
            yield pa.record_batch({"x": np.arange(start, start + 100_000)})

    before = pa.total_allocated_bytes()
    reader = pa.RecordBatchReader.from_batches(pa.schema([("x", pa.int64())]), batches())
    recipe = source(reader)
    assert pa.total_allocated_bytes() - before < 4_000_000
    with recipe.open() as (connection, table):
        assert connection.fetch(table.x.max().name("m")).to_pylist() == [{"m": 1_999_999}]


ARRAYS = {
    "list": [10, 20, 30],
    "numpy": np.array([10, 20, 30]),
    "pandas": pd.Series([10, 20, 30], index=[5, 6, 7]),
    "polars": pl.Series([10, 20, 30]),
    "arrow": pa.chunked_array([[10], [20, 30]]),
}


@pytest.mark.parametrize("kind", ["table", "pandas", "reader", "dataset", "lazy", "dictionary"])
@pytest.mark.parametrize("array", ARRAYS)
def test_arrays_are_laid_beside_the_rows(kind: str, array: str) -> None:
    found = rows(KINDS[kind](), columns={"y": ARRAYS[array]})
    assert [(row["id"], row["y"]) for row in found] == [(1, 10), (2, 20), (3, 30)]


def test_arrays_are_laid_beside_files(tmp_path: Path, engine: Any) -> None:
    for name, part in [("a", ARROW.slice(0, 1)), ("b", ARROW.slice(1))]:
        pq.write_table(part, tmp_path / f"{name}.parquet")
    found = rows(tmp_path / "*.parquet", columns={"y": [10, 20, 30]}, engine=engine)
    assert sorted((row["id"], row["y"]) for row in found) == [(1, 10), (2, 20), (3, 30)]


@pytest.mark.parametrize("kind", ["table", "reader", "dictionary", "lazy"])
@pytest.mark.parametrize("values", [[1], [1, 2, 3, 4]])
def test_an_array_of_another_length_is_refused(kind: str, values: list[int]) -> None:
    sentence = rf"'y' must be as long as the data. Got {len(values)} values? for 3 rows of the"
    with pytest.raises(InputError, match=sentence):
        source(KINDS[kind](), columns={"y": values})


def test_a_relation_has_no_order_to_lay_an_array_beside() -> None:
    with pytest.raises(InputError, match=r"The DuckDB relation has no order of rows.*'y'"):
        source(duckdb.sql("SELECT 1 AS x"), columns={"y": [1]})


class Strange:
    pass


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (3, "`data` must be a data frame .* Got an object of type int instead"),
        (None, "Got None instead"),
        (Strange(), "Got an object of type Strange instead"),
        ({"a": 1}, "The column 'a' must be an array. Got 1 instead"),
        ({"a": "xy"}, "The column 'a' must be an array. Got 'xy' instead"),
        ({"a": [1], "b": [1, 2]}, "one length. Got 1 value in 'a' and 2 in 'b' instead"),
        ({}, "The data has no columns"),
        (pd.DataFrame({"a": [1, None, "x"]}), "'a' mixes types: str in row 3 after int"),
        (pd.Series([1]), "Got a pandas Series instead: use to_frame"),
        (pa.table({"a": [1], "A": [2]}), "'a' and 'A' cannot be told apart"),
        (pl.DataFrame({"a": [1], "A": [2]}).lazy(), "'a' and 'A' cannot be told apart"),
        (ibis.table({"a": "int64"}, name="t"), "not bound to a connection"),
        (ibis.sqlite.connect().create_table("t", schema={"a": "int64"}), "on DuckDB or Spark"),
    ],
)
def test_data_that_cannot_be_read_is_one_sentence(data: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        rows(data)


def test_a_dictionary_of_data_sets_asks_for_a_split() -> None:
    datasets = pytest.importorskip("datasets")
    both = datasets.DatasetDict({"test": hugging_face(ARROW)})
    with pytest.raises(InputError, match=r"name one of its splits, such as data\['test'\]"):
        source(both)


def test_one_source_can_be_open_twice_on_one_connection(engine: Any) -> None:
    with connect(engine) as connection:
        recipe = source(ARROW, engine=connection)
        with recipe.open() as (_, outer):
            with recipe.open() as (_, inner):
                assert outer.get_name() == inner.get_name() == recipe.name
            assert connection.fetch(outer).num_rows == 3
