from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest

from tagline.engine import Connection, connect, engine_url, source
from tagline.exceptions import InputError, MissingExtraError

TABLE = pa.table({"x": [1, 2, 3]})


def left_behind(con: duckdb.DuckDBPyConnection) -> list[Any]:
    views = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    return views + con.execute("SELECT table_name FROM duckdb_tables()").fetchall()


def test_no_engine_is_duckdb_in_this_process() -> None:
    with connect() as connection:
        assert connection.name == "duckdb"
        assert connection.fetch_sql("SELECT 1 AS one").to_pylist() == [{"one": 1}]


def test_a_url_sets_memory_threads_and_spill_folder(tmp_path: Path) -> None:
    url = engine_url(memory_limit="300MB", threads=2, temp_directory=tmp_path / "spill")
    with connect(url) as connection:
        found = connection.fetch_sql(
            "SELECT current_setting('memory_limit') AS m, current_setting('threads') AS t,"
            " current_setting('temp_directory') AS d"
        ).to_pylist()
    assert found == [{"m": "286.1 MiB", "t": 2, "d": str(tmp_path / "spill")}]


def test_a_small_memory_limit_spills_instead_of_failing(tmp_path: Path) -> None:
    url = engine_url(memory_limit="40MB", threads=1, temp_directory=tmp_path)
    query = "SELECT count(*) AS n FROM (SELECT DISTINCT i * 7 AS k FROM range(3000000) t(i)) q"
    with connect(url) as connection:
        assert connection.fetch_sql(query).to_pylist() == [{"n": 3_000_000}]


def test_out_of_memory_is_one_sentence() -> None:
    with (
        connect("duckdb://?memory_limit=5MB&threads=1&temp_directory=") as connection,
        pytest.raises(InputError, match="ran out of memory: give it more, or a folder to spill"),
    ):
        connection.fetch_sql("SELECT list(i) AS l FROM range(3000000) t(i)")


def test_a_database_file_is_opened_here_or_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("my.db") as con:
        con.execute("CREATE TABLE t AS SELECT 7 AS x")
    for url in ["duckdb:///my.db", f"duckdb:///{tmp_path}/my.db", f"duckdb://{tmp_path}/my.db"]:
        with connect(url) as connection:
            assert connection.fetch_sql("SELECT x FROM t").to_pylist() == [{"x": 7}]


