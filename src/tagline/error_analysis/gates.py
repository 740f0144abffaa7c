"""Gates: does an error rate pass its limit for certain, and if nobody knows, what would decide it.

A gate fails only where the exact one-sided bound of Clopper and Pearson, corrected by Holm for all
gates of the call, lies beyond the limit. It is kept only where the opposite bound lies on the
good side. All else is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tagline.display.units import Unit
from tagline.display.words import plural
from tagline.error_analysis.gate_evidence import GateEvidence, Side
from tagline.error_analysis.rows import ALL, UNTAGGED, TagRow
from tagline.exceptions import InputError, did_you_mean
from tagline.stats import holm

__all__ = ["Gate", "GateResult", "check_gates", "parse_gate"]

Floats = NDArray[np.float64]
Verdict = Literal["failed", "passed", "undecided"]

_ALPHA = 0.05  # a set of gates fails by chance in at most so many calls
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


@dataclass(frozen=True, slots=True)
class GateResult:
    """What the data say about a gate.

    Attributes
    ----------
    gate : Gate
    verdict : {"failed", "passed", "undecided"}
    tag : str
        The tag that decides: for "any tag" the one with the strongest evidence of failure.
    error_rate : float or None
        Of that tag.
    more : int or None
        Undecided: about how many more examples with the tag would decide, if the rate stays as it
        was seen. None where no number would.
    message : str
        One sentence for people.
    """

    gate: Gate
    verdict: Verdict
    tag: str
    error_rate: float | None
    more: int | None
    message: str


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


def check_gates(
    gates: Sequence[Gate],
    rows: Sequence[TagRow],
    *,
    bounded: bool = True,
    level: float = 0.95,
) -> tuple[GateResult, ...]:
    """Say of each gate whether the data fail it, pass it or leave it open.

    Parameters
    ----------
    gates : sequence of Gate
        All gates of the call: they are corrected for each other.
    rows : sequence of TagRow
        Of the error analysis.
    bounded : bool, default True
        Whether a rate cannot pass 1.
    level : float, default 0.95
        Of the intervals of the rows.

    Returns
    -------
    tuple of GateResult
        One for each gate, in their order.

    Raises
    ------
    InputError
        If a gate names a tag that is not among the rows, or a limit that no rate can pass.

    Notes
    -----
    A bounded rate counts for as many independent examples as its interval shows (`effective sample
    size`, Korn and Graubard 1998): the `support` itself for errors of 0 or 1 with neither weight
    nor group, so that the bound is exact there.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson (1934). doi:10.1093/biomet/26.4.404
    .. [2] S. Holm (1979). Scandinavian Journal of Statistics 6(2), 65-70.
    """
    parts = [(number, row) for number, gate in enumerate(gates) for row in _rows(gate, rows)]
    sides = [gates[number].side for number, _ in parts]
    for gate in gates:
        _refuse_impossible(gate, bounded)
    facts = [
        GateEvidence(row, gates[number].limit, bounded=bounded, level=level)
        for number, row in parts
    ]
    fail = np.array([fact.p_value(side) for fact, side in zip(facts, sides, strict=True)])
    keep = np.array([fact.p_value(_OTHER[side]) for fact, side in zip(facts, sides, strict=True)])
    failed, kept = holm(fail) <= _ALPHA, holm(keep) <= _ALPHA
    results = []
    for number, gate in enumerate(gates):
        mine = [i for i, (owner, _) in enumerate(parts) if owner == number]
        worst = min(mine, key=lambda i: (kept[i], fail[i]), default=None)
        if worst is None:
            results.append(_without_tags(gate))
            continue
        verdict = _verdict(bool(failed[mine].any()), bool(kept[mine].all()))
        fact = facts[worst]
        sure = _sureness(fact.beyond(gate.side), failed, kept)
        more = fact.more(sure) if verdict == "undecided" else None
        results.append(_result(gate, verdict, fact, more))
    return tuple(results)


_OTHER: dict[Side, Side] = {"above": "below", "below": "above"}


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
    if not np.isfinite(value) or value < 0:
        raise InputError(f"The limit of the gate {text!r} must be a number of at least 0.")
    return value


def _refuse_impossible(gate: Gate, bounded: bool) -> None:
    if bounded and gate.limit > 1:
        raise InputError(
            f"The gate {gate.text!r} has a limit that no rate of this measure can pass: limits are"
            " fractions, such as 0.1 for 10 %."
        )


def _rows(gate: Gate, rows: Sequence[TagRow]) -> list[TagRow]:
    """Return the rows that a gate is about."""
    if gate.tag is None:
        return [row for row in rows if row.tag not in {ALL, UNTAGGED}]
    found = [row for row in rows if row.tag == gate.tag]
    if not found:
        known = did_you_mean(gate.tag, [row.tag for row in rows])
        raise InputError(f"The gate {gate.text!r} names an unknown tag `{gate.tag}`. {known}")
    return found


def _sureness(beyond: bool, failed: NDArray[np.bool_], kept: NDArray[np.bool_]) -> float:
    """Return the confidence that Holm asks of the next gate to be decided on its side."""
    decided = failed if beyond else kept
    return 1 - _ALPHA / max(len(decided) - int(decided.sum()), 1)


def _verdict(failed: bool, kept: bool) -> Verdict:
    return "failed" if failed else "passed" if kept else "undecided"


def _without_tags(gate: Gate) -> GateResult:
    message = f"{gate.text}: there is no tag, so there is nothing to decide."
    return GateResult(gate, "undecided", ALL, None, None, message)


def _result(gate: Gate, verdict: Verdict, fact: GateEvidence, more: int | None) -> GateResult:
    row = fact.row
    seen = f"{row.tag} has no rate"
    if row.error_rate is not None:
        unit = Unit.of([row.error_rate, gate.limit], percent=fact.bounded)
        seen = f"{row.tag} has {unit.rate_named(row.error_rate)} ({fact.seen()})"
    said = {
        "failed": f"failed: {gate.text}: {seen}; the exact bound lies beyond the limit.",
        "passed": f"passed: {gate.text}: {seen}.",
        "undecided": f"undecided: {gate.text}: {seen}; {_way_out(row, more)}.",
    }
    return GateResult(gate, verdict, row.tag, row.error_rate, more, said[verdict])


def _way_out(row: TagRow, more: int | None) -> str:
    if more is None:
        return "how many more examples would decide cannot be said"
    return f"about {plural(more, 'more example')} would decide"
