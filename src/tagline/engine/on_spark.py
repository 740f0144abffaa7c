"""Spark: a local or remote master by URL, or somebody's session."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tagline.engine.batches import from_connect, from_driver
from tagline.engine.connection import Connection
from tagline.engine.files import Files
from tagline.engine.spark_files import read
from tagline.engine.spark_logs import JAVA_OPTIONS, quiet
from tagline.exceptions import InputError, MissingExtraError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

__all__ = ["SparkConnection", "open_spark", "use_spark"]

# While a statement of ours is planned and run; afterwards the session has its own values back.
_WHILE_RUNNING = {
    "spark.sql.ansi.enabled": "true",  # overflow and bad casts fail, as in DuckDB
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.variable.substitute": "false",  # "${2}" is text, as in a pattern
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
}

# What a time in Arrow that has no zone becomes; otherwise Spark would call it a moment in UTC.
_TIMES_WITHOUT_ZONE = {"spark.sql.timestampType": "TIMESTAMP_NTZ"}

_HADOOP = {"s3", "s3a", "hdfs", "gs", "abfs", "abfss", "wasbs", "dbfs", "viewfs"}

_OF_OUR_SESSIONS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
}

_OF_LOCAL_SESSIONS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}


class SparkConnection(Connection):
    """A connection to Spark."""

    name = "pyspark"

    @property
    def handle(self) -> Any:
        """The Spark session."""
        return self.backend._session

    def attach(self, name: str, data: Any) -> None:
        """Make a temporary view of a table, files or a data frame."""
        from tagline.engine.failures import spark_errors

        with self._plainly(name, data), settings(self.handle), spark_errors():
            if isinstance(data, Files):
                frame = read(self.handle, data)
            elif hasattr(data, "createOrReplaceTempView"):
                frame = data
            else:
                with settings(self.handle, _TIMES_WITHOUT_ZONE):
                    frame = self.handle.createDataFrame(data)
            frame.createOrReplaceTempView(name)

    def reads(self, readable: Any) -> bool:
        """Return whether `attach` takes this as it is: no dataset, and URLs that Hadoop knows."""
        if isinstance(readable, Files):
            return set(readable.protocols) <= _HADOOP
        return not hasattr(readable, "scanner")

    def drop(self, name: str) -> None:
        """Drop a temporary view; one that is gone already is fine."""
        if self.handle.catalog.tableExists(name):
            self.handle.catalog.uncacheTable(name)
        self.handle.catalog.dropTempView(name)
        self._texts.pop(name, None)

    def _fetch(self, table: ir.Table) -> pa.Table:
        from tagline.engine.failures import spark_errors

        with self._plainly(), settings(self.handle), spark_errors():
            result = self._frame(table).toArrow()
        return result.cast(table.schema().to_pyarrow())

    def _frame(self, table: ir.Table) -> Any:
        """Return an expression as a data frame: Ibis' own way to run it goes through pandas."""
        from ibis.expr.operations import InMemoryTable

        from tagline.engine.arrow_types import plain

        self.backend._register_udfs(table)
        for memory in table.op().find(InMemoryTable):
            self.attach(memory.name, plain(memory.data.to_pyarrow(memory.schema)))
        return self.handle.sql(self.backend.compile(table))

    def _stream(self, table: ir.Table, rows: int) -> pa.RecordBatchReader:
        import pyarrow as pa
        from pyspark.sql.pandas.types import to_arrow_schema

        from tagline.engine.failures import spark_errors

        with self._plainly(), settings(self.handle), spark_errors():
            frame = self._frame(table)
            schema = to_arrow_schema(frame.schema)
        return pa.RecordBatchReader.from_batches(schema, self._batches(frame, schema, rows))

    def _batches(self, frame: Any, schema: pa.Schema, rows: int) -> Iterator[pa.RecordBatch]:
        from tagline.engine.failures import spark_errors

        size = {"spark.sql.execution.arrow.maxRecordsPerBatch": str(rows)}
        by_part = from_driver if hasattr(frame, "_jdf") else from_connect
        batches = by_part(frame, schema)
        while True:
            # Between two batches the session has its own settings: a reader may be left half-read.
            with self._plainly(), settings(self.handle, size), spark_errors():
                batch = next(batches, None)
            if batch is None:
                return
            for start in range(0, batch.num_rows, rows):
                yield batch.slice(start, rows)

    def _fetch_sql(self, sql: str) -> pa.Table:
        from tagline.engine.failures import spark_errors

        with self._plainly(), settings(self.handle), spark_errors():
            return self.handle.sql(sql).toArrow()

    def _hold(self, name: str, sql: str) -> None:
        from tagline.engine.failures import spark_errors

        with self._plainly(), settings(self.handle), spark_errors():
            self.handle.sql(sql).cache().createOrReplaceTempView(name)

    def _release(self) -> None:
        """Leave the session: starting another takes seconds, and it ends with Python."""


