"""The functions that a rule may call: a name, how many values it takes, and its translation.

Adding one is one entry in `FUNCTIONS`, after a test that both engines answer alike.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot.expressions as exp

from tagline.display.words import plural
from tagline.engine.rules.comparisons import contains
from tagline.engine.rules.kinds import DATE, LIST, NULL, NUMBER, TEXT, TIME, kind
from tagline.engine.rules.operators import modulo
from tagline.engine.rules.patterns import PatternError, portable
from tagline.engine.rules.rule import NODES, Rule, balanced, sql_of
from tagline.exceptions import did_you_mean

__all__ = ["FUNCTIONS", "Function", "part_of_date"]

Arguments = Sequence[exp.Expression]
_WHOLE_FROM = 2.0**52  # from here on a float has no fraction


@dataclass(frozen=True)
class Function:
    """How many values a function takes (at least, at most), and how it becomes Ibis."""

    arguments: tuple[int, int]
    translate: Callable[[Rule, Arguments], ir.Value]


def _of_text(method: str, count: int = 0) -> Function:
    """Make a function of text, and of `count` further texts, from a method of Ibis."""

    def translate(rule: Rule, arguments: Arguments) -> ir.Value:
        text, *others = (rule.of(each, TEXT) for each in arguments)
        result: ir.Value = getattr(text, method)(*others)
        return result

    return Function((count + 1, count + 1), translate)


def _trim(rule: Rule, arguments: Arguments) -> ir.Value:
    """Take away spaces, tabs and ends of lines at both ends."""
    text: Any = rule.of(arguments[0], TEXT)
    return text.strip()


def _length(rule: Rule, arguments: Arguments) -> ir.Value:
    value: Any = rule.of(arguments[0], TEXT, LIST)
    return value.length().cast("int64")


def _substring(rule: Rule, arguments: Arguments) -> ir.Value:
    text: Any = rule.of(arguments[0], TEXT)
    start = _whole(rule, arguments[1], least=1)
    if len(arguments) == 2:
        return text.substr(start - 1)
    return text.substr(start - 1, _whole(rule, arguments[2], least=0))


def _whole(rule: Rule, node: exp.Expression, *, least: int) -> int:
    if isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdigit():
        found = int(node.this)
        if found >= least:
            return found
    raise rule.refuse(f"needs a whole number of at least {least} where {sql_of(node)} stands")


def _matches(rule: Rule, arguments: Arguments) -> ir.Value:
    text: Any = rule.of(arguments[0], TEXT)
    node = arguments[1]
    if not (isinstance(node, exp.Literal) and node.is_string):
        raise rule.refuse(
            f"needs a regular expression in single quotes where {sql_of(node)} stands"
        )
    try:
        return text.re_search(portable(node.this, rule.engine))
    except PatternError as error:
        raise rule.refuse(
            f"has a regular expression that the engines do not read alike: {error}"
        ) from error


def _concat(rule: Rule, arguments: Arguments) -> ir.Value:
    texts: list[Any] = [rule.of(each, TEXT) for each in arguments]
    return balanced(operator.add, [each.fill_null("") for each in texts])


def _abs(rule: Rule, arguments: Arguments) -> ir.Value:
    value: Any = rule.of(arguments[0], NUMBER)
    return value.abs()


def _rounding(method: str) -> Function:
    def translate(rule: Rule, arguments: Arguments) -> ir.Value:
        value: Any = rule.of(arguments[0], NUMBER)
        if value.type().is_integer():
            return value
        small = value.abs() < _WHOLE_FROM
        fraction = ibis.ifelse(small, value, ibis.null("float64"))
        rounded = getattr(fraction, method)().cast("float64")
        return ibis.ifelse(small, rounded, value)

    return Function((1, 1), translate)


def _round(rule: Rule, arguments: Arguments) -> ir.Value:
    """Round half away from zero; to decimals by scaling, as floats are what they are."""
    value: Any = rule.of(arguments[0], NUMBER)
    digits = _whole(rule, arguments[1], least=0) if len(arguments) == 2 else 0
    if value.type().is_integer():
        return value
    scale = 10.0**digits
    scaled = value * scale if digits else value
    small = scaled.abs() < _WHOLE_FROM
    fraction = ibis.ifelse(small, scaled, ibis.null("float64"))
    rounded = fraction.round(0).cast("float64")
    return ibis.ifelse(small, rounded / scale if digits else rounded, value)


def _sqrt(rule: Rule, arguments: Arguments) -> ir.Value:
    value: Any = rule.of(arguments[0], NUMBER).cast("float64")
    return ibis.ifelse(value >= 0, value, ibis.null("float64")).sqrt()


def _ln(rule: Rule, arguments: Arguments) -> ir.Value:
    value: Any = rule.of(arguments[0], NUMBER).cast("float64")
    return ibis.ifelse(value > 0, value, ibis.null("float64")).ln()


def _chosen(how: Callable[..., ir.Value]) -> Function:
    def translate(rule: Rule, arguments: Arguments) -> ir.Value:
        values = rule.together(arguments)
        if any(kind(each) in {LIST, NULL} for each in values):
            raise rule.refuse(f"needs numbers, texts or dates where {sql_of(arguments[0])} stands")
        return how(*values) if len(values) > 1 else values[0]

    return Function((1, 99), translate)


def _coalesce(rule: Rule, arguments: Arguments) -> ir.Value:
    values = rule.together(arguments)
    return ibis.coalesce(*values) if len(values) > 1 else values[0]


def _nullif(rule: Rule, arguments: Arguments) -> ir.Value:
    value, other = rule.together(arguments)
    return value if kind(other) == NULL or kind(value) == NULL else value.nullif(other)


def _mod(rule: Rule, arguments: Arguments) -> ir.Value:
    left, right = (rule.of(each, NUMBER) for each in arguments)
    return modulo(left, right)


_PARTS = ("year", "quarter", "month", "day", "hour", "minute", "second")


def part_of_date(part: str, node: exp.Expression, rule: Rule) -> ir.Value:
    """Translate the year, month, day ... of a date or a time (in UTC).

    Parameters
    ----------
    part : str
    node : sqlglot expression
    rule : Rule

    Returns
    -------
    ibis integer
    """
    if part not in _PARTS:
        raise rule.refuse(f"takes {part!r} of a date. Known are {', '.join(_PARTS)}")
    value: Any = rule.of(node, TIME, DATE)
    if part in {"hour", "minute", "second"} or kind(value) == TIME:
        value = value.cast("timestamp")
    return getattr(value, part)().cast("int64")


def _part(part: str) -> Function:
    return Function((1, 1), lambda rule, arguments: part_of_date(part, arguments[0], rule))


def _date_part(rule: Rule, arguments: Arguments) -> ir.Value:
    return part_of_date(arguments[0].name.lower(), arguments[1], rule)


FUNCTIONS: dict[str, Function] = {
    "abs": Function((1, 1), _abs),
    "array_contains": Function((2, 2), contains),
    "array_length": Function((1, 1), _length),
    "ceil": _rounding("ceil"),
    "ceiling": _rounding("ceil"),
    "coalesce": Function((1, 99), _coalesce),
    "concat": Function((1, 99), _concat),
    "contains": _of_text("contains", 1),
    "date_part": Function((2, 2), _date_part),
    "ends_with": _of_text("endswith", 1),
    "floor": _rounding("floor"),
    "greatest": _chosen(ibis.greatest),
    "ifnull": Function((2, 2), _coalesce),
    "least": _chosen(ibis.least),
    "len": Function((1, 1), _length),
    "length": Function((1, 1), _length),
    "list_contains": Function((2, 2), contains),
    "list_has": Function((2, 2), contains),
    "ln": Function((1, 1), _ln),
    "lower": _of_text("lower"),
    "mod": Function((2, 2), _mod),
    "nullif": Function((2, 2), _nullif),
    "prefix": _of_text("startswith", 1),
    "regexp_matches": Function((2, 2), _matches),
    "replace": _of_text("replace", 2),
    "round": Function((1, 2), _round),
    "sqrt": Function((1, 1), _sqrt),
    "starts_with": _of_text("startswith", 1),
    "substr": Function((2, 3), _substring),
    "substring": Function((2, 3), _substring),
    "suffix": _of_text("endswith", 1),
    "trim": Function((1, 1), _trim),
    "upper": _of_text("upper"),
    **{part: _part(part) for part in _PARTS},
}


def _function(node: exp.Anonymous, rule: Rule) -> ir.Value:
    name = str(node.this).lower()
    function = FUNCTIONS.get(name)
    if function is None:
        raise rule.refuse(
            f"uses the function {name!r}, which a rule may not. {did_you_mean(name, FUNCTIONS)}"
        )
    arguments = node.expressions
    few, many = function.arguments
    if not few <= len(arguments) <= many:
        wanted = str(few) if few == many else f"{few} to {many}" if many < 99 else f"{few} or more"
        given = plural(len(arguments), "value")
        raise rule.refuse(f"gives {given} to {name!r}, which takes {wanted}")
    return function.translate(rule, arguments)


NODES[exp.Anonymous] = _function
NODES[exp.Extract] = lambda node, rule: part_of_date(node.name.lower(), node.expression, rule)
