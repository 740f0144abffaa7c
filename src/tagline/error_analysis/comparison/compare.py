"""Two runs on the same examples, per tag: what became better, and what worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tagline.error_analysis.analysis import analyzed
from tagline.error_analysis.asked.counting import count
from tagline.error_analysis.comparison.asking import comparison_request
from tagline.error_analysis.comparison.changes import changes
from tagline.error_analysis.comparison.moved import Moved
from tagline.error_analysis.comparison.promises import first_run
from tagline.error_analysis.comparison.results import RunComparison
from tagline.error_analysis.comparison.sides import sides_of
from tagline.error_analysis.gates.margins import check_margin
from tagline.error_analysis.ranked.humans import is_stated
from tagline.error_analysis.results import ErrorAnalysis
from tagline.exceptions import InputError
from tagline.measures import find_measure
from tagline.stats import normal_quantile

__all__ = ["compare_beside", "compare_runs"]


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
        The largest change of the error rate that does not matter, at least 0; a fraction below 1
        where rates cannot pass 1.
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
    side cannot tell the luck of a seed from progress. An example is broken where its own rate
    (error / weight; the error where it weighs nothing) rose, fixed where it fell: for errors of 0
    or 1 that is wrong instead of right, and a detector that sees nothing breaks an image although
    it makes fewer errors there.

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
    return _compared(
        before,
        after,
        columns={"label": label, "group": group, "sample_weight": sample_weight},
        prediction=prediction,
        tags=tags,
        measure=measure,
        margin=margin,
        where=where,
        level=level,
        engine=engine,
    )


def compare_beside(
    before: Any,
    after: Any = None,
    *,
    human: Any = None,
    importance: Mapping[str, float] | None = None,
    ease: Mapping[str, float] | None = None,
    top: int = 3,
    **options: Any,
) -> tuple[RunComparison, ErrorAnalysis]:
    """Compare two runs, and analyse the first on the same examples, for its promises.

    Parameters
    ----------
    before, after : as `compare_runs` takes them
    human : float, (errors, asked), mapping or str, optional
        As `analyze_errors` takes it; a column is named, and is no tag by default.
    importance, ease, top : as `analyze_errors` takes them
    **options
        Those of `compare_runs`, by name.

    Returns
    -------
    RunComparison
        Without the promises: `promised` adds them.
    ErrorAnalysis

    Raises
    ------
    InputError
        If the runs cannot be compared, an argument does not fit, or there are several runs a side.
    """
    person = None if is_stated(human) else human
    if person is not None and not isinstance(person, str):
        raise InputError("`human` must name the column of people's answers here, or be a rate.")
    seed = options.pop("seed", 0)
    columns = {name: options.pop(name, None) for name in ("label", "group", "sample_weight")}
    found = _compared(before, after, columns=columns, apart=[person] if person else (), **options)
    if found.runs > 1:
        raise InputError(
            "A promise is what the analysis of one run said: leave `human` away to compare several"
            " runs a side, or compare one run with one."
        )
    return found, analyzed(
        first_run(found, person),
        human=human,
        importance=importance,
        ease=ease,
        level=found.level,
        top=top,
        seed=seed,
    )


def _compared(
    before: Any,
    after: Any,
    *,
    columns: Mapping[str, Any],
    prediction: Any = None,
    tags: Any = None,
    measure: Any = "accuracy",
    margin: float = 0.01,
    where: str | None = None,
    level: float = 0.95,
    engine: Any = None,
    apart: Sequence[str] = (),
) -> RunComparison:
    normal_quantile(level)
    found = find_measure(measure)
    check_margin(margin, bounded=found.bounded)
    asked = comparison_request(
        before,
        after,
        found,
        columns=columns,
        prediction=prediction,
        where=where,
        tags=tags,
        engine=engine,
        apart=apart,
    )
    counts = count(asked)
    runs = 1 + len(asked.question.more_before)
    compared = changes(counts, found, margin=margin, level=level, runs=runs)
    look = Moved(asked, dict(zip(counts.tags, counts.columns, strict=True)))
    same = runs == 1 and not (compared.broken[-1] or compared.fixed[-1]) and look.same()
    return RunComparison.of(
        compared,
        counts,
        found,
        margin=margin,
        level=level,
        runs=runs,
        look=look,
        sides=sides_of(asked, {*counts.tags, *counts.columns}, same=same),
    )
