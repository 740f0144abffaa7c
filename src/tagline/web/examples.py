"""Pages of a run's examples: filtered by scalar SQL that is parsed, in the order of their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagline.engine import translate
from tagline.exceptions import InputError, did_you_mean
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.browsing import rows_of
from tagline.web.views import run_view

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from tagline.web.served import Served

__all__ = ["ExamplePage", "example_page"]


@dataclass(frozen=True, slots=True)
class ExamplePage:
    """Some of the examples that fit a condition.

    Attributes
    ----------
    run : str
    total : int
        How many fit.
    offset : int
        How many stand before these.
    rows : pyarrow.Table
        `example_id`, the columns of the examples but for bytes, the prediction under its name,
        scores.
    """

    run: str
    total: int
    offset: int
    rows: pa.Table


def example_page(
    served: Served,
    run: str | None = None,
    *,
    where: str | None = None,
    columns: list[str] | None = None,
    offset: int = 0,
    limit: int = 50,
) -> ExamplePage:
    """Return a page of the examples of a run.

    Parameters
    ----------
    served : Served
    run : str, optional
        Default: the run that was made last.
    where : str, optional
        A scalar SQL condition over the columns; see `tagline.engine.translate`.
    columns : list of str, optional
        Which to return; `example_id` always comes. Default: all.
    offset, limit : int

    Returns
    -------
    ExamplePage

    Raises
    ------
    InputError
        If there is no such run or column, or the condition is none.
    """
    view = run_view(served, run)
    names = list(view.columns)
    chosen = _chosen(names, columns)
    with view.asking() as (connection, table):
        kept = _fitting(table.select(*names), where)

        def count() -> int:
            found: int = connection.fetch(kept.aggregate(n=kept.count()))["n"][0].as_py()
            return found

        state = (view.run.name, view.run.examples_version, view.run.predictions_version)
        total = served.once(("examples", state, where), count)
        ids = kept.select(EXAMPLE_ID).order_by(EXAMPLE_ID).limit(limit, offset=offset)
        rows = rows_of(view, connection, connection.fetch(ids)[EXAMPLE_ID].to_pylist())
    return ExamplePage(view.run.name, total, offset, rows.select(chosen))


def _fitting(table: ir.Table, where: str | None) -> ir.Table:
    if where is None or not where.strip():
        return table
    condition: Any = translate(where, table, what="the condition `where`")
    if not condition.type().is_boolean():
        raise InputError(f"The condition `where` must be true or false. Got {where!r} instead.")
    return table.filter(condition)


def _chosen(known: list[str], columns: list[str] | None) -> list[str]:
    for name in columns or ():
        if name not in known:
            raise InputError(f"There is no column {name!r}. {did_you_mean(name, known)}")
    return list(dict.fromkeys([EXAMPLE_ID, *columns])) if columns else known
