"""Gates: does a rate or a change pass its limit for certain, and if not, what would decide it.

A gate fails only where the one-sided bound, corrected by Holm for all gates of the call, lies
beyond the limit: the exact bound of Clopper and Pearson of a rate, Newcombe's of a paired change.
It is kept only where the opposite bound lies on the good side. All else is undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from tagline.display.words import number as number_of
from tagline.display.words import plural, rough
from tagline.error_analysis.gates.evidence import OTHER, Evidence, GateEvidence, RateSeen
from tagline.error_analysis.gates.reading import CHANGE, ERROR_RATE, Gate
from tagline.error_analysis.rows import ALL, UNTAGGED
from tagline.exceptions import InputError, did_you_mean
from tagline.stats import holm

__all__ = ["FAR", "GateResult", "check_gates", "decide", "refuse_impossible", "rows_of"]

Floats = NDArray[np.float64]
Verdict = Literal["failed", "passed", "undecided"]
Row = TypeVar("Row", bound=RateSeen)

FAR = 1000  # times the examples that there are: nobody will label so many
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
    value : float or None
        What the gate compares with its limit, of that tag: its error rate or its change.
    bound : float or None
        Where the verdict fell: failed, the tag's value is past this at the confidence that Holm
        asks of the gate; passed, on the good side of it. Undecided: the bound that had to pass the
        limit and did not. None where the value has no interval.
    p_value : float or None
        Of the same test, corrected by Holm: at most 0.05 where the gate is decided.
    more : int or None
        Undecided: about how many more examples with the tag would decide, if the value stays as it
        was seen. None where no number would.
    message : str
        One sentence for people.
    """

    gate: Gate
    verdict: Verdict
    tag: str
    value: float | None
    bound: float | None
    p_value: float | None
    more: int | None
    message: str

    @property
    def broken(self) -> bool:
        """Whether the call fails: by the verdict, or undecided where that is asked to fail."""
        return self.verdict == "failed" or (
            self.verdict == "undecided" and self.gate.undecided == "fail"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the row of the JSON document; what is not known is None."""
        quantity = self.gate.quantity
        return {
            "text": self.gate.text,
            "verdict": self.verdict,
            "tag": self.tag,
            "limit": self.gate.limit,
            "error_rate": self.value if quantity == ERROR_RATE else None,
            "change": self.value if quantity == CHANGE else None,
            "bound": self.bound,
            "p_value": self.p_value,
            "more": self.more,
            "undecided": self.gate.undecided,
            "message": self.message,
        }


def check_gates(
    gates: Sequence[Gate],
    rows: Sequence[RateSeen],
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
        If a gate names a tag that is not among the rows, a limit that no rate can pass, or a
        change, for which one run is not enough.

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
    for gate in gates:
        if gate.quantity == CHANGE:
            raise InputError(
                f"The gate {gate.text!r} is about a change, and this is one run: compare two"
                " (`tagline compare`)."
            )
        refuse_impossible(gate, bounded)
    return decide(
        gates,
        [
            [
                GateEvidence(row, gate.limit, gate.side, bounded=bounded, level=level)
                for row in rows_of(gate, rows)
            ]
            for gate in gates
        ],
    )


def decide(gates: Sequence[Gate], evidence: Sequence[Sequence[Evidence]]) -> tuple[GateResult, ...]:
    """Say of each gate what its evidence says, all tests of the call corrected by Holm.

    Parameters
    ----------
    gates : sequence of Gate
    evidence : sequence of sequence of Evidence
        For each gate that of the tag, or of all tags, that it is about.

    Returns
    -------
    tuple of GateResult
        One for each gate, in their order.
    """
    facts = [fact for each in evidence for fact in each]
    fail = _Family(np.array([fact.p_fail for fact in facts], dtype=np.float64))
    keep = _Family(np.array([fact.p_keep for fact in facts], dtype=np.float64))
    results, start = [], 0
    for gate, mine in zip(gates, evidence, strict=True):
        places = range(start, start + len(mine))
        start += len(mine)
        if not mine:
            results.append(_without_tags(gate))
            continue
        worst = min(places, key=lambda i: (keep.sure[i], fail.raw[i]))
        failed = any(fail.sure[i] and not keep.sure[i] for i in places)
        kept = all(keep.sure[i] for i in places)
        seen = _Tally(
            tags=len(mine),
            passed=sum(bool(keep.sure[i]) for i in places),
            failed=sum(bool(fail.sure[i] and not keep.sure[i]) for i in places),
            tests=len(facts),
        )
        verdict: Verdict = "failed" if failed else "passed" if kept else "undecided"
        results.append(
            _result(gate, verdict, facts[worst], seen, number=worst, families=(fail, keep))
        )
    return tuple(results)


@dataclass(frozen=True, slots=True)
class _Tally:
    """How many tags a gate asked, what came of them, and how many tests the call made."""

    tags: int
    passed: int
    failed: int
    tests: int

    def said(self) -> str:
        """Return the tags by verdict, of a gate about several."""
        if self.tags == 1:
            return ""
        left = self.tags - self.passed - self.failed
        named = {"failed": self.failed, "passed": self.passed, "undecided": left}
        parts = [f"{number_of(count)} {word}" for word, count in named.items() if count]
        return f" Of {plural(self.tags, 'tag')} {', '.join(parts)}."


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


def refuse_impossible(gate: Gate, bounded: bool) -> None:
    """Refuse a limit that nothing can pass."""
    if bounded and abs(gate.limit) > 1:
        raise InputError(
            f"The gate {gate.text!r} has a limit that no rate of this measure can pass: limits are"
            " fractions, such as 0.1 for 10 %."
        )


def rows_of(gate: Gate, rows: Sequence[Row]) -> list[Row]:
    """Return the rows that a gate is about."""
    if gate.tag is None:
        return [row for row in rows if row.tag not in {ALL, UNTAGGED}]
    found = [row for row in rows if row.tag == gate.tag]
    if not found:
        known = did_you_mean(gate.tag, [row.tag for row in rows])
        raise InputError(f"The gate {gate.text!r} names an unknown tag `{gate.tag}`. {known}")
    return found


def _without_tags(gate: Gate) -> GateResult:
    message = f"{gate.text}: there is no tag, so there is nothing to decide."
    return GateResult(gate, "undecided", ALL, None, None, None, None, message)


def _result(
    gate: Gate,
    verdict: Verdict,
    fact: Evidence,
    tally: _Tally,
    *,
    number: int,
    families: tuple[_Family, _Family],
) -> GateResult:
    fail, keep = families
    towards_failure = verdict == "failed" or (verdict != "passed" and fact.leans())
    family, side = (fail, gate.side) if towards_failure else (keep, OTHER[gate.side])
    level = family.level(number)
    bound = fact.bound(side, level)
    p_value = None if bound is None else float(family.corrected[number])
    more = fact.more(level) if verdict == "undecided" else None
    end = "" if bound is None else fact.said_bound(bound, side)
    sure = f"for certain {'only ' * (verdict == 'undecided')}{end}" if end else ""
    said = {
        "failed": f"failed: {gate.text}: {fact.said()}; {sure}",
        "passed": f"passed: {gate.text} does not hold: {fact.said()}; {sure}",
        "undecided": f"undecided: {gate.text}: {fact.said()}; {sure}",
    }
    message = said[verdict].removesuffix("; ")
    if verdict == "undecided":
        message += f"; {_way_out(fact, more, level, tally.tests)}"
    message = f"{message}.{tally.said()}"
    return GateResult(gate, verdict, fact.tag, fact.value, bound, p_value, more, message)


def _way_out(fact: Evidence, more: int | None, level: float, tests: int) -> str:
    runs = fact.more_runs(level)
    ways = [] if runs is None else [plural(runs, "more run") + " a side"]
    near = ""
    if more is not None:
        ways.append(f"{rough(more)} more example{'s' * (more != 1)}")
        near = "practically at the limit: " if more > FAR * fact.support else ""
    if not ways:
        return "how many more examples would decide cannot be said"
    held = f", as surely as {number_of(tests)} tests in one call ask (Holm)" if tests > 1 else ""
    return f"{near}about {' or '.join(ways)} would decide{held}"
