"""Casts in rules, made equal on engines that round, and read text, in different ways."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot.expressions as exp

from tagline.engine.failures import CAST_FAILED
from tagline.engine.rules.kinds import (
    DATE,
    NUMBER,
    TEXT,
    TIME,
    TRUTH,
    is_null,
    kind,
    number,
    parsed,
)
from tagline.engine.rules.rule import NODES, Rule, sql_of
from tagline.exceptions import did_you_mean

__all__ = ["TYPES", "cast"]

TYPES: dict[str, tuple[str, Any]] = {
    "tinyint": (NUMBER, "int64"),
    "smallint": (NUMBER, "int64"),
    "int": (NUMBER, "int64"),
    "integer": (NUMBER, "int64"),
    "bigint": (NUMBER, "int64"),
    "float": (NUMBER, "float64"),
    "real": (NUMBER, "float64"),
    "double": (NUMBER, "float64"),
    "text": (TEXT, "string"),
    "varchar": (TEXT, "string"),
    "boolean": (TRUTH, "boolean"),
    "date": (DATE, "date"),
    "timestamp": (TIME, "timestamp"),
}

_WHOLE = r"^[+-]?[0-9]{1,18}$"
_FRACTION = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?$"
_PATTERNS = {"int64": _WHOLE, "float64": _FRACTION, "date": _DATE, "timestamp": _TIME}


def cast(node: exp.Cast, rule: Rule) -> ir.Value:
    """Translate a cast or a try_cast.

    Parameters
    ----------
    node : sqlglot Cast or TryCast
    rule : Rule

    Returns
    -------
    ibis value
    """
    wanted = _target(node, rule)
    target = TYPES[wanted][1]
    inner = node.this
    if isinstance(inner, exp.Literal) and inner.is_string and target in {"date", "timestamp"}:
        return _moment(inner, target, rule)
    value: Any = rule.value(inner)
    found = kind(value)
    if is_null(value):
        return ibis.null(target)
    if found == TYPES[wanted][0] and found != NUMBER:
        return value if found != TIME else value.cast("timestamp")
    strict = "" if isinstance(node, exp.TryCast) else _casting(inner, wanted, rule)
    made = _CASTS.get((found, target), _none)(value, strict)
    if made is None:
        raise rule.refuse(f"casts what is {found} to {wanted}, which the engines do differently")
    return made


def _casting(node: exp.Expression, wanted: str, rule: Rule) -> str:
    from tagline.engine.recipe import describe

    return f"{rule.name} casts {sql_of(node)} of {describe(rule.table)} to {wanted}"


def _target(node: exp.Cast, rule: Rule) -> str:
    kind_of = getattr(node.to.this, "value", "")
    names = [str(node.to.sql(dialect="duckdb")).lower(), str(kind_of).lower()]
    for name in names:
        if name in TYPES:
            return name
    raise rule.refuse(f"casts to {names[0]!r}. {did_you_mean(names[0], TYPES)}")


def _moment(literal: exp.Literal, target: str, rule: Rule) -> ir.Value:
    moment = parsed(literal.this, DATE if target == "date" else TIME)
    if moment is None:
        raise rule.refuse(f"has {literal.this!r}, which is no {target}: write it as '2026-01-31'")
    return moment.cast(target)


def _none(*_: object) -> None:
    return None


def _whole(value: Any, strict: str) -> Any:
    """Round half to even, as DuckDB casts; what does not fit fails, or is null if not strict."""
    value = number(value)
    if value.type().is_integer():
        return value
    if not strict:
        value = ibis.ifelse(value.abs() < 2.0**63, value, ibis.null("float64"))
    floor = value - value % 1.0
    tie = (value - floor).abs() == 0.5
    nearest = ibis.ifelse(tie, (value / 2.0).round(0) * 2.0, value.round(0))
    return nearest.cast("int64")


def _unreadable(what: str, text: Any, target: str) -> Any:
    """Fail on both engines, with words from which `tagline.engine.failures` makes a sentence."""
    return (f"{CAST_FAILED} {what} :: " + text).cast(target)


def _from_text(target: str) -> Any:
    def make(value: Any, strict: str) -> Any:
        text = value.strip()
        fits = text.re_search(_PATTERNS[target])
        other = _unreadable(strict, text, target) if strict else ibis.null(target)
        return ibis.cases(
            (text.isnull(), ibis.null(target)), (fits, _read(text, target)), else_=other
        )

    return make


def _read(text: Any, target: str) -> Any:
    return text.try_cast(target)


def _truth_from_text(value: Any, strict: str) -> Any:
    text = value.strip().lower()
    other = _unreadable(strict, text, "boolean") if strict else ibis.null("boolean")
    return ibis.cases(
        (text.isnull(), ibis.null("boolean")),
        (text.isin(["true", "t", "yes", "y", "1"]), True),
        (text.isin(["false", "f", "no", "n", "0"]), False),
        else_=other,
    )


def _text_from_number(value: Any, strict: str) -> Any:
    return value.cast("string") if value.type().is_integer() else None


_CASTS: dict[tuple[str, str], Any] = {
    (NUMBER, "int64"): _whole,
    (NUMBER, "float64"): lambda value, _: value.cast("float64"),
    (NUMBER, "boolean"): lambda value, _: number(value) != 0,
    (NUMBER, "string"): _text_from_number,
    (TRUTH, "int64"): lambda value, _: value.cast("int64"),
    (TRUTH, "float64"): lambda value, _: value.cast("int64").cast("float64"),
    (TRUTH, "string"): lambda value, _: ibis.ifelse(
        value, "true", ibis.ifelse(~value, "false", ibis.null("string"))
    ),
    (TEXT, "int64"): _from_text("int64"),
    (TEXT, "float64"): _from_text("float64"),
    (TEXT, "date"): _from_text("date"),
    (TEXT, "timestamp"): _from_text("timestamp"),
    (TEXT, "boolean"): _truth_from_text,
    (DATE, "string"): lambda value, _: value.cast("string"),
    (DATE, "timestamp"): lambda value, _: value.cast("timestamp"),
    (TIME, "date"): lambda value, _: value.cast("timestamp").date(),
}


NODES[exp.Cast] = cast
NODES[exp.TryCast] = cast
