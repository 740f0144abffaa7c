"""Conditions on a column as SQL: what a level of a slice is, quoted so that rules take it back."""

from __future__ import annotations

import datetime
import re
from functools import cache
from itertools import pairwise
from typing import Any

__all__ = ["equals", "identifier", "intervals", "literal", "rounded"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_RESERVED = """
all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
create default deferrable desc describe distinct do else end except false fetch for foreign from
group having in initially intersect into lambda lateral leading limit not null offset on only or
order pivot placing primary qualify references returning select show some summarize symmetric table
then to trailing true union unique unpivot using variadic when where window with
"""
_NEAR = 0.1  # an edge may move by this part of the way to the next one


def identifier(name: str) -> str:
    """Return the name of a column as SQL, in quotes where it needs them.

    Examples
    --------
    >>> identifier("age"), identifier("hours per week"), identifier("order")
    ('age', '"hours per week"', '"order"')
    """
    free = _PLAIN.match(name) and name.lower() not in _RESERVED.split()
    return name if free and _is_column(name) else _quoted(name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@cache
def _is_column(name: str) -> bool:
    """Return whether SQL reads a plain name as a column, before a sign and alone."""
    import sqlglot
    import sqlglot.expressions as exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(f"not {name} and {name} = 1", read="duckdb", into=exp.Condition)
    except SqlglotError:
        return False
    found = [each.name for each in tree.find_all(exp.Column)]
    return found == [name, name] and len(list(tree.find_all(exp.Literal))) == 1


def literal(value: Any) -> str:
    """Return a value as SQL.

    Examples
    --------
    >>> literal("it's"), literal(3), literal(0.25)
    ("'it''s'", '3', '0.25')
    """
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.date):
        return f"'{value.isoformat()}'"
    return repr(value)


def equals(name: str, value: Any) -> str:
    """Return the condition that a column has a value.

    Examples
    --------
    >>> equals("device", "b"), equals("dark", True), equals("dark", False)
    ("device = 'b'", 'dark', 'not dark')
    """
    if isinstance(value, bool):
        return f"{'' if value else 'not '}{identifier(name)}"
    return f"{identifier(name)} = {literal(value)}"


def intervals(name: str, edges: list[Any], most: float | None = None) -> list[str]:
    """Return the conditions of the bins between edges, from the lowest to the highest.

    Parameters
    ----------
    name : str
    edges : list of numbers
        Ascending, at least one.
    most : float, optional
        The end of the highest bin, where the column holds NaN, which SQL takes for larger than
        all numbers.

    Returns
    -------
    list of str
        One more than there are edges.

    Examples
    --------
    >>> intervals("age", [22, 61])
    ['age < 22', 'age >= 22 and age < 61', 'age >= 61']
    """
    column = identifier(name)
    said = [f"{column} < {literal(edges[0])}"]
    for low, high in pairwise(edges):
        said.append(f"{column} >= {literal(low)} and {column} < {literal(high)}")
    last = f"{column} >= {literal(edges[-1])}"
    return [*said, last if most is None else f"{last} and {column} <= {literal(most)}"]


def rounded(edges: list[float]) -> list[float]:
    """Return edges of bins as people write them: with the fewest digits that keep them in place.

    Parameters
    ----------
    edges : list of float
        Finite; sorted here, and each kept once.

    Returns
    -------
    list of float

    Examples
    --------
    >>> rounded([0.2473, 0.4981, 0.7512])
    [0.25, 0.5, 0.75]
    """
    distinct = sorted(set(edges))
    if len(distinct) < 2:
        return distinct
    gaps = [high - low for low, high in pairwise(distinct)]
    least = [min(pair) for pair in zip([gaps[0], *gaps], [*gaps, gaps[-1]], strict=True)]
    return [_short(edge, _NEAR * gap) for edge, gap in zip(distinct, least, strict=True)]


def _short(value: float, off: float) -> float:
    """Return the number of fewest digits that lies no further off."""
    for digits in range(1, 17):
        near = float(f"{value:.{digits}g}")
        if abs(near - value) <= off:
            return near
    return value
