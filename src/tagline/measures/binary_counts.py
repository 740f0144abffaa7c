"""Errors of 0 and 1 with weight 1 on independent rows: whole numbers say all.

Rows are grouped by their outcome (right or wrong, the person too) and each boolean tag is counted
within, in one pass; the columns of levels take one more, with grouping sets. Any set of rows is
described by 2 counts (rows, errors), with people by 6 (and rows answered, errors there, the
person's errors, both wrong).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.exceptions import InputError
from tagline.measures.countable import ALL, COUNTS, Connection, Countable
from tagline.measures.exploded import exploded
from tagline.measures.levels import by_column, in_chunks, kept, levels_sql, numbers, select_list
from tagline.measures.sums import Known, Sums

__all__ = ["binary_sums"]

Floats = NDArray[np.float64]

# an outcome is one small number, which engines group by fastest: 12 (reason + 1) + 3 person + model
RIGHT, WRONG_ROW, ODD = range(3)
NOT_ASKED = 3

# which of the six counts is the sum of the product of two columns out of e, w, ea, wa, he, hw
COUNTED = ("n", "k", "na", "ka", "h", "both")
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
        From a value of `reason` to rows.

    Raises
    ------
    InputError
        If an error is not 0 or 1.
    """
    inner = connection.compile(rows.table)
    cells = _Cells.of(connection.fetch_sql(_flags_sql(inner, rows)), people=rows.people)
    everything = cells.counts("n")
    parts, known = [], {}
    for column, name in rows.flag_columns.items():
        inside = cells.counts(f"{column}_in")
        known[column] = inside
        if name:
            parts.append(_sums((name,), "", inside[None], cells.counts(f"{column}_known")))
    untagged = parts.pop()
    for levels, column, part in _level_tables(connection, inner, rows):
        counts = _of_levels(part, rows)
        parts.append(_sums(levels, column, counts, counts.sum(axis=0)))
    for each in exploded(rows):
        sql = levels_sql(kept(connection.compile(each.rows)), ["tag"], _aggregates(rows))
        for _, tags, part in by_column(connection.fetch_sql(sql), {"tag": each.column}):
            parts.append(_sums(tags, each.column, _of_levels(part, rows), known[each.known]))
    return [*parts, untagged, _sums((ALL,), "", everything[None], everything)], cells.reasons


def _flags_sql(inner: str, rows: Countable) -> str:
    """Count every boolean column by outcome."""
    sums = {"n": "count(*)"}
    for column in rows.flag_columns:
        sums[f"{column}_in"] = f"count_if({column})"
        sums[f"{column}_known"] = f"count({column})"
    person = f" + 3 * {_answer('he', NOT_ASKED)}" if rows.people else ""
    outcome = f"cast(12 * (reason + 1) + {_answer('e', ODD)}{person} as tinyint)"
    values = f"select *, {outcome} as outcome from ({inner}) q"
    return f"select outcome, {select_list(sums)} from ({values}) o group by outcome"


def _answer(error: str, unknown: int) -> str:
    null = "" if unknown == ODD else f" when {error} is null then {unknown}"
    right, wrong = (f"when {error} = {value} then {value}" for value in (RIGHT, WRONG_ROW))
    return f"(case {right} {wrong}{null} else {ODD} end)"


@dataclass(frozen=True, eq=False)
class _Cells:
    """Rows by outcome, as the engine counted them; and all rows by reason."""

    table: pa.Table
    model: NDArray[np.int64]
    person: NDArray[np.int64] | None
    reasons: dict[int, int]

    @classmethod
    def of(cls, table: pa.Table, *, people: bool) -> _Cells:
        outcome = numbers(table, "outcome").astype(np.int64)
        reason, n = outcome // 12 - 1, numbers(table, "n")
        reasons = {int(each): int(n[reason == each].sum()) for each in np.unique(reason)}
        counted = reason <= COUNTS
        answers = outcome[counted] % 12
        model, person = answers % 3, answers // 3
        if (model == ODD).any() or (people and (person == ODD).any()):
            raise InputError(
                "A measure of kind 'binary' must give errors of 0 or 1. It gives others too:"
                " declare it 'bounded' or 'open'."
            )
        return cls(table.filter(pa.array(counted)), model, person if people else None, reasons)

    def counts(self, name: str) -> Floats:
        """Return the counts of the rows that `name` counts in each cell, shape (2,) or (6,)."""
        n, wrong = numbers(self.table, name), self.model == WRONG_ROW
        found = [n.sum(), n[wrong].sum()]
        if self.person is not None:
            asked, missed = self.person != NOT_ASKED, self.person == WRONG_ROW
            found += [n[each].sum() for each in (asked, asked & wrong, missed, missed & wrong)]
        return np.array(found)


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
    plain = {"n": "count(*)", "k": "count_if(e = 1)"}
    if not rows.people:
        return plain
    answered = {"na": "count(he)", "ka": "count_if(e = 1 and he is not null)"}
    person = {"h": "count_if(he = 1)", "both": "count_if(e = 1 and he = 1)"}
    return plain | person if rows.later else plain | answered | person


def _of_levels(part: pa.Table, rows: Countable) -> Floats:
    """Return the counts of each level, shape (L, 2) or (L, 6)."""
    found = {name: numbers(part, name) for name in _aggregates(rows)}
    if rows.later:  # which answers on every row
        found |= {"na": found["n"], "ka": found["k"]}
    return np.column_stack([found[name] for name in COUNTED[: 6 if rows.people else 2]])


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
