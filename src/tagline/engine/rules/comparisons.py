"""Comparisons in rules: =, <, BETWEEN, IN, IS, LIKE, and whether a list holds a value."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as exp

from tagline.engine.rules.kinds import (
    LIST,
    NULL,
    NUMBER,
    STRUCT,
    TEXT,
    TRUTH,
    is_null,
    kind,
    safe,
)
from tagline.engine.rules.rule import NODES, Rule, Translator, balanced, sql_of

__all__ = ["contains", "equal"]


def _compare(how: Callable[[Any, Any], Any]) -> Translator:
    def translate(node: exp.Binary, rule: Rule) -> ir.Value:
        left, right = rule.together([node.left, node.right])
        for each in (left, right):
            if kind(each) in {LIST, STRUCT}:
                raise rule.refuse(f"compares {kind(each)} in {sql_of(node)}: compare its parts")
        if is_null(left) or is_null(right):  # Ibis would make it IS NULL
            return ibis.null("boolean")
        if kind(left) == TRUTH:  # as numbers, which SQL needs no parentheses around
            left, right = left.cast("int8"), right.cast("int8")
        result: ir.Value = how(left, right)
        return result

    return translate


equal = _compare(operator.eq)


def _between(node: exp.Between, rule: Rule) -> ir.Value:
    low, high = node.args["low"], node.args["high"]
    above = NODES[exp.GTE](exp.GTE(this=node.this, expression=low), rule)
    below = NODES[exp.LTE](exp.LTE(this=node.this, expression=high), rule)
    result: ir.Value = above & below
    return result


def _in(node: exp.In, rule: Rule) -> ir.Value:
    if node.args.get("query") or node.args.get("unnest"):
        raise rule.refuse("uses a subquery, which a rule may not")
    if node.args.get("field"):
        return contains(rule, [node.args["field"], node.this])
    values = node.expressions
    if not values:
        raise rule.refuse("has no values between the parentheses of IN")
    kinds = {(type(each), each.args.get("is_string")) for each in values}
    if len(values) > 8 and kinds in ({(exp.Literal, True)}, {(exp.Literal, False)}):
        first, *others = rule.together([node.this, *values])
        if kind(first) in {TEXT, NUMBER}:
            isin: ir.Value = first.isin(others)
            return isin
    pairs = [equal(exp.EQ(this=node.this, expression=each), rule) for each in values]
    return balanced(operator.or_, pairs)


def contains(rule: Rule, arguments: Sequence[exp.Expression]) -> ir.Value:
    """Whether a list holds a value; null where one of them is null."""
    found: Any = rule.value(arguments[0])
    if kind(found) != LIST:
        raise rule.refuse(f"needs a list where {sql_of(arguments[0])} is {kind(found)}")
    needle = rule.value(arguments[1])
    inner = ibis.null(found.type().value_type)
    if kind(needle) == NULL:
        return ibis.null("boolean")
    if kind(inner) != NULL and safe([inner, needle]) is None:
        raise rule.refuse(
            f"looks for {sql_of(arguments[1])}, which is {kind(needle)}, in a list of {kind(inner)}"
        )
    if found.type().value_type != needle.type():
        needle = needle.cast(found.type().value_type)
    unknown = found.isnull() | needle.isnull()
    return ibis.ifelse(unknown, ibis.null("boolean"), found.contains(needle).fill_null(False))


def _is(node: exp.Is, rule: Rule) -> ir.Value:
    other = node.expression
    if isinstance(other, exp.Null):
        asked = rule.value(node.this)
        # such a test is never null itself, and Spark cannot read "x IS NULL IS NULL"
        never = isinstance(asked.op(), (ops.IsNull, ops.NotNull))
        return ibis.literal(False) if never else asked.isnull()
    if isinstance(other, exp.Boolean):
        value: Any = rule.of(node.this, TRUTH)
        return (value if other.this else ~value).fill_null(False)
    raise rule.refuse(f"uses {sql_of(node)!r}: after IS stands NULL, TRUE or FALSE")


def _like(how: str) -> Translator:
    def translate(node: exp.Binary, rule: Rule) -> ir.Value:
        text: Any = rule.of(node.this, TEXT)
        pattern = node.expression
        if not (isinstance(pattern, exp.Literal) and pattern.is_string):
            raise rule.refuse(f"needs a pattern in single quotes in {sql_of(node)}")
        if "\\" in pattern.this:
            raise rule.refuse(f"has a backslash in the pattern of {sql_of(node)}: use contains")
        result: ir.Value = getattr(text, how)(pattern.this)
        return result

    return translate


NODES.update(
    {
        exp.EQ: equal,
        exp.NEQ: _compare(operator.ne),
        exp.LT: _compare(operator.lt),
        exp.LTE: _compare(operator.le),
        exp.GT: _compare(operator.gt),
        exp.GTE: _compare(operator.ge),
        exp.Between: _between,
        exp.In: _in,
        exp.Is: _is,
        exp.Like: _like("like"),
        exp.ILike: _like("ilike"),
    }
)
