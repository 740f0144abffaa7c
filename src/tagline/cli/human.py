"""`--human people.csv`: people's rates by tag, or a person's answers by example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagline.engine import Connection, source
from tagline.exceptions import InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["join_answers", "read_people"]

_SHAPES = "`tag,error_rate`, `tag,errors,asked` or `example_id,ANSWER`"
_ID = "example_id"


def read_people(path: str) -> dict[str, float | tuple[int, int]] | None:
    """Return people's rates by tag.

    Parameters
    ----------
    path : str
        A table file with the columns ``tag`` and ``error_rate``, or ``tag``, ``errors`` and
        ``asked``, or ``example_id`` and a person's answers.

    Returns
    -------
    dict or None
        Tag -> rate or (errors, asked); None where the file holds answers.

    Raises
    ------
    InputError
        If it has other columns, or a row is not as it should be.
    """
    with source(path).open() as (connection, table):
        columns = set(table.columns)
        if "tag" not in columns:
            _answers(path, list(table.columns))
            return None
        names = ["errors", "asked"] if {"errors", "asked"} <= columns else ["error_rate"]
        if not set(names) <= columns:
            raise InputError(
                f"{path} must have the columns {_SHAPES}. Got {_listed(table)} instead."
            )
        rows = connection.fetch(table.select("tag", *names)).to_pylist()
    rates: dict[str, float | tuple[int, int]] = {}
    for number, row in enumerate(rows, 1):
        tag, values = row["tag"], [row[name] for name in names]
        if tag is None or not all(_is_number(value) for value in values):
            raise InputError(f"{path}, row {number}: a tag with {_and(names)} must stand there.")
        if str(tag) in rates:
            raise InputError(f"{path}, row {number}: the tag {str(tag)!r} stands there twice.")
        rates[str(tag)] = _rate(values, f"{path}, row {number}")
    return rates


def join_answers(
    table: ir.Table, connection: Connection, answers: ir.Table, path: str
) -> tuple[ir.Table, str]:
    """Put a person's answers beside the examples.

    Parameters
    ----------
    table : ibis table
        The data, with `example_id`.
    connection : Connection
        Of both tables.
    answers : ibis table
        `example_id` and the answer.
    path : str
        Where the answers came from, for messages.

    Returns
    -------
    ibis table
        With one more column.
    str
        Its name.

    Raises
    ------
    InputError
        If the data have no ids, or the answers name an id twice or one that is not in the data.
    """
    answer = _answers(path, list(answers.columns))
    if _ID not in table.columns:
        raise InputError(f"{path} names examples by `{_ID}`, and the data have no such column.")
    if table[_ID].type().is_string() and answers[_ID].type().is_integer():
        answers = answers.mutate(**{_ID: answers[_ID].cast("string")})  # a project's ids are text
    if table[_ID].type().is_string() != answers[_ID].type().is_string():
        raise InputError(
            f"`{_ID}` is text in one of {path} and the data, and a number in the other."
        )
    _check_ids(table, connection, answers, path)
    name = answer if answer not in table.columns else f"{answer} (people)"
    found = answers.select(**{"(id)": answers[_ID], name: answers[answer]})
    return table.left_join(found, table[_ID] == found["(id)"]).drop("(id)"), name


def _check_ids(table: ir.Table, connection: Connection, answers: ir.Table, path: str) -> None:
    twice = answers.group_by(_ID).agg(count=lambda t: t.count()).filter(lambda t: t["count"] > 1)
    for row in connection.fetch(twice.limit(1)).to_pylist():
        raise InputError(f"{path} has two answers for the example {row[_ID]!r}: keep one.")
    unknown = answers.anti_join(table, _ID).select(_ID).limit(1)
    for row in connection.fetch(unknown).to_pylist():
        raise InputError(f"{path} names the example {row[_ID]!r}, which is not in the data.")


def _answers(path: str, columns: list[str]) -> str:
    """Return the column of the answers."""
    others = [name for name in columns if name != _ID]
    if _ID not in columns or len(others) != 1:
        raise InputError(
            f"{path} must have the columns {_SHAPES}. Got {', '.join(columns)} instead."
        )
    return others[0]


def _rate(values: list[Any], place: str) -> float | tuple[int, int]:
    if len(values) == 1:
        return float(values[0])
    if any(value != int(value) for value in values):
        raise InputError(f"{place}: errors and asked must be whole numbers.")
    return int(values[0]), int(values[1])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _listed(table: ir.Table) -> str:
    return ", ".join(table.columns)


def _and(names: list[str]) -> str:
    return " and ".join(names)
