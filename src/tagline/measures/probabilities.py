"""Error measures for predicted probabilities: log loss and Brier score.

For many classes the probabilities stand in columns such as ``p_cat`` and ``p_dog``; for two, in
`prediction` as the probability of the positive class. The label is never null here. A null or NaN
probability gives a null error: the row is left out. One outside [0, 1] is refused.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Collection
from typing import Any

import ibis
import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.measures.classes import Cause, CheckedPair, as_class, is_positive
from tagline.measures.registry import Pair, measure
from tagline.measures.regression import number

__all__ = ["brier", "class_columns", "log_loss"]

SMALLEST = 2.220446049250313e-16  # the machine epsilon of 64 bits, where scikit-learn clips too


@measure("log loss (cross-entropy in nats)", needs=("label",))
def log_loss(table: ir.Table, *, probability: str = "p_{}", positive: Any = None) -> Pair:
    """Take minus the natural logarithm of the probability that was given to the label.

    Probabilities below 2.2e-16 are lifted to it, so an error is at most 36.05. They are not
    normalised. A row with a null probability of its label is left out.

    Parameters
    ----------
    table : ibis Table
        With the column `label` and numeric columns of probabilities in [0, 1].
    probability : str, default "p_{}"
        How the columns are named; ``{}`` stands for the class.
    positive : object, optional
        The class whose probability is in `prediction`. Without it the columns are used; where
        there is none, `prediction` is the probability of true or 1.

    Returns
    -------
    Pair
        Error in nats, from 0 to 36.05; weight 1.

    Raises
    ------
    InputError
        If there is neither a column of that pattern nor a numeric `prediction`.

    Notes
    -----
    Source: scikit-learn's ``log_loss``; Good, *Rational decisions*, 1952,
    doi:10.1111/j.2517-6161.1952.tb00104.x.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": ["a", "b"], "p_a": [0.5, 0.75], "p_b": [0.5, 0.25]})
    >>> log_loss().pairs(rows).error.round(4).to_pyarrow().to_pylist()
    [0.6931, 1.3863]
    """
    columns = _columns(table, probability, positive, "log_loss")
    if not columns:
        return _binary(table, positive, "log_loss", lambda p, is_so: _nats(_of_label(p, is_so)))
    of_label = ibis.cases(*((table.label == cls, p) for cls, p in columns.items()))
    return _checked(table, columns, _nats(of_label), "log_loss")


@measure("Brier score", needs=("label",))
def brier(table: ir.Table, *, probability: str = "p_{}", positive: Any = None) -> Pair:
    """Take the squared distance of the probabilities from what was true.

    A row with a null probability is left out.

    Parameters
    ----------
    table : ibis Table
        With the column `label` and numeric columns of probabilities in [0, 1].
    probability : str, default "p_{}"
        How the columns are named; ``{}`` stands for the class.
    positive : object, optional
        The class whose probability is in `prediction`. Without it the columns are used; where
        there is none, `prediction` is the probability of true or 1.

    Returns
    -------
    Pair
        Error: with one column of probability ``(p - y)**2``, from 0 to 1; with a column per class
        the sum of it over the classes, from 0 to 2; weight 1.

    Raises
    ------
    InputError
        If there is neither a column of that pattern nor a numeric `prediction`.

    Notes
    -----
    Source: Brier, *Verification of forecasts expressed in terms of probability*, 1950,
    doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; scikit-learn's ``brier_score_loss``.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [1, 0], "prediction": [0.5, 0.25]})
    >>> brier().pairs(rows).error.to_pyarrow().to_pylist()
    [0.25, 0.0625]
    """
    columns = _columns(table, probability, positive, "brier")
    if not columns:
        return _binary(table, positive, "brier", _squared)
    error = _sum(_squared(p, table.label == cls) for cls, p in columns.items())
    return _checked(table, columns, error, "brier")


def class_columns(table: ir.Table, pattern: str) -> dict[Any, str]:
    """Return which columns hold the probability of which class.

    Parameters
    ----------
    table : ibis Table
        With the column `label`.
    pattern : str
        Such as ``"p_{}"``.

    Returns
    -------
    dict
        From the class, in the type of the labels, to the name of its column.

    Raises
    ------
    InputError
        If the pattern does not hold one ``{}``.
    """
    if pattern.count("{}") != 1:
        raise InputError(
            "`probability` must hold one {} for the class, such as 'p_{}'."
            f" Got {pattern!r} instead."
        )
    before, after = pattern.split("{}")
    named = re.compile(f"{re.escape(before)}(.+){re.escape(after)}", flags=re.DOTALL)
    found: dict[Any, str] = {}
    for column in table.columns:
        match = named.fullmatch(column)
        if match and column not in {"label", "prediction"} and table[column].type().is_numeric():
            try:
                cls = as_class(match[1], table.label)
            except InputError:  # such as p_value beside labels that are numbers
                continue
            found[cls] = column
    return found


def _columns(table: ir.Table, pattern: str, positive: Any, name: str) -> dict[Any, ir.Value]:
    """Return class -> probability; empty where the one column `prediction` is meant."""
    named = class_columns(table, pattern)
    if positive is not None:
        return {}
    return {cls: number(table[each], measure=name, name=each) for cls, each in named.items()}


def _binary(
    table: ir.Table,
    positive: Any,
    name: str,
    error: Callable[[ir.Value, ir.BooleanValue], ir.FloatingValue],
) -> Pair:
    if "prediction" not in table.columns:
        raise InputError(
            f"The measure {name!r} found no column of probabilities: name their pattern in"
            " `probability`, or give the probability of the positive class as `prediction`."
        )
    p = number(table.prediction, measure=name, name="prediction")
    cls, not_binary = is_positive(table, positive, measure=name)
    causes = [_not_fraction(table.prediction, p, name)]
    if not_binary is not None:
        rule = f"The measure {name!r} needs labels that are 0 and 1, or a class in `positive=`"
        way_out = "correct it, or say which class counts"
        causes.append(Cause(not_binary, (table.label,), rule, way_out))
    return _refusing(causes, error(p, table.label == cls))


def _checked(
    table: ir.Table, columns: dict[Any, ir.Value], error: ir.FloatingValue, name: str
) -> Pair:
    causes = [_not_fraction(p, p, name) for p in columns.values()]
    rule = f"The measure {name!r} needs a column of probabilities for the class of every label"
    way_out = f"correct the label, or add its column (there are those of {_listed(columns)})"
    unknown = ~table.label.isin(list(columns))
    return _refusing([*causes, Cause(unknown, (table.label,), rule, way_out)], error)


def _refusing(causes: list[Cause], error: ir.FloatingValue) -> CheckedPair:
    refused = functools.reduce(operator.or_, (each.broken for each in causes))
    error = ibis.ifelse(refused, None, error)
    return CheckedPair(error=error, refused=refused, causes=tuple(causes))


def _not_fraction(column: ir.Value, p: ir.Value, name: str) -> Cause:
    return Cause(
        ~p.between(0, 1).fill_null(True),
        (column,),
        f"The measure {name!r} needs probabilities between 0 and 1",
        "divide percent by 100, and correct what is none",
    )


def _listed(classes: Collection[Any]) -> str:
    """Return the classes, the first ten at most."""
    named = [repr(each) for each in classes]
    more = f" and {len(named) - 10} more" if len(named) > 10 else ""
    return ", ".join(named[:10]) + more


def _of_label(p: ir.Value, is_so: ir.BooleanValue) -> ir.FloatingValue:
    return ibis.ifelse(is_so, p, 1 - p)


def _nats(p: ir.Value) -> ir.FloatingValue:
    """Return -ln(p), null where p is (engines drop a null from `greatest`)."""
    return ibis.ifelse(p.isnull(), None, -ibis.greatest(p, SMALLEST).ln()).abs()


def _squared(p: ir.Value, is_so: ir.BooleanValue) -> ir.FloatingValue:
    distance = p - is_so.cast("float64")
    return distance * distance


def _sum(values: Any) -> ir.FloatingValue:
    return functools.reduce(operator.add, values)
