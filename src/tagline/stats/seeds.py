"""Several runs a side: a change must exceed what another random seed would do.

Two runs that differ by nothing but the seed differ on many rows, and all rows of a run share its
luck. So a test over rows (McNemar's) of one run a side calls most identical pairs different once
the seed moves the rate as a whole; here the runs are the units, and the rows are drawn, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from tagline.exceptions import InputError
from tagline.stats.ratios import difference_interval

__all__ = ["SeedChange", "SeedParts", "seed_change", "seed_overlap"]

Floats = NDArray[np.float64]

ROUNDING = 1e-24  # a variance below this part of the squared rate is 0 but for rounding


@dataclass(frozen=True, slots=True, eq=False)
class SeedParts:
    """What the variance of a change over seeds is made of, per tag: for planning.

    Attributes
    ----------
    seeds : float array of shape (n_tags,)
        Variance by drawing other seeds; it holds `overlap`.
    examples : float array of shape (n_tags,)
        Variance by drawing other examples; it holds `overlap`, too.
    overlap : float array of shape (n_tags,)
        The luck of single rows.
    freedom : float array of shape (n_tags,)
        Degrees of freedom of `seeds`.
    runs : int
        How many the side with fewer has.
    """

    seeds: Floats
    examples: Floats
    overlap: Floats
    freedom: Floats
    runs: int


@dataclass(frozen=True, slots=True, eq=False)
class SeedChange:
    """The mean rate of the runs after minus that of the runs before, per tag.

    Parameters
    ----------
    value : float array of shape (n_tags,)
        Negative is better; NaN where a run has no rate.
    variance : float array of shape (n_tags,)
        Over seeds and over examples.
    freedom : float array of shape (n_tags,)
        Degrees of freedom of that variance, at least 1.
    parts : SeedParts or None
        What the variance is made of.
    """

    value: Floats
    variance: Floats
    freedom: Floats
    parts: SeedParts | None = None

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return value -+ t sd.

        Parameters
        ----------
        level : float, default 0.95
            Confidence, a fraction between 0 and 1.

        Returns
        -------
        low, high : float arrays of shape (n_tags,)
            NaN where neither seeds nor examples vary (all runs alike on a small tag).

        Raises
        ------
        InputError
            If `level` is no fraction between 0 and 1.
        """
        return difference_interval(self.value, self.variance, self.freedom + 1, level=level)

    @property
    def p_value(self) -> Floats:
        """Two-sided p, shape (n_tags,); 1 without a change, NaN where nothing varies."""
        varies = self.variance > 0
        sd = np.sqrt(np.where(varies, self.variance, np.nan))
        p = 2 * stdtr(self.freedom, -np.abs(self.value) / sd)
        return np.where(~varies & (self.value == 0), 1.0, p)


