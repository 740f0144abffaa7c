"""Errors of 0 and 1 with weight 1 on independent rows: whole numbers say all.

Rows are grouped by right and wrong first and each boolean tag is summed within, in one pass; the
columns of levels take one more, with grouping sets. Any set of rows is described by 2 counts (rows,
errors), with people by 6 (and rows answered, errors there, the person's errors, both wrong).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.measures.countable import ALL, Connection, Countable
from tagline.measures.exploded import exploded
from tagline.measures.levels import by_column, in_chunks, levels_sql, numbers, select_list
from tagline.measures.sums import Sums

__all__ = ["binary_sums"]

Floats = NDArray[np.float64]


def binary_sums(connection: Connection, rows: Countable) -> tuple[list[Sums], dict[int, int]]:
    """Return the sums of every column of tags, and the rows by the number of their reason."""
    inner = connection.compile(rows.table)
    cells = connection.fetch_sql(_flags_sql(inner, rows))
    reason, n = numbers(cells, "reason"), numbers(cells, "n")
    left_out = {int(each): int(n[reason == each].sum()) for each in np.unique(reason) if each}
    cells = cells.filter(pa.array(reason == 0))
    _check(cells)
    everything = _from_cells(cells, "n", rows)
    parts = []
    known = {}
    for column, name in rows.flag_columns.items():
        inside = _from_cells(cells, f"{column}_in", rows)
        if name:
            outside = _from_cells(cells, f"{column}_known", rows)
            parts.append(_sums((name,), "", inside[None], outside))
        else:
            known[column] = inside
    for name, column, part in _level_tables(connection, inner, rows):
        counts = _from_levels(part, rows)
        parts.append(_sums(name, column, counts, counts.sum(axis=0)))
    for each in exploded(rows):
        sql = levels_sql(_kept(connection.compile(each.rows)), ["tag"], _aggregates(rows))
        for _, tags, part in by_column(connection.fetch_sql(sql), {"tag": each.column}):
            counts = _from_levels(part, rows)
            parts.append(_sums(tags, each.column, counts, known[each.known]))
    parts.append(_sums((ALL,), "", everything[None], everything))
    return parts, left_out


def _flags_sql(inner: str, rows: Countable) -> str:
    """Sum every boolean column by (reason, right or wrong, the person right or wrong)."""
    keys = ["reason", "e", *(["he"] if rows.people else [])]
    sums = {"n": "count(*)"}
    for column in rows.flag_columns:
        sums[f"{column}_in"] = f"sum(cast({column} as int))"
        sums[f"{column}_known"] = f"count({column})"
    by = ", ".join(keys)
    return f"select {by}, {select_list(sums)} from ({inner}) q group by {by}"


def _level_tables(connection: Connection, inner: str, rows: Countable):
    for chunk in in_chunks([f"c{place}" for place in range(len(rows.categories))]):
        names = {column: rows.categories[int(column[1:])] for column in chunk}
        table = connection.fetch_sql(levels_sql(_kept(inner), chunk, _aggregates(rows)))
        for column, levels, part in by_column(table, names):
            yield tuple(f"{names[column]}={level}" for level in levels), names[column], part
