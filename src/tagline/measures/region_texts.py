"""Boxes and spans as JSON text, as a CSV file has them: read inside the engine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from tagline.display.words import plain, shorten
from tagline.engine import connect
from tagline.exceptions import InputError

__all__ = ["Parsed", "parsed"]

_BLANK = ("", "[]", "null", "None")
_LETTERS = 60


@dataclass(frozen=True, eq=False)
class Parsed:
    """The two columns as lists, and where a text could not be read (None: there is no text)."""

    label: ir.Value
    prediction: ir.Value
    broken: dict[str, ir.BooleanValue]


@dataclass(frozen=True)
class _Kind:
    """What the lists of a column hold, and whether its quotes are Python's."""

    inner: dt.DataType
    single: bool = False


def parsed(table: ir.Table, measure: str) -> Parsed:
    """Return label and prediction as lists, whatever they came as.

    A text is read as JSON; what its lists hold is taken from the first one that is not empty. A
    column of empty lists alone, whose type says nothing, is read like the other column.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`.
    measure : str
        Its name, for messages.

    Returns
    -------
    Parsed

    Raises
    ------
    InputError
        If the first text is no JSON.
    """
    columns = {name: table[name] for name in ("label", "prediction")}
    texts = [name for name, column in columns.items() if _is_text(column.type())]
    vague = [name for name, column in columns.items() if _is_vague(column.type())]
    if not (texts or vague) or table.op().find(ops.UnboundTable):
        return Parsed(columns["label"], columns["prediction"], {})
    kinds = {name: _kind_of(columns[name], name, measure) for name in texts}
    for name, column in columns.items():
        if name not in texts and name not in vague and column.type().is_array():
            kinds[name] = _Kind(column.type().value_type)
    known = next((kind for kind in kinds.values() if kind is not None), None)
    broken = {}
    for name in texts:
        kind = kinds[name] or known
        if kind is not None:
            spark = table.get_backend().name == "pyspark"
            columns[name], broken[name] = _read(columns[name], kind, spark=spark)
    for name in vague:
        if known is not None and not _longest(columns[name]):
            columns[name] = _empty(columns[name], known.inner)
    return Parsed(columns["label"], columns["prediction"], broken)


def _is_text(kind: dt.DataType) -> bool:
    return bool(kind.is_string() or kind.is_json())


def _is_vague(kind: dt.DataType) -> bool:
    """Return whether a type of lists may come of empty lists alone."""
    return isinstance(kind, dt.Array) and bool(
        kind.value_type.is_string() or kind.value_type.is_null()
    )


def _one(rows: ir.Table) -> Any:
    with connect(data=rows) as connection:
        found = connection.fetch(rows).to_pylist()
    return next(iter(found[0].values())) if found else None


def _longest(column: ir.ArrayValue) -> int:
    return int(_one(column.length().max().name("n").as_table()) or 0)


def _kind_of(column: ir.Value, argument: str, measure: str) -> _Kind | None:
    """Return what the first text that is not empty holds; None where all are."""
    text = column.cast("string").strip().name("text").as_table()
    first = _one(text.filter(text.text.notnull() & text.text.notin(_BLANK)).limit(1))
    if first is None:
        return None
    for single in (False, True):
        try:
            value = json.loads(first.replace("'", '"') if single else first)
        except ValueError:
            continue
        inner = _inner(value)
        if inner is not None:
            return _Kind(inner, single)
    raise InputError(
        f"The measure {measure!r} reads text in `{argument}` as JSON: lists such as"
        ' [{"x": 0, "y": 0, "w": 10, "h": 10}] or [[0, 0, 10, 10]].'
        f" Got {shorten(plain(repr(first)), _LETTERS)} instead."
    )


def _inner(value: Any) -> dt.DataType | None:
    """Return the type of what a list holds, as far as regions are made of it."""
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(each, list) for each in value):
        return dt.Array(dt.float64)
    if not all(isinstance(each, dict) for each in value):
        return None
    fields: dict[str, dt.DataType] = {}
    for each in value:
        for name, own in each.items():
            number = isinstance(own, (int, float)) and not isinstance(own, bool)
            fields.setdefault(name, dt.float64 if number else dt.string)
    return dt.Struct(fields)


def _read(column: ir.Value, kind: _Kind, *, spark: bool) -> tuple[ir.Value, ir.BooleanValue]:
    """Return the lists of a column of text, and where it holds something else."""
    text = column.cast("string").strip()
    text = text.replace("'", '"') if kind.single else text
    gives = dt.Array(kind.inner)
    shape = _on_spark(gives) if spark else json.dumps(_on_duckdb(gives))
    takes = (dt.string, dt.string)
    read = ibis.udf.scalar.builtin(_from_json, name="from_json", signature=(takes, gives))
    lists = read(text, ibis.literal(shape))
    if not spark:  # it ends the query where a text is no JSON
        valid = ibis.udf.scalar.builtin(
            _valid, name="json_valid", signature=(takes[:1], dt.boolean)
        )
        lists = ibis.cases((valid(text), lists))
    blank = text.isin(_BLANK)
    found = ibis.cases((blank, ibis.literal([], type=gives)), else_=lists)
    return found, (column.notnull() & ~blank & lists.isnull()).fill_null(False)


def _from_json(text: str, shape: str) -> Any:
    """Read a text: a function of both engines."""


def _valid(text: str) -> bool:  # type: ignore[empty-body]
    """Return whether a text is JSON: a function of DuckDB."""


def _on_duckdb(kind: dt.DataType) -> Any:
    if kind.is_array():
        return [_on_duckdb(kind.value_type)]
    if kind.is_struct():
        return {name: _on_duckdb(each) for name, each in kind.fields.items()}
    return "DOUBLE" if kind.is_numeric() else "VARCHAR"


def _on_spark(kind: dt.DataType) -> str:
    if kind.is_array():
        return f"array<{_on_spark(kind.value_type)}>"
    if kind.is_struct():
        inner = ", ".join(f"`{name}`: {_on_spark(each)}" for name, each in kind.fields.items())
        return f"struct<{inner}>"
    return "double" if kind.is_numeric() else "string"


def _empty(column: ir.ArrayValue, inner: dt.DataType) -> ir.Value:
    return ibis.cases((column.notnull(), ibis.literal([], type=dt.Array(inner))))
