"""Error analysis by tag against human level: it answers what to fix next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tagline.display.words import plural
from tagline.error_analysis.asked.counting import counted
from tagline.error_analysis.asked.request import Request, request
from tagline.error_analysis.behind.looking import Look
from tagline.error_analysis.ranked.humans import is_stated, people
from tagline.error_analysis.ranked.rates import Ranking, tag_rows
from tagline.error_analysis.results import ErrorAnalysis
from tagline.exceptions import InputError
from tagline.measures import find_measure

__all__ = ["analyze_errors", "analyzed"]


def analyze_errors(
    data: Any,
    *,
    label: Any = None,
    prediction: Any = None,
    tags: Any = None,
    measure: Any = "accuracy",
    human: Any = None,
    importance: Mapping[str, float] | None = None,
    ease: Mapping[str, float] | None = None,
    group: Any = None,
    sample_weight: Any = None,
    where: str | None = None,
    level: float = 0.95,
    top: int = 3,
    engine: Any = None,
    seed: int = 0,
    exclude: str | Sequence[str] | None = None,
) -> ErrorAnalysis:
    """Count the errors of each tag, compare with people, and rank the tags by what to fix first.

    Parameters
    ----------
    data : frame, relation, path or glob
        One row per example; see `tagline.engine.source` for all that it can be. Where it has a
        column ``example_id`` that names the example and must not repeat.
    label, prediction : str or array of shape (n_rows,), optional
        Names of columns, or the values. Which of them are needed the measure says.
    tags : str, list, mapping or table, optional
        Names of boolean, categorical (``column=level``) or list columns; a mapping from a name to
        a scalar SQL rule (``{"short": "n_words < 5"}``); a list that mixes both; a table with the
        columns ``example_id`` and ``tag``, or a pair of it and a table with the ``example_id`` of
        all examples that were looked at. None takes the text, integer and boolean columns with at
        most 20 values and the classes of the label (``label=3``).
    measure : str, Measure or registered function, default "accuracy"
        Such as ``"wer(normalize='basic')"``; see `tagline.measures`.
    human : float, (errors, asked), mapping, str or array, optional
        People's error rate, a fraction: one for all tags, or by tag; or the column with a person's
        answers (null: not asked).
    importance, ease : mapping from tag to number above 0, optional
        Multiply the gain; 1 for a tag that is not named.
    group : str or array, optional
        Rows of one group (speaker, patient, session) are not independent: intervals are clustered.
    sample_weight : str or array, optional
        One over the probability of selection, or the weight of a row in production; not negative.
    where : str, optional
        A scalar SQL condition; only rows where it holds count.
    level : float, default 0.95
        Of all intervals, between 0 and 1.
    top : int, default 3
        ``p_top`` is the probability to be among the first `top` tags.
    engine : None, str or connection, optional
        DuckDB in process by default; a URL such as ``"duckdb://?memory_limit=300MB"`` or
        ``"local[2]"``; a connection of DuckDB or Ibis, or a Spark session.
    seed : int, default 0
        Of the draws behind the intervals of the gain and ``p_top``.
    exclude : str or list of str, optional
        Columns to make no tags of, where the tags are not named. Columns that look like another
        model's predictions of the label are none in any case, and the result says so.

    Returns
    -------
    ErrorAnalysis
        A row for each tag in the order of the ranking, then (untagged) and (all). Rates are
        fractions.

    Raises
    ------
    InputError
        If an argument does not fit the data: the message says what, where and what to do.
    MissingExtraError
        If the data or the engine needs a package that is not installed.

    Notes
    -----
    gain = share x max(0, error_rate - hlp_error): what the whole project gains if the tag reaches
    human level [1]_. The tags are ranked by it with rates shrunk towards the other tags, times
    importance and ease. All definitions and their sources: ``docs/definitions.md``.

    References
    ----------
    .. [1] A. Ng (2021). "Introduction to Machine Learning in Production", week 2, "Prioritizing
       what to work on". DeepLearning.AI.

    Examples
    --------
    >>> import tagline
    >>> rows = {
    ...     "said": ["yes", "no", "no", "yes", "no", "yes"],
    ...     "heard": ["yes", "yes", "no", "no", "no", "yes"],
    ...     "noisy": [False, True, False, True, False, False],
    ... }
    >>> result = tagline.analyze_errors(rows, label="said", prediction="heard", tags="noisy")
    >>> result.tags[0].tag, result.tags[0].support, result.tags[0].error_rate
    ('noisy', 2, 1.0)
    """
    found = find_measure(measure)
    stated = is_stated(human)
    asked = request(
        data,
        measure=found,
        columns={
            "label": label,
            "prediction": prediction,
            "person": None if stated else human,
            "group": group,
            "sample_weight": sample_weight,
        },
        where=where,
        tags=tags,
        engine=engine,
        exclude=exclude,
    )
    return analyzed(
        asked, human=human, importance=importance, ease=ease, level=level, top=top, seed=seed
    )


def analyzed(
    asked: Request,
    *,
    human: Any = None,
    importance: Mapping[str, float] | None = None,
    ease: Mapping[str, float] | None = None,
    level: float = 0.95,
    top: int = 3,
    seed: int = 0,
) -> ErrorAnalysis:
    """Count what was asked, and rank the tags.

    Parameters
    ----------
    asked : Request
        Where people are a column, its question names that.
    human, importance, ease, level, top, seed : as `analyze_errors` takes them

    Returns
    -------
    ErrorAnalysis

    Raises
    ------
    InputError
        If an argument does not fit the data.
    """
    _check_numbers(level, top, seed)
    measure, found = asked.question.measure, counted(asked)
    counts = found.counts
    ranking = tag_rows(
        counts,
        people(human, counts.tags, measure),
        measure,
        importance=importance or {},
        ease=ease or {},
        level=level,
        top=top,
        seed=seed,
    )
    ranking = _say_silent(ranking, counts.silent).with_same(found.same)
    look = Look(asked, dict(zip(counts.tags, counts.columns, strict=True)))
    return ErrorAnalysis.of(ranking, counts, measure, level=level, look=look, remarks=asked.remarks)


def _check_numbers(level: float, top: int, seed: int) -> None:
    if not isinstance(level, (int, float)) or not 0 < level < 1:
        raise InputError(
            f"`level` must be a fraction between 0 and 1, such as 0.95. Got {level!r}."
        )
    for name, value, least in (("top", top, 1), ("seed", seed, 0)):
        if not isinstance(value, int) or value < least:
            raise InputError(
                f"`{name}` must be a whole number from {least}. Got {value!r} instead."
            )


def _say_silent(ranking: Ranking, silent: int) -> Ranking:
    """Write into the note of (all) how many null predictions were counted."""
    if not silent:
        return ranking
    *tags, whole = ranking.rows
    said = f"{plural(silent, 'null prediction')} counted as wrong"
    note = f"{said}; {whole.note}" if whole.note else said
    return replace(ranking, rows=(*tags, replace(whole, note=note)))
