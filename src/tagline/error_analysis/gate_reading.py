"""Gates as they are written: "error_rate[car_noise] > 0.1", "error_rate > 0.1", "any tag > 0.2"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tagline.error_analysis.gate_evidence import Side
from tagline.error_analysis.rows import ALL
from tagline.exceptions import InputError

__all__ = ["Gate", "parse_gate"]

_SHAPE = re.compile(
    r"\s*(?P<what>.*?)\s*(?P<operator>>=|<=|>|<)\s*(?P<limit>[^<>=]*?)\s*", re.DOTALL
)
_ONE = re.compile(r"(?P<column>\w+)\s*(?:\[\s*(?P<tag>.+?)\s*\])?", re.DOTALL)
_HOW = 'write it as in "error_rate[car_noise] > 0.1", "error_rate > 0.1" or "any tag > 0.2"'


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
    """

    tag: str | None
    operator: str
    limit: float
    text: str

    @property
    def side(self) -> Side:
        """On which side of the limit the gate fails."""
        return "above" if self.operator.startswith(">") else "below"


def parse_gate(text: str) -> Gate:
    """Read a gate.

    Parameters
    ----------
    text : str
        ``error_rate[TAG] > LIMIT``, ``error_rate > LIMIT`` (all the data) or ``any tag > LIMIT``;
        the operator is one of > >= < <=, the limit a number in the unit of the rate.

    Returns
    -------
    Gate

    Raises
    ------
    InputError
        If it is written otherwise.

    Examples
    --------
    >>> parse_gate("error_rate[car_noise] > 0.1")
    Gate(tag='car_noise', operator='>', limit=0.1, text='error_rate[car_noise] > 0.1')
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise InputError(f"The gate {text!r} cannot be read: {_HOW}.")
    return Gate(
        _tag(found["what"], text), found["operator"], _limit(found["limit"], text), text.strip()
    )


def _tag(what: str, text: str) -> str | None:
    if " ".join(what.split()).lower() == "any tag":
        return None
    found = _ONE.fullmatch(what)
    if found is None:
        raise InputError(f"The gate {text!r} cannot be read: {_HOW}.")
    if found["column"] != "error_rate":
        raise InputError(
            f"The gate {text!r} asks for `{found['column']}`: gates know `error_rate` only; {_HOW}."
        )
    return found["tag"] or ALL


def _limit(limit: str, text: str) -> float:
    if limit.endswith("%"):
        raise InputError(
            f"The gate {text!r} has a limit in percent: write a fraction, such as 0.1 for 10 %."
        )
    try:
        value = float(limit)
    except ValueError:
        raise InputError(f"The limit of the gate {text!r} is no number: {_HOW}.") from None
    if not math.isfinite(value) or value < 0:
        raise InputError(f"The limit of the gate {text!r} must be a number of at least 0.")
    return value
