"""Calibration error of groups from sums by bin of confidence, without the bias of small groups.

With d = confidence - outcome, a bin's calibration error is |E d|. The usual estimate, the weighted
mean of |mean of d| over the bins, is positive also where the model is calibrated, and the more so
the fewer rows there are: it would rank the smallest tags first. So what is estimated here is the
mean of (E d)^2 over the bins, from which the sampling variance can be taken out.

References
----------
.. [1] A. Kumar, P. Liang, T. Ma (2019). "Verified uncertainty calibration". Advances in Neural
   Information Processing Systems 32. (The debiased squared error, section 4.)
.. [2] J. Broecker (2012). "Estimating reliability and resolution of probability forecasts through
   decomposition of the empirical score". Climate Dynamics 39, 655-667.
   doi:10.1007/s00382-011-1191-1
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.stats.intervals import normal_quantile

__all__ = ["CalibrationError", "calibration_error"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationError:
    """How far confidence is from what came true; all arrays have the shape (tags,).

    Attributes
    ----------
    rms : float array
        Root of the mean squared calibration error over the rows, without bias before the root is
        taken (0 where that estimate is negative); NaN where no bin has two rows.
    low, high : float arrays
        Its interval.
    gap : float array
        Mean confidence - share that came true: above 0 the model is overconfident.
    ece : float array
        The usual expected calibration error: biased upwards.
    by_chance : float array
        What `ece` would be, on average, if the model were calibrated.
    """

    rms: Floats
    low: Floats
    high: Floats
    gap: Floats
    ece: Floats
    by_chance: Floats


def calibration_error(
    n: ArrayLike, gap: ArrayLike, squares: ArrayLike, spread: ArrayLike, *, level: float = 0.95
) -> CalibrationError:
    """Estimate calibration errors from sums over the rows of each tag and bin.

    Parameters
    ----------
    n : array of shape (tags, bins)
        Rows. The bins are the same for all tags, and chosen without looking at the outcomes.
    gap : array of shape (tags, bins)
        Sums of d = confidence - outcome (1 if it came true, else 0).
    squares : array of shape (tags, bins)
        Sums of d * d.
    spread : array of shape (tags, bins)
        Sums of confidence * (1 - confidence): the variance of the gap if the model is calibrated.
    level : float, default 0.95
        Of the interval.

    Returns
    -------
    CalibrationError

    Notes
    -----
    A bin with one row says nothing about its own sampling variance; it is left out of `rms`, not of
    `gap` and `ece`. The interval inverts the test whose variance is that of a weighted sum of
    squared normal means, as far as it is known at the error that is tested; within a bin the
    variance is never taken as smaller than that of a calibrated model, so that a bin in which
    everything came true widens it.

    Examples
    --------
    >>> found = calibration_error([[100.0]], [[20.0]], [[25.0]], [[16.0]])
    >>> round(float(found.rms[0]), 3), round(float(found.gap[0]), 3)
    (0.195, 0.2)
    """
    n, gap, squares, spread = (
        np.atleast_2d(np.asarray(each, dtype=np.float64)) for each in (n, gap, squares, spread)
    )
    rows = n.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.sqrt(2 * np.maximum(spread, 0) / np.pi).sum(axis=1) / rows
        overall, plain = gap.sum(axis=1) / rows, np.abs(gap).sum(axis=1) / rows
    low, middle, high = _squared(n, gap, squares, spread, level)
    rms, least, most = (np.sqrt(np.maximum(each, 0)) for each in (middle, low, high))
    return CalibrationError(rms, least, most, overall, plain, expected)


def _squared(
    n: Floats, gap: Floats, squares: Floats, spread: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return low end, estimate and high end of the mean squared error."""
    z2 = normal_quantile(0.5 + level / 2) ** 2
    used = n >= 2
    size = np.where(used, n, 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(used, n, 0) / size[:, None]
        mean = np.where(used, gap / n, 0.0)
        own = np.where(used, (squares - gap * gap / n) / (n - 1) / n, 0.0)  # variance of the mean
        steady = np.where(used, np.maximum(own, spread / n / n), 0.0)
        error = mean * mean - own
        estimate = np.where(size > 0, (weight * error).sum(axis=1), np.nan)
        known = np.maximum(error, 0)
        total = (weight * known).sum(axis=1)
        tilt = np.where(
            total > 0,
            (weight * weight * known * steady).sum(axis=1) / total,
            (weight * steady).max(axis=1),
        )
        fourth = (weight * known * known).sum(axis=1) / (total * total)
        uneven = np.where(total > 0, np.maximum(fourth - 1, 0), 0.0) / size
        base = 2 * (weight * weight * steady * steady).sum(axis=1)
        # (estimate - T)^2 <= z2 (base + 4 tilt T + uneven T^2), a parabola in T
        a, b = 1 - z2 * uneven, estimate + 2 * z2 * tilt
        root = np.sqrt(np.maximum(b * b - a * (estimate * estimate - z2 * base), 0))
        high = np.where(a > 0, (b + root) / a, np.inf)
        low = np.where(a > 0, (b - root) / a, 0.0)
    return np.minimum(low, estimate), estimate, np.clip(np.maximum(high, estimate), 0, 1)
