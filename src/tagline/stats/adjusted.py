"""The gap of a tag to its complement, adjusted for the other tags by strata.

Inside a stratum tag and complement have the same company, so what gap is left there belongs to the
tag. Here errors are 0 or 1; `tagline.stats.adjusted_ratios` is for all other measures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, ndtr

from tagline.stats.intervals import normal_quantile, wilson
from tagline.stats.strata import StratumTables

__all__ = ["AdjustedGap", "mantel_haenszel", "mantel_haenszel_variance"]

Floats = NDArray[np.float64]

ENOUGH = 5.0  # errors in play (their variance) from which the normal distribution will do


@dataclass(frozen=True, slots=True, eq=False)
class AdjustedGap:
    """The rate with the tag minus that of the complement with the same company.

    Parameters
    ----------
    value : float array of shape (n_tags,)
        NaN where no stratum holds rows of both.
    low, high : float arrays of shape (n_tags,)
        Its interval.
    p_value : float array of shape (n_tags,)
        Two-sided, of no gap in any stratum.
    comparable : float array of shape (n_tags,)
        The fraction of the tag's rows (of its weight) in strata that hold the complement, too; the
        others say nothing here. NaN for a tag without rows.
    """

    value: Floats
    low: Floats
    high: Floats
    p_value: Floats
    comparable: Floats


def mantel_haenszel(tables: StratumTables, *, level: float = 0.95) -> AdjustedGap:
    """Return Mantel and Haenszel's common risk difference of each tag over its strata.

    Parameters
    ----------
    tables : StratumTables
        Counts by stratum.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    AdjustedGap
        The gaps of the strata, weighted with n n' / (n + n'); strata without rows on one side
        have no weight.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Notes
    -----
    The interval inverts the test with Sato's variance [2]_, which holds with few large strata
    and with many small ones, taken at each gap in question, as Klingenberg has it [3]_: the ends
    are the roots of (value - d)^2 = z^2 var(d). Where nothing at all, or everything, is wrong,
    Wilson's ends of the two sides stand in. p is that of the Cochran-Mantel-Haenszel test [1]_
    without correction; where the errors have a variance below 5 a gamma distribution with the
    skewness of the hypergeometric ones takes the place of the normal.

    Where the gap differs by stratum the value is a mean gap, mostly of the strata in which both
    sides have many rows.

    Simulated over 400 settings, tags of 10 to 300 rows beside 20 to 3,000 in 1 to 50 strata of
    unequal size: coverage of nominal .95 .960 in the mean, .937 in the 20th lowest, .902 in the
    lowest (one stratum, as Wilson's interval has it; value -+ 1.96 sd by Sato's variance .46 to
    1.00); at the level .05 without a gap .034 in the mean, at most .057; at .001 at most .0024.

    References
    ----------
    .. [1] N. Mantel, W. Haenszel (1959). "Statistical aspects of the analysis of data from
       retrospective studies of disease". JNCI 22(4), 719-748. doi:10.1093/jnci/22.4.719
    .. [2] T. Sato (1989). "On the variance estimator for the Mantel-Haenszel risk difference"
       (letter). Biometrics 45(4), 1323-1324. doi:10.2307/2531784
    .. [3] B. Klingenberg (2014). "A new and improved confidence interval for the Mantel-Haenszel
       risk difference". Statistics in Medicine 33(17), 2968-2983. doi:10.1002/sim.6122

    Examples
    --------
    The tag has three times the errors of its complement, but only because it is mostly dim.

    >>> dim, bright = (36, 90, 4, 10), (1, 10, 9, 90)
    >>> gap = mantel_haenszel(StratumTables.of(*zip(dim, bright, strict=True)))
    >>> gap.value.round(3).tolist(), gap.low.round(2).tolist(), gap.high.round(2).tolist()
    ([0.0], [-0.18], [0.2])
    """
    z = normal_quantile(level)
    weight, gap = _weight_and_gap(tables)
    slope, base = _sato(tables)
    middle = gap + z**2 * slope / (2 * weight**2)
    spread = np.maximum(middle**2 - gap**2 + z**2 * base / weight**2, 0.0)
    low, high = middle - np.sqrt(spread), middle + np.sqrt(spread)
    alike, ends = _all_alike(tables, level)
    low, high = np.where(alike, ends[0], low), np.where(alike, ends[1], high)
    both = weight > 0
    return AdjustedGap(
        value=gap,
        low=np.where(both, np.clip(low, -1.0, 1.0), np.nan),
        high=np.where(both, np.clip(high, -1.0, 1.0), np.nan),
        p_value=np.where(both, _cochran_p(tables), np.nan),
        comparable=_comparable(tables),
    )


def mantel_haenszel_variance(tables: StratumTables) -> Floats:
    """Return Sato's variance of `mantel_haenszel` at the gap that was seen.

    Parameters
    ----------
    tables : StratumTables
        Counts by stratum.

    Returns
    -------
    float array of shape (n_tags,)
        At least 0; NaN where no stratum holds rows of both sides.

    References
    ----------
    .. [1] T. Sato (1989). Biometrics 45(4), 1323-1324. doi:10.2307/2531784
    """
    weight, gap = _weight_and_gap(tables)
    slope, base = _sato(tables)
    return np.maximum(gap * slope + base, 0.0) / weight**2


def _weight_and_gap(tables: StratumTables) -> tuple[Floats, Floats]:
    """Return the sum of the weights (NaN where 0) and the weighted mean of the gaps."""
    each = _over(tables.n * tables.n_outside, tables)
    surplus = tables.errors * tables.n_outside - tables.errors_outside * tables.n
    weight = tables.sum(each)
    weight = np.where(weight > 0, weight, np.nan)
    return weight, tables.sum(_over(surplus, tables)) / weight


def _sato(tables: StratumTables) -> tuple[Floats, Floats]:
    """Return the sums P and Q of Sato's variance (gap x P + Q) / weight^2."""
    k, n, k_out, n_out = tables.errors, tables.n, tables.errors_outside, tables.n_outside
    slope = n**2 * k_out - n_out**2 * k + n * n_out * (n_out - n) / 2
    base = k * (n_out - k_out) + k_out * (n - k)
    return tables.sum(_over(_over(slope, tables), tables)), tables.sum(_over(base / 2, tables))


