"""What an input statistic is, and the registry that finds it by kind and name.

A statistic is a plain function from ONE input to a number, or to None where it has no value. The
input is, by kind: text: a str; image: a `Picture`; audio: a `Clip`; row: a mapping from column to
value; chat: a `Conversation`. Its name is the name of its column, so that a rule reads well.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar

from tagline.exceptions import InputError, did_you_mean

__all__ = ["KINDS", "STATISTICS", "Statistic", "find_kind", "find_statistics", "statistic"]

KINDS = ("text", "image", "audio", "row", "chat")
_Function = TypeVar("_Function", bound=Callable[..., float | int | None])


@dataclass(frozen=True)
class Statistic:
    """A registered statistic of an input.

    Attributes
    ----------
    name : str
        Of the function and of the column, such as ``"brightness"``.
    kind : str
        One of `KINDS`.
    unit : str
        Such as ``"words"``, ``"dB"`` or ``"fraction"``.
    low, high : float or None
        The ends of its range, both included; None where there is none.
    description : str
        One sentence.
    whole : bool
        Whether it is a whole number.
    parameter : str
        What it needs beside the input, such as ``"vocabulary"``; empty for nothing.
    version : int
        Raised when its definition changes, so that nothing stale is taken from a cache.
    function : callable
    """

    name: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    description: str
    whole: bool
    parameter: str
    version: int
    function: Callable[..., float | int | None] = field(repr=False, compare=False)

    def __call__(self, value: Any, parameters: Mapping[str, Any] | None = None) -> float | None:
        """Return the statistic of one input, as `registry` says what an input is."""
        if self.parameter:
            return self.function(value, (parameters or {})[self.parameter])
        return self.function(value)

    def key(self, parameters: Mapping[str, Any]) -> str:
        """Return the name under which a cache keeps it: other definition or parameter, other key.

        Parameters
        ----------
        parameters : mapping from the name of a parameter to its value

        Returns
        -------
        str
        """
        name = f"{self.name}@{self.version}"
        if not self.function.__module__.startswith("tagline."):
            try:
                body = inspect.getsource(self.function)
            except (OSError, TypeError):  # typed into a console: only its compiled form is there
                body = self.function.__code__.co_code.hex()
            name += f"#{blake2b(body.encode(), digest_size=8).hexdigest()}"
        return name


STATISTICS: dict[str, dict[str, Statistic]] = {kind: {} for kind in KINDS}


def statistic(
    kind: str,
    *,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    whole: bool = False,
    parameter: str = "",
    version: int = 1,
) -> Callable[[_Function], _Function]:
    """Register a function of one input under its own name, as a statistic of a kind of inputs.

    Parameters
    ----------
    kind : {"text", "image", "audio", "row", "chat"}
    unit : str
    low, high : float, optional
        The ends of its range.
    whole : bool, default False
        Whether it is a whole number.
    parameter : str, default ""
        ``"vocabulary"`` (text) or ``"profile"`` (row): the function takes it as second argument,
        and the statistic is computed only where it is given.
    version : int, default 1
        Raise it when the definition changes.

    Returns
    -------
    callable
        A decorator that leaves the function as it is; the first line of its docstring is what
        people read.

    Raises
    ------
    InputError
        If there is no such kind, or the name is registered already.

    Examples
    --------
    >>> from tagline.inputs import STATISTICS, input_statistics, statistic
    >>> @statistic("text", unit="marks", low=0, whole=True)
    ... def n_questions(text):
    ...     '''Count the question marks.'''
    ...     return text.count("?")
    >>> input_statistics("Why? How?", statistics=["n_questions"])
    {'n_questions': 2}
    >>> del STATISTICS["text"]["n_questions"]
    """
    known = STATISTICS[find_kind(kind)]

    def register(function: _Function) -> _Function:
        name = function.__name__
        if name in known:
            raise InputError(f"A statistic {name!r} of {kind} is registered already: rename one.")
        described = (inspect.getdoc(function) or f"{name}.").splitlines()[0]
        known[name] = Statistic(
            name, kind, unit, low, high, described, whole, parameter, version, function
        )
        return function

    return register


def find_kind(kind: str) -> str:
    """Return the kind of inputs of this name.

    Raises
    ------
    InputError
        If there is none.
    """
    if kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS)
        raise InputError(f"There is no kind of inputs {kind!r}. {hint}")
    return kind


def find_statistics(
    kind: str, names: Iterable[str] | None = None, given: Iterable[str] = ()
) -> tuple[Statistic, ...]:
    """Return the statistics of a kind.

    Parameters
    ----------
    kind : str
    names : iterable of str, optional
        Default: all whose parameter is given, in the order in which they were registered.
    given : iterable of str, default ()
        The parameters that there are.

    Returns
    -------
    tuple of Statistic

    Raises
    ------
    InputError
        If there is no such kind or statistic, or its parameter is missing.
    """
    known, given = STATISTICS[find_kind(kind)], set(given)
    if names is None:
        return tuple(s for s in known.values() if not s.parameter or s.parameter in given)
    asked = [names] if isinstance(names, str) else list(names)
    found = []
    for name in dict.fromkeys(asked):
        if name not in known:
            hint = did_you_mean(name, known)
            raise InputError(f"There is no statistic {name!r} of {kind}. {hint}")
        if known[name].parameter and known[name].parameter not in given:
            raise InputError(
                f"The statistic {name!r} needs `{known[name].parameter}`: hand it over."
            )
        found.append(known[name])
    if not found:
        raise InputError("`statistics` is empty: name at least one, or leave it away.")
    return tuple(found)
