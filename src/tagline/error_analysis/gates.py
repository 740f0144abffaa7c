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
from tagline.error_analysis.rows import ALL, UNTAGGED, TagRow
from tagline.exceptions import InputError, did_you_mean
from tagline.stats import (
    decide_more,
    holm,
    limit_p_value,
    normal_quantile,
    ratio_decide_more,
    ratio_limit_p_value,
)

__all__ = ["Gate", "GateResult", "check_gates", "parse_gate"]

Floats = NDArray[np.float64]
Side = Literal["above", "below"]
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
    binary: bool,
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
    binary : bool
        Whether `errors` of `support` rows are plain counts: errors of 0 or 1, no sample weight, no
        group. Then the bounds are exact; otherwise they follow from the intervals of the rows.
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
        _Fact(row, gates[number].limit, binary=binary, bounded=bounded, level=level)
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


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is known of one tag's rate beside one limit."""

    row: TagRow
    limit: float
    binary: bool
    bounded: bool
    level: float

    def p_value(self, side: Side) -> float:
        """Return how surprising the data are unless the rate is on this side of the limit."""
        rate = self.row.error_rate
        if rate is None:
            return 1.0
        if self.bounded:
            n = self._sample()
            return 1.0 if n is None else float(limit_p_value(rate * n, n, self.limit, side=side))
        variance = self._variance(side)
        if variance is None or self.limit == 0:
            return 1.0
        n = self.row.support
        return float(ratio_limit_p_value(rate, variance, n, self.limit, side=side, bounded=False))

    def beyond(self, side: Side) -> bool:
        """Tell whether the rate itself is where the gate fails."""
        rate = self.row.error_rate
        if rate is None:
            return False
        return rate > self.limit if side == "above" else rate < self.limit

    def more(self, sure: float) -> int | None:
        """Return about how many more examples with the tag would decide."""
        rate, support = self.row.error_rate, self.row.support
        if rate is None:
            return None
        if self.bounded:
            n = self._sample()
            if n is None:
                return None
            units = float(decide_more(rate * n, n, self.limit, sure))
            found = np.ceil(units * support / n)
        else:
            variance = self._variance("above" if rate > self.limit else "below")
            if variance is None:
                return None
            found = float(ratio_decide_more(rate, variance, support, self.limit, sure))
        return None if np.isnan(found) else int(found)

    def _sample(self) -> float | None:
        """Return how many independent examples the rate is worth.

        Where errors are no plain counts, the number whose score interval is the row's (the wider
        side of it); None where there is no interval.
        """
        row = self.row
        if self.binary:
            return float(row.support) or None
        if row.error_rate is None or row.error_rate_low is None or row.error_rate_high is None:
            return None
        ends = [row.error_rate_low, row.error_rate_high]
        z = normal_quantile(self.level)
        sizes = [
            end * (1 - end) * (z / (row.error_rate - end)) ** 2
            for end in ends
            if 0 < end < 1 and end != row.error_rate
        ]
        return min(*sizes, float(row.support)) if sizes else None

    def _variance(self, side: Side) -> float | None:
        """Return the variance at the rate that the row's interval stands for, on one side of it.

        The interval of an open rate takes the variance in proportion to the rate.
        """
        row = self.row
        end = row.error_rate_low if side == "above" else row.error_rate_high
        if end is None or row.error_rate is None:
            return None
        reach = abs(row.error_rate - end) / normal_quantile(self.level)
        return reach**2 * (row.error_rate / end if end > 0 else 1.0)


def _sureness(beyond: bool, failed: NDArray[np.bool_], kept: NDArray[np.bool_]) -> float:
    """Return the confidence that Holm asks of the next gate to be decided on its side."""
    decided = failed if beyond else kept
    return 1 - _ALPHA / max(len(decided) - int(decided.sum()), 1)


def _verdict(failed: bool, kept: bool) -> Verdict:
    return "failed" if failed else "passed" if kept else "undecided"


def _without_tags(gate: Gate) -> GateResult:
    message = f"{gate.text}: there is no tag, so there is nothing to decide."
    return GateResult(gate, "undecided", ALL, None, None, message)


def _result(gate: Gate, verdict: Verdict, fact: _Fact, more: int | None) -> GateResult:
    row = fact.row
    seen = f"{row.tag} has no rate"
    if row.error_rate is not None:
        unit = Unit.of([row.error_rate, gate.limit], percent=fact.bounded)
        counts = (
            f"{row.errors:,.6g} of {row.support:,}"
            if fact.binary
            else plural(row.support, "example")
        )
        seen = f"{row.tag} has {unit.rate_named(row.error_rate)} ({counts})"
    said = {
        "failed": f"failed: {gate.text}: {seen}, and that is no chance.",
        "passed": f"passed: {gate.text}: {seen}.",
        "undecided": f"undecided: {gate.text}: {seen}; {_way_out(row, more)}.",
    }
    return GateResult(gate, verdict, row.tag, row.error_rate, more, said[verdict])


def _way_out(row: TagRow, more: int | None) -> str:
    if more is None:
        return "how many more examples would decide cannot be said"
    return f"about {plural(more, 'more example')} would decide"