@pytest.mark.parametrize(
    ("engine", "sentence"),
    [
        ("duckdb://?memory_limt=3GB", "no setting 'memory_limt' .* Did you mean 'memory_limit'?"),
        ("duckdb://?threads=many", "DuckDB cannot be opened by .* 'many'"),
        ("duckdb:///no/such/folder/x.db", "DuckDB cannot be opened by"),
        ("postgres://x", "`engine` must be .* Got 'postgres://x' instead"),
        ("local[2]?memory=3", "Settings of Spark start by 'spark.'. Got 'memory'"),
        (3, "`engine` must be None, a URL, .* Got a builtins.int instead"),
        (ibis.sqlite.connect(), "Got an Ibis backend for 'sqlite' instead"),
    ],
)
def test_a_wrong_engine_is_refused(engine: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        connect(engine)


def test_a_connection_of_somebody_stays_open_and_keeps_its_settings() -> None:
    con = duckdb.connect()
    con.execute("SET timezone = 'Asia/Tokyo'")
    with connect(con) as connection:
        connection.table(TABLE, "mine")
        assert len(left_behind(con)) == 1
    assert left_behind(con) == []
    settings = "SELECT current_setting('TimeZone'), current_setting('python_enable_replacements')"
    assert con.execute(settings).fetchall() == [("Asia/Tokyo", True)]


def test_an_ibis_backend_is_used_as_it_is() -> None:
    backend = ibis.duckdb.connect()
    with connect(backend) as connection:
        assert connection.backend is backend
    assert backend.list_tables() == []


def test_users_relations_are_not_shadowed() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE tags AS SELECT 'theirs' AS x")
    with connect(con) as connection:
        ours = connection.table(TABLE, "tags")
        assert connection.fetch(ours).num_rows == 3
        assert con.execute("SELECT x FROM tags").fetchall() == [("theirs",)]


def test_two_tables_of_one_name_and_two_sources_on_one_connection(engine: Any) -> None:
    with connect(engine) as connection:
        one, two = connection.table(TABLE, "t"), connection.table(TABLE.slice(1), "t")
        assert connection.fetch(one.count().name("n")).to_pylist() == [{"n": 3}]
        assert connection.fetch(two.count().name("n")).to_pylist() == [{"n": 2}]
        left, right = source(TABLE, engine=connection), source({"x": [2]}, engine=connection)
        with left.open() as (_, a), right.open() as (_, b):
            assert connection.fetch(a.join(b, "x")).to_pylist() == [{"x": 2}]


def test_a_shared_connection_drops_only_its_own(engine: Any) -> None:
    with connect(engine) as outer:
        kept = outer.table(TABLE, "kept")
        with connect(outer) as inner:
            inner.table(TABLE, "gone")
            assert isinstance(inner, Connection)
            assert inner.fetch(kept).num_rows == 3
        assert outer.fetch(kept).num_rows == 3
        assert outer.rows_fetched == 3


def test_compiled_sql_can_be_wrapped_in_grouping_sets(engine: Any) -> None:
    data = pa.table({"a": ["x", "x", "y"], "b": [1, 2, 2], "e": [1, 0, 1]})
    with source(data, engine=engine).open() as (connection, table):
        inner = connection.compile(table)
        sql = (
            "SELECT a, b, sum(e) AS e, count(*) AS n FROM"
            f" ({inner}) AS t GROUP BY GROUPING SETS ((a), (b), ())"
        )
        found = connection.fetch_sql(sql)
        assert connection.rows_fetched == 5
    assert found.schema.field("e").type == pa.int64()
    rows = {(row["a"], row["b"]): (row["e"], row["n"]) for row in found.to_pylist()}
    assert rows == {
        ("x", None): (1, 2),
        ("y", None): (1, 1),
        (None, 1): (1, 1),
        (None, 2): (1, 2),
        (None, None): (2, 3),
    }


def test_a_value_and_a_memtable_can_be_fetched(engine: Any) -> None:
    with source(TABLE, engine=engine).open() as (connection, table):
        assert connection.fetch(table.x.sum().name("s")).to_pylist() == [{"s": 6}]
        few = ibis.memtable(pa.table({"x": [2, 9]}))
        assert connection.fetch(table.semi_join(few, "x")).to_pylist() == [{"x": 2}]


def test_data_of_a_backend_brings_its_connection() -> None:
    backend = ibis.duckdb.connect()
    table = backend.create_table("t", TABLE)
    with connect(data=table) as connection:
        assert connection.backend is backend
    with pytest.raises(InputError, match=r"lives on a connection of its own.*leave `engine` away"):
        connect("duckdb://", data=table)


@pytest.mark.needs("java")
class TestSpark:
    def test_a_url_uses_the_session_that_runs(self, spark: Any) -> None:
        with connect("local[2]") as connection:
            assert connection.name == "pyspark"
            assert connection.handle is spark
        assert spark.sql("SELECT 1 AS one").collect()[0].one == 1

    def test_another_master_is_refused(self, spark: Any) -> None:
        with pytest.raises(InputError, match=r"the master 'local\[2\]' runs in this process"):
            connect("local[3]")

    def test_a_session_of_somebody_keeps_its_settings_and_views(self, spark: Any) -> None:
        before = {"spark.sql.ansi.enabled": "false", "spark.sql.session.timeZone": "Asia/Tokyo"}
        for key, value in before.items():
            spark.conf.set(key, value)
        try:
            with source(TABLE, engine=spark).open() as (connection, table):
                assert connection.fetch(table).num_rows == 3
            assert {key: spark.conf.get(key) for key in before} == before
            assert spark.catalog.listTables() == []
        finally:
            spark.conf.set("spark.sql.ansi.enabled", "true")
            spark.conf.set("spark.sql.session.timeZone", "UTC")

    def test_what_leaves_spark_has_the_size_of_the_answer(self, spark: Any) -> None:
        frame = spark.range(100_000).selectExpr("id % 10 AS g", "id % 7 = 0 AS wrong")
        with source(frame).open() as (connection, table):
            connection.fetch(table.group_by("g").agg(n=table.count(), e=table.wrong.sum()))
            assert connection.rows_fetched == 10


def test_spark_without_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(MissingExtraError, match="Spark needs Java 17 or 21: apt-get install"):
        connect("local[9]")


def test_spark_without_pyspark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tagline\[spark\]'"):
        connect("local[9]")


def test_importing_the_room_leaves_heavy_packages_alone() -> None:
    code = (
        "import sys, tagline.engine;"
        "heavy = ('pandas', 'polars', 'pyspark', 'datasets', 'fsspec');"
        "print([m for m in heavy if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.needs("java")
def test_a_spark_that_is_not_there_is_one_sentence():
    program = (
        "import tagline\n"
        "try: tagline.analyze_errors({'y': [1], 'p': [1]}, label='y', prediction='p',"
        " engine='local[x]')\n"
        "except tagline.InputError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "Spark cannot be started or reached at 'local[x]': check the address" in done.stdout
