"""Miss rate, 1 - precision and 1 - F1: for one class, pooled over the classes, or their mean.

Every count follows from TP, FP and FN of a class (van Rijsbergen, *Information Retrieval*, 1979,
chapter 7). The label is never null here. A null prediction predicts no class: it misses the label's
class (a false negative) and is a false positive of none.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.measures.classes import Cause, CheckedPair, is_positive
from tagline.measures.registry import Family, Pair, measure

__all__ = ["f1", "miss_rate", "precision"]


@measure("miss rate (1 - recall)", kind="bounded")
def miss_rate(
    table: ir.Table, *, positive: Any = None, average: str | None = None
) -> Pair | Family:
    """Count the positives that were missed: 1 - recall, the false negative rate.

    A positive with a null prediction is missed.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`.
    positive : object, optional
        The class whose misses count. By default true, or 1 where the labels are 0 and 1.
    average : {"macro", "micro"}, optional
        Instead of `positive`: the mean over the classes, or all classes pooled (then the same as
        `accuracy`, as each row has one label).

    Returns
    -------
    Pair or Family
        Error: false negatives; weight: positives. Without positives the rate is 0/0: unknown,
        and the macro mean leaves such a class out.

    Raises
    ------
    InputError
        If both or neither of `positive` and `average` are clear, or `average` is another word.

    Notes
    -----
    Source: scikit-learn's ``1 - recall_score`` with ``zero_division=nan``; Powers,
    *Evaluation: from precision, recall and F-measure to ROC*, 2011, arXiv:2010.16061.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [1, 1, 0], "prediction": [1, 0, 1]})
    >>> pair = miss_rate().pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().sum().to_list()
    [1, 2]
    """
    if _average(average, positive) == "macro":
        return Family(
            error=lambda cls, label, prediction: float(label == cls != prediction),
            weight=lambda cls, label, prediction: float(label == cls),
        )
    if average == "micro":
        return Pair(_int(~_right(table)))
    tp, _, fn, reading = _outcomes(table, positive, "miss_rate")
    return _checked(_int(fn), _int(tp | fn), reading)


@measure("wrong share of positive predictions (1 - precision)", kind="bounded", first_order=True)
def precision(
    table: ir.Table, *, positive: Any = None, average: str | None = None
) -> Pair | Family:
    """Count the positive predictions that were wrong: 1 - precision, the false discovery rate.

    A null prediction predicts nothing, so it is no false positive and has weight 0.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`.
    positive : object, optional
        The class whose predictions count. By default true, or 1 where the labels are 0 and 1.
    average : {"macro", "micro"}, optional
        Instead of `positive`: the mean over the classes, or all classes pooled.

    Returns
    -------
    Pair or Family
        Error: false positives; weight: positive predictions. Without any the rate is 0/0: unknown,
        and the macro mean leaves such a class out.

    Raises
    ------
    InputError
        If both or neither of `positive` and `average` are clear, or `average` is another word.

    Notes
    -----
    Source: scikit-learn's ``1 - precision_score`` with ``zero_division=nan``; Powers,
    *Evaluation: from precision, recall and F-measure to ROC*, 2011, arXiv:2010.16061.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [1, 1, 0], "prediction": [1, 0, 1]})
    >>> pair = precision().pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().sum().to_list()
    [1, 2]
    """
    if _average(average, positive) == "macro":
        return Family(
            error=lambda cls, label, prediction: float(prediction == cls != label),
            weight=lambda cls, label, prediction: float(prediction == cls),
        )
    if average == "micro":
        said = table.prediction.notnull()
        return Pair(_int(said & ~_right(table)), _int(said))
    tp, fp, _, reading = _outcomes(table, positive, "precision")
    return _checked(_int(fp), _int(tp | fp), reading)


@measure("1 - F1", kind="bounded", first_order=True)
def f1(table: ir.Table, *, positive: Any = None, average: str | None = None) -> Pair | Family:
    """Count false positives and false negatives against twice the hits and both: 1 - F1.

    A null prediction is a false negative of the label's class.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`.
    positive : object, optional
        The class that counts. By default true, or 1 where the labels are 0 and 1.
    average : {"macro", "micro"}, optional
        Instead of `positive`: the mean over the classes, or all classes pooled.

    Returns
    -------
    Pair or Family
        Error: FP + FN; weight: 2 TP + FP + FN. Where all three are 0 the rate is unknown, and the
        macro mean leaves such a class out.

    Raises
    ------
    InputError
        If both or neither of `positive` and `average` are clear, or `average` is another word.

    Notes
    -----
    Source: scikit-learn's ``1 - f1_score`` with ``zero_division=nan``; Dice, *Measures of the
    amount of ecologic association between species*, 1945, doi:10.2307/1932409.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [1, 1, 0], "prediction": [1, 0, 1]})
    >>> pair = f1().pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().sum().to_list()
    [2, 4]
    """
    if _average(average, positive) == "macro":
        return Family(
            error=lambda cls, label, prediction: float((label == cls) != (prediction == cls)),
            weight=lambda cls, label, prediction: float((label == cls) + (prediction == cls)),
        )
    if average == "micro":
        missed = _int(~_right(table))
        false_alarms = _int(~_right(table) & table.prediction.notnull())
        return Pair(missed + false_alarms, 1 + _int(table.prediction.notnull()))
    tp, fp, fn, reading = _outcomes(table, positive, "f1")
    wrong = _int(fp | fn)
    return _checked(wrong, 2 * _int(tp) + wrong, reading)


def _average(average: str | None, positive: Any) -> str | None:
    if average not in {None, "macro", "micro"}:
        raise InputError(f"`average` must be 'macro' or 'micro'. Got {average!r} instead.")
    if average is not None and positive is not None:
        raise InputError(
            f"`positive` names one class and `average` means all of them: give one of the two."
            f" Got positive={positive!r} and average={average!r}."
        )
    return average


_Reading = tuple[str, ir.BooleanValue | None, ir.Value]


def _outcomes(
    table: ir.Table, positive: Any, name: str
) -> tuple[ir.BooleanValue, ir.BooleanValue, ir.BooleanValue, _Reading]:
    """Return TP, FP, FN (never null) and what the reading of the labels refuses."""
    cls, refused = is_positive(table, positive, measure=name)
    is_so = table.label == cls
    said_so = (table.prediction == cls).fill_null(False)
    return is_so & said_so, ~is_so & said_so, is_so & ~said_so, (name, refused, table.label)


def _checked(error: ir.Value, weight: ir.Value, reading: _Reading) -> Pair:
    name, refused, label = reading
    if refused is None:
        return Pair(error, weight)
    rule = f"The measure {name!r} must know which class counts, as the labels are not only 0 and 1"
    way_out = "say `positive=` or `average=`"
    return CheckedPair(
        error=ibis.ifelse(refused, None, error),
        weight=weight,
        refused=refused,
        causes=(Cause(refused, (label,), rule, way_out),),
    )


def _right(table: ir.Table) -> ir.BooleanValue:
    return (table.prediction == table.label).fill_null(False)


def _int(condition: ir.BooleanValue) -> ir.IntegerValue:
    return condition.cast("int64")
