"""What one row of an error analysis says about a limit: is the rate beyond it, or what would tell.

A bounded rate counts for as many independent examples as its interval shows (effective sample
size): for errors of 0 or 1 with neither weight nor group that is the support, and the bound exact.

References
----------
.. [1] C. J. Clopper, E. S. Pearson (1934). doi:10.1093/biomet/26.4.404
.. [2] E. L. Korn, B. I. Graubard (1998). Survey Methodology 24(2), 193-201.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from tagline.display.units import Unit
from tagline.display.words import number, plural
from tagline.error_analysis.rows import TagRow
from tagline.stats import (
    clopper_pearson_bound,
    decide_more,
    limit_p_value,
    normal_quantile,
    ratio_decide_more,
    ratio_limit_p_value,
)

__all__ = ["OTHER", "Evidence", "GateEvidence", "RateSeen", "RunRate", "Side"]

Side = Literal["above", "below"]

OTHER: dict[Side, Side] = {"above": "below", "below": "above"}

_STEPS = 60  # of a bisection: to the last digit
_FARTHEST = 1e9  # times the rate: beyond it there is no bound


class Evidence(Protocol):
    """What is known of one tag beside the limit of one gate."""

    @property
    def tag(self) -> str:
        """The tag."""

    @property
    def support(self) -> float:
        """Rows with the tag."""

    @property
    def value(self) -> float | None:
        """What the gate compares with its limit."""

    @property
    def p_fail(self) -> float:
        """How surprising the data are unless the gate is broken."""

    @property
    def p_keep(self) -> float:
        """How surprising the data are unless the gate is kept."""

    def leans(self) -> bool:
        """Tell whether the value itself is where the gate fails."""

    def bound(self, side: Side, sure: float) -> float | None:
        """Return what the value lies above (or below) at a confidence; None: nothing tells."""

    def more(self, sure: float) -> int | None:
        """Return about how many more examples with the tag would decide."""

    def more_runs(self, sure: float) -> int | None:
        """Return about how many more runs a side would decide; None of one run a side."""

    def said(self) -> str:
        """Return what was seen, as a clause: "child has 12.0 % (12 of 100)"."""

    def said_bound(self, bound: float, side: Side) -> str:
        """Return a bound in words: "at least 10.2 %"."""


@dataclass(frozen=True, slots=True)
class RunRate:
    """The error rate of one of several runs on a tag, with its interval."""

    tag: str
    support: int
    errors: float
    error_rate: float | None
    error_rate_low: float | None
    error_rate_high: float | None


RateSeen = TagRow | RunRate


@dataclass(frozen=True, slots=True)
class GateEvidence:
    """What is known of one tag's rate beside one limit.

    Attributes
    ----------
    row : RateSeen
        With the interval of the rate.
    limit : float
        In the unit of the rate.
    side : {"above", "below"}
        Where the gate fails.
    bounded : bool
        Whether a rate cannot pass 1.
    level : float
        Of the interval.
    """

    row: RateSeen
    limit: float
    side: Side
    bounded: bool
    level: float

    @property
    def tag(self) -> str:
        """The tag."""
        return self.row.tag

    @property
    def support(self) -> float:
        """Rows with the tag."""
        return self.row.support

    @property
    def value(self) -> float | None:
        """The error rate."""
        return self.row.error_rate

    @property
    def p_fail(self) -> float:
        """How surprising the data are unless the rate is where the gate fails."""
        return self.p_value(self.side)

    @property
    def p_keep(self) -> float:
        """How surprising the data are unless the rate is on the good side of the limit."""
        return self.p_value(OTHER[self.side])

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

    def bound(self, side: Side, sure: float) -> float | None:
        """Return what the rate lies above (or below) at a confidence; None where nothing tells."""
        rate = self.row.error_rate
        if rate is None:
            return None
        if self.bounded:
            n = self._sample()
            if n is None:
                return None
            end: Literal["lower", "upper"] = "lower" if side == "above" else "upper"
            return float(clopper_pearson_bound(min(rate * n, n), n, sure, side=end))
        return self._open_bound(rate, side, 1 - sure)

    def _open_bound(self, rate: float, side: Side, p: float) -> float | None:
        """Return the limit at which the test gives this p value, by bisection."""
        if self._variance(side) is None:
            return None

        def shown(limit: float) -> bool:
            return replace(self, limit=limit).p_value(side) <= p

        far = 0.0
        if side == "below":
            far = 2 * rate
            while not shown(far) and far < _FARTHEST * rate:
                far *= 2
            if not shown(far):
                return None
        near = rate
        for _ in range(_STEPS):
            middle = (near + far) / 2
            near, far = (near, middle) if shown(middle) else (middle, far)
        return far

    def leans(self) -> bool:
        """Tell whether the rate itself is where the gate fails."""
        rate = self.row.error_rate
        if rate is None:
            return False
        return rate > self.limit if self.side == "above" else rate < self.limit

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
        """Return how many independent examples the rate is worth: None without an interval.

        The number whose score interval is the row's, by the wider side of it.
        """
        row = self.row
        if row.error_rate is None:
            return None
        z = normal_quantile(self.level)
        sizes = [
            end * (1 - end) * (z / (row.error_rate - end)) ** 2
            for end in (row.error_rate_low, row.error_rate_high)
            if end is not None and 0 < end < 1 and end != row.error_rate
        ]
        if not sizes:
            return None
        return float(row.support) if self._plain(min(sizes)) else min(*sizes, float(row.support))

    def _plain(self, size: float | None) -> bool:
        """Tell whether so many independent examples are the support, but for rounding."""
        return size is not None and abs(size - self.row.support) <= 1e-6 * self.row.support

    def more_runs(self, sure: float) -> int | None:
        """Return None: more runs would tell nothing of the rate on these examples."""
        return None

    def said_bound(self, bound: float, side: Side) -> str:
        """Return a bound in words: "at least 10.2 %"."""
        unit = Unit.of([bound, self.limit], percent=self.bounded, least=self._digits(bound))
        return f"{'at least' if side == 'above' else 'at most'} {unit.rate_named(bound)}"

    def _digits(self, bound: float) -> int:
        """Return from how many digits on a bound and the limit read differently."""
        scale = 100 if self.bounded else 1
        size = scale * abs(bound - self.limit)
        return 1 if not 0 < size < 0.1 else min(4, 1 - math.floor(math.log10(size)))

    def said(self) -> str:
        """Return the rate and the counts behind it, as a clause."""
        row = self.row
        if row.error_rate is None:
            return f"{row.tag} has no rate"
        unit = Unit.of([row.error_rate, self.limit], percent=self.bounded)
        seen = plural(row.support, "example")
        if self.bounded and self._plain(self._sample()):
            seen = f"{number(row.errors)} of {number(row.support)}"
        return f"{row.tag} has {unit.rate_named(row.error_rate)} ({seen})"

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
