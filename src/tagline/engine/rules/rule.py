"""A rule while it is translated: its table, its name for messages, and how nodes are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot.expressions as exp

from tagline.engine.rules.kinds import (
    DATE,
    LIST,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    TRUTH,
    kind,
    number,
    parsed,
    safe,
)
from tagline.exceptions import InputError

__all__ = ["NODES", "Rule", "Translator", "balanced", "sql_of"]


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule that is being translated: its table, and its name for messages."""

    table: ir.Table
    what: str
    sql: str

    @property
    def name(self) -> str:
        """What the rule is, as the first words of a sentence."""
        return f"{self.what[0].upper()}{self.what[1:]}"

    def refuse(self, reason: str, help_: str = "") -> InputError:
        """Return the exception that names the rule, the reason, the text and a way out."""
        text = self.sql if len(self.sql) <= 120 else self.sql[:117] + "..."
        return InputError(f"{self.name} {reason} (in {text!r}).{help_}")

    def odd(self, node: exp.Expression, value: ir.Value) -> str:
        """Return the sentence about the value that makes text of a column of numbers, if any."""
        if not isinstance(node, exp.Column) or kind(value) != TEXT:
            return ""
        from tagline.engine.odd_values import odd_number

        return odd_number(value)

    @property
    def engine(self) -> str:
        """The name of the engine that the table lives on; DuckDB for one without."""
        backends = self.table.op().find(ibis.expr.operations.DatabaseTable)
        return str(backends[0].source.name) if backends else "duckdb"

    def value(self, node: exp.Expression) -> ir.Value:
        """Translate a node of whatever kind."""
        translate = NODES.get(type(node))
        if translate is None:
            raise self.refuse(f"uses {_named(node)}, which a rule may not")
        return translate(node, self)

    def of(self, node: exp.Expression, *kinds: str) -> ir.Value:
        """Translate a node that must be of one of these kinds; null becomes a null of the first."""
        value = self.value(node)
        found = kind(value)
        if found == NULL:
            return ibis.null(_TYPES[kinds[0]])
        if found not in kinds:
            wanted = " or ".join(kinds)
            odd = self.odd(node, value) if NUMBER in kinds else ""
            raise self.refuse(f"needs {wanted} where {sql_of(node)} is {found}", odd)
        return number(value) if found == NUMBER else value

    def together(self, nodes: Sequence[exp.Expression]) -> list[ir.Value]:
        """Translate nodes whose values must go together, as the two sides of a comparison."""
        values = [self.value(node) for node in nodes]
        values = _dates(nodes, values, self)
        alike = safe(values)
        if alike is None:
            raise self._unlike(nodes, values)
        return alike

    def _unlike(self, nodes: Sequence[exp.Expression], values: list[ir.Value]) -> InputError:
        pairs = [(node, kind(v)) for node, v in zip(nodes, values, strict=True)]
        known = [pair for pair in pairs if pair[1] != NULL]
        first = known[0]
        other = next(pair for pair in known if pair[1] != first[1])
        odd = ""
        if {first[1], other[1]} == {TEXT, NUMBER}:
            odd = "".join(self.odd(node, v) for node, v in zip(nodes, values, strict=True))
        return self.refuse(
            f"puts together {sql_of(first[0])}, which is {first[1]}, and {sql_of(other[0])},"
            f" which is {other[1]}",
            odd,
        )


Translator = Callable[[Any, Rule], ir.Value]

# What each kind of node becomes; filled by the modules of this folder.
NODES: dict[type[exp.Expression], Translator] = {}

_TYPES: dict[str, Any] = {
    NUMBER: "float64",
    TEXT: "string",
    TRUTH: "boolean",
    DATE: "date",
    TIME: "timestamp",
    LIST: "array<int64>",
}


def balanced(how: Callable[[Any, Any], Any], values: Sequence[Any]) -> ir.Value:
    """Reduce values by an associative operator, as a tree of little depth.

    Parameters
    ----------
    how : callable
    values : sequence of ibis values, at least one

    Returns
    -------
    ibis value
    """
    if len(values) <= 2:
        result: ir.Value = reduce(how, values)
        return result
    middle = len(values) // 2
    joined: ir.Value = how(balanced(how, values[:middle]), balanced(how, values[middle:]))
    return joined


def sql_of(node: exp.Expression) -> str:
    """Return the SQL of a node, for messages: not longer than 60 characters.

    Parameters
    ----------
    node : sqlglot expression

    Returns
    -------
    str
    """
    text = str(node.sql(dialect="duckdb"))
    return text if len(text) <= 60 else text[:57] + "..."


def _named(node: exp.Expression) -> str:
    if isinstance(node, exp.Query | exp.Subquery | exp.Exists):
        return "a subquery"
    if isinstance(node, exp.Window):
        return "a window function"
    return f"{sql_of(node)!r} ({type(node).__name__})"


def _dates(nodes: Sequence[exp.Expression], values: list[ir.Value], rule: Rule) -> list[ir.Value]:
    """Read text literals beside dates and times as such."""
    wanted = {kind(each) for each in values} & {DATE, TIME}
    if not wanted:
        return values
    target = TIME if TIME in wanted else DATE
    found = []
    for node, value in zip(nodes, values, strict=True):
        if isinstance(node, exp.Literal) and node.is_string:
            moment = parsed(node.this, target)
            if moment is None:
                raise rule.refuse(
                    f"compares {target} with {sql_of(node)}, which is none:"
                    " write it as '2026-01-31'"
                )
            found.append(moment)
        else:
            found.append(value)
    return found
