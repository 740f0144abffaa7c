"""Columns of boxes or spans: how they may be written, and what is counted of them.

The regions are matched in Python, in batches, inside the engine: on Spark the workers need tagline
installed.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from tagline.engine import balanced
from tagline.exceptions import InputError
from tagline.measures.classes import Cause, CheckedPair
from tagline.measures.region_batches import NUMBERS, matcher
from tagline.measures.region_texts import parsed

__all__ = ["Asked", "Shape", "unmatched"]

CLASS = ("class", "type", "label", "category", "tag", "entity", "name", "category_id")
SCORE = ("score", "confidence", "probability")


@dataclass(frozen=True)
class Shape:
    """What is matched, and the names of the fields that say where it lies.

    Attributes
    ----------
    many : str
        Such as ``"boxes"``.
    corners, sizes : tuples of tuples of str
        Names of fields: all starts, then all ends; all starts, then all lengths.
    """

    many: str
    corners: tuple[tuple[str, ...], ...]
    sizes: tuple[tuple[str, ...], ...]

    @property
    def numbers(self) -> int:
        """How many numbers say where one lies."""
        return len(self.corners[0])

    def listed(self) -> str:
        """Return the fields that are understood, for a message."""
        return " or ".join(", ".join(names) for names in (*self.sizes[:1], *self.corners[:1]))


@dataclass(frozen=True)
class Asked:
    """A measure of regions with its parameters.

    Attributes
    ----------
    name : str
        Of the measure, for messages.
    shape : Shape
    iou : float
        The least intersection over union of a match.
    layout : {"sizes", "corners"} or None
        What lists of bare numbers mean; None where they do not say.
    classes : bool
        Whether partners must be of one class, where both sides have one.
    score : float or None
        Predictions with a lower score do not count.
    """

    name: str
    shape: Shape
    iou: float
    layout: str | None
    classes: bool
    score: float | None

    def __post_init__(self) -> None:
        iou = self.iou
        if isinstance(iou, bool) or not isinstance(iou, int | float) or not 0 < iou <= 1:
            raise InputError(f"`iou` must be a number above 0 and at most 1. Got {iou!r} instead.")


@dataclass(frozen=True, eq=False)
class _Column:
    """A column of regions as the engine hands it over: numbers, classes, and what they mean."""

    numbers: ir.ArrayValue
    classes: ir.ArrayValue | None
    sized: bool  # the second half are lengths, not ends


def unmatched(table: ir.Table, asked: Asked) -> CheckedPair:
    """Count what has no partner on the other side, against all on both sides.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`.
    asked : Asked

    Returns
    -------
    CheckedPair

    Raises
    ------
    InputError
        If a column holds no such lists, or they do not fit each other.
    """
    given = parsed(table, asked.name)
    label, prediction = given.label, given.prediction
    for argument, column in (("label", label), ("prediction", prediction)):
        _check(column, argument, asked)
    kept = _scored(prediction, asked)
    empty = ibis.literal([], type=kept.type())
    answered = ibis.ifelse(kept.isnull(), empty, kept)  # DuckDB skips rows with a null
    found = _match(table, _read(label, "label", asked), _read(answered, "prediction", asked), asked)
    both = label.length() + answered.length()
    missed = ibis.ifelse(label.length() == 0, 1, label.length())
    silent = table.prediction.isnull()
    rule = (
        f"The measure {asked.name!r} needs {asked.shape.numbers} finite numbers for each of the"
        f" {asked.shape.many}, none of negative size"
    )
    causes = tuple(
        Cause(found[each].fill_null(False), (table[each],), rule, "correct them, or take them out")
        for each in ("label", "prediction")
    )
    causes += tuple(
        Cause(
            broken,
            (table[each],),
            f"The measure {asked.name!r} reads text as JSON",
            "correct it, or leave it empty",
        )
        for each, broken in given.broken.items()
    )
    refused = balanced(operator.or_, [cause.broken for cause in causes])
    error = ibis.ifelse(silent, missed, both - 2 * found.matched)
    return CheckedPair(
        error=ibis.ifelse(refused, None, error),
        weight=ibis.ifelse(silent, missed, both),
        refused=refused,
        causes=causes,
    )


def _check(column: ir.Value, argument: str, asked: Asked) -> None:
    kind, shape = column.type(), asked.shape
    inner = kind.value_type if kind.is_array() else None
    numbers = inner is not None and inner.is_array() and inner.value_type.is_numeric()
    if inner is None or not (inner.is_struct() or numbers):
        raise InputError(
            f"The measure {asked.name!r} needs lists of {shape.many} in `{argument}`: structs with"
            f" the fields {shape.listed()}, or lists of {shape.numbers} numbers."
            f" Got a column of type {kind} instead."
        )


def _scored(column: ir.ArrayValue, asked: Asked) -> ir.ArrayValue:
    """Return the predictions whose score is high enough."""
    if asked.score is None:
        return column
    inner = column.type().value_type
    field = _field(inner, SCORE) if inner.is_struct() else None
    if field is None:
        raise InputError(
            f"The measure {asked.name!r} with `score=` needs structs with the field score in"
            f" `prediction`. Got a column of type {column.type()} instead."
        )
    return column.filter(lambda each: each[field] >= asked.score)


def _field(kind: Any, names: tuple[str, ...]) -> str | None:
    """Return the field of a struct type that goes by one of some names, the first that does."""
    own = {field.lower(): field for field in kind.names}
    return next((own[each] for each in names if each in own), None)


def _read(column: ir.ArrayValue, argument: str, asked: Asked) -> _Column:
    inner, shape = column.type().value_type, asked.shape
    if inner.is_array():
        if asked.layout is None:
            raise InputError(
                f"The measure {asked.name!r} cannot tell what the numbers in `{argument}` are: say"
                " format='xywh' (left, top, width, height) or format='xyxy' (two corners)."
            )
        return _Column(column.cast(NUMBERS), None, asked.layout == "sizes")
    own = {field.lower(): field for field in inner.names}
    for sized, forms in ((True, shape.sizes), (False, shape.corners)):
        for form in forms:
            if set(form) <= set(own):
                numbers = _numbers(column, [own[each] for each in form])
                return _Column(numbers, _classes(column, asked.classes), sized)
    raise InputError(
        f"The measure {asked.name!r} needs structs with the fields {shape.listed()} in"
        f" `{argument}`. Got the fields {', '.join(inner.names)} instead."
    )


def _numbers(column: ir.ArrayValue, fields: list[str]) -> ir.ArrayValue:
    return column.map(lambda each: ibis.array([each[field].cast("float64") for field in fields]))


def _classes(column: ir.ArrayValue, wanted: bool) -> ir.ArrayValue | None:
    field = _field(column.type().value_type, CLASS) if wanted else None
    return None if field is None else column.map(lambda each: each[field].cast("string"))


def _match(table: ir.Table, label: _Column, prediction: _Column, asked: Asked) -> ir.StructValue:
    with_class = label.classes is not None
    if with_class != (prediction.classes is not None):
        one, other = ("label", "prediction") if with_class else ("prediction", "label")
        raise InputError(
            f"The measure {asked.name!r} finds a class in `{one}` and none in `{other}`: give both"
            " one, or say classes=False."
        )
    function = matcher(
        asked.shape.numbers,
        float(asked.iou),
        (label.sized, prediction.sized),
        classes=with_class,
        spark=table.get_backend().name == "pyspark",
    )
    classes = (label.classes, prediction.classes) if with_class else ()
    return function(label.numbers, prediction.numbers, *classes)
