"""Which class is the positive one, and which values a measure refuses to read.

Shared by the measures that speak of one class (miss rate, precision, F1, log loss, Brier).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.measures.registry import Pair

__all__ = ["Cause", "CheckedPair", "as_class", "is_positive"]

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, eq=False)
class Cause:
    """One rule of a measure, and the rows that break it.

    The message is the rule, then which column holds what in which row, then the way out.

    Attributes
    ----------
    broken : ibis boolean value
        True where the row breaks the rule; never null.
    values : tuple of ibis values
        What breaks it, each a column or made of one.
    rule : str
        A sentence without its full stop; ``{n}`` stands for how many rows break it.
    way_out : str
        What to do; empty where the rule says it.
    """

    broken: ir.BooleanValue
    values: tuple[ir.Value, ...]
    rule: str
    way_out: str = ""


@dataclass(frozen=True, eq=False)
class CheckedPair(Pair):
    """A pair that cannot read every row.

    The error of a refused row is null. Who counts the pair sums `refused` in the same pass; where
    that is above 0 it raises InputError with the sentence of the cause that the first such
    row has, or with `reason`, which says the rule and the way out.

    Attributes
    ----------
    refused : ibis boolean value, optional
        True where the row breaks the rule; never null. None where nothing is refused.
    reason : str
        One sentence, for a pair without causes.
    causes : tuple of Cause
        The rules that the refused rows break; a refused row breaks one of them at least.
    """

    refused: ir.BooleanValue | None = None
    reason: str = ""
    causes: tuple[Cause, ...] = ()


def as_class(value: Any, column: ir.Value, *, name: str = "positive") -> Any:
    """Turn a class that a person wrote into a value of the column's type, so that they compare.

    Parameters
    ----------
    value : object
        Such as ``1``, ``"1"``, ``True`` or ``"yes"``.
    column : ibis value
        The labels.
    name : str, default "positive"
        The argument that the message names.

    Returns
    -------
    object
        For text labels a str, for whole numbers an int, for other numbers a float, for booleans a
        bool; for any other type the value as it came.

    Raises
    ------
    InputError
        If the value cannot be of that type.

    Examples
    --------
    >>> import ibis
    >>> as_class("1", ibis.literal(0)), as_class(1, ibis.literal("a"))
    (1, '1')
    """
    kind = column.type()
    try:
        if kind.is_boolean():
            return _TRUTH[str(value).strip().lower()]
        if kind.is_string():
            return str(value)
        if kind.is_integer():
            number = float(value)
            if not number.is_integer():
                raise ValueError
            return int(number) if isinstance(value, float) else int(value)
        if kind.is_numeric():
            return float(value)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise InputError(
            f"`{name}` must be a class of the label."
            f" Got {value!r} for labels of type {kind} instead."
        ) from None
    return value


def is_positive(
    table: ir.Table, positive: Any, *, measure: str
) -> tuple[Any, ir.BooleanValue | None]:
    """Return the positive class and, where it was guessed from 0/1 labels, the rows that deny that.

    Parameters
    ----------
    table : ibis Table
        With a column `label`.
    positive : object or None
        The class that was asked for. None: true or 1.
    measure : str
        The name of the measure, for the message.

    Returns
    -------
    positive : object
        In the type of the labels.
    refused : ibis boolean value or None
        True where a label is neither 0 nor 1 though no class was named.

    Raises
    ------
    InputError
        If no class is named and the labels are neither booleans nor numbers.
    """
    label = table.label
    if positive is not None:
        return as_class(positive, label), None
    if label.type().is_boolean():
        return True, None
    if label.type().is_numeric():
        return as_class(1, label), ~label.isin([as_class(0, label), as_class(1, label)])
    raise InputError(
        f"The measure {measure!r} must know which class counts: say `positive=` or `average=`"
        f" (labels of type {label.type()} are not true or 1)."
    )
