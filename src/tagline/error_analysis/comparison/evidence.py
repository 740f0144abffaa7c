"""What two runs say of a change beside a limit: the sums behind the intervals of a comparison.

Errors of 0 or 1 are four cells (of effective rows where there are weights or groups), all else
moments. Either way a p value is at most 1 - level exactly where the one-sided bound of the interval
in the table passes the limit, so that a gate and the table never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from tagline import stats
from tagline.error_analysis.comparison.changes import Changes
from tagline.error_analysis.comparison.seeds import POWER
from tagline.error_analysis.gates.evidence import RunRate, Side

__all__ = ["PairedEvidence"]

Floats = NDArray[np.float64]

_STEPS = 40  # halvings on a logarithmic scale
_MOST = 1e12  # examples that nobody will label


@dataclass(frozen=True, eq=False)
class PairedEvidence:
    """What was counted of two runs, by tag; (untagged) and (all) are the last two.

    Attributes
    ----------
    tags : tuple of str
    support : float array of shape (n_tags,)
        Rows.
    paired : Moments
        Error and weight of the first and of the second run.
    cells : PairedCells or None
        Rows, or effective rows; None where errors are no 0 or 1.
    units : float array of shape (n_tags,)
        Independent groups for the t quantile of `cells`; infinite where rows are independent.
    broken, fixed : int arrays of shape (n_tags,)
        Rows whose own rate rose, fell.
    rates : tuple of RunRate
        Of the second run.
    bounded : bool
        Whether a rate cannot pass 1.
    seeds : SeedChange or None
        Where several runs a side were compared: then it alone tells of the change.
    """

    tags: tuple[str, ...]
    support: Floats
    paired: stats.Moments
    cells: stats.PairedCells | None
    units: Floats
    broken: NDArray[np.int64]
    fixed: NDArray[np.int64]
    rates: tuple[RunRate, ...]
    bounded: bool
    seeds: stats.SeedChange | None = None

    @classmethod
    def of(
        cls,
        found: Changes,
        tags: Sequence[str],
        support: Mapping[str, int],
        *,
        bounded: bool,
        level: float,
    ) -> PairedEvidence:
        """Take what a comparison keeps.

        Parameters
        ----------
        found : Changes
        tags : sequence of str
            In the order of its arrays.
        support : mapping from tag to rows
        bounded : bool
            Whether a rate cannot pass 1.
        level : float
            Of the intervals of the rates, a fraction.

        Returns
        -------
        PairedEvidence
        """
        rows = np.array([support[tag] for tag in tags], dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            value, low, high = _after(found, rows, bounded=bounded, level=level)
        errors = found.paired.total[:, 2]
        rates = tuple(
            RunRate(
                tag, support[tag], float(errors[i]), _known(value[i]), _known(low[i]), _known(end)
            )
            for i, (tag, end) in enumerate(zip(tags, high, strict=True))
        )
        return cls(
            tags=tuple(tags),
            support=rows,
            paired=found.paired,
            cells=found.cells,
            units=found.units,
            broken=found.broken,
            fixed=found.fixed,
            rates=rates,
            bounded=bounded,
            seeds=found.seeds,
        )

    @property
    def change(self) -> Floats:
        """The rate after minus the rate before."""
        value: Floats = stats.paired_change(self.paired).value
        return value

    def p_value(self, limit: float, side: Side) -> Floats:
        """Return for every tag how surprising the data are unless the change is on this side.

        Parameters
        ----------
        limit : float
        side : {"above", "below"}

        Returns
        -------
        float array of shape (n_tags,)
            One-sided; 1 where nothing can be said.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.seeds is not None:
                return _seed_p_value(self.seeds, limit, side)
            if self.cells is None:
                return stats.paired_ratio_limit_p_value(self.paired, limit, side=side)
            return stats.paired_limit_p_value(self.cells, limit, side=side, effective=self.units)

    def bound(self, place: int, side: Side, sure: float) -> float | None:
        """Return what the change of a tag lies above (or below) at a confidence."""
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = self._ends(2 * sure - 1, place, 1.0)
        end = low if side == "above" else high
        return float(end) if np.isfinite(end) and self.support[place] else None

    def more(self, place: int, limit: float, side: Side, sure: float) -> int | None:
        """Return about how many more examples would put the bound past a limit.

        The cells, or the variance, are taken to grow and shrink in proportion. Of several runs a
        side it is what would decide in 80 % of cases, as the note of the row reckons.
        """
        rows = self.support[place]
        if not rows:
            return None
        if (beyond := self._beyond(limit, side)) is not None:
            found = stats.seed_decide_examples(
                beyond, self.support, margin=0.0, level=2 * sure - 1, power=POWER
            )[place]
            return int(found) if np.isfinite(found) else None

        def decided(times: float) -> bool:
            low, high = self._ends(2 * sure - 1, place, times)
            return bool(low > limit if side == "above" else high < limit)

        near, far = 0.0, float(np.log(_MOST / rows))
        with np.errstate(divide="ignore", invalid="ignore"):
            if not decided(np.exp(far)):
                return None
            for _ in range(_STEPS):
                middle = (near + far) / 2
                near, far = (near, middle) if decided(np.exp(middle)) else (middle, far)
        return max(int(np.ceil(rows * np.expm1(far) - 1e-6)), 1)

    def more_runs(self, place: int, limit: float, side: Side, sure: float) -> int | None:
        """Return about how many more runs a side would put the bound past a limit; None of one."""
        beyond = self._beyond(limit, side)
        if beyond is None or not self.support[place]:
            return None
        found = stats.seed_decide_runs(beyond, margin=0.0, level=2 * sure - 1, power=POWER)[place]
        return int(found) if np.isfinite(found) else None

    def _beyond(self, limit: float, side: Side) -> stats.SeedChange | None:
        """Return how far the change over seeds is past a limit, NaN where it is not."""
        if self.seeds is None:
            return None
        over = (self.seeds.value - limit) if side == "above" else (limit - self.seeds.value)
        return replace(self.seeds, value=np.where(over > 0, over, np.nan))

    def _ends(self, level: float, place: int, times: float) -> tuple[float, float]:
        """Return the interval of one tag as it is expected with so many times the examples."""
        one = slice(place, place + 1)
        if self.seeds is not None:
            low, high = (float(end[place]) for end in self.seeds.interval(level))
            return low, high
        if self.cells is not None:
            there = np.arange(len(self.support)) == place
            cells = self.cells.where(there).scaled(times)
            ends = stats.paired_interval(cells, level=level, effective=self.units[one] * times)
        else:
            moments = stats.Moments(
                self.paired.total[one] * times,
                self.paired.product[one] * times,
                self.paired.units[one] * times,
            )
            ends = stats.paired_ratio_interval(moments, level=level)
        return float(ends[0][0]), float(ends[1][0])


