"""Open an engine: the one place where an `engine` argument becomes a connection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tagline.engine.kinds import made_by
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.engine.connection import Connection

__all__ = ["connect", "engine_url"]

_SPARK_URLS = ("local", "spark://", "yarn", "k8s://")


def connect(engine: Any = None, *, data: Any = None) -> Connection:
    """Open an engine, or use the one that is handed in.

    Parameters
    ----------
    engine : None, str, connection of DuckDB or Ibis, SparkSession or Connection, default None
        None is DuckDB in this process. A URL is ``duckdb://`` (in memory) or ``duckdb:///file.db``
        with DuckDB's settings as a query (``?memory_limit=300MB&threads=2&temp_directory=/tmp/x``),
        or a Spark master (``local[2]``, ``spark://host:7077``) with Spark's settings as a query.
        A Spark session started by a URL runs until Python ends, and is used again.
    data : object, default None
        An Ibis table, a DuckDB relation or a Spark data frame is used on its own connection.

    Returns
    -------
    Connection
        To be used as a context manager. What was handed in is not closed.

    Raises
    ------
    InputError
        If `engine` is none of these, or the data has a connection of its own that differs.
    MissingExtraError
        If pyspark or Java is needed and not installed.

    Examples
    --------
    >>> with connect("duckdb://?threads=1") as connection:
    ...     connection.fetch_sql("select 6 * 7 as answer").to_pylist()
    [{'answer': 42}]
    """
    own = _own_engine(data)
    if own is not None:
        return _on_own(own, engine)
    if engine is None:
        engine = "duckdb://"
    if isinstance(engine, str):
        return _by_url(engine)
    return _handed_in(engine)


def engine_url(
    *,
    memory_limit: str | None = None,
    threads: int | None = None,
    temp_directory: str | os.PathLike[str] | None = None,
) -> str:
    """Return the URL of a DuckDB in this process with these limits.

    Parameters
    ----------
    memory_limit : str, default None
        Such as ``"300MB"``; None is four fifths of the machine's memory.
    threads : int, default None
        None is one for each core.
    temp_directory : path, default None
        Where to spill what does not fit into memory; None is the system's temporary folder.

    Returns
    -------
    str

    Examples
    --------
    >>> engine_url(memory_limit="300MB", threads=2)
    'duckdb://?memory_limit=300MB&threads=2'
    """
    given = {"memory_limit": memory_limit, "threads": threads, "temp_directory": temp_directory}
    query = urlencode({key: value for key, value in given.items() if value is not None})
    return f"duckdb://?{query}" if query else "duckdb://"


def _by_url(url: str) -> Connection:
    if url == "duckdb" or url.startswith("duckdb:"):
        from tagline.engine.on_duckdb import open_duckdb

        return open_duckdb(url)
    if url.startswith(_SPARK_URLS):
        from tagline.engine.on_spark import open_spark

        return open_spark(url)
    raise InputError(
        "`engine` must be 'duckdb://', 'duckdb:///file.db', a Spark master such as 'local[2]' or"
        f" 'spark://host:7077', or an open connection. Got {url!r} instead."
    )


def _handed_in(engine: Any) -> Connection:
    from tagline.engine.connection import Connection

    if isinstance(engine, Connection):
        return engine.share()
    kind = getattr(engine, "name", None)
    if made_by(engine, "ibis") and kind in {"duckdb", "pyspark"}:
        return _of_backend(engine)
    if made_by(engine, "duckdb") and type(engine).__name__ == "DuckDBPyConnection":
        from tagline.engine.on_duckdb import use_duckdb

        return use_duckdb(engine)
    if made_by(engine, "pyspark") and hasattr(engine, "createDataFrame"):
        from tagline.engine.on_spark import use_spark

        return use_spark(engine)
    what = f"an Ibis backend for {kind!r}" if made_by(engine, "ibis") else _named(engine)
    raise InputError(
        "`engine` must be None, a URL, a connection of DuckDB, an Ibis backend for DuckDB or Spark,"
        f" or a Spark session. Got {what} instead."
    )


def _of_backend(backend: Any) -> Connection:
    if backend.name == "pyspark":
        from tagline.engine.on_spark import use_spark

        return use_spark(backend._session)  # with our corrections of the SQL
    from tagline.engine.on_duckdb import DuckDBConnection

    return DuckDBConnection(backend, owned=False)


def _own_engine(data: Any) -> Any:
    """Return the connection that the data lives on, or None."""
    if made_by(data, "ibis"):
        from tagline.engine.kinds import ibis_backend

        return ibis_backend(data)
    if made_by(data, "duckdb") and type(data).__name__ == "DuckDBPyRelation":
        return data
    if made_by(data, "pyspark") and hasattr(data, "createOrReplaceTempView"):
        return data.sparkSession
    return None


def _on_own(own: Any, engine: Any) -> Connection:
    from tagline.engine.connection import Connection

    if type(own).__name__ == "DuckDBPyRelation":
        from tagline.engine.on_duckdb import use_relation

        if isinstance(engine, Connection) and engine.holds(own):
            return engine.share()
        if engine is not None:
            raise _on_two(engine)
        return use_relation(own)
    if isinstance(engine, Connection) and engine.holds(own):
        return engine.share()
    connection = _handed_in(own)
    if engine is not None and not (engine is own or connection.holds(engine)):
        raise _on_two(engine)
    return connection


def _on_two(engine: Any) -> InputError:
    named = repr(engine) if isinstance(engine, str) else _named(engine)
    return InputError(
        f"The data lives on a connection of its own, so it cannot run on `engine`={named}:"
        " leave `engine` away."
    )


def _named(thing: Any) -> str:
    return f"a {type(thing).__module__.split('.')[0]}.{type(thing).__qualname__}"
