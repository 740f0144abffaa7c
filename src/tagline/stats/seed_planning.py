"""How many more runs a side, or examples, decide a change that is tested over seeds.

With two or three runs a side the t quantile is large and the spread of the seeds hardly known: a
change must be several times its standard error. More runs help twice over, more examples only
where the examples, not the seeds, make the noise.

References
----------
.. [1] R. H. Browne (1995). "On the use of a pilot sample for sample size determination".
   Statistics in Medicine 14(17), 1933-1940. doi:10.1002/sim.4780141709
.. [2] A. O'Hagan, J. W. Stevens, M. J. Campbell (2005). "Assurance in clinical trial design".
   Pharmaceutical Statistics 4(3), 187-201. doi:10.1002/pst.175
.. [3] N. L. Johnson, B. L. Welch (1940). "Applications of the non-central t-distribution".
   Biometrika 31(3/4), 362-389. doi:10.2307/2332616 (the normal approximation)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri, ndtr, stdtrit

from tagline.exceptions import InputError
from tagline.stats.intervals import normal_quantile
from tagline.stats.planning import check_fraction
from tagline.stats.seeds import SeedChange, SeedParts

__all__ = ["seed_decide_examples", "seed_decide_runs", "seed_mde"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

MOST_RUNS = 200  # a side: nobody trains more to decide one question
MOST_EXAMPLES = 1e12
STEPS = 40  # halvings on a logarithmic scale
QUANTILES = (np.arange(20) + 0.5) / 20  # of the variance of the seeds, given what was seen
TINY = 1e-300


def seed_decide_runs(
    change: SeedChange,
    *,
    margin: float,
    level: float = 0.95,
    strict: float | None = None,
    power: float = 0.8,
) -> Floats:
    """Return how many more runs a side would probably decide each tag, on the same examples.

    Parameters
    ----------
    change : SeedChange
        From `seed_change`, of as many runs on either side.
    margin : float
        The largest change that does not matter.
    level : float, default 0.95
        Confidence of the interval that is to lie inside the margin.
    strict : float, optional
        Confidence of the interval that is to leave out 0: `discovery_level` of the table.
    power : float, default 0.8
        The probability to be decided that is asked for.

    Returns
    -------
    float array of shape (n_tags,)
        Whole numbers, at least 1 (ask only where the verdict is "undecided"); NaN where no number
        up to 200 runs a side is enough, or where nothing is known.

    Raises
    ------
    InputError
        If a level or the power is no fraction between 0 and 1, or `change` has no parts.

    Notes
    -----
    The change is taken to be as large as it was seen. The interval is expected to be
    value -+ t sd with the variance of [seeds x runs / r + examples] and the degrees of freedom of
    r runs, and the power is that of the noncentral t distribution (by the normal approximation
    [3]_). Two to three runs say little about the spread of the seeds: so the power is averaged over
    what the spread may be, given what was seen (scaled inverse chi square; the assurance of [2]_,
    for the reason of [1]_). Taken at its value, the spread promises too much.

    Simulated with changes of 1 to 3 standard deviations of a seed, plans for a power of .8 were
    decided in .83 to .94 of cases after 2 runs a side, in .80 to .96 after 3, in .79 to .92 after 5
    (more where one more run is too many); with the spread taken at its value in .64 to .83 after 2,
    .71 to .94 after 3.

    Examples
    --------
    >>> from tagline.stats import seed_change
    >>> before, after = [[0.12], [0.14], [0.13]], [[0.11], [0.12], [0.105]]
    >>> seen = seed_change(before, after, example_variance=[0.00002])
    >>> seed_decide_runs(seen, margin=0.01).tolist()
    [11.0]
    """
    parts = _parts(change, power)
    stricter = level if strict is None else strict
    value = change.value

    def enough(runs: Floats) -> Booleans:
        one = np.ones_like(value)
        chance = _chance(parts, value, runs, one, margin=margin, levels=(level, stricter))
        return chance >= power

    low = np.full(value.shape, float(parts.runs))
    high = np.full(value.shape, float(MOST_RUNS))
    possible = enough(high) & np.isfinite(value) & (change.variance > 0)
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        yes = enough(np.maximum(middle, low))
        wide = high - low > 1
        low, high = np.where(wide & ~yes, middle, low), np.where(wide & yes, middle, high)
    return np.where(possible, high - parts.runs, np.nan)


def seed_decide_examples(
    change: SeedChange,
    support: ArrayLike,
    *,
    margin: float,
    level: float = 0.95,
    strict: float | None = None,
    power: float = 0.8,
) -> Floats:
    """Return how many more examples would probably decide each tag, with the same runs.

    Parameters
    ----------
    change : SeedChange
    margin, level, strict, power : float
        As in `seed_decide_runs`.
    support : array of shape (n_tags,)
        Rows with the tag.

    Returns
    -------
    float array of shape (n_tags,)
        Whole numbers, at least 1; NaN where no number is enough: what the seeds themselves differ
        by does not become less with more examples.

    Raises
    ------
    InputError
        As `seed_decide_runs`.
    """
    parts = _parts(change, power)
    stricter = level if strict is None else strict
    value = change.value
    count = np.asarray(support, dtype=np.float64)
    rows = np.where(count > 0, count, 1.0)
    runs = np.full(value.shape, float(parts.runs))

    def enough(times: Floats) -> Booleans:
        chance = _chance(parts, value, runs, times, margin=margin, levels=(level, stricter))
        return chance >= power

    low, high = np.zeros_like(rows), np.log(MOST_EXAMPLES / rows)
    possible = enough(np.exp(high)) & (count > 0) & (change.variance > 0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        yes = enough(np.exp(middle))
        low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    more = np.maximum(np.ceil(rows * np.expm1(high) - 1e-6), 1.0)
    return np.where(possible & np.isfinite(value), more, np.nan)


def seed_mde(
    change: SeedChange, *, level: float = 0.95, power: float = 0.8, runs: int | None = None
) -> Floats:
    """Return the smallest change that so many runs a side show with a probability.

    Parameters
    ----------
    change : SeedChange
        The spread of seeds and examples as it was seen.
    level : float, default 0.95
        Confidence of the interval that is to leave out 0.
    power : float, default 0.8
    runs : int, optional
        Default: as many as there were.

    Returns
    -------
    float array of shape (n_tags,)
        In the unit of the rate, averaged over what the spread may be as `seed_decide_runs` says;
        NaN where nothing varies.

    Raises
    ------
    InputError
        As `seed_decide_runs`.
    """
    parts = _parts(change, power)
    one = np.ones_like(change.value)
    there = one * (parts.runs if runs is None else runs)
    sd = np.sqrt(np.where(change.variance > 0, change.variance, np.nan))
    low, high = np.zeros_like(sd), 1e3 * sd
    for _ in range(STEPS):
        middle = (low + high) / 2
        chance = _chance(parts, middle, there, one, margin=0.0, levels=(level, level))
        low, high = np.where(chance >= power, low, middle), np.where(chance >= power, middle, high)
    return high


def _parts(change: SeedChange, power: float) -> SeedParts:
    check_fraction("power", power)
    if change.parts is None:
        raise InputError("A plan over seeds needs the parts of the variance: use `seed_change`.")
    return change.parts


def _chance(
    parts: SeedParts,
    value: Floats,
    runs: Floats,
    times: Floats,
    *,
    margin: float,
    levels: tuple[float, float],
) -> Floats:
    """Return the probability that so many runs on so many times the examples decide."""
    for level in levels:
        normal_quantile(level)
    freedom = np.maximum(parts.freedom, 1.0)[:, None]
    spread = freedom / np.maximum(chdtri(freedom, QUANTILES[None, :]), TINY)
    sd, units = _expected(parts, runs[:, None], times[:, None], spread)
    near, far = (stdtrit(units, (1 + level) / 2) for level in levels)
    size = np.abs(value)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _beyond(size / sd, far, units)
        inside = _beyond((margin - size) / sd, near, units)
        inside += _beyond((margin + size) / sd, near, units) - 1
    chance: Floats = np.maximum(found, inside if margin > 0 else 0.0).mean(axis=1)
    return np.nan_to_num(chance)


def _expected(
    parts: SeedParts, runs: Floats, times: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """Return standard deviation and degrees of freedom that are expected."""
    fewer = parts.runs / runs
    luck = np.minimum(parts.overlap, parts.seeds)[:, None]
    seeds = spread * (parts.seeds[:, None] - luck + luck / times) * fewer
    alone = np.maximum(parts.examples - parts.overlap, 0.0)[:, None] / times
    shared = np.minimum(parts.overlap, parts.examples)[:, None] / times * fewer
    whole = np.maximum(seeds + alone, alone + shared)
    grown = parts.freedom[:, None] * (runs - 1) / (parts.runs - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        units = np.minimum(np.where(seeds > 0, grown * (whole / seeds) ** 2, np.inf), 2 * runs - 2)
    return np.sqrt(whole), np.maximum(units, 1.0)


def _beyond(center: Floats, quantile: Floats, freedom: Floats) -> Floats:
    """Return how probable it is that t around a center passes a quantile [3]_."""
    shift = quantile * (1 - 1 / (4 * freedom))
    chance: Floats = ndtr((center - shift) / np.sqrt(1 + quantile**2 / (2 * freedom)))
    return chance
