"""Checks by `example_id`: no example stands twice, and tags speak of known examples."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tagline.display.words import plural
from tagline.engine import Connection, has_order
from tagline.exceptions import InputError
from tagline.schema import EXAMPLE_ID

__all__ = ["check_known", "check_repeats"]

DENSE = 16  # whole numbers this close together are counted by a bit each


def check_repeats(connection: Connection, table: ir.Table, data: str) -> None:
    """Refuse a table in which an example stands twice or has no id.

    Parameters
    ----------
    connection : Connection
    table : ibis Table
        With the column `example_id`; without it the row is the example.
    data : str
        What to call the data in a message.

    Raises
    ------
    InputError
        Naming an id that stands twice, or the number of rows without one.
    """
    if EXAMPLE_ID not in table.columns:
        return
    ids = table[EXAMPLE_ID]
    rows, named, different = _count(connection, table, ids)
    if named < rows:
        raise InputError(
            f"{data[0].upper() + data[1:] if data.startswith('the ') else data} has"
            f" {plural(rows - named, 'row')} without {EXAMPLE_ID!r} (of {rows:,}): give every"
            " example an id, or leave the column out."
        )
    if different < named:
        twice = table.group_by(EXAMPLE_ID).agg(n=table.count()).filter(ibis._.n > 1)
        first = connection.fetch(twice.order_by(EXAMPLE_ID).limit(1)).to_pylist()[0]
        name, times = first[EXAMPLE_ID], first["n"]
        raise InputError(
            f"{EXAMPLE_ID} {name!r} stands {times:,} times in"
            f" {data}{_rows(connection, table, name, times)}: an example counts once (rows too"
            f" many: {named - different:,})."
        )


def _rows(connection: Connection, table: ir.Table, name: object, times: int) -> str:
    """Return which rows have an id, the first two of them, where the rows have numbers."""
    if connection.name != "duckdb" or not has_order(table):
        return ""
    numbered = table.select(EXAMPLE_ID, row=ibis.row_number())
    same = numbered.filter(numbered[EXAMPLE_ID] == name)
    one, two = connection.fetch(same.order_by("row").limit(2))["row"].to_pylist()
    return f" ({'first in ' if times > 2 else ''}rows {one + 1:,} and {two + 1:,})"


def _count(connection: Connection, table: ir.Table, ids: ir.Column) -> tuple[int, int, int]:
    """Return rows, rows with an id, different ids."""
    if connection.name == "duckdb" and ids.type().is_integer():
        spans = table.aggregate(
            rows=table.count(), named=ids.count(), low=ids.min(), high=ids.max()
        )
        span = connection.fetch(spans).to_pylist()[0]
        rows, named, low, high = (span[each] for each in ("rows", "named", "low", "high"))
        if named and high - low < DENSE * named:
            inner = connection.compile(table.select(id=ids))
            sql = f"select bit_count(bitstring_agg(id, {low}, {high})) n from ({inner}) q"
            return rows, named, int(connection.fetch_sql(sql)["n"][0].as_py())
    by_id = table.group_by(id=ids).agg(n=table.count())
    named_rows = ibis.cases((by_id.id.notnull(), by_id.n), else_=0)
    counts = by_id.aggregate(rows=by_id.n.sum(), named=named_rows.sum(), different=by_id.id.count())
    found = connection.fetch(counts).to_pylist()[0]
    return found["rows"] or 0, found["named"] or 0, found["different"]


def check_known(
    connection: Connection, named: ir.Table, examples: ir.Table, *, what: str, data: str
) -> None:
    """Refuse a table that names examples which the data do not have.

    Parameters
    ----------
    connection : Connection
    named : ibis Table
        With a column `id`.
    examples : ibis Table
        With the column `example_id`.
    what : str
        What to call the table of tags.
    data : str
        What to call the data.

    Raises
    ------
    InputError
        Naming one of them and how many there are.
    """
    unknown = named.filter(named.id.isnull() | named.id.notin(examples[EXAMPLE_ID]))
    found = connection.fetch(unknown.aggregate(n=unknown.count(), one=unknown.id.min())).to_pylist()
    if found[0]["n"]:
        rows, one = found[0]["n"], found[0]["one"]
        raise InputError(
            f"{what[0].upper()}{what[1:]} names {EXAMPLE_ID} {one!r}, which {data} does not have"
            f" (rows of this kind: {rows:,}): take these rows out, or add the examples."
        )
