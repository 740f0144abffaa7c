"""Errors of 0 and 1 with weight 1 on independent rows: whole numbers say all.

Rows are grouped by right and wrong first and each boolean tag is summed within, in one pass; the
columns of levels take one more, with grouping sets. Any set of rows is described by 2 counts (rows,
errors), with people by 6 (and rows answered, errors there, the person's errors, both wrong).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.exceptions import InputError
from tagline.measures.countable import ALL, Connection, Countable
from tagline.measures.exploded import exploded
from tagline.measures.levels import by_column, in_chunks, kept, levels_sql, numbers, select_list
from tagline.measures.sums import Known, Sums

__all__ = ["binary_sums"]

Floats = NDArray[np.float64]

# which of the six counts is the sum of the product of two columns out of e, w, ea, wa, he, hw
ROWS, WRONG, ANSWERED, WRONG_ANSWERED, PERSON_WRONG, BOTH_WRONG = range(6)
PRODUCTS = [
    [WRONG, WRONG, WRONG_ANSWERED, WRONG_ANSWERED, BOTH_WRONG, WRONG_ANSWERED],
    [WRONG, ROWS, WRONG_ANSWERED, ANSWERED, PERSON_WRONG, ANSWERED],
    [WRONG_ANSWERED, WRONG_ANSWERED, WRONG_ANSWERED, WRONG_ANSWERED, BOTH_WRONG, WRONG_ANSWERED],
    [WRONG_ANSWERED, ANSWERED, WRONG_ANSWERED, ANSWERED, PERSON_WRONG, ANSWERED],
    [BOTH_WRONG, PERSON_WRONG, BOTH_WRONG, PERSON_WRONG, PERSON_WRONG, PERSON_WRONG],
    [WRONG_ANSWERED, ANSWERED, WRONG_ANSWERED, ANSWERED, PERSON_WRONG, ANSWERED],
]
TOTALS = [WRONG, ROWS, WRONG_ANSWERED, ANSWERED, PERSON_WRONG, ANSWERED]


def binary_sums(connection: Connection, rows: Countable) -> tuple[list[Sums], dict[int, int]]:
    """Return the sums of every column of tags, and the rows by the number of their reason.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        Binary, without weights and groups.

    Returns
    -------
    list of Sums
        In the order of the tags; (all) is the last.
    dict
        From the number of a reason to rows left out.

    Raises
    ------
    InputError
        If an error is not 0 or 1.
    """
    inner = connection.compile(rows.table)
    cells = connection.fetch_sql(_flags_sql(inner, rows))
    reason, n = numbers(cells, "reason"), numbers(cells, "n")
    left_out = {int(each): int(n[reason == each].sum()) for each in np.unique(reason) if each}
    cells = cells.filter(pa.array(reason == 0))
    _check(cells)
    everything = _of_cells(cells, "n", rows)
    parts, known = [], {}
    for column, name in rows.flag_columns.items():
        inside = _of_cells(cells, f"{column}_in", rows)
        known[column] = inside
        if name:
            outside = _of_cells(cells, f"{column}_known", rows)
            parts.append(_sums((name,), "", inside[None], outside))
    untagged = parts.pop()
    for levels, column, part in _level_tables(connection, inner, rows):
        counts = _of_levels(part, rows)
        parts.append(_sums(levels, column, counts, counts.sum(axis=0)))
    for each in exploded(rows):
        sql = levels_sql(kept(connection.compile(each.rows)), ["tag"], _aggregates(rows))
        for _, tags, part in by_column(connection.fetch_sql(sql), {"tag": each.column}):
            parts.append(_sums(tags, each.column, _of_levels(part, rows), known[each.known]))
    return [*parts, untagged, _sums((ALL,), "", everything[None], everything)], left_out


def _flags_sql(inner: str, rows: Countable) -> str:
    """Sum every boolean column by (reason, right or wrong, the person right or wrong)."""
    keys = ", ".join(["reason", "e", *(["he"] if rows.people else [])])
    sums = {"n": "count(*)"}
    for column in rows.flag_columns:
        sums[f"{column}_in"] = f"sum(cast({column} as int))"
        sums[f"{column}_known"] = f"count({column})"
    return f"select {keys}, {select_list(sums)} from ({inner}) q group by {keys}"


def _level_tables(
    connection: Connection, inner: str, rows: Countable
) -> Iterator[tuple[tuple[str, ...], str, pa.Table]]:
    """Yield (tags, column, counts) for each column of levels."""
    for chunk in in_chunks([f"c{place}" for place in range(len(rows.categories))]):
        names = {column: rows.categories[int(column[1:])] for column in chunk}
        table = connection.fetch_sql(levels_sql(kept(inner), chunk, _aggregates(rows)))
        for column, levels, part in by_column(table, names):
            name = names[column]
            yield tuple(f"{name}={level}" for level in levels), name, part


def _aggregates(rows: Countable) -> dict[str, str]:
    plain = {"n": "count(*)", "k": "sum(e)"}
    if not rows.people:
        return plain
    answered = "sum(case when he is not null then e end)"
    return {**plain, "na": "count(he)", "ka": answered, "h": "sum(he)", "both": "sum(e * he)"}


def _of_levels(part: pa.Table, rows: Countable) -> Floats:
    """Return the counts of each level, shape (L, 2) or (L, 6)."""
    return np.column_stack([numbers(part, name) for name in _aggregates(rows)])


def _of_cells(cells: pa.Table, name: str, rows: Countable) -> Floats:
    """Return the counts of the rows that `name` counts in each cell, shape (2,) or (6,)."""
    n, wrong = numbers(cells, name), numbers(cells, "e") == 1
    found = [n.sum(), n[wrong].sum()]
    if rows.people:
        asked = np.asarray(cells["he"].is_valid().to_numpy())
        person = asked & (numbers(cells, "he") == 1)
        found += [n[each].sum() for each in (asked, asked & wrong, person, person & wrong)]
    return np.array(found)


def _check(cells: pa.Table) -> None:
    errors = numbers(cells, "e")
    if not np.isin(errors, [0, 1]).all():
        raise InputError(
            "A measure of kind 'binary' must give errors of 0 or 1."
            f" Got {errors[~np.isin(errors, [0, 1])][0]:g} instead: declare it 'bounded' or 'open'."
        )


def _sums(tags: tuple[str, ...], column: str, counts: Floats, known: Floats) -> Sums:
    """Write whole numbers as sums of errors and weights and of their products."""
    people = counts.shape[1] == 6
    size = 6 if people else 2
    chosen = np.array(PRODUCTS)[:size, :size]
    product = counts[:, chosen]
    cells = None
    if people:
        both, wrong, person = (
            counts[:, BOTH_WRONG],
            counts[:, WRONG_ANSWERED],
            counts[:, PERSON_WRONG],
        )
        neither = counts[:, ANSWERED] - wrong - person + both
        cells = np.stack([neither, person - both, wrong - both, both], axis=1).reshape(-1, 2, 2)
    pair = known[np.array(PRODUCTS)[:2, :2]]
    return Sums(
        tags=tags,
        column=column,
        rows=counts[:, ROWS],
        answered=counts[:, ANSWERED] if people else np.zeros(len(tags)),
        total=counts[:, TOTALS[:size]],
        product=product,
        cross=product[:, :, :2],
        known=Known(int(known[ROWS]), int(known[ROWS]), known[TOTALS[:2]], pair),
        cells=cells,
    )