def _after(
    found: Changes, rows: Floats, *, bounded: bool, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return the error rate of the second run and its interval."""
    cells = found.cells
    if cells is not None and np.array_equal(cells.support, rows):  # errors of 0 or 1, rows alone
        return (cells.after, *stats.wilson(cells.broken + cells.both_wrong, rows, level=level))
    order = np.array([2, 3, 0, 1])
    moments = stats.Moments(
        found.paired.total[:, order],
        found.paired.product[:, order[:, None], order],
        found.paired.units,
    )
    rate = stats.tag_rate(moments)
    kish = stats.effective_units(moments, [1])
    most = np.where(kish > 0, np.minimum(kish, rows), rows) if np.isinf(found.units).all() else rows
    ends = stats.ratio_interval(
        rate.value,
        rate.variance(moments),
        rate.effective,
        level=level,
        bounded=bounded,
        most=np.inf if cells is None else most,
    )
    return (rate.value, *ends)


def _seed_p_value(seeds: stats.SeedChange, limit: float, side: Side) -> Floats:
    """Return the one-sided p values that belong to the interval of several runs a side."""
    over = (seeds.value - limit) if side == "above" else (limit - seeds.value)
    p = stdtr(seeds.freedom, -over / np.sqrt(seeds.variance))
    return np.where(np.isfinite(p) & (seeds.variance > 0), p, 1.0)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
