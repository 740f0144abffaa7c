"""Columns of ranked lists and of what is relevant: how they may be written, and their scores.

The lists are looked up in Python, in batches, inside the engine: on Spark the workers need tagline
installed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tagline.exceptions import InputError
from tagline.measures.batch_functions import batch_function
from tagline.measures.classes import Cause, CheckedPair
from tagline.measures.ranking_scores import GAINS, Lists, score_rankings

__all__ = ["graded_pair", "scored"]

ID = ("id", "item", "item_id", "doc_id", "document")
GRADE = ("grade", "relevance", "rel", "gain")
_GIVES = {
    "relevant": dt.int64,
    "found": dt.int64,
    "place": dt.int64,
    "gained": dt.float64,
    "ideal": dt.float64,
    "refused": dt.boolean,
}


def scored(
    table: ir.Table, *, name: str, k: int | None = None, gain: str = "linear"
) -> ir.StructValue:
    """Return what each row's ranked list finds, as a struct column with the fields of `Scores`.

    Parameters
    ----------
    table : ibis Table
        With a list column `prediction`, best first (null finds nothing), and `label`: one id, a
        list of ids, a map from id to grade or a list of structs with the fields id and grade.
    name : str
        Of the measure, for messages.
    k : int, optional
        How many places count; by default all.
    gain : {"linear", "exponential"}, default "linear"

    Returns
    -------
    ibis struct value
        Null where the label is.

    Raises
    ------
    InputError
        If a parameter is out of range, or a column holds no such lists.
    """
    if k is not None and (isinstance(k, bool) or not isinstance(k, int) or k < 1):
        raise InputError(f"`k` must be a whole number of at least 1. Got {k!r} instead.")
    if gain not in GAINS:
        raise InputError(f"`gain` must be 'linear' or 'exponential'. Got {gain!r} instead.")
    kind = table.prediction.type()
    if not kind.is_array() or kind.value_type.is_nested():
        raise InputError(
            f"The measure {name!r} needs lists of ids in `prediction`, best first."
            f" Got a column of type {kind} instead."
        )
    ids, grades = _relevant(table.label, name)
    common = _common(ids.type().value_type, kind.value_type, name)
    ranked = table.prediction.cast(dt.Array(common))
    empty = ibis.literal([], type=dt.Array(common))
    columns = [ids.cast(dt.Array(common)), ibis.ifelse(ranked.isnull(), empty, ranked)]
    function = _function(
        common,
        k,
        gain,
        graded=grades is not None,
        spark=table.get_backend().name == "pyspark",
    )
    return function(*columns, *([] if grades is None else [grades]))


def graded_pair(
    found: ir.StructValue, error: ir.Value, label: ir.Value, *, name: str
) -> CheckedPair:
    """Return the pair of an error that is asked for where something is relevant.

    Parameters
    ----------
    found : ibis struct value
        As `scored` gives it.
    error : ibis value
        Between 0 and 1 where something is relevant.
    label : ibis value
        What is relevant, for the message.
    name : str
        Of the measure, for the message.

    Returns
    -------
    CheckedPair
    """
    some, refused = found.relevant > 0, found.refused.fill_null(False)
    rule = f"The measure {name!r} needs each id in `label` once, with a finite grade of 0 or more"
    return CheckedPair(
        error=ibis.cases((refused, None), (some, error.cast("float64")), else_=0.0),
        weight=ibis.ifelse(some, 1, 0),
        refused=refused,
        causes=(Cause(refused, (label,), rule, "correct it"),),
    )


def _relevant(label: ir.Value, name: str) -> tuple[ir.ArrayValue, ir.ArrayValue | None]:
    """Return the ids of a label, and their grades where it has any."""
    kind = label.type()
    if kind.is_map():
        return label.keys(), label.values().cast("array<float64>")
    if not kind.is_nested():
        return ibis.array([label]), None
    inner = kind.value_type if kind.is_array() else None
    if inner is not None and not inner.is_nested():
        return label, None
    if inner is not None and inner.is_struct():
        own = {field.lower(): field for field in inner.names}
        item, grade = (
            next((own[each] for each in known if each in own), None) for known in (ID, GRADE)
        )
        if item is not None and grade is not None:
            return (
                label.map(lambda each: each[item]),
                label.map(lambda each: each[grade].cast("float64")),
            )
    raise InputError(
        f"The measure {name!r} needs in `label` one id, a list of ids, a map from id to grade or a"
        f" list of structs with the fields id and grade. Got a column of type {kind} instead."
    )


def _common(label: Any, prediction: Any, name: str) -> Any:
    """Return the type in which the ids of both sides compare."""
    if label.is_string() != prediction.is_string():
        raise InputError(
            f"The measure {name!r} looks for the ids of `label` in `prediction`, but an id of type"
            f" {label} cannot stand in lists of {prediction}."
        )
    if label.is_integer() and prediction.is_integer():
        return dt.int64
    return dt.float64 if label.is_numeric() and prediction.is_numeric() else dt.string


@functools.cache
def _function(
    kind: Any, k: int | None, gain: str, *, graded: bool, spark: bool
) -> Callable[..., ir.StructValue]:
    ids, grades = dt.Array(kind), dt.Array(dt.float64)
    name = f"tagline_ranked_{kind}_{k}_{gain}_{graded}".lower()
    count = functools.partial(_count, k=k, gain=gain)
    return batch_function(name, (ids, ids, *[grades] * graded), _GIVES, count, spark=spark)


def _count(
    label: pa.ListArray,
    prediction: pa.ListArray,
    grades: pa.ListArray | None = None,
    *,
    k: int | None,
    gain: str,
) -> pa.StructArray:
    """Score a batch."""
    lists = label, prediction
    texts = [each.flatten() for each in lists]
    codes = pc.fill_null(pa.concat_arrays(texts).dictionary_encode().indices, -1)
    parts = np.split(np.asarray(codes, dtype=np.int64), [len(texts[0])])
    relevant, ranked = (
        Lists(np.asarray(pc.fill_null(pc.list_value_length(each), 0), dtype=np.int64), own)
        for each, own in zip(lists, parts, strict=True)
    )
    numbers = None
    if grades is not None:
        numbers = np.asarray(pc.fill_null(grades.flatten(), np.nan), dtype=np.float64)
    found = score_rankings(ranked, relevant, numbers, k=k, gain=gain)
    known = pc.is_valid(label)
    values = [pa.array(getattr(found, field), each.to_pyarrow()) for field, each in _GIVES.items()]
    return pa.StructArray.from_arrays(
        [pc.if_else(known, each, pa.scalar(None, each.type)) for each in values],
        names=list(_GIVES),
    )
