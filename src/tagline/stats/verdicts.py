"""Two runs in one word per tag, and how many more examples would decide it.

References
----------
.. [1] Y. Benjamini, D. Yekutieli (2005). "False discovery rate-adjusted multiple confidence
   intervals for selected parameters". JASA 100(469), 71-81. doi:10.1198/016214504000001907
   (section 5: the step-up procedure also controls wrong directions)
.. [2] D. J. Schuirmann (1987). "A comparison of the two one-sided tests procedure and the power
   approach for assessing the equivalence of average bioavailability". Journal of Pharmacokinetics
   and Biopharmaceutics 15(6), 657-680. doi:10.1007/BF01068419
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError
from tagline.stats.corrections import benjamini_hochberg
from tagline.stats.intervals import normal_quantile
from tagline.stats.paired import paired_interval
from tagline.stats.paired_cells import PairedCells
from tagline.stats.ratios import student_quantile

__all__ = [
    "BETTER",
    "NO_DIFFERENCE",
    "UNDECIDED",
    "WORSE",
    "Verdict",
    "change_verdicts",
    "discovery_level",
    "paired_decide_more",
    "paired_ratio_decide_more",
]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Verdict = Literal["better", "worse", "no relevant difference", "undecided"]

BETTER: Verdict = "better"
WORSE: Verdict = "worse"
NO_DIFFERENCE: Verdict = "no relevant difference"
UNDECIDED: Verdict = "undecided"

STEPS = 40  # halvings on a logarithmic scale, to about 1e-10
MOST = 1e12  # examples that nobody will label


def change_verdicts(
    low: ArrayLike, high: ArrayLike, q_value: ArrayLike, *, margin: float, level: float = 0.95
) -> list[Verdict]:
    """Return what the interval and the test of each tag say about its change.

    Parameters
    ----------
    low, high : arrays of shape (n_tags,)
        The interval of after minus before at `level`, each tag for itself.
    q_value : array of shape (n_tags,)
        p values corrected over the tags of the table (`benjamini_hochberg`); NaN is no finding.
    margin : float
        The largest change that does not matter, at least 0; with 0 every change matters.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    list of str
        The first of these that holds: "no relevant difference" if the interval lies inside
        -+ `margin`, however significant the change; "better" or "worse" if the interval lies
        on that side of 0 and q is at most 1 - `level`; otherwise "undecided".

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1, or `margin` is negative or no number.

    Notes
    -----
    Two kinds of error, two levels. "Better" and "worse" are findings, and a table of hundreds of
    tags would find some by chance: so they ask q, and of all findings of a table at most
    1 - `level` are expected to be false or of the wrong direction [1]_. "No relevant difference"
    is no finding but the failure to be large: it asks the tag's own interval (two one-sided tests
    [2]_), and is wrong with a probability of at most (1 - `level`) / 2 for a tag that does differ.
    The interval shown is the tag's own, too: it may leave out 0 where q does not find a change,
    which is what the many tags cost.

    Examples
    --------
    >>> low, high = [-0.05, -0.004, -0.05, 0.002], [-0.03, 0.003, 0.03, 0.05]
    >>> change_verdicts(low, high, [0.001, 0.8, 0.6, 0.09], margin=0.01)
    ['better', 'no relevant difference', 'undecided', 'undecided']
    """
    normal_quantile(level)
    _check_margin(margin)
    bottom, top, q = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (low, high, q_value))
    )
    found = q <= 1 - level
    inside = (bottom >= -margin) & (top <= margin)
    words = np.full(bottom.shape, UNDECIDED, dtype=object)
    words[found & (top < 0)] = BETTER
    words[found & (bottom > 0)] = WORSE
    words[inside & (margin > 0)] = NO_DIFFERENCE
    result: list[Verdict] = words.tolist()
    return result


def discovery_level(p_value: ArrayLike, level: float = 0.95) -> float:
    """Return the confidence at which one more tag of the table would be found.

    Parameters
    ----------
    p_value : array of shape (n_tags,)
        The p values of one table; NaN marks what is outside the family.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    float
        1 - (1 - level) (found + 1) / tests: Benjamini and Hochberg's threshold for one more,
        where `found` are at most 1 - level after their correction; at least `level`.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Examples
    --------
    >>> round(discovery_level([0.001, 0.2, 0.5, 0.9]), 4)
    0.975
    """
    normal_quantile(level)
    p = np.asarray(p_value, dtype=np.float64)
    tests = np.count_nonzero(~np.isnan(p))
    found = np.count_nonzero(benjamini_hochberg(p) <= 1 - level)
    return float(1 - (1 - level) * min(found + 1, tests) / tests) if tests else level


def paired_decide_more(
    cells: PairedCells,
    *,
    margin: float,
    level: float = 0.95,
    strict: float | None = None,
    support: ArrayLike | None = None,
    effective: ArrayLike = np.inf,
) -> Floats:
    """Return about how many more examples would decide a tag, if its cells grow in proportion.

    That is the smallest number at which the expected Newcombe interval lies on one side of 0, or
    inside the margin.

    Parameters
    ----------
    cells : PairedCells
        Rows, or effective rows.
    margin : float
        The largest change that does not matter.
    level : float, default 0.95
        Confidence of the interval that is to lie inside the margin.
    strict : float, optional
        Confidence of the interval that is to leave out 0: `discovery_level` of the table.
    support : array of shape (n_tags,), optional
        Rows with the tag, where the cells are effective rows.
    effective : array of shape (n_tags,), default inf
        Effective number of independent groups, which is taken to grow alike.

    Returns
    -------
    float array of shape (n_tags,)
        Whole numbers, at least 1 (ask only where the verdict is "undecided"); NaN without rows,
        and where no number decides (no change at all, and a margin of 0).

    Raises
    ------
    InputError
        If a level is no fraction between 0 and 1, or `margin` is negative or no number.

    Notes
    -----
    It is the number for an even chance: what comes may differ from what was seen.

    Examples
    --------
    >>> paired_decide_more(PairedCells.of([88, 90], [2, 0], [5, 0], [5, 10]), margin=0.01).tolist()
    [218.0, 262.0]
    """
    _check_margin(margin)
    stricter = level if strict is None else strict
    groups = np.broadcast_to(np.asarray(effective, dtype=np.float64), cells.support.shape)

    def decided(times: Floats) -> Booleans:
        grown, units = cells.scaled(times), groups * times
        low, high = paired_interval(grown, level=level, effective=units)
        inside = (low >= -margin) & (high <= margin)
        low, high = paired_interval(grown, level=stricter, effective=units)
        return inside | (low > 0) | (high < 0)

    rows = cells.support if support is None else np.asarray(support, dtype=np.float64)
    return _more(decided, rows)


def paired_ratio_decide_more(
    value: ArrayLike,
    variance: ArrayLike,
    effective: ArrayLike,
    support: ArrayLike,
    *,
    margin: float,
    level: float = 0.95,
    strict: float | None = None,
) -> Floats:
    """Return the same for ratios of sums: value -+ t sd, with sd / sqrt(times) for more examples.

    Parameters
    ----------
    value, variance, effective : arrays of shape (n_tags,)
        The change, its variance by linearisation and its effective units (`paired_change`).
    support : array of shape (n_tags,)
        Rows with the tag.
    margin, level, strict : float
        As in `paired_decide_more`.

    Returns
    -------
    float array of shape (n_tags,)
        As in `paired_decide_more`; NaN where the variance is 0 or unknown.

    Raises
    ------
    InputError
        If a level is no fraction between 0 and 1, or `margin` is negative or no number.

    Examples
    --------
    >>> paired_ratio_decide_more(0.02, 0.0004, 1000, 1000, margin=0.01).tolist()
    [2844.0]
    """
    _check_margin(margin)
    stricter = level if strict is None else strict
    change, var, units, rows = (
        np.atleast_1d(np.asarray(each, dtype=np.float64))
        for each in (value, variance, effective, support)
    )

    def decided(times: Floats) -> Booleans:
        with np.errstate(invalid="ignore"):
            sd = np.sqrt(np.where(var > 0, var, np.nan) / times)
        near = np.abs(change) + student_quantile(level, units * times) * sd <= margin
        return near | (np.abs(change) > student_quantile(stricter, units * times) * sd)

    return _more(decided, rows)


def _more(decided: Callable[[Floats], Booleans], rows: Floats) -> Floats:
    """Search on a logarithmic scale how many times the rows decide."""
    known = rows > 0
    count = np.where(known, rows, 1.0)
    low, high = np.zeros_like(count), np.log(MOST / count)
    possible = known & decided(np.exp(high))
    for _ in range(STEPS):
        middle = (low + high) / 2
        enough = decided(np.exp(middle))
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    more = np.maximum(np.ceil(count * np.expm1(high) - 1e-6), 1.0)
    return np.where(possible, more, np.nan)


def _check_margin(margin: float) -> None:
    if not 0 <= margin < np.inf:
        raise InputError(f"`margin` must be a number of at least 0. Got {margin} instead.")
