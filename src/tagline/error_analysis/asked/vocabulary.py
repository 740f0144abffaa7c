"""Predictions that equal no label because they are written otherwise: not errors but a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from tagline.display.words import plain, shorten
from tagline.engine import Connection, called, describe
from tagline.error_analysis.asked.preparing import Prepared
from tagline.error_analysis.asked.question import Question
from tagline.error_analysis.asked.refusing import origin
from tagline.exceptions import InputError
from tagline.measures.countable import COUNTS

__all__ = ["SUSPECT", "check_vocabulary"]

SUSPECT = 0.9  # of what the measure counts is wrong: only then the values are looked at
_MEASURES = {"accuracy", "miss_rate", "precision", "f1"}
_MOST = 200  # values of a side that are compared as people write them
_SHOWN = 3
_LEAST = 20  # rows without one right answer that are no accident
_EACH = 5  # rows for each value: fewer may be many classes and a poor model
_LETTERS = 40


@dataclass(frozen=True, eq=False)
class _Side:
    """The values of a column: how many there are, and the most frequent ones."""

    values: tuple[Any, ...]
    different: int
    where: ir.Value  # the column

    @property
    def called(self) -> str:
        return called(origin(self.where).name)

    def listed(self) -> str:
        written = (
            f"{each:.4g}" if isinstance(each, float) else repr(each)
            for each in self.values[:_SHOWN]
        )
        shown = ", ".join(shorten(plain(each), _LETTERS) for each in written)
        return f"{shown} ..." if self.different > _SHOWN else shown


def check_vocabulary(
    connection: Connection, prepared: Prepared, question: Question, *, errors: float, weight: float
) -> str:
    """Look whether predictions and labels have a value in common where nearly all are wrong.

    Parameters
    ----------
    connection : Connection
    prepared : Prepared
    question : Question
    errors, weight : float
        Of all rows; nothing is asked of the engine unless most of the weight is an error.

    Returns
    -------
    str
        A remark where no prediction equals any label on rows that are too few to tell, else empty.

    Raises
    ------
    InputError
        If the two are plainly not written alike, with the likely reason.
    """
    if question.measure.name not in _MEASURES or errors < SUSPECT * weight:
        return ""
    sides = ["prediction", *(["person"] if question.later else [])]
    remarks = [_check_side(connection, prepared, side) for side in sides]
    return next(filter(None, remarks), "")


def _check_side(connection: Connection, prepared: Prepared, side: str) -> str:
    own = prepared.columns
    if "label" not in own or side not in own:
        return ""
    if any(own[each].type().is_nested() or own[each].type().is_null() for each in ("label", side)):
        return ""
    values, counts = _values(prepared, side), ("labels", "predictions", "shared", "parts", "rows")
    part = values.part.cast("int64")
    found = connection.fetch(
        values.aggregate(
            labels=(values.label > 0).sum(),
            predictions=(values.prediction > 0).sum(),
            shared=((values.label > 0) & (values.prediction > 0)).sum(),
            parts=(part * values.prediction).sum() - (part * values.label).sum(),
            rows=values.prediction.sum(),
        )
    ).to_pylist()[0]
    labels, predictions, shared, parts, rows = (int(found[each] or 0) for each in counts)
    if not labels or not predictions:
        return ""
    known = {
        name: _Side(_most(connection, values, name), n, own[side if name == "prediction" else name])
        for name, n in (("label", labels), ("prediction", predictions))
    }
    label, said = known["label"], known["prediction"]
    if parts > rows / 2:
        raise InputError(
            f"The predictions in {said.called} are numbers between 0 and 1 ({said.listed()}) and"
            f" the labels in {label.called} are classes ({label.listed()}): probabilities equal no"
            " class. Make them classes by a threshold, or take the measure"
            f' "log_loss(probability={origin(said.where).name!r})".'
        )
    if shared:
        return ""
    many = labels > 1 and rows >= max(_LEAST, _EACH * (labels + predictions))
    cause = _cause(label.values, said.values)
    sentence = (
        f"no prediction equals any label: the labels in {label.called} are {label.listed()}, the"
        f" predictions in {said.called} are {said.listed()}"
    )
    if cause or many:
        data = describe(origin(said.where).rel.to_expr())
        way_out = cause or "name other columns, or write both alike"
        raise InputError(f"In {data} {sentence}. Nothing could be right: {way_out}.")
    return sentence


def _values(prepared: Prepared, side: str) -> ir.Table:
    """Return each value with how often it is a label and how often a prediction."""
    own = prepared.columns
    kinds = [own[each].type() for each in ("label", side)]
    kind = "float64" if all(each.is_numeric() for each in kinds) else "string"
    rows = prepared.table.filter(own["reason"] <= COUNTS)
    one, none = ibis.literal(1), ibis.literal(0)
    parts = [
        rows.select(value=own[each].cast(kind), label=first, prediction=second)
        for each, first, second in (("label", one, none), (side, none, one))
    ]
    values = ibis.union(*parts)
    values = values.filter(values.value.notnull())
    found = values.group_by("value").agg(
        label=values.label.sum(), prediction=values.prediction.sum()
    )
    number = found.value.try_cast("float64") if kind == "string" else found.value
    between = (number > 0) & (number < 1) if _may_be_parts(kinds) else ibis.literal(False)
    return found.mutate(part=between.fill_null(False))


def _may_be_parts(kinds: Sequence[Any]) -> bool:
    """Return whether labels cannot be parts of 1 themselves, so that such predictions are odd."""
    label, prediction = kinds
    if label.is_integer():
        return bool(prediction.is_floating() or prediction.is_decimal())
    return bool(label.is_string() and prediction.is_string())


def _most(connection: Connection, values: ir.Table, side: str) -> tuple[Any, ...]:
    """Return the most frequent values of a side."""
    own = values.filter(values[side] > 0).order_by([ibis.desc(side), "value"]).limit(_MOST)
    found = connection.fetch(own.select("value"))["value"].to_pylist()
    whole = (isinstance(each, float) and each.is_integer() for each in found)
    return tuple(int(v) if is_whole else v for v, is_whole in zip(found, whole, strict=True))


def _cause(labels: Sequence[Any], said: Sequence[Any]) -> str:
    """Return what to change so that a prediction equals a label; empty where nothing is found."""
    texts = [[str(each) for each in side] for side in (labels, said)]
    for how, advice in _WAYS:
        if {how(each) for each in texts[0]} & {how(each) for each in texts[1]}:
            return advice
    return ""


_MARKS = ".,;:!'\" "

_WAYS = (
    (str.strip, "they differ by white space around them, take it away"),
    (str.casefold, "they differ by upper and lower case, write both alike"),
    (
        lambda text: text.strip().strip(".,;:!\"'"),
        "they differ by the mark at the end, take it away",
    ),
    (
        lambda text: text.strip(_MARKS).casefold(),
        "they differ by case, white space or marks around them, write both alike",
    ),
)
