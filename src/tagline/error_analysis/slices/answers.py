"""Columns that say what a model said: a slice of them restates the errors, and finds no cause."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.types as ir

from tagline.engine import Connection
from tagline.error_analysis.asked.answer_columns import like_predictions
from tagline.error_analysis.asked.tag_columns import MOST_LEVELS
from tagline.error_analysis.slices.columns import SliceColumn

__all__ = ["said_by_models"]

_SURE = re.compile(
    r"(?:^|_)(?:proba|probas|prob|probs|probability|probabilities|score|scores|confidence|certainty"
    r"|logit|logits|logprob|softmax)(?:_|$)",
    re.IGNORECASE,
)
_WAY_ON = "; name it by `columns` to have it"


def said_by_models(
    connection: Connection,
    table: ir.Table,
    columns: Sequence[SliceColumn],
    *,
    label: str | None,
) -> dict[str, str]:
    """Return the columns that look like what a model said, and why.

    Parameters
    ----------
    connection : Connection
    table : ibis Table
        The user's.
    columns : sequence of SliceColumn
        That nobody asked for by name.
    label : str or None

    Returns
    -------
    dict
        From a column of numbers that is called a score and lies between 0 and 1 (a logit anywhere),
        and from one that looks like predictions of the label, to the reason to leave it out.
    """
    classes = _classes(connection, table, label)
    found = {
        column.name: f"it says how sure a model is{_WAY_ON}"
        for column in columns
        if table[column.name].type().is_floating() and _is_sure(column, classes)
    }
    if label is None or len(classes) < 2:
        return found
    alike = [
        column.name
        for column in columns
        if not column.edges and {level.value for level in column.levels} == set(classes)
    ]
    said = like_predictions(connection, table, [name for name in alike if name != label], label)
    return found | {name: f"{why}{_WAY_ON}" for name, why in said.items()}


def _classes(connection: Connection, table: ir.Table, label: str | None) -> Mapping[Any, str]:
    """Return the classes of the label, where they are few, as values and as text."""
    if label is None or table[label].type().is_nested():
        return {}
    values = table.select(v=table[label]).drop_null().distinct()
    found = connection.fetch(values.limit(MOST_LEVELS + 1))["v"].to_pylist()
    return {} if len(found) > MOST_LEVELS else {value: str(value) for value in found}


def _is_sure(column: SliceColumn, classes: Mapping[Any, str]) -> bool:
    name = column.name
    of_class = name.startswith("p_") and name.removeprefix("p_") in set(classes.values())
    if not (of_class or _SURE.search(name)):
        return False
    return "logit" in name.lower() or all(0 <= edge <= 1 for edge in column.edges)
