"""Error measures for numbers: absolute and squared error.

The label is never null here. A null or NaN on either side gives a null error: the row is left out.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tagline.engine import odd_number
from tagline.exceptions import InputError
from tagline.measures.registry import Pair, measure

__all__ = ["mae", "number", "rmse"]


@measure("mean absolute error")
def mae(table: ir.Table) -> Pair:
    """Take the absolute difference of prediction and label.

    A row whose prediction is null or NaN is left out.

    Parameters
    ----------
    table : ibis Table
        With the numeric columns `label` and `prediction`.

    Returns
    -------
    Pair
        Error ``|prediction - label|`` in the unit of the label; weight 1.

    Raises
    ------
    InputError
        If a column holds no numbers.

    Notes
    -----
    Source: scikit-learn's ``mean_absolute_error``; Willmott and Matsuura, *Advantages of the mean
    absolute error*, 2005, doi:10.3354/cr030079.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [1.0, 2.0], "prediction": [1.5, 4.0]})
    >>> mae().pairs(rows).error.to_pyarrow().to_pylist()
    [0.5, 2.0]
    """
    return Pair(_difference(table, "mae").abs())


@measure("mean squared error (RMSE is its square root)")
def rmse(table: ir.Table) -> Pair:
    """Take the squared difference of prediction and label; RMSE is the root of the rate.

    A row whose prediction is null or NaN is left out.

    Parameters
    ----------
    table : ibis Table
        With the numeric columns `label` and `prediction`.

    Returns
    -------
    Pair
        Error ``(prediction - label)**2`` in the squared unit of the label; weight 1.

    Raises
    ------
    InputError
        If a column holds no numbers.

    Notes
    -----
    Source: scikit-learn's ``mean_squared_error``; Chai and Draxler, *Root mean square error (RMSE)
    or mean absolute error (MAE)?*, 2014, doi:10.5194/gmd-7-1247-2014.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [1.0, 2.0], "prediction": [1.5, 4.0]})
    >>> rmse().pairs(rows).error.to_pyarrow().to_pylist()
    [0.25, 4.0]
    """
    difference = _difference(table, "rmse")
    return Pair(difference * difference)


def number(column: ir.Value, *, measure: str, name: str) -> ir.FloatingValue:
    """Return a numeric column as floats with null for NaN.

    Parameters
    ----------
    column : ibis value
        Numbers or booleans.
    measure, name : str
        The measure and the column, for the message.

    Returns
    -------
    ibis floating value
        In 64 bits, so that no engine overflows.

    Raises
    ------
    InputError
        If the column holds no numbers.
    """
    kind = column.type()
    if not (kind.is_numeric() or kind.is_boolean()):
        raise InputError(
            f"The measure {measure!r} needs numbers in `{name}`."
            f" Got a column of type {kind} instead.{odd_number(column)}"
        )
    floats = column.cast("float64")
    return ibis.ifelse(floats.isnan(), None, floats) if kind.is_floating() else floats


def _difference(table: ir.Table, measure: str) -> ir.FloatingValue:
    prediction = number(table.prediction, measure=measure, name="prediction")
    return prediction - number(table.label, measure=measure, name="label")
