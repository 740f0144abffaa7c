"""Gates as they are written: "error_rate[child] > 0.1", "any tag worse by > 0.02"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tagline.error_analysis.gates.evidence import Side
from tagline.error_analysis.rows import ALL
from tagline.exceptions import InputError

__all__ = ["CHANGE", "ERROR_RATE", "Gate", "Quantity", "Undecided", "parse_gate", "parse_gates"]

Quantity = Literal["error_rate", "change"]
Undecided = Literal["pass", "fail"]

ERROR_RATE: Quantity = "error_rate"
CHANGE: Quantity = "change"

_SHAPE = re.compile(
    r"\s*(?P<what>.*?)\s*(?:(?P<operator>>=|<=|>|<)\s*(?P<limit>[^<>=]*?)\s*)?", re.DOTALL
)
_TAG = r"(?:\[\s*(?P<tag>.+?)\s*\])?"
_WORSE = re.compile(rf"(?P<any>any\s+tag\s+)?worse\s*{_TAG}(?P<by>\s+by)?", re.I | re.DOTALL)
_ONE = re.compile(rf"(?P<column>\w+)\s*{_TAG}", re.DOTALL)
_HOW = (
    'write it as in "error_rate[car_noise] > 0.1", "error_rate > 0.1", "any tag > 0.2", and of two'
    ' runs "any tag worse", "any tag worse by > 0.02" or "change[car_noise] > 0.02"'
)


@dataclass(frozen=True, slots=True)
class Gate:
    """What must not be: made by `parse_gate`.

    Attributes
    ----------
    tag : str or None
        The tag; ``"(all)"`` for all the data; None for every tag.
    operator : {">", ">=", "<", "<="}
    limit : float
        In the unit of the error rate.
    text : str
        As it was written.
    quantity : {"error_rate", "change"}
        What is compared with the limit; a change needs two runs.
    relevant : bool
        "worse" without a number: it is kept where the change stays below the margin of the
        comparison, although the limit that proves it worse is 0.
    undecided : {"pass", "fail"}
        What comes of a gate that the data leave open.
    """

    tag: str | None
    operator: str
    limit: float
    text: str
    quantity: Quantity = ERROR_RATE
    relevant: bool = False
    undecided: Undecided = "pass"

    @property
    def side(self) -> Side:
        """On which side of the limit the gate fails."""
        return "above" if self.operator.startswith(">") else "below"


def parse_gates(texts: Sequence[str], undecided: str = "pass") -> list[Gate]:
    """Read several gates; see `parse_gate`."""
    return [parse_gate(text, undecided) for text in texts]


def parse_gate(text: str, undecided: str = "pass") -> Gate:
    """Read a gate.

    Parameters
    ----------
    text : str
        ``error_rate[TAG] > LIMIT``, ``error_rate > LIMIT`` (all the data) or ``any tag > LIMIT``;
        of two runs also ``change[TAG] > LIMIT``, ``change > LIMIT``, ``worse by > LIMIT``,
        ``any tag worse by > LIMIT``, and without a number ``worse``, ``worse[TAG]`` or
        ``any tag worse``. The operator is one of > >= < <=, the limit a number in the unit of the
        rate; that of a change may be below 0 ("not better by 0.02": ``change > -0.02``).
    undecided : {"pass", "fail"}, default "pass"
        What comes of the gate where the data leave it open.

    Returns
    -------
    Gate

    Raises
    ------
    InputError
        If it is written otherwise.

    Examples
    --------
    >>> gate = parse_gate("error_rate[car_noise] > 0.1")
    >>> gate.tag, gate.operator, gate.limit, gate.quantity
    ('car_noise', '>', 0.1, 'error_rate')
    >>> gate = parse_gate("any tag worse by > 0.02")
    >>> gate.tag, gate.limit, gate.quantity
    (None, 0.02, 'change')
    """
    if undecided not in ("pass", "fail"):
        raise InputError(f'`undecided` must be "pass" or "fail". Got {undecided!r} instead.')
    result: Undecided = "pass" if undecided == "pass" else "fail"
    found = _SHAPE.fullmatch(text)
    if found is None or not found["what"]:
        raise _unreadable(text)
    what, operator, limit = found["what"], found["operator"], found["limit"]
    if worse := _WORSE.fullmatch(what):
        return _worse(worse, operator, limit, text, result)
    if operator is None:
        raise _unreadable(text)
    tag, quantity = _tag(what, text)
    size = _limit(limit, text, least=-math.inf if quantity == CHANGE else 0.0)
    return Gate(tag, operator, size, text.strip(), quantity, undecided=result)


def _worse(
    found: re.Match[str], operator: str | None, limit: str | None, text: str, undecided: Undecided
) -> Gate:
    """Read "worse", "worse by > 0.02" and the same of any tag."""
    relevant = operator is None
    below = operator is not None and operator.startswith("<")
    if relevant == bool(found["by"]) or below or (found["any"] and found["tag"]):
        raise _unreadable(text)
    tag = None if found["any"] else found["tag"] or ALL
    size = 0.0 if limit is None else _limit(limit, text, least=0.0)
    return Gate(tag, operator or ">", size, text.strip(), CHANGE, relevant, undecided)


def _tag(what: str, text: str) -> tuple[str | None, Quantity]:
    if " ".join(what.split()).lower() == "any tag":
        return None, ERROR_RATE
    found = _ONE.fullmatch(what)
    if found is None:
        raise _unreadable(text)
    if found["column"] not in (ERROR_RATE, CHANGE):
        raise InputError(
            f"The gate {text!r} asks for `{found['column']}`: gates know `error_rate`, `change` and"
            f" `worse` only; {_HOW}."
        )
    return found["tag"] or ALL, CHANGE if found["column"] == CHANGE else ERROR_RATE


def _limit(limit: str, text: str, *, least: float) -> float:
    if limit.endswith("%"):
        raise InputError(
            f"The gate {text!r} has a limit in percent: write a fraction, such as 0.1 for 10 %."
        )
    try:
        value = float(limit)
    except ValueError:
        raise InputError(f"The limit of the gate {text!r} is no number: {_HOW}.") from None
    if not math.isfinite(value) or value < least:
        at_least = " of at least 0" if least == 0 else ""
        raise InputError(f"The limit of the gate {text!r} must be a number{at_least}.")
    return value


def _unreadable(text: str) -> InputError:
    return InputError(f"The gate {text!r} cannot be read: {_HOW}.")
