"""Files by Spark's own readers."""

from __future__ import annotations

from functools import reduce
from typing import Any

from tagline.engine.files import Files

__all__ = ["read"]


def read(session: Any, files: Files) -> Any:
    """Return a data frame over files, read by Spark's own readers.

    Parameters
    ----------
    session : SparkSession
    files : Files

    Returns
    -------
    pyspark.sql.DataFrame
    """
    reader = session.read
    if files.format.spark_reader == "parquet":
        return reader.option("mergeSchema", len(files.paths) > 1).parquet(*files.paths)
    from tagline.engine.text_files import spark_options, spark_schema

    reader = reader.format(files.format.spark_reader).options(**spark_options(files))
    if len(files.paths) == 1 or files.format.spark_reader == "json":
        frame = reader.schema(spark_schema(files, files.paths[0])).load(list(files.paths))
        return _without_zones(frame)
    each = (reader.schema(spark_schema(files, path)).load(path) for path in files.paths)
    frame = reduce(lambda one, two: one.unionByName(two, allowMissingColumns=True), each)
    return _without_zones(frame)


def _without_zones(frame: Any) -> Any:
    """Make times of text files what they are in DuckDB: of no zone."""
    from pyspark.sql.functions import col

    times = [each.name for each in frame.schema if each.dataType.typeName() == "timestamp"]
    quoted = {name: col("`" + name.replace("`", "``") + "`") for name in times}
    return frame.withColumns({name: time.cast("timestamp_ntz") for name, time in quoted.items()})
