"""Columns, literals, logic and arithmetic in rules."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot.expressions as exp

from tagline.engine.rules.comparisons import equal
from tagline.engine.rules.kinds import NULL, NUMBER, STRUCT, TEXT, TRUTH, kind, number
from tagline.engine.rules.rule import NODES, Rule, Translator, balanced, sql_of
from tagline.exceptions import InputError, did_you_mean

__all__ = ["divide", "modulo"]


def _column(node: exp.Column, rule: Rule) -> ir.Value:
    parts = [part.name for part in node.parts]
    if isinstance(node.this, exp.Star):
        raise rule.refuse("uses '*', which a rule may not")
    value: Any = rule.table[_find(parts[0], rule.table.columns, node, rule)]
    for part in parts[1:]:
        value = _field(value, part, node, rule)
    return value


def _field(value: Any, part: str, node: exp.Expression, rule: Rule) -> ir.Value:
    if kind(value) != STRUCT:
        raise rule.refuse(f"takes the field {part!r} in {sql_of(node)} of what is {kind(value)}")
    field: ir.Value = value[_find(part, value.names, node, rule)]
    return field


def _find(name: str, known: Sequence[str], node: exp.Expression, rule: Rule) -> str:
    if name in known:
        return name
    near = [each for each in known if each.lower() == name.lower()]
    if len(near) == 1:
        return near[0]
    help_ = did_you_mean(name, known)
    quoted = isinstance(node, exp.Column) and node.this.args.get("quoted")
    if quoted and not help_.startswith("Did"):
        help_ = f"Text stands in single quotes: '{name}'. {help_}"
    from tagline.engine.recipe import describe

    raise InputError(
        f"{rule.name} names the column {name!r}, which {describe(rule.table)} does not have."
        f" {help_}"
    )


def _literal(node: exp.Literal, rule: Rule) -> ir.Value:
    if node.is_string:
        return ibis.literal(str(node.this), type="string")
    text = str(node.this)
    if text.isdigit() and int(text) < 2**63:
        return ibis.literal(int(text), type="int64")
    return ibis.literal(float(text), type="float64")


def _dot(node: exp.Dot, rule: Rule) -> ir.Value:
    return _field(rule.value(node.this), node.expression.name, node, rule)


def _join(how: Callable[[Any, Any], Any]) -> Translator:
    """Connect a chain of and/or as a balanced tree, so that a long one is not a deep one."""

    def translate(node: exp.Connector, rule: Rule) -> ir.Value:
        return balanced(how, [rule.of(each, TRUTH) for each in node.flatten()])

    return translate


def _arithmetic(how: Callable[[Any, Any], Any]) -> Translator:
    def translate(node: exp.Binary, rule: Rule) -> ir.Value:
        left, right = rule.of(node.left, NUMBER), rule.of(node.right, NUMBER)
        result: ir.Value = how(left, right)
        return number(result)

    return translate


def divide(left: Any, right: Any) -> Any:
    """Divide as floats; by zero gives null."""
    return left.cast("float64") / right.cast("float64").nullif(0.0)


def modulo(left: Any, right: Any) -> Any:
    """Return the remainder with the sign of the dividend; by zero gives null."""
    return left % right.nullif(ibis.literal(0, type=right.type()))


def _whole_division(node: exp.IntDiv, rule: Rule) -> ir.Value:
    left, right = rule.of(node.left, NUMBER), rule.of(node.right, NUMBER)
    if not (left.type().is_integer() and right.type().is_integer()):
        raise rule.refuse(f"divides fractions by // in {sql_of(node)}: write floor(x / y)")
    return divide(left - modulo(left, right), right).cast("int64")


def _negative(node: exp.Neg, rule: Rule) -> ir.Value:
    result: ir.Value = -rule.of(node.this, NUMBER)
    return result


def _not(node: exp.Not, rule: Rule) -> ir.Value:
    result: ir.Value = ~rule.of(node.this, TRUTH)
    return result


def _case(node: exp.Case, rule: Rule) -> ir.Value:
    branches = node.args["ifs"]
    subject = node.this
    tests = [
        equal(exp.EQ(this=subject, expression=each.this), rule)
        if subject
        else rule.of(each.this, TRUTH)
        for each in branches
    ]
    results = [each.args["true"] for each in branches]
    values = rule.together([*results, node.args.get("default") or exp.Null()])
    if all(kind(each) == NULL for each in values):
        return values[0]
    pairs = list(zip(tests, values[:-1], strict=True))
    chosen: ir.Value = ibis.cases(*pairs, else_=values[-1])
    return chosen


def _concat(node: exp.DPipe, rule: Rule) -> ir.Value:
    return balanced(operator.add, [rule.of(each, TEXT) for each in node.flatten()])


NODES.update(
    {
        exp.Column: _column,
        exp.Dot: _dot,
        exp.Literal: _literal,
        exp.Boolean: lambda node, _: ibis.literal(bool(node.this), type="boolean"),
        exp.Null: lambda *_: ibis.null(),
        exp.Paren: lambda node, rule: rule.value(node.this),
        exp.And: _join(operator.and_),
        exp.Or: _join(operator.or_),
        exp.Not: _not,
        exp.Add: _arithmetic(operator.add),
        exp.Sub: _arithmetic(operator.sub),
        exp.Mul: _arithmetic(operator.mul),
        exp.Div: _arithmetic(divide),
        exp.Mod: _arithmetic(modulo),
        exp.IntDiv: _whole_division,
        exp.Neg: _negative,
        exp.Case: _case,
        exp.DPipe: _concat,
    }
)
