"""The kinds of values in a rule, and how values of unlike types are brought together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

__all__ = [
    "DATE",
    "LIST",
    "NULL",
    "NUMBER",
    "STRUCT",
    "TEXT",
    "TIME",
    "TRUTH",
    "is_null",
    "kind",
    "number",
    "parsed",
    "safe",
]

TEXT, NUMBER, TRUTH = "text", "a number", "true or false"
DATE, TIME, LIST, STRUCT, NULL = "a date", "a time", "a list", "a structure", "null"


def kind(value: ir.Value) -> str:
    """Return which kind of value this is, in words for people.

    Parameters
    ----------
    value : ibis value

    Returns
    -------
    str
    """
    type_ = value.type()
    for name, test in _TESTS.items():
        if test(type_):
            return name
    return str(type_)


_TESTS: dict[str, Any] = {
    NULL: lambda t: t.is_null(),
    TRUTH: lambda t: t.is_boolean(),
    NUMBER: lambda t: t.is_numeric(),
    TEXT: lambda t: t.is_string(),
    DATE: lambda t: t.is_date(),
    TIME: lambda t: t.is_timestamp(),
    LIST: lambda t: t.is_array(),
    STRUCT: lambda t: t.is_struct(),
}


def is_null(value: ir.Value) -> bool:
    """Return whether this is the literal null, of whatever type.

    Parameters
    ----------
    value : ibis value

    Returns
    -------
    bool
    """
    node = value.op()
    return isinstance(node, ibis.expr.operations.Literal) and node.value is None


def number(value: ir.Value) -> ir.Value:
    """Return a number as int64 or float64, in which both engines compute alike.

    Parameters
    ----------
    value : ibis number

    Returns
    -------
    ibis number
    """
    target = "int64" if value.type().is_integer() else "float64"
    return value if value.type() == ibis.dtype(target) else value.cast(target)


def safe(values: Sequence[ir.Value]) -> list[ir.Value] | None:
    """Return the values in one type in which both engines compare them alike, or None.

    Parameters
    ----------
    values : sequence of ibis values

    Returns
    -------
    list of ibis values, or None if their kinds do not go together
    """
    kinds = {kind(each) for each in values} - {NULL}
    if not kinds:
        return list(values)
    if kinds == {NUMBER}:
        whole = all(each.type().is_integer() for each in values if kind(each) != NULL)
        return _cast(values, "int64" if whole else "float64")
    if kinds <= {DATE, TIME}:
        return _cast(values, "date" if kinds == {DATE} else "timestamp")
    if len(kinds) > 1:
        return None
    target = next(each.type() for each in values if kind(each) != NULL)
    return _cast(values, target) if NULL in {kind(each) for each in values} else list(values)


def _cast(values: Sequence[ir.Value], target: Any) -> list[ir.Value]:
    wanted = ibis.dtype(target)
    return [each if each.type() == wanted else _to(each, wanted) for each in values]


def _to(value: ir.Value, target: Any) -> ir.Value:
    return ibis.null(target) if kind(value) == NULL else value.cast(target)


def parsed(text: str, wanted: str) -> ir.Value | None:
    """Return a literal date or time from its ISO text, or None if it is no such text.

    Parameters
    ----------
    text : str
    wanted : str
        `DATE` or `TIME`.

    Returns
    -------
    ibis value or None
    """
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    if wanted == DATE and moment.time() == dt.time():
        return ibis.literal(moment.date())
    return ibis.literal(moment, type="timestamp")
