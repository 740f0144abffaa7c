"""Find the value because of which a column of numbers was read as text."""

from __future__ import annotations

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from tagline.display.words import plain, plural, shorten
from tagline.engine.opening import connect
from tagline.engine.recipe import describe, has_order

__all__ = ["known_values", "odd_number"]

_MOST = 40  # characters of a value in a message


def odd_number(column: ir.Column) -> str:
    """Return a sentence that names a value of a column that does not read as a number.

    Parameters
    ----------
    column : ibis column of text
        On the connection of its data.

    Returns
    -------
    str
        With the row where the data have an order of rows, the data, and how many such values there
        are; beginning with a space. Empty where there is none, or the table has no data.
    """
    if not column.type().is_string() or column.op().find(ops.UnboundTable):
        return ""
    rows = column.name("value").as_table()
    with connect(data=rows) as connection:
        order = connection.name == "duckdb" and has_order(rows)
        rows = rows.mutate(row=ibis.row_number() if order else ibis.literal(0))
        odd = rows.value.notnull() & rows.value.strip().try_cast("float64").isnull()
        first = rows.value.argmin(rows.row, where=odd) if order else rows.value.min(where=odd)
        found = connection.fetch(
            rows.aggregate(
                value=first, row=rows.row.min(where=odd), odd=odd.sum(), known=rows.value.count()
            )
        ).to_pylist()[0]
    if not found["odd"]:
        return ""
    value = repr(shorten(plain(found["value"]), _MOST))
    place = f"{value} in row {found['row'] + 1:,}" if order else value
    place = f"{place} of {describe(rows)}"
    if 2 * found["odd"] > found["known"]:
        many = f" {found['odd']:,} of {plural(found['known'], 'value')} are no numbers"
        return f"{many}, such as {place}: convert the column, or name another."
    more = f" (and {found['odd'] - 1:,} more)" if found["odd"] > 1 else ""
    return f" {place} is no number{more}: correct it, or leave it empty."


def known_values(column: ir.Column) -> int:
    """Return how many values of a column are not null.

    Parameters
    ----------
    column : ibis column
        On the connection of its data.

    Returns
    -------
    int
        0 for the column of a table without data, which can be counted nowhere.
    """
    with connect(data=column.as_table()) as connection:
        return int(connection.fetch(column.count())[0][0].as_py())
