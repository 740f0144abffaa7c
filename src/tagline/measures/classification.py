"""Error measures for one class per row: wrong or right, alone or among the first k guesses.

The label is never null here (such rows are left out before). A null prediction is an error.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.measures.registry import Pair, measure

__all__ = ["accuracy", "top_k"]


@measure("share of wrong predictions", kind="binary")
def accuracy(table: ir.Table) -> Pair:
    """Count a row as an error where the prediction differs from the label: 1 - accuracy.

    A null prediction is an error.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`, of types that compare.

    Returns
    -------
    Pair
        Error 1 if wrong, else 0; weight 1. Over no rows the rate is 0/0: unknown.

    Notes
    -----
    Source: the 0-1 loss, as in Hastie, Tibshirani and Friedman, *The Elements of Statistical
    Learning*, section 2.4, doi:10.1007/978-0-387-84858-7.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": ["a", "b", "c"], "prediction": ["a", "c", None]})
    >>> accuracy().pairs(rows).error.to_pyarrow().to_pylist()
    [0, 1, 1]
    """
    wrong = (table.prediction != table.label).fill_null(True)
    return Pair(wrong.cast("int64"))


@measure("share of rows whose label is not among the first predictions", kind="binary")
def top_k(table: ir.Table, *, k: int = 5) -> Pair:
    """Count a row as an error where the label is not among the first `k` predictions.

    A null or empty list is an error. A list shorter than `k` is searched whole.

    Parameters
    ----------
    table : ibis Table
        With the column `label` and a list column `prediction`, best guess first.
    k : int, default 5
        How many guesses count, at least 1.

    Returns
    -------
    Pair
        Error 1 if the label is not among them, else 0; weight 1.

    Raises
    ------
    InputError
        If `k` is below 1, or `prediction` is no list column, or not of what the label is.

    Notes
    -----
    Source: Russakovsky et al., *ImageNet Large Scale Visual Recognition Challenge*, 2015,
    section 4.1, doi:10.1007/s11263-015-0816-y.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": ["a", "b"], "prediction": [["c", "a"], ["b"]]})
    >>> top_k(k=1).pairs(rows).error.to_pyarrow().to_pylist()
    [1, 0]
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InputError(f"`k` must be a whole number of at least 1. Got {k!r} instead.")
    if not table.prediction.type().is_array():
        raise InputError(
            "The measure 'top_k' needs a list column as `prediction`, best guess first."
            f" Got a column of type {table.prediction.type()} instead."
        )
    kind = table.prediction.type().value_type
    if kind.is_string() != table.label.type().is_string():
        raise InputError(
            f"The measure 'top_k' looks for the label in `prediction`, but a label of type"
            f" {table.label.type()} cannot stand in lists of {kind}."
        )
    found = table.prediction[:k].contains(table.label.cast(kind))
    return Pair(ibis.ifelse(found.fill_null(False), 0, 1).cast("int64"))