def _cochran_p(tables: StratumTables) -> Floats:
    """Compare the errors in the tag with what the margins of the strata let expect."""
    n, n_out = tables.n, tables.n_outside
    wrong = tables.errors + tables.errors_outside
    whole = n + n_out
    surplus = tables.sum(tables.errors - _over(n * wrong, tables))
    spread = n * n_out * wrong * (whole - wrong)
    some = whole > 1
    variance = tables.sum(_divide(spread, whole**2 * (whole - 1), some))
    lean = spread * (n_out - n) * (whole - 2 * wrong)
    third = tables.sum(_divide(lean, whole**3 * (whole - 1) * (whole - 2), whole > 2))
    some = variance > 0
    z = _divide(surplus, np.sqrt(np.where(some, variance, 1.0)), some)
    p: Floats = 2 * ndtr(-np.abs(z))
    skew = _divide(third, np.where(some, variance, 1.0) ** 1.5, some)
    small = some & (variance < ENOUGH) & (np.abs(skew) > 1e-3)
    p[small] = _skewed_p(z[small], skew[small])
    return p


def _skewed_p(z: Floats, skew: Floats) -> Floats:
    """Return twice the smaller tail of the gamma distribution with this skewness."""
    shape = 4 / skew**2
    place = np.maximum(shape + 2 * z / skew, 0.0)
    tail = np.minimum(gammainc(shape, place), gammaincc(shape, place))
    p: Floats = np.minimum(2 * tail, 1.0)
    return p


def _all_alike(tables: StratumTables, level: float) -> tuple[NDArray[np.bool_], list[Floats]]:
    """Return where comparable rows are all right or all wrong, and an interval for there."""
    both = (tables.n > 0) & (tables.n_outside > 0)
    n, n_out = tables.sum(tables.n * both), tables.sum(tables.n_outside * both)
    wrong = tables.sum((tables.errors + tables.errors_outside) * both)
    alike = (wrong == 0) | (wrong == n + n_out)
    at_most, at_most_outside = wilson(0.0, n, level)[1], wilson(0.0, n_out, level)[1]
    right = wrong == 0
    ends = [
        np.where(right, -at_most_outside, -at_most),
        np.where(right, at_most, at_most_outside),
    ]
    return alike, ends


def _comparable(tables: StratumTables) -> Floats:
    whole, part = tables.sum(tables.n), tables.sum(tables.n * (tables.n_outside > 0))
    return np.where(whole > 0, _divide(part, whole, whole > 0), np.nan)


def _over(values: Floats, tables: StratumTables) -> Floats:
    """Divide by the rows of the stratum; 0 in an empty one."""
    whole = tables.n + tables.n_outside
    return _divide(values, whole, whole > 0)


def _divide(above: Floats, below: Floats, where: NDArray[np.bool_]) -> Floats:
    part: Floats = np.divide(above, below, out=np.zeros_like(above), where=where)
    return part
