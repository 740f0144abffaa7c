"""Error measures for rows with a set of labels: any wrong, one label, or each label.

`label` and `prediction` are list columns; order, repeats and nulls inside a list do not matter.
The label is never null here. A null prediction is an error.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.measures.classes import as_class
from tagline.measures.registry import Pair, measure

__all__ = ["multilabel", "multilabel_each"]


@measure("share of rows whose set of labels is wrong", kind="binary")
def multilabel(table: ir.Table, *, of: Any = None) -> Pair:
    """Count a row as an error where the two sets differ, or where they differ about one label.

    A null prediction is an error.

    Parameters
    ----------
    table : ibis Table
        With the list columns `label` and `prediction`.
    of : object, optional
        One label: only whether the sets agree about its membership counts. By default the sets
        must be equal.

    Returns
    -------
    Pair
        Error 1 if wrong, else 0; weight 1.

    Raises
    ------
    InputError
        If a column is no list column, or `of` cannot be an element of it.

    Notes
    -----
    Source: the subset 0-1 loss and the Hamming loss of one label, Zhang and Zhou, *A review on
    multi-label learning algorithms*, 2014, doi:10.1109/TKDE.2013.39.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [["a"], ["a", "b"]], "prediction": [["a", "b"], ["b", "a"]]})
    >>> multilabel().pairs(rows).error.to_pyarrow().to_pylist()
    [1, 0]
    >>> multilabel(of="a").pairs(rows).error.to_pyarrow().to_pylist()
    [0, 0]
    """
    label, prediction = _sets(table, "multilabel")
    if of is None:
        common = label.intersect(prediction).length()
        wrong = (label.length() != common) | (prediction.length() != common)
    else:
        one = ibis.literal(as_class(of, label[0], name="of"), type=label.type().value_type)
        wrong = label.contains(one) != prediction.contains(one)
    return Pair(wrong.fill_null(True).cast("int64"))


@measure("wrong labels per label that was true or predicted", kind="bounded", first_order=True)
def multilabel_each(table: ir.Table) -> Pair:
    """Count the labels in one of the two sets only, against the labels in either: per label.

    A null prediction misses every label of the row, and counts as one error where the row has none.

    Parameters
    ----------
    table : ibis Table
        With the list columns `label` and `prediction`.

    Returns
    -------
    Pair
        Error: size of the symmetric difference; weight: size of the union (0 where both sets are
        empty). The rate is one minus the pooled Jaccard index.

    Raises
    ------
    InputError
        If a column is no list column.

    Notes
    -----
    Source: scikit-learn's ``1 - jaccard_score(..., average="micro")``; Jaccard, *The distribution
    of the flora in the alpine zone*, 1912, doi:10.1111/j.1469-8137.1912.tb05611.x.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [["a"], ["a", "b"]], "prediction": [["a", "b"], ["b", "c"]]})
    >>> pair = multilabel_each().pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().sum().to_list()
    [3, 5]
    """
    label, prediction = _sets(table, "multilabel_each")
    both = label.length() + prediction.length()
    common = label.intersect(prediction).length()
    missed = ibis.ifelse(label.length() == 0, 1, label.length())
    answered = table.prediction.notnull()
    return Pair(
        error=ibis.ifelse(answered, both - 2 * common, missed),
        weight=ibis.ifelse(answered, both - common, missed),
    )


def _sets(table: ir.Table, name: str) -> tuple[ir.ArrayValue, ir.ArrayValue]:
    """Return both columns without repeats and without nulls in the lists."""
    for each in ("label", "prediction"):
        if not table[each].type().is_array():
            raise InputError(
                f"The measure {name!r} needs a list column as `{each}`."
                f" Got a column of type {table[each].type()} instead."
            )
    return _set(table.label), _set(table.prediction)


def _set(lists: ir.ArrayValue) -> ir.ArrayValue:
    return lists.filter(lambda element: element.notnull()).unique()
