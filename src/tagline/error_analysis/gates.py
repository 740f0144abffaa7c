"""Gates: does an error rate pass its limit for certain, and if nobody knows, what would decide it.

A gate fails only where the exact one-sided bound of Clopper and Pearson, corrected by Holm for all
gates of the call, lies beyond the limit. It is kept only where the opposite bound lies on the
good side. All else is undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tagline.display.units import Unit
from tagline.display.words import plural
from tagline.error_analysis.gate_evidence import GateEvidence, Side
from tagline.error_analysis.gate_reading import Gate
from tagline.error_analysis.rows import ALL, UNTAGGED, TagRow
from tagline.exceptions import InputError, did_you_mean
from tagline.stats import holm

__all__ = ["GateResult", "check_gates"]

Floats = NDArray[np.float64]
Verdict = Literal["failed", "passed", "undecided"]

_ALPHA = 0.05  # a set of gates fails by chance in at most so many calls


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
    bound : float or None
        Where the verdict fell: failed, the rate of the tag is past this at the confidence that Holm
        asks of the gate; passed, on the good side of it. Undecided: the bound that had to pass the
        limit and did not. None where the rate has no interval.
    p_value : float or None
        Of the same test, corrected by Holm: at most 0.05 where the gate is decided.
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
    bound: float | None
    p_value: float | None
    more: int | None
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the row of the JSON document; what is not known is None."""
        return {
            "text": self.gate.text,
            "verdict": self.verdict,
            "tag": self.tag,
            "limit": self.gate.limit,
            "error_rate": self.error_rate,
            "bound": self.bound,
            "p_value": self.p_value,
            "more": self.more,
            "message": self.message,
        }


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
    there = list(zip(facts, sides, strict=True))
    fail = _Family(np.array([fact.p_value(side) for fact, side in there]))
    keep = _Family(np.array([fact.p_value(_OTHER[side]) for fact, side in there]))
    results = []
    for number, gate in enumerate(gates):
        mine = [i for i, (owner, _) in enumerate(parts) if owner == number]
        worst = min(mine, key=lambda i: (keep.sure[i], fail.raw[i]), default=None)
        if worst is None:
            results.append(_without_tags(gate))
            continue
        verdict = _verdict(bool(fail.sure[mine].any()), bool(keep.sure[mine].all()))
        results.append(_result(gate, verdict, facts[worst], number=worst, fail=fail, keep=keep))
    return tuple(results)


class _Family:
    """The tests of all gates on one side, corrected for each other by Holm."""

    def __init__(self, raw: Floats) -> None:
        self.raw = raw
        self.corrected = holm(raw)
        self.sure = self.corrected <= _ALPHA

    def level(self, number: int) -> float:
        """Return the confidence that Holm asks of one test, after those decided before it."""
        before = int((self.sure & (self.raw < self.raw[number])).sum())
        return 1 - _ALPHA / (len(self.raw) - before)


_OTHER: dict[Side, Side] = {"above": "below", "below": "above"}


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


def _verdict(failed: bool, kept: bool) -> Verdict:
    return "failed" if failed else "passed" if kept else "undecided"


def _without_tags(gate: Gate) -> GateResult:
    message = f"{gate.text}: there is no tag, so there is nothing to decide."
    return GateResult(gate, "undecided", ALL, None, None, None, None, message)


def _result(
    gate: Gate, verdict: Verdict, fact: GateEvidence, *, number: int, fail: _Family, keep: _Family
) -> GateResult:
    row = fact.row
    towards_failure = verdict == "failed" or (verdict != "passed" and fact.beyond(gate.side))
    family, side = (fail, gate.side) if towards_failure else (keep, _OTHER[gate.side])
    level = family.level(number)
    bound = fact.bound(side, level)
    p_value = None if bound is None else float(family.corrected[number])
    more = fact.more(level) if verdict == "undecided" else None
    seen = f"{row.tag} has no rate"
    if row.error_rate is not None:
        unit = Unit.of([row.error_rate, gate.limit], percent=fact.bounded)
        seen = f"{row.tag} has {unit.rate_named(row.error_rate)} ({fact.seen()})"
    said = {
        "failed": f"failed: {gate.text}: {seen}; the exact bound lies beyond the limit.",
        "passed": f"passed: {gate.text}: {seen}.",
        "undecided": f"undecided: {gate.text}: {seen}; {_way_out(row, more)}.",
    }
    return GateResult(gate, verdict, row.tag, row.error_rate, bound, p_value, more, said[verdict])


def _way_out(row: TagRow, more: int | None) -> str:
    if more is None:
        return "how many more examples would decide cannot be said"
    return f"about {plural(more, 'more example')} would decide"
