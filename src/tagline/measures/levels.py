"""SQL that groups by many columns in one pass, and its answer taken apart column by column.

Ibis has no grouping sets, so their text stands around a compiled expression. All names in it are
the fixed ones of `Countable`; nothing that a user wrote enters it but through the compiler.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tagline.exceptions import InputError
from tagline.measures.countable import COUNTS

__all__ = [
    "KEPT",
    "MOST_LEVELS",
    "by_column",
    "in_chunks",
    "kept",
    "levels_sql",
    "numbers",
    "select_list",
]

AT_ONCE = 24  # columns in one statement: more only makes the engines' plans slow
KEPT = f"reason <= {COUNTS}"
MOST_LEVELS = 100_000  # tags in one table; a column with more is an identifier or a measurement


def in_chunks(columns: Sequence[str]) -> Iterator[list[str]]:
    """Cut a list of columns into lists that one statement can take."""
    for start in range(0, len(columns), AT_ONCE):
        yield list(columns[start : start + AT_ONCE])


def select_list(expressions: Mapping[str, str]) -> str:
    """Return ``expression as name, ...``."""
    return ", ".join(f"{expression} as {name}" for name, expression in expressions.items())


def kept(inner: str) -> str:
    """Return the rows that count."""
    return f"select * from ({inner}) q where {KEPT}"


def levels_sql(
    values: str, columns: Sequence[str], aggregates: Mapping[str, str], keys: Sequence[str] = ()
) -> str:
    """Group the rows of `values` by each column in turn.

    Parameters
    ----------
    values : str
        A SELECT statement.
    columns : sequence of str
        Columns of it; each makes a grouping set of its own.
    aggregates : mapping from name to SQL aggregate
    keys : sequence of str, default ()
        Further columns that every grouping set holds.

    Returns
    -------
    str
        SQL with the columns, `keys`, ``in_<column>`` (true in the rows that belong to the column's
        grouping set) and the aggregates.
    """
    sets = ", ".join(f"({', '.join([column, *keys])})" for column in columns)
    marks = {f"in_{column}": f"grouping({column}) = 0" for column in columns}
    head = ", ".join([*columns, *keys])
    return (
        f"select {head}, {select_list(marks)}, {select_list(aggregates)} from ({values}) v"
        f" group by grouping sets ({sets})"
    )


def by_column(
    table: pa.Table, columns: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...], pa.Table]]:
    """Yield (column, its levels as text, their rows), in order, without the nulls.

    Raises
    ------
    InputError
        If there are more levels than tags make sense for.
    """
    if table.num_rows > MOST_LEVELS:
        widest = max(columns, key=lambda column: int(pc.count_distinct(table[column]).as_py()))
        raise InputError(
            f"The column {columns[widest]!r} has so many values that they cannot be tags (more than"
            f" {MOST_LEVELS:,}): leave it out of `tags`, or group its values by rules."
        )
    for column in columns:
        part = table.filter(pc.and_(table[f"in_{column}"], table[column].is_valid()))
        part = part.sort_by(column)
        yield column, tuple(_text(value) for value in part[column].to_pylist()), part


def numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column as floats; a sum over no rows is 0."""
    return np.asarray(pc.fill_null(table[name].cast(pa.float64()), 0.0).to_numpy())


def _text(value: object) -> str:
    """Return a level as people write it: true for True."""
    return str(value).lower() if isinstance(value, bool) else str(value)