@contextmanager
def settings(session: Any, more: Mapping[str, str] | None = None) -> Iterator[None]:
    """Give a session the settings under which it answers as DuckDB does, for a while.

    Parameters
    ----------
    session : SparkSession
    more : mapping of str to str, default None
        Further settings.
    """
    wanted = {**_WHILE_RUNNING, **(more or {})}
    before = {key: session.conf.get(key) for key in wanted}
    changed = {key: value for key, value in wanted.items() if before[key] != value}
    silent = logging.getLogger("SQLQueryContextLogger")  # it prints what we raise as a sentence
    disabled = silent.disabled
    try:
        silent.disabled = True
        for key, value in changed.items():
            session.conf.set(key, value)
        yield
    finally:
        silent.disabled = disabled
        for key in changed:
            session.conf.set(key, before[key])


def open_spark(url: str) -> SparkConnection:
    """Open Spark by its master; a session that runs already with this master is used again.

    Parameters
    ----------
    url : str
        Such as ``local[2]`` or ``spark://host:7077``, with Spark's settings as a query.

    Returns
    -------
    SparkConnection

    Raises
    ------
    InputError
        If a session with another master runs in this process.
    MissingExtraError
        If pyspark or Java is not installed.
    """
    master, _, query = url.partition("?")
    asked = dict(parse_qsl(query))
    strange = [key for key in asked if not key.startswith("spark.")]
    if strange:
        raise InputError(
            f"Settings of Spark start by 'spark.'. Got {strange[0]!r} in {url!r} instead."
        )
    check_installed()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        found = running.conf.get("spark.master")
        if found != master:
            raise InputError(
                f"A Spark session with the master {found!r} runs in this process, so {master!r}"
                " cannot start: use the same master, or stop that session."
            )
        return use_spark(running)
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers must find this package
    builder = SparkSession.builder.master(master).appName("tagline")
    local = _OF_LOCAL_SESSIONS if master.startswith("local") else {}
    with quiet(asked.get(JAVA_OPTIONS, "")) as options:
        for key, value in {**_OF_OUR_SESSIONS, **local, **asked, JAVA_OPTIONS: options}.items():
            builder = builder.config(key, value)
        return use_spark(_started(builder, master))


def _started(builder: Any, master: str) -> Any:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return builder.getOrCreate()
    except (Py4JError, PySparkException) as error:
        raise InputError(
            f"Spark cannot be started or reached at {master!r}: check the address; Spark's own"
            " messages on standard error say more."
        ) from error


def check_installed() -> None:
    """Raise a sentence that says what to install, where pyspark or Java is missing.

    Raises
    ------
    MissingExtraError
        If pyspark or Java is not installed.
    """
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "Spark needs the extra 'spark': pip install 'tagline[spark]'."
        ) from error
    home = os.environ.get("JAVA_HOME")
    if not (home and os.path.exists(os.path.join(home, "bin", "java"))) and not shutil.which(
        "java"
    ):
        raise MissingExtraError(
            "Spark needs Java 17 or 21: apt-get install openjdk-17-jre-headless (Debian, Ubuntu)."
        )


def use_spark(session: Any) -> SparkConnection:
    """Use somebody's Spark session; it keeps its settings.

    Parameters
    ----------
    session : SparkSession

    Returns
    -------
    SparkConnection
    """
    import ibis

    from tagline.engine.spark_dialect import SparkCompiler

    with _kept(session):
        backend = ibis.pyspark.connect(session)
    backend.compiler = SparkCompiler()
    return SparkConnection(backend, owned=False)


@contextmanager
def _kept(session: Any) -> Iterator[None]:
    """Undo what Ibis sets for good when it connects."""
    keys = ("spark.sql.session.timeZone", "spark.sql.mapKeyDedupPolicy")
    before = {key: session.conf.get(key) for key in keys}
    yield
    for key, value in before.items():
        session.conf.set(key, value)
