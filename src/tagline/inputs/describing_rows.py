"""The rows of a table as inputs: the engine computes and counts; nothing is looped over here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tagline.engine import Connection, source
from tagline.exceptions import InputError
from tagline.inputs.gathering import Writer, bars_of, row_of
from tagline.inputs.registry import Statistic, find_statistics
from tagline.inputs.results import Bars, InputDescription, StatisticRow
from tagline.inputs.row import RowProfile
from tagline.inputs.table_rows import learn_profile, row_expressions

__all__ = ["describe_rows"]

_MOST = 1_000_000  # rows whose columns are handed back without `out`
_NAME = "example_id"


def describe_rows(
    data: Any, names: Sequence[str] | None, reference: Any, out: str | None, engine: Any
) -> InputDescription:
    """Describe the rows of a table.

    Parameters
    ----------
    data : object
        A table, as `describe_inputs` takes it.
    names : sequence of str or None
        Statistics.
    reference : object
        A table, a RowProfile or None.
    out : str or None
        A Parquet file to write.
    engine : object

    Returns
    -------
    InputDescription

    Raises
    ------
    InputError
        If the data cannot be read or do not fit the reference.
    """
    with source(data, engine=engine).open() as (connection, table):
        profile = None
        if reference is not None:
            profile = learn_profile(reference, engine=connection)
        given = {} if profile is None else {"profile": profile}
        chosen = find_statistics("row", names, given)
        made = row_expressions(table, chosen, profile)
        if out is not None:
            _write(connection, table, made, out)
        numbers = table.select(**made)
        count, rows = _summaries(connection, numbers, chosen)
        examples = _examples(connection, table, made) if count <= _MOST else None
        bars = _bars(connection, numbers, chosen)
    return InputDescription(
        kind="row",
        input=f"{len(table.columns)} columns",
        n_examples=count,
        n_broken=0,
        rows=rows,
        bars=bars,
        examples=examples,
        out=out,
        said=_said(profile, table),
    )


def _said(profile: RowProfile | None, table: ir.Table) -> tuple[str, ...]:
    if profile is None:
        return ("Without `reference`, nothing is known of ranges and categories.",)
    known = {*profile.ranges, *profile.categories}
    absent = sorted(known - set(table.columns))
    if absent:
        return (f"Columns of the reference that the data lack: {', '.join(absent)}",)
    return ()


def _summaries(
    connection: Connection, numbers: ir.Table, statistics: Sequence[Statistic]
) -> tuple[int, tuple[StatisticRow, ...]]:
    asked: dict[str, ir.Value] = {"n": numbers.count()}
    for i, each in enumerate(statistics):
        value = numbers[each.name].cast("float64")
        asked |= {
            f"min_{i}": value.min(),
            f"q25_{i}": value.quantile(0.25),
            f"median_{i}": value.quantile(0.5),
            f"q75_{i}": value.quantile(0.75),
            f"max_{i}": value.max(),
            f"mean_{i}": value.mean(),
        }
    (row,) = connection.fetch(numbers.aggregate(**asked)).to_pylist()
    parts = ("min", "q25", "median", "q75", "max", "mean")
    rows = tuple(
        row_of(each, row["n"], 0, {part: row[f"{part}_{i}"] for part in parts})
        for i, each in enumerate(statistics)
    )
    return row["n"], rows


def _bars(
    connection: Connection, numbers: ir.Table, statistics: Sequence[Statistic]
) -> tuple[Bars, ...]:
    """Return how often each value occurs: there are no more values than columns."""
    made = []
    for each in statistics:
        counted = numbers.group_by(value=numbers[each.name]).aggregate(n=lambda t: t.count())
        found = connection.fetch(counted)
        values = found["value"].to_numpy().astype(np.float64)
        bars = bars_of(each, values)
        if bars is not None:
            counts, _ = np.histogram(values, bars.edges, weights=found["n"].to_numpy())
            made.append(Bars(each.name, each.unit, bars.edges, tuple(map(int, counts))))
    return tuple(made)


def _examples(connection: Connection, table: ir.Table, made: dict[str, ir.Value]) -> pa.Table:
    own = {_NAME: table[_NAME]} if _NAME in table.columns else {}
    reader = connection.stream(table.select(**own, **made))
    return reader.read_all()


def _write(connection: Connection, table: ir.Table, made: dict[str, ir.Value], out: str) -> None:
    twice = [name for name in made if name in table.columns]
    if twice:
        raise InputError(f"The data have a column {twice[0]!r} already: rename it, to write `out`.")
    reader = connection.stream(table.mutate(**made))
    with Writer(out, reader.schema) as writer:
        for batch in reader:
            writer.write(pa.Table.from_batches([batch]))
