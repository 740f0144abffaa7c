"""Before any run: from how many examples on a gate is decided, for rates as they are expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tagline.error_analysis.gates.margins import check_margin
from tagline.error_analysis.gates.reading import CHANGE, Gate
from tagline.exceptions import InputError
from tagline.stats.paired_planning import paired_gate_sample
from tagline.stats.planning import gate_sample

__all__ = ["PlanRow", "plan_gate"]

_ALPHA = 0.05  # that of the gates of one call
_PARTS = (0.0, 0.25, 0.5, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0)  # of the limit
_CHANGED = (0.05, 0.1, 0.2)
_STEP = 0.02  # between expected changes where the limit is 0


@dataclass(frozen=True, slots=True)
class PlanRow:
    """From how many examples on a gate is decided.

    Attributes
    ----------
    expected : float
        The error rate, or its change, that is taken for true.
    changed : float or None
        Of a change: the fraction of the examples that are newly broken or newly fixed.
    verdict : {"passed", "failed"}
        What the gate comes to.
    examples : int or None
        With the tag; None beyond a thousand million.
    in_all : int or None
        In all, where the share of the tag is known.
    """

    expected: float
    changed: float | None
    verdict: Literal["passed", "failed"]
    examples: int | None
    in_all: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return the row of the JSON document."""
        return asdict(self)


def plan_gate(
    gate: Gate,
    *,
    expected: Sequence[float] = (),
    changed: Sequence[float] = (),
    error_rate: float = 0.1,
    share: float | None = None,
    tests: int = 1,
    power: float = 0.8,
    margin: float = 0.01,
) -> list[PlanRow]:
    """Say from how many examples on a gate is decided.

    Parameters
    ----------
    gate : Gate
    expected : sequence of float, default ()
        Error rates, or changes of it, that may be true; empty: some around the limit.
    changed : sequence of float, default ()
        Of a change: fractions of the examples that are newly broken or newly fixed; empty: .05,
        .1 and .2.
    error_rate : float, default 0.1
        Of a change: that of the first run.
    share : float, optional
        Of the tag.
    tests : int, default 1
        How many gates and tags are asked in one call: each must pass at .05 / tests (the first
        step of Holm's procedure, so the number is on the safe side).
    power : float, default 0.8
        The probability to decide one tag.
    margin : float, default 0.01
        That of the comparison: below it "worse" without a number is kept.

    Returns
    -------
    list of PlanRow

    Raises
    ------
    InputError
        If a number is out of its range, or what is expected lies on the limit.
    """
    _check(gate, share, tests)
    check_margin(margin)
    _check_expected(gate, expected)
    level = 1 - _ALPHA / tests
    rows = []
    for value in expected or _usual(gate, margin):
        if gate.quantity != CHANGE:
            verdict, size = (
                _verdict(gate, value),
                gate_sample(gate.limit, value, level=level, power=power),
            )
            rows.append(_row(value, None, verdict, size, share))
            continue
        for part in changed or _possible(value, error_rate):
            given = {"changed": part, "before": error_rate, "level": level, "power": power}
            verdict, size = min(
                (
                    (word, paired_gate_sample(limit, value, **given))
                    for word, limit in _ways(gate, value, margin)
                ),
                key=lambda way: way[1],
            )
            rows.append(_row(value, part, verdict, size, share))
    return rows


def _possible(value: float, error_rate: float) -> list[float]:
    """Return the usual fractions of changed examples that can go with a change."""
    least = abs(value)
    parts = [each for each in _CHANGED if least <= each <= 2 * error_rate + value]
    return parts or [least]


def _usual(gate: Gate, margin: float) -> list[float]:
    """Return values around the limit."""
    if gate.quantity != CHANGE:
        most = {round(part * gate.limit, 6) for part in _PARTS}
        return sorted(value for value in most if value <= 1)
    step = abs(gate.limit) or max(margin, _STEP)
    parts = (-2, -1, -0.5, 0.5, 1, 2, *([0] if gate.relevant else []))
    values = {round(gate.limit + part * step, 6) for part in parts}
    return sorted(value for value in values if abs(value) < 1)


def _verdict(gate: Gate, value: float) -> Literal["passed", "failed"]:
    over = value > gate.limit if gate.side == "above" else value < gate.limit
    return "failed" if over else "passed"


def _ways(
    gate: Gate, value: float, margin: float
) -> list[tuple[Literal["passed", "failed"], float]]:
    """Return the limits that decide a change, with what they decide."""
    if not gate.relevant or margin == gate.limit:
        return [(_verdict(gate, value), gate.limit)]
    ways: list[tuple[Literal["passed", "failed"], float]] = []
    if value > gate.limit:
        ways.append(("failed", gate.limit))
    if value < margin:
        ways.append(("passed", margin))
    return ways


def _row(
    value: float,
    changed: float | None,
    verdict: Literal["passed", "failed"],
    size: float,
    share: float | None,
) -> PlanRow:
    known = math.isfinite(size)
    whole = math.ceil(size / share) if known and share is not None else None
    return PlanRow(value, changed, verdict, int(size) if known else None, whole)


def _check(gate: Gate, share: float | None, tests: int) -> None:
    if share is not None and not 0 < share <= 1:
        raise InputError(f"`share` must be a fraction above 0, such as 0.05. Got {share} instead.")
    if tests < 1:
        raise InputError(f"`tests` must be a whole number from 1. Got {tests} instead.")
    if gate.quantity == CHANGE:
        fits, rule = abs(gate.limit) < 1, "below 1"
    else:
        fits, rule = 0 < gate.limit < 1, "between 0 and 1"
    if not fits:
        raise InputError(
            f"A plan for the gate {gate.text!r} needs a limit {rule}: plans are made for errors of"
            " 0 or 1."
        )


def _check_expected(gate: Gate, expected: Sequence[float]) -> None:
    for value in expected:
        if -1 < value < 1 or (value == 1 and gate.quantity != CHANGE):
            continue
        percent = f": write {value / 100:g} for {value:g} %" if abs(value) <= 100 else ""
        raise InputError(f"`expected` must be a fraction{percent}. Got {value:g} instead.")
