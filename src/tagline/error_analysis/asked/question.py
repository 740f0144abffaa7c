"""What was asked: the arguments of an analysis, checked against the table's columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
from ibis.common.exceptions import IbisError

from tagline.engine import called, known_values, odd_number
from tagline.exceptions import InputError, did_you_mean
from tagline.measures import Measure
from tagline.schema import EXAMPLE_ID

__all__ = ["Question", "attached", "check_columns"]


@dataclass(frozen=True, eq=False)
class Question:
    """Names of columns and expressions in text; arrays have become columns before.

    `person` is who else answered: a person, or, if `later`, the later run of a comparison, which
    answers on every row. `more_before` and `more_after` are the columns of the further runs of
    either side. `apart` are further columns that are no tags by default, and `exclude` those that
    somebody named for that.
    """

    measure: Measure
    label: str | None
    prediction: str | None
    person: str | None
    group: str | None
    sample_weight: str | None
    where: str | None
    tags: list[str | Mapping[str, str]] | None
    later: bool = False
    more_before: tuple[str, ...] = ()
    more_after: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def argument(self, role: str) -> str:
        """Return what the user calls label, prediction, person, group or sample_weight."""
        return ("prediction" if self.later else "human") if role == "person" else role

    @property
    def label_for_tags(self) -> str | None:
        """The label, whose classes are tags by default, unless it is excluded."""
        return None if self.label in self.exclude else self.label

    @property
    def taken(self) -> set[str]:
        """Columns that are no tags by default."""
        named = (self.label, self.prediction, self.person, self.group, self.sample_weight)
        others = {*self.more_before, *self.more_after, *self.apart, *self.exclude}
        return {EXAMPLE_ID, *(name for name in named if name is not None), *others}


def attached(
    arguments: Mapping[str, Any], person: str = "human"
) -> tuple[dict[str, str | None], dict[str, Any]]:
    """Tell names of columns from arrays.

    Parameters
    ----------
    arguments : mapping from the argument's name to a column's name, an array or None
    person : str, default "human"
        What to call the array of `person`.

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
            own = f"tagline_{person if argument == 'person' else argument}"
            names[argument], arrays[own] = own, value
    return names, arrays


def read_names(given: str | Sequence[str] | None, argument: str) -> tuple[str, ...]:
    """Return names of columns, however many were given.

    Parameters
    ----------
    given : str, sequence of str or None
    argument : str
        For the message.

    Returns
    -------
    tuple of str

    Raises
    ------
    InputError
        If they are no names.
    """
    names = [given] if isinstance(given, str) else given or ()
    if not isinstance(names, Sequence) or not all(isinstance(each, str) for each in names):
        raise InputError(f"`{argument}` must be names of columns. Got {given!r} instead.")
    return tuple(names)


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
    for name in (*question.more_before, *question.more_after):
        if name not in table.columns:
            raise InputError(
                f"`prediction` names a column {name!r} that {data} does not have."
                f" {did_you_mean(name, table.columns)}"
            )
    for name in question.exclude:
        if name not in table.columns:
            raise InputError(
                f"`exclude` names a column {name!r} that {data} does not have."
                f" {did_you_mean(name, table.columns)}"
            )
    for argument in ("label", "prediction", "person", "group", "sample_weight"):
        name = getattr(question, argument)
        if name is not None and name not in table.columns:
            raise InputError(
                f"`{question.argument(argument)}` names a column {name!r} that {data} does not"
                " have."
                f" {_help(name, argument, table)}"
            )
        if name is None and argument in question.measure.needs:
            raise InputError(
                f"The measure {question.measure.name!r} needs `{argument}`: name its column in"
                f" {data}. {did_you_mean('', table.columns)}"
            )
    if question.label is not None and question.label == question.prediction:
        raise InputError(
            f"`label` and `prediction` name the same column, {question.label!r}: every prediction"
            " would be right."
        )
    _check_weight(question, table)
    for argument in ("label", "prediction", "person"):
        _check_answers(question, argument, table)
    _check_types(question, table, data)


def _help(name: str, argument: str, table: ir.Table) -> str:
    if argument == "person":
        with suppress(ValueError):
            return f"A rate is a number without quotes: {float(name.replace(',', '.'))}."
    return did_you_mean(name, table.columns)


def _check_weight(question: Question, table: ir.Table) -> None:
    name = question.sample_weight
    if name is not None and not table[name].type().is_numeric():
        raise InputError(
            f"`sample_weight` must be a column of numbers. {_of(name, 'It')} holds"
            f" {_family(table[name].type())} instead"
            + (f".{odd}" if (odd := odd_number(table[name])) else ": convert them to numbers.")
        )


def _check_answers(question: Question, argument: str, table: ir.Table) -> None:
    """Refuse answers that no measure compares."""
    name = getattr(question, argument)
    if name is None or question.measure.nested:  # what reads nested values checks them itself
        return
    kind = table[name].type()
    inner = kind.value_type if kind.is_array() else kind
    if inner.is_nested():
        raise InputError(
            f"`{question.argument(argument)}` must hold text, numbers, true or false, dates or"
            " lists of these."
            f" {_of(name, 'It')} holds {_family(inner)} instead: give the part that you mean a"
            " column of its own."
        )


def _check_types(question: Question, table: ir.Table, data: str) -> None:
    """Labels and answers must compare: text with text, numbers with numbers."""
    if not {"label", "prediction"} <= question.measure.needs or question.label is None:
        return
    label = table[question.label]
    for argument, name in (("prediction", question.prediction), ("person", question.person)):
        if name is None:
            continue
        if table[name].type().is_array():
            _check_lists(question, name, table)
            continue
        answer = table[name]
        kinds = _family(label.type()), _family(answer.type())
        if kinds[0] == kinds[1] or "null" in kinds:
            continue
        for each, column in (("label", label), (argument, answer)):
            if not known_values(column):
                raise InputError(
                    f"`{question.argument(each)}` has no value:"
                    f" {_of(column.get_name(), 'it')} is null in every row of {data}."
                )
        odd = ""
        if set(kinds) == {"text", "numbers"}:
            odd = odd_number(label) + odd_number(answer)
        raise InputError(
            f"`label` and `{question.argument(argument)}` must be of one type."
            f" {_of(question.label, '`label`')} holds {kinds[0]} and"
            f" {_of(name, f'`{question.argument(argument)}`')} holds {kinds[1]}"
            + (f".{odd}" if odd else ": convert one of the two.")
        )


def _check_lists(question: Question, name: str, table: ir.Table) -> None:
    """Let the measure say whether it compares the label with lists."""
    assert question.label is not None
    asked = {"label": table[question.label], "prediction": table[name]}
    try:
        question.measure.pairs(table.mutate(**asked))
    except IbisError:
        kind = _family(asked["label"].type())
        raise InputError(
            f"The measure {question.measure.name!r} does not compare {kind} in"
            f" {_of(question.label, '`label`')} with the lists in {_of(name, 'the array')}: choose"
            " another measure, such as 'top_k', or other columns."
        ) from None


def _of(name: str, array: str) -> str:
    """Return the name of a column in quotes, or what its array is called."""
    return array if called(name) != repr(name) else repr(name)


def _family(kind: Any) -> str:
    tests = {
        "text": "string",
        "true or false": "boolean",
        "numbers": "numeric",
        "null": "null",
        "dates": "date",
        "times": "timestamp",
        "lists": "array",
        "structures": "struct",
    }
    return next((name for name, test in tests.items() if getattr(kind, f"is_{test}")()), str(kind))
