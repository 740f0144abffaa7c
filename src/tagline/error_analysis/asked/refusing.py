"""Data that a measure refuses: the sentence that names column, value, row and file."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from tagline.display.words import plain, plural, shorten
from tagline.engine import called, describe, has_order
from tagline.error_analysis.asked.leaving_out import NEGATIVE, RANGE, REFUSED
from tagline.measures import Cause, CheckedPair, Measure, Pair
from tagline.measures.countable import Connection
from tagline.schema import EXAMPLE_ID

__all__ = ["causes_of", "origin", "refusals"]

_MOST = 60  # characters of a value in a message


def causes_of(pair: Pair, answers: Mapping[str, ir.Value]) -> list[Cause]:
    """Return what the rows of a pair may be refused for; its one reason where it has no causes.

    Parameters
    ----------
    pair : Pair
    answers : mapping from "label" and "prediction" to ibis value

    Returns
    -------
    list of Cause
    """
    if not isinstance(pair, CheckedPair) or pair.refused is None:
        return []
    whole = Cause(pair.refused, tuple(answers.values()), pair.reason.removesuffix("."))
    return list(pair.causes) or [whole]


def refusals(
    table: ir.Table,
    measure: Measure,
    given: Mapping[str, ir.Value],
    reason: ir.Value,
    causes: Sequence[Cause],
) -> dict[int, Callable[[Connection, int], str]]:
    """Return who says why data are refused, by the number of the reason.

    Parameters
    ----------
    table : ibis Table
        The user's.
    measure : Measure
    given : mapping from name to ibis value
        What the question names: label, prediction, `s` for the sample weight.
    reason : ibis integer value
        Over the table: why a row is left out.
    causes : sequence of Cause
        Of which one holds where the measure refuses a row.

    Returns
    -------
    dict
        From the number to a function of the engine that holds the table, and of how many rows are
        refused, to the sentence about the first of them.
    """
    answers = tuple(given[each] for each in ("label", "prediction") if each in given)
    every = ibis.literal(True)
    found = {
        REFUSED: list(causes),
        RANGE: [Cause(every, answers, _out_of_range(measure))],
        NEGATIVE: [Cause(every, (given["s"],), *_NEGATIVE)] if "s" in given else [],
    }
    return {
        number: partial(_refusal, table, partial(operator.eq, reason, number), of_number)
        for number, of_number in found.items()
    }


_NEGATIVE = (
    "`sample_weight` must not be negative or infinite. It is on {n}",
    "correct it, or leave it empty",
)


def _out_of_range(measure: Measure) -> str:
    rule = "between 0 and its weight" if measure.bounded else "of 0 or more"
    return (
        f"The measure {measure.name!r} must give a finite error {rule}. It does not on {{n}}: look"
        " for infinite or very large numbers among labels and predictions"
    )


def _refusal(
    table: ir.Table,
    refused: Callable[[], ir.BooleanValue],
    causes: Sequence[Cause],
    connection: Connection,
    n: int,
) -> str:
    """Return the sentence about the first of `n` rows that are refused."""
    rows = _numbered(table, refused(), causes)
    order = [each for each in ("row", "id") if each in rows.columns]
    first = _one(connection, rows.order_by(order).limit(1) if order else rows.limit(1))
    place = next((k for k, _ in enumerate(causes) if first[f"b{k}"]), 0)
    cause = causes[place]
    if len(causes) > 1:
        n = _one(connection, rows.aggregate(n=rows[f"b{place}"].sum()))["n"]
    said = " and ".join(
        f"{called(origin(value).name)} holds {_shown(first[f'v{place}_{k}'])}"
        for k, value in enumerate(cause.values)
    )
    where = f"in {_row(first)}{describe(origin(cause.values[0]).rel.to_expr())}"
    more = f" (and so in {plural(n - 1, 'more row')})" if n > 1 and "{n}" not in cause.rule else ""
    rule = cause.rule.replace("{n}", plural(n, "row"))
    way_out = f": {cause.way_out}" if cause.way_out else ""
    return f"{rule}. {said[0].upper()}{said[1:]} {where}{more}{way_out}."


def _numbered(table: ir.Table, refused: ir.BooleanValue, causes: Sequence[Cause]) -> ir.Table:
    """Return the refused rows: number and id where they have any, each cause with its values."""
    columns: dict[str, ir.Value] = {"refused": refused}
    ordered = has_order(table) and not table.op().find(ops.JoinChain)
    if ordered and table.get_backend().name == "duckdb":
        columns["row"] = ibis.row_number()
    if EXAMPLE_ID in table.columns:
        columns["id"] = table[EXAMPLE_ID]
    for place, cause in enumerate(causes):
        columns[f"b{place}"] = cause.broken
        columns |= {f"v{place}_{k}": value for k, value in enumerate(cause.values)}
    return table.select(**columns).filter(ibis._.refused)


def _one(connection: Connection, rows: ir.Table) -> dict[str, Any]:
    found: pa.Table = connection.fetch_sql(connection.compile(rows))
    (row,) = found.to_pylist()
    return dict(row)


def origin(value: ir.Value) -> ops.Field:
    """Return the column of the user's own table that a value is made of, below joins."""
    field = value.op().find(ops.Field)[0]
    while True:
        table = field.rel.parent if isinstance(field.rel, ops.JoinReference) else field.rel
        made = table.values[field.name].find(ops.Field) if table.values else []
        if not made:
            return ops.Field(table, field.name)
        field = made[0]


def _row(first: dict[str, Any]) -> str:
    """Return which row it is, by number and by id, as far as they are known."""
    named = f"{EXAMPLE_ID} {first['id']!r}" if "id" in first else ""
    if "row" in first:
        return f"row {first['row'] + 1:,}{f' ({named})' if named else ''} of "
    return f"{named} of " if named else ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return shorten(plain(repr(value) if isinstance(value, str) else value), _MOST)
