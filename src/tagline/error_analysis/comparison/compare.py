"""Two runs on the same examples, per tag: what became better, and what worse."""

from __future__ import annotations

from typing import Any

import numpy as np

from tagline.error_analysis.asked.counting import count
from tagline.error_analysis.comparison.asking import comparison_request
from tagline.error_analysis.comparison.changes import changes
from tagline.error_analysis.comparison.moved import Moved
from tagline.error_analysis.comparison.results import RunComparison
from tagline.exceptions import InputError
from tagline.measures import find_measure
from tagline.stats import normal_quantile

__all__ = ["compare_runs"]


def compare_runs(
    before: Any,
    after: Any = None,
    *,
    label: Any = None,
    prediction: Any = None,
    tags: Any = None,
    measure: Any = "accuracy",
    margin: float = 0.01,
    group: Any = None,
    sample_weight: Any = None,
    where: str | None = None,
    level: float = 0.95,
    engine: Any = None,
    seed: int = 0,
) -> RunComparison:
    """Compare two runs on the same examples: per tag what is better, worse, or not decided yet.

    Parameters
    ----------
    before : frame, relation, path or glob
        The predictions of the first run, one row per example, as `analyze_errors` takes them.
    after : frame, relation, path or glob, optional
        Those of the second run; the two are joined by their column ``example_id``. None: both
        runs stand in `before`, and `prediction` names two columns. Lists of tables are several
        runs (seeds) a side, as many on each.
    label : str or array of shape (n_rows,), optional
        Of `before`. If `after` has a column of this name, it must hold the same.
    prediction : str, or a pair of str or arrays
        Of both runs, or of the first and the second. In one table several runs a side are a pair
        of lists of names.
    tags : optional
        As `analyze_errors` takes them; columns that only `after` has can be named, too.
    measure : str, Measure or registered function, default "accuracy"
    margin : float, default 0.01
        The largest change of the error rate that does not matter, a fraction of at least 0.
    group, sample_weight : str or array, optional
        As in `analyze_errors`, of `before`.
    where : str, optional
        A scalar SQL condition; only rows where it holds count.
    level : float, default 0.95
        Of all intervals, between 0 and 1.
    engine : None, str or connection, optional
    seed : int, default 0
        Kept with the result, for the draws of a promise.

    Returns
    -------
    RunComparison
        A row for each tag, those that became worse first, then (untagged) and (all).

    Raises
    ------
    InputError
        If the runs are not on the same examples, their labels differ, an id is missing or stands
        twice, or an argument does not fit the data.
    MissingExtraError
        If the data or the engine needs a package that is not installed.

    Notes
    -----
    change = after - before: below 0 is better. Errors of 0 or 1: Newcombe's paired interval [1]_
    and McNemar's mid-p [2]_; all else by the linearised paired difference of ratios. One run a
    side cannot tell the luck of a seed from progress.

    References
    ----------
    .. [1] R. G. Newcombe (1998). "Improved confidence intervals for the difference between
       binomial proportions based on paired data". Statistics in Medicine 17(22), 2635-2650.
       doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C
    .. [2] M. W. Fagerland, S. Lydersen, P. Laake (2013). "The McNemar test for binary matched-pairs
       data: mid-p and asymptotic are better than exact conditional". BMC Medical Research
       Methodology 13:91. doi:10.1186/1471-2288-13-91

    Examples
    --------
    >>> import tagline
    >>> rows = {
    ...     "said": ["yes", "no", "no", "yes"],
    ...     "old": ["yes", "yes", "no", "no"],
    ...     "new": ["yes", "no", "no", "no"],
    ...     "noisy": [False, True, False, True],
    ... }
    >>> found = tagline.compare_runs(rows, label="said", prediction=("old", "new"), tags="noisy")
    >>> row = found.rows[0]
    >>> row.tag, row.before, row.after, row.broken, row.fixed
    ('noisy', 1.0, 0.5, 0, 1)
    """
    _check_margin(margin)
    normal_quantile(level)
    found = find_measure(measure)
    asked = comparison_request(
        before,
        after,
        found,
        columns={"label": label, "group": group, "sample_weight": sample_weight},
        prediction=prediction,
        where=where,
        tags=tags,
        engine=engine,
    )
    counts = count(asked)
    runs = 1 + len(asked.question.more_before)
    compared = changes(counts, found, margin=margin, level=level, runs=runs)
    look = Moved(asked, dict(zip(counts.tags, counts.columns, strict=True)))
    return RunComparison.of(
        compared, counts, found, margin=margin, level=level, runs=runs, look=look
    )


def _check_margin(margin: Any) -> None:
    number = isinstance(margin, (int, float)) and not isinstance(margin, bool)
    if not number or not np.isfinite(margin) or margin < 0:
        raise InputError(
            "`margin` must be a number of at least 0 in the unit of the error rate, such as 0.01"
            f" for one point. Got {margin!r} instead."
        )