def seed_change(
    before: ArrayLike,
    after: ArrayLike,
    *,
    example_variance: ArrayLike,
    overlap: ArrayLike = 0.0,
    matched: bool = False,
) -> SeedChange:
    """Compare several runs before with several runs after, all on the same examples.

    Parameters
    ----------
    before, after : arrays of shape (n_seeds_before, n_tags) and (n_seeds_after, n_tags)
        The rate of errors of each run on each tag.
    example_variance : array of shape (n_tags,)
        Variance of the change by drawing other examples: that of `paired_change` with each row's
        error and weight averaged over the runs of a side. 0 speaks of these examples only.
    overlap : array of shape (n_tags,), default 0
        What both variances hold, the luck of single rows: `seed_overlap` of both sides, added.
        Without it the test is on the safe side.
    matched : bool, default False
        Whether run i after belongs to run i before (the same split of the data, the same initial
        weights). Then the differences of the pairs are the units.

    Returns
    -------
    SeedChange
        With its interval and p value.

    Raises
    ------
    InputError
        If a side has fewer than 2 runs, the tags differ in number, or matched sides differ in
        their number of runs.

    Notes
    -----
    The variance is that of the seeds (Welch [1]_; matched: of the differences), plus that of the
    examples less `overlap`, and never less than that of the examples. The degrees of freedom
    are Welch's and Satterthwaite's, at most those of the seeds: the seeds stay the units.

    A seed number is no match by itself: two models that start from "seed 1" share nothing unless
    that draws the same data for both, and matching halves the degrees of freedom.

    Simulated at the level .05 with identical procedures, where one run a side and McNemar's test
    call up to .82 of the pairs different: 2, 3, 5 and 10 runs a side .000 to .047, at .001 at most
    .002; matched .000 to .049.

    References
    ----------
    .. [1] B. L. Welch (1947). "The generalization of 'Student's' problem when several different
       population variances are involved". Biometrika 34(1-2), 28-35.
       doi:10.1093/biomet/34.1-2.28
    .. [2] X. Bouthillier et al. (2021). "Accounting for variance in machine learning benchmarks".
       Proceedings of Machine Learning and Systems 3, 747-769. arXiv:2103.03098

    Examples
    --------
    >>> before, after = [[0.12], [0.14], [0.13]], [[0.10], [0.09], [0.11]]
    >>> change = seed_change(before, after, example_variance=[0.00004])
    >>> change.value.round(3).tolist(), change.p_value.round(3).tolist()
    ([-0.03], [0.044])
    """
    old, new = _runs(before, "before"), _runs(after, "after")
    if old.shape[1:] != new.shape[1:]:
        raise InputError(
            "`before` and `after` must have the same tags."
            f" Got {old.shape[1]} and {new.shape[1]} instead."
        )
    rows = np.broadcast_to(np.asarray(example_variance, dtype=np.float64), old.shape[1:])
    if matched:
        seeds, freedom, most = _matched(old, new)
    else:
        seeds, freedom, most = _welch(old, new)
    largest = np.maximum(old.max(axis=0), new.max(axis=0))
    seeds = np.where(seeds > ROUNDING * largest**2, seeds, 0.0)
    both = np.broadcast_to(np.asarray(overlap, dtype=np.float64), rows.shape)
    whole = np.maximum(seeds + np.maximum(rows - both, 0.0), rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        joint = freedom * (whole / seeds) ** 2
    value = new.mean(axis=0) - old.mean(axis=0)
    parts = SeedParts(seeds, rows, both, freedom, min(len(old), len(new)))
    return SeedChange(value, whole, np.where(seeds > 0, np.minimum(joint, most), most), parts)


def seed_overlap(
    squares: ArrayLike, squared_sums: ArrayLike, weight: ArrayLike, *, seeds: int
) -> Floats:
    """Return the variance of a side's mean rate by the luck of single rows.

    Where a run's seed decides row by row, the rates of the runs differ by it, and so do the
    averages of the rows: it would count twice in `seed_change`.

    Parameters
    ----------
    squares : array of shape (n_tags,)
        Sum over rows and runs of the squared error; with groups, of the group's squared sum.
    squared_sums : array of shape (n_tags,)
        Sum over rows (groups) of the square of what the runs together have of errors.
    weight : array of shape (n_tags,)
        W_t, the same in all runs.
    seeds : int
        How many runs the side has.

    Returns
    -------
    float array of shape (n_tags,)
        Variance within rows / seeds / weight^2, at least 0; NaN without weight.

    Raises
    ------
    InputError
        If there are fewer than 2 runs.

    Examples
    --------
    Three runs on 100 rows: 10 rows wrong in all of them, 6 rows in one of them.

    >>> seed_overlap(10 * 3 + 6, 10 * 9 + 6, 100, seeds=3).round(6).tolist()
    6.7e-05
    """
    if seeds < 2:
        raise InputError(f"The luck of a seed shows from 2 runs a side on. Got {seeds} instead.")
    each, together, size = (
        np.asarray(array, dtype=np.float64) for array in (squares, squared_sums, weight)
    )
    within = np.maximum(each - together / seeds, 0.0) / (seeds - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, within / (seeds * size**2), np.nan)


def _runs(rates: ArrayLike, side: str) -> Floats:
    runs = np.asarray(rates, dtype=np.float64)
    if runs.ndim != 2 or len(runs) < 2:
        raise InputError(
            f"`{side}` needs the rates of at least 2 runs, shape (n_seeds, n_tags): one run cannot"
            f" tell a better model from a lucky seed. Got shape {runs.shape} instead."
        )
    return runs


def _welch(old: Floats, new: Floats) -> tuple[Floats, Floats, float]:
    """Return variance of the difference of means, its degrees of freedom and their maximum."""
    a, b = old.var(axis=0, ddof=1) / len(old), new.var(axis=0, ddof=1) / len(new)
    most = float(len(old) + len(new) - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = (a + b) ** 2 / (a**2 / (len(old) - 1) + b**2 / (len(new) - 1))
    return a + b, np.where(a + b > 0, freedom, most), most


def _matched(old: Floats, new: Floats) -> tuple[Floats, Floats, float]:
    if len(old) != len(new):
        raise InputError(
            "Matched runs need one after for each before."
            f" Got {len(old)} before and {len(new)} after instead."
        )
    variance = (new - old).var(axis=0, ddof=1) / len(old)
    most = float(len(old) - 1)
    return variance, np.full_like(variance, most), most
