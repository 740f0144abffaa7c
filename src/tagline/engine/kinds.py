"""Tell what kind of object somebody handed in, without importing its library."""

from __future__ import annotations

from typing import Any

from tagline.exceptions import InputError

__all__ = ["ibis_backend", "made_by"]


def made_by(thing: Any, *libraries: str) -> bool:
    """Return whether the object's class, or one that it inherits from, is of one of the libraries.

    Parameters
    ----------
    thing : object
    *libraries : str
        Top-level names of packages, such as ``"pandas"``.

    Returns
    -------
    bool

    Examples
    --------
    >>> import pathlib
    >>> made_by(pathlib.Path(), "pathlib"), made_by(3, "pathlib")
    (True, False)
    """
    modules = {cls.__module__.split(".")[0].lstrip("_") for cls in type(thing).__mro__}
    return not modules.isdisjoint(libraries)


def ibis_backend(table: Any) -> Any:
    """Return the backend that an Ibis table lives on; None for one made by `ibis.memtable`.

    Parameters
    ----------
    table : ibis table

    Returns
    -------
    ibis backend or None

    Raises
    ------
    InputError
        If it lives on several backends, or on none (unbound), or on another than DuckDB and Spark.
    """
    import ibis.common.exceptions as failures
    import ibis.expr.operations as ops

    if not hasattr(table, "get_backend"):
        return None
    if table.op().find(ops.UnboundTable):
        raise InputError("The Ibis table is not bound to a connection: make it by `con.table`.")
    if not table.op().find(ops.DatabaseTable) and table.op().find(ops.InMemoryTable):
        return None
    try:
        backend = table.get_backend()
    except failures.IbisError as error:
        raise InputError(f"The Ibis table has no single connection: {error}.") from error
    if backend.name not in {"duckdb", "pyspark"}:
        raise InputError(
            f"An Ibis table must live on DuckDB or Spark. Got one on {backend.name!r}: hand over"
            " `table.to_pyarrow_batches()` instead."
        )
    return backend
