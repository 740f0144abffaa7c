"""What an error measure is, and the registry that finds it by name.

A measure is a plain function from a table to two expressions per row, `error` and `weight`;
its rate over any set of rows is sum(error) / sum(weight). The table that the function gets is the
user's, with the label in a column `label` and the prediction in a column `prediction`.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import ibis.expr.types as ir

from tagline.exceptions import InputError, did_you_mean

__all__ = ["MEASURES", "Family", "Measure", "Pair", "find_measure", "measure"]

Expression: TypeAlias = ir.Value | int | float


@dataclass(frozen=True, eq=False)
class Pair:
    """The two columns of an error measure: a row's error and weight (a number is a constant)."""

    error: Expression
    weight: Expression = 1


@dataclass(frozen=True, eq=False)
class Family:
    """One pair for each class; the rate is the mean of the pairs' rates over the classes.

    Each pair depends on the row through its label and its prediction only, so the counts of
    (label, prediction) say all. `pair(class)` gives the two as Python functions of
    (label, prediction), each in {0, 1, 2}.
    """

    error: Callable[[Any, Any, Any], float]
    weight: Callable[[Any, Any, Any], float]


@dataclass(frozen=True)
class Measure:
    """An error measure with its parameters fixed; made by calling a registered function.

    Attributes
    ----------
    name : str
        As registered, such as ``"wer"``.
    title : str
        For people, such as ``"word error rate"``.
    kind : str
        ``"binary"``: error 0 or 1 with weight 1. ``"bounded"``: 0 <= error <= weight.
        ``"open"``: errors >= 0 that may pass the weight.
    needs : frozenset of str
        Which of ``"label"`` and ``"prediction"`` the function reads.
    first_order : bool
        True where the weight depends on the prediction: a gain is then a first-order figure.
    nested : bool
        True where it reads structs or lists of lists, such as boxes, and checks them itself.
    parameters : mapping
        The keyword arguments that were given or stood by default.
    pairs : callable
        From a table with the columns `label` and `prediction` to a Pair (or a Family).
    """

    name: str
    title: str
    kind: str
    needs: frozenset[str]
    first_order: bool
    parameters: Mapping[str, Any]
    pairs: Callable[[ir.Table], Pair | Family] = field(repr=False, compare=False)
    nested: bool = False

    def __str__(self) -> str:
        """Return the text by which `find_measure` finds the same measure again."""
        given = ", ".join(f"{key}={value!r}" for key, value in self.parameters.items())
        return f"{self.name}({given})" if given else self.name

    @property
    def bounded(self) -> bool:
        """Whether a rate cannot pass 1."""
        return self.kind in {"binary", "bounded"}


MEASURES: dict[str, Callable[..., Measure]] = {}


def measure(
    title: str,
    *,
    kind: str = "open",
    needs: tuple[str, ...] = ("label", "prediction"),
    first_order: bool = False,
    nested: bool = False,
) -> Callable[[Callable[..., Pair | Family]], Callable[..., Measure]]:
    """Register a function from a table to a `Pair` under its own name, as an error measure.

    Parameters
    ----------
    title : str
        What people read, such as ``"word error rate"``.
    kind : {"open", "bounded", "binary"}, default "open"
        ``"binary"`` promises an error of 0 or 1 and a weight of 1, ``"bounded"`` an error between
        0 and the weight, ``"open"`` only errors >= 0. It decides which interval is used.
    needs : tuple of str, default ("label", "prediction")
        The columns among `label` and `prediction` that the function reads.
    first_order : bool, default False
        Say True where the weight depends on the prediction.
    nested : bool, default False
        Say True where the function reads structs or lists of lists and refuses what it cannot
        read; label and prediction must be simple values or lists of these otherwise.

    Returns
    -------
    callable
        A decorator. The decorated function takes its own keyword parameters and returns a Measure.

    Raises
    ------
    InputError
        If `kind` is none of the three, or the name is registered already.

    Examples
    --------
    >>> from tagline.measures import MEASURES, Pair, measure
    >>> @measure("late by more than the limit", kind="binary", needs=())
    ... def late(table, *, limit=5.0):
    ...     return Pair((table.delay > limit).cast("int64"))
    >>> str(late(limit=2))
    'late(limit=2)'
    >>> del MEASURES["late"]
    """
    if kind not in {"binary", "bounded", "open"}:
        raise InputError(f"`kind` must be 'binary', 'bounded' or 'open'. Got {kind!r} instead.")

    def register(function: Callable[..., Pair | Family]) -> Callable[..., Measure]:
        name = function.__name__
        if name in MEASURES:
            raise InputError(f"A measure {name!r} is registered already: choose another name.")
        signature = inspect.signature(function)

        def make(**parameters: Any) -> Measure:
            unknown = sorted(set(parameters) - set(signature.parameters))
            if unknown:
                known = [each for each in signature.parameters if each != "table"]
                raise InputError(
                    f"The measure {name!r} has no parameter {unknown[0]!r}."
                    f" {did_you_mean(unknown[0], known)}"
                )
            return Measure(
                name=name,
                title=title,
                kind=kind,
                needs=frozenset(needs),
                first_order=first_order,
                parameters=parameters,
                pairs=lambda table: function(table, **parameters),
                nested=nested,
            )

        make.__name__, make.__doc__ = name, function.__doc__
        MEASURES[name] = make
        return make

    return register


def find_measure(asked: str | Measure | Callable[..., Measure]) -> Measure:
    """Return the measure that a name or a call in text means.

    Parameters
    ----------
    asked : str, Measure or a registered function
        In text, parameters are Python literals by keyword: ``"wer(normalize='basic')"``.

    Returns
    -------
    Measure

    Raises
    ------
    InputError
        If there is no measure of that name, or the text is no such call.

    Examples
    --------
    >>> find_measure("accuracy").title
    'share of wrong predictions'
    """
    if isinstance(asked, Measure):
        return asked
    if callable(asked):
        if asked not in MEASURES.values():
            raise InputError(
                f"The function {getattr(asked, '__name__', 'measure')!r} is no measure: put"
                " `@tagline.measures.measure(title, kind=...)` above it, which registers it."
            )
        return asked()
    if not isinstance(asked, str):
        raise InputError(f"`measure` must be a name, such as 'accuracy'. Got {asked!r} instead.")
    name, parameters = _parse(asked)
    if name not in MEASURES:
        raise InputError(f"There is no measure {name!r}. {did_you_mean(name, sorted(MEASURES))}")
    return MEASURES[name](**parameters)


def _parse(text: str) -> tuple[str, dict[str, Any]]:
    """Take ``name`` or ``name(key=literal, ...)`` apart; nothing is evaluated but literals."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
        if isinstance(call, ast.Name):
            return call.id, {}
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args:
            return call.func.id, {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
    except (SyntaxError, ValueError):
        pass
    raise InputError(
        f"`measure` must be a name or a call with literals, such as \"wer(normalize='basic')\"."
        f" Got {text!r} instead."
    )
