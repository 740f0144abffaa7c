"""What was asked: the arguments of an analysis, checked against the table's columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from tagline.exceptions import InputError, did_you_mean
from tagline.measures import Measure
from tagline.schema import EXAMPLE_ID

__all__ = ["Question", "attached", "check_columns"]


@dataclass(frozen=True, eq=False)
class Question:
    """Names of columns and expressions in text; arrays have become columns before."""

    measure: Measure
    label: str | None
    prediction: str | None
    person: str | None
    group: str | None
    sample_weight: str | None
    where: str | None
    tags: list[str | Mapping[str, str]] | None

    @property
    def taken(self) -> set[str]:
        """Columns that are no tags by default."""
        named = (self.label, self.prediction, self.person, self.group, self.sample_weight)
        return {EXAMPLE_ID, *(name for name in named if name is not None)}


def attached(arguments: Mapping[str, Any]) -> tuple[dict[str, str | None], dict[str, Any]]:
    """Tell names of columns from arrays.

    Parameters
    ----------
    arguments : mapping from the argument's name to a column's name, an array or None

    Returns
    -------
    dict
        From the argument to the name of its column.
    dict
        From the name of a new column to its array.
    """
    names: dict[str, str | None] = {}
    arrays: dict[str, Any] = {}
    for argument, value in arguments.items():
        if value is None or isinstance(value, str):
            names[argument] = value
        else:
            names[argument] = f"tagline_{argument}"
            arrays[f"tagline_{argument}"] = value
    return names, arrays


def check_columns(question: Question, table: ir.Table, data: str) -> None:
    """Refuse what the table cannot answer.

    Parameters
    ----------
    question : Question
    table : ibis Table
    data : str
        What to call the data in a message.

    Raises
    ------
    InputError
        If a column is missing, an argument that the measure needs was not given, or the types of
        label and prediction do not compare.
    """
    for argument in ("label", "prediction", "person", "group", "sample_weight"):
        name = getattr(question, argument)
        shown = "human" if argument == "person" else argument
        if name is not None and name not in table.columns:
            raise InputError(
                f"`{shown}` names a column {name!r} that {data} does not have."
                f" {did_you_mean(name, table.columns)}"
            )
        if name is None and argument in question.measure.needs:
            raise InputError(
                f"The measure {question.measure.name!r} needs `{shown}`: name its column in {data}."
                f" There is {', '.join(table.columns[:20])}."
            )
    if question.sample_weight and not table[question.sample_weight].type().is_numeric():
        kind = table[question.sample_weight].type()
        raise InputError(
            f"`sample_weight` must be a column of numbers. {question.sample_weight!r} is {kind}."
        )
    if question.label is not None and question.label == question.prediction:
        raise InputError(
            f"`label` and `prediction` name the same column, {question.label!r}: every prediction"
            " would be right."
        )
    _check_types(question, table)


def _check_types(question: Question, table: ir.Table) -> None:
    """Labels and answers must compare: text with text, numbers with numbers."""
    if not {"label", "prediction"} <= question.measure.needs or question.label is None:
        return
    label = table[question.label].type()
    for argument, name in (("prediction", question.prediction), ("human", question.person)):
        if name is None or label.is_array() or table[name].type().is_array():
            continue
        other = table[name].type()
        if _family(label) != _family(other) and "null" not in {_family(label), _family(other)}:
            raise InputError(
                f"`label` and `{argument}` must be of one type. {question.label!r} is"
                f" {_family(label)} ({label}) and {name!r} is {_family(other)} ({other}):"
                " convert one of the two."
            )


def _family(kind: Any) -> str:
    tests = {"text": "string", "true or false": "boolean", "number": "numeric", "null": "null"}
    return next((name for name, test in tests.items() if getattr(kind, f"is_{test}")()), str(kind))
