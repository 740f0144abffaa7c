"""Which rows count, and why the others are left out."""

from __future__ import annotations

import operator
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from tagline.engine import balanced
from tagline.error_analysis.asked.question import Question
from tagline.measures.countable import COUNTS, SILENT

__all__ = ["NEGATIVE", "RANGE", "REASONS", "REFUSED", "reason"]

REASONS = (
    "`where` does not hold",
    "no label",
    "no sample weight",
    "no group",
    "no prediction",
    "refused by the measure",
    "negative sample weight",
    "outside the measure's range",
)
WHERE, NO_LABEL, NO_WEIGHT, NO_GROUP, NO_PREDICTION, REFUSED, NEGATIVE, RANGE = range(1, 9)

LARGEST = 1e100  # of an error or weight: the squares of larger ones are infinite


def reason(given: Mapping[str, ir.Value], question: Question) -> ir.Value:
    """Return why a row is left out, the first reason that holds; else how it counts.

    Parameters
    ----------
    given : mapping from name to ibis value
        What the question names, errors and weights.
    question : Question

    Returns
    -------
    ibis integer value
        `COUNTS`, `SILENT`, or the place in `REASONS`, from 1.
    """
    tests: list[tuple[ir.BooleanValue, int]] = []
    needs = question.measure.needs
    if "where" in given:
        tests.append((~given["where"], WHERE))
    if "label" in given and "label" in needs:
        tests.append((given["label"].isnull(), NO_LABEL))
    if "s" in given:
        weight = given["s"]
        endless = weight.isinf() if weight.type().is_floating() else ibis.literal(False)
        tests += [(weight.isnull(), NO_WEIGHT), ((weight < 0) | endless, NEGATIVE)]
    if "g" in given:
        tests.append((given["g"].isnull(), NO_GROUP))
    if "refused" in given:
        tests.append((given["refused"], REFUSED))
    runs = [("e", "w"), ("he", "hw")] if question.later else [("e", "w")]
    for error, size in [(given[e], given[w]) for e, w in runs if e in given]:
        tests.append((error.isnull(), NO_PREDICTION))
        if question.measure.kind != "binary":
            beyond = error > size if question.measure.bounded else ibis.literal(False)
            endless = [each > LARGEST for each in (error, size) if each.type().is_floating()]
            odd = [error < 0, size < 0, beyond, *endless]
            tests.append((balanced(operator.or_, odd), RANGE))
    if "prediction" in needs and question.measure.bounded:
        said = ("prediction", "person", "more") if question.later else ("prediction",)
        tests += [
            (given[each].isnull(), SILENT) for each in given if each.rstrip("0123456789") in said
        ]
    if not tests:
        return ibis.literal(COUNTS)
    return ibis.cases(*tests, else_=COUNTS)
