"""Translate one scalar SQL expression, node by node, into Ibis; what is not listed is refused."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
import sqlglot
import sqlglot.expressions as exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError

from tagline.engine.rules import casts, functions, operators  # noqa: F401 - they fill NODES
from tagline.engine.rules.rule import Rule

__all__ = ["translate"]

_LONGEST = 20_000  # characters
_MOST_TOKENS = 5_000
_DEEPEST = 40  # parentheses, one within the other


class _Rules(DuckDB):  # type: ignore[misc]
    """DuckDB's SQL with every function call kept as it was written."""

    class Parser(DuckDB.Parser):  # type: ignore[misc]
        FUNCTIONS: dict[str, Any] = {}  # noqa: RUF012 - the shape that sqlglot asks for
        FUNCTION_PARSERS = {  # noqa: RUF012
            key: value
            for key, value in DuckDB.Parser.FUNCTION_PARSERS.items()
            if key in {"CAST", "TRY_CAST", "EXTRACT"}
        }
        NO_PAREN_FUNCTIONS: dict[Any, Any] = {}  # noqa: RUF012
        NO_PAREN_FUNCTION_PARSERS = {  # noqa: RUF012
            "CASE": DuckDB.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]
        }


def translate(sql: str, table: ir.Table, *, what: str) -> ir.Value:
    """Translate a scalar SQL expression over the columns of a table into Ibis.

    The dialect is DuckDB's. Null is SQL's: a comparison with null is null. Dividing by zero, the
    square root of a negative number and the logarithm of none give null. Decimals are computed
    with as 64-bit floats. A regular expression is of the kind that RE2 and Java read alike.

    Parameters
    ----------
    sql : str
        Such as ``n_words < 5 and lower(device) = 'b'``.
    table : ibis table
    what : str
        What the expression is, for messages: ``"the rule of tag 'short'"``.

    Returns
    -------
    ibis value

    Raises
    ------
    InputError
        If it is no single expression, names an unknown column, uses what is not allowed, or mixes
        types (text compared with a number).

    Examples
    --------
    >>> import ibis
    >>> table = ibis.table({"n_words": "int64"}, name="predictions")
    >>> translate("n_words < 5", table, what="the rule of tag 'short'").get_name()
    'Less(n_words, 5)'
    """
    rule = Rule(table, what, sql if isinstance(sql, str) else repr(sql))
    if not isinstance(sql, str):
        raise rule.refuse(f"must be text. Got {type(sql).__name__} instead")
    tree = _parse(sql, rule)
    try:
        return rule.value(tree)
    except RecursionError as error:
        raise rule.refuse("is nested too deeply") from error


def _parse(sql: str, rule: Rule) -> exp.Expression:
    if not sql.strip():
        raise rule.refuse("is empty")
    if "\0" in sql:
        raise rule.refuse("holds the character NUL, which SQL has not")
    if len(sql) > _LONGEST:
        raise rule.refuse(f"is longer than {_LONGEST:,} characters")
    try:
        _check_size(sqlglot.tokenize(sql, read=DuckDB), rule)
        tree: exp.Expression = sqlglot.parse_one(sql, read=_Rules, into=exp.Condition)
    except (SqlglotError, RecursionError) as error:
        raise rule.refuse(f"is no scalar SQL expression: {_reason(error)}") from error
    return tree


def _check_size(tokens: list[Any], rule: Rule) -> None:
    if len(tokens) > _MOST_TOKENS:
        raise rule.refuse(f"has more than {_MOST_TOKENS:,} words and signs")
    depth = 0
    for token in tokens:
        depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
        if depth > _DEEPEST:
            raise rule.refuse("is nested too deeply")


def _reason(error: Exception) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        near = first.get("highlight") or first.get("start_context")
        text = str(first["description"]).rstrip(".").lower()
        if "required keyword" in text:  # the parser names its own classes there
            text = "something is missing"
        return text + (f" near {near!r}" if near else "")
    return "it cannot be parsed" if isinstance(error, SqlglotError) else "it is nested too deeply"
