"""Gates on two runs: "any tag worse by > 0.02", and error rates of the second run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tagline.display.units import Unit
from tagline.display.words import number, plural
from tagline.error_analysis.comparison.evidence import PairedEvidence
from tagline.error_analysis.gates.deciding import GateResult, decide, refuse_impossible, rows_of
from tagline.error_analysis.gates.evidence import OTHER, Evidence, GateEvidence, Side
from tagline.error_analysis.gates.reading import CHANGE, Gate
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["check_changes", "evidence_of"]


def check_changes(
    gates: Sequence[Gate], evidence: PairedEvidence, *, margin: float, level: float = 0.95
) -> tuple[GateResult, ...]:
    """Say of each gate whether two runs fail it, pass it or leave it open.

    Parameters
    ----------
    gates : sequence of Gate
        All gates of the call: they are corrected for each other (Holm). A gate about an error rate
        is about the second run.
    evidence : PairedEvidence
    margin : float
        The largest change that does not matter: below it "worse" without a number is kept.
    level : float, default 0.95
        Of the intervals of the rates.

    Returns
    -------
    tuple of GateResult
        One for each gate, in their order.

    Raises
    ------
    InputError
        If a gate names an unknown tag, or a limit that nothing can pass.
    """
    for gate in gates:
        refuse_impossible(gate, evidence.bounded)
    return decide(gates, [_evidence(gate, evidence, margin, level) for gate in gates])


def evidence_of(result: RunComparison) -> PairedEvidence:
    """Return what a comparison keeps for its gates.

    Raises
    ------
    InputError
        If it keeps nothing.
    """
    from tagline.measures import find_measure

    if result.evidence is None:
        raise InputError(
            "This comparison does not hold what gates need: run `compare_runs` on the data again."
        )
    return PairedEvidence.of(
        result.evidence,
        result.evidence_tags,
        {row.tag: row.support for row in result.rows},
        bounded=find_measure(result.measure).bounded,
        level=result.level,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What is known of one tag's change beside the limit of one gate."""

    evidence: PairedEvidence
    place: int
    gate: Gate
    keep: float  # below this (above it, where the gate fails below) the gate is kept
    value: float | None
    p_fail: float
    p_keep: float

    @property
    def tag(self) -> str:
        return self.evidence.tags[self.place]

    def leans(self) -> bool:
        if self.value is None:
            return False
        over = self.value > self.gate.limit
        return over if self.gate.side == "above" else self.value < self.gate.limit

    def bound(self, side: Side, sure: float) -> float | None:
        return self.evidence.bound(self.place, side, sure)

    def more(self, sure: float) -> int | None:
        ways = [(self.gate.limit, self.gate.side), (self.keep, OTHER[self.gate.side])]
        found = [self.evidence.more(self.place, limit, side, sure) for limit, side in ways]
        return min((each for each in found if each is not None), default=None)

    @property
    def support(self) -> float:
        return float(self.evidence.support[self.place])

    def more_runs(self, sure: float) -> int | None:
        ways = [(self.gate.limit, self.gate.side), (self.keep, OTHER[self.gate.side])]
        found = [self.evidence.more_runs(self.place, limit, side, sure) for limit, side in ways]
        return min((each for each in found if each is not None), default=None)

    def said_bound(self, bound: float, side: Side) -> str:
        sizes = [abs(bound), abs(self.gate.limit)]
        unit = Unit.of([], sizes, percent=self.evidence.bounded)
        sign = "+" if bound > 0 else ""
        return f"{'at least' if side == 'above' else 'at most'} {sign}{unit.gain_named(bound)}"

    def said(self) -> str:
        if self.value is None:
            return f"{self.tag} has no rate in one of the runs"
        unit = Unit.of([], [abs(self.value), abs(self.gate.limit)], percent=self.evidence.bounded)
        size = unit.gain_named(abs(self.value))
        word = "worse" if self.value > 0 else "better"
        rows = plural(self.evidence.support[self.place], "example")
        broken, fixed = self.evidence.broken[self.place], self.evidence.fixed[self.place]
        seen = f"{number(broken)} broken, {number(fixed)} fixed of {rows}"
        if not self.value:
            return f"{self.tag} has the same rate in both runs ({seen})"
        return f"{self.tag} is {size} {word} ({seen})"


def _evidence(gate: Gate, evidence: PairedEvidence, margin: float, level: float) -> list[Evidence]:
    """Return what is known of each tag that a gate is about."""
    rows = rows_of(gate, evidence.rates)
    if gate.quantity != CHANGE:
        return [
            GateEvidence(row, gate.limit, gate.side, bounded=evidence.bounded, level=level)
            for row in rows
        ]
    keep = margin if gate.relevant else gate.limit
    fail_p = evidence.p_value(gate.limit, gate.side)
    keep_p = evidence.p_value(keep, OTHER[gate.side])
    change = evidence.change

    def about(i: int) -> _Change:
        value = None if np.isnan(change[i]) else float(change[i])
        return _Change(evidence, i, gate, keep, value, float(fail_p[i]), float(keep_p[i]))

    places = {tag: place for place, tag in enumerate(evidence.tags)}
    return [about(places[row.tag]) for row in rows]
