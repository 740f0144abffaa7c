"""From the arguments of a comparison to a request: which runs, in how many tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tagline.engine import Source, source
from tagline.error_analysis.asked.question import Question, attached
from tagline.error_analysis.asked.request import Request
from tagline.error_analysis.asked.tag_columns import split_tags
from tagline.error_analysis.comparison.runs import JoinedRuns, Run, said_by
from tagline.exceptions import InputError
from tagline.measures import Measure

__all__ = ["comparison_request"]

_WORD = re.compile(r"\w+")


def comparison_request(
    before: Any,
    after: Any,
    measure: Measure,
    *,
    columns: Mapping[str, Any],
    prediction: Any,
    where: str | None,
    tags: Any,
    engine: Any,
    apart: Sequence[str] = (),
) -> Request:
    """Make a recipe of the arguments of `compare_runs`.

    Parameters
    ----------
    before, after : as `compare_runs` takes them
    measure : Measure
    columns : mapping from "label", "group" and "sample_weight" to a name, an array or None
    prediction, where, tags, engine : as `compare_runs` takes them
    apart : sequence of str, default ()
        Further columns that are no tags by default.

    Returns
    -------
    Request
        Its `question` has a later run; further runs of the sides stand in `more_before` and
        `more_after`.

    Raises
    ------
    InputError
        If the runs cannot be told from the arguments, or the sides differ in their number of runs.
    """
    made = _in_one_table if after is None else _in_tables
    data, names, runs = made(before, after, dict(columns), prediction, engine)
    named, long, looked_at = split_tags(tags)
    if isinstance(data, JoinedRuns):
        data = replace(data, tags=_of_tags(named))
        asked = [(each, name) for each in columns if (name := names[each]) is not None]
        asked += [("tags", each) for each in named or () if isinstance(each, str)]
        data = replace(data, named=asked)
    half = len(runs) // 2
    if half > 1:
        _check_seeds(measure)
    question = Question(
        measure=measure,
        label=names["label"],
        prediction=runs[0],
        person=runs[half],
        group=names["group"],
        sample_weight=names["sample_weight"],
        where=where,
        tags=named,
        later=True,
        more_before=tuple(runs[1:half]),
        more_after=tuple(runs[half + 1 :]),
        apart=tuple(apart),
    )
    return Request(data, question, long, looked_at, unique=after is not None)


def _of_tags(named: Sequence[Any] | None) -> frozenset[str] | None:
    """Return the columns that tags are made of, and words of rules that may be columns."""
    if named is None:
        return None
    rules = [rule for each in named if isinstance(each, Mapping) for rule in each.values()]
    words = {word for rule in rules for word in _WORD.findall(str(rule))}
    return frozenset(words | {each for each in named if isinstance(each, str)})


Made = tuple[Source | JoinedRuns, dict[str, str | None], list[str]]


def _in_one_table(
    before: Any, after: None, columns: dict[str, Any], prediction: Any, engine: Any
) -> Made:
    if not isinstance(prediction, (tuple, list)) or len(prediction) != 2:
        raise InputError(
            "Two runs need two predictions: hand in two tables, or one table with"
            f" `prediction=('old', 'new')`. Got {prediction!r:.80} instead."
        )
    sides = [_names(each) for each in prediction]
    _check_sides(*sides)
    columns_named = [each for side in sides for each in side if isinstance(each, str)]
    for name in columns_named:
        if columns_named.count(name) > 1:
            raise InputError(
                f"`prediction` names the column {name!r} twice: two runs need two columns of"
                " predictions."
            )
    first, second = (side[0] for side in sides)
    given = {**columns, "prediction": first, "person": second}
    names, arrays = attached(given, person="prediction of the second run")
    if len(sides[0]) > 1:
        runs = [*sides[0], *sides[1]]
    else:
        runs = [str(names["prediction"]), str(names["person"])]
    return source(before, engine=engine, columns=arrays or None), names, runs


def _names(side: Any) -> list[Any]:
    """Return the runs of one side: several names of columns, or one name or array."""
    several = isinstance(side, (tuple, list)) and all(isinstance(each, str) for each in side)
    return list(side) if several and len(side) > 0 else [side]


def _in_tables(
    before: Any, after: Any, columns: dict[str, Any], prediction: Any, engine: Any
) -> Made:
    sides = [each if isinstance(each, list) else [each] for each in (before, after)]
    _check_sides(*sides)
    old, new = _pair(prediction)
    names, arrays = attached({**columns, "prediction": old})
    if not isinstance(new, str) or (arrays.get("tagline_prediction") is not None):
        raise InputError(
            "`prediction` must name a column in each table: an array has no ids to join by."
        )
    _check_same(sides, (old, new))
    tables = [
        source(
            each,
            engine=engine if not place else None,
            columns=(arrays or None) if not place else None,
        )
        for place, each in enumerate([*sides[0], *sides[1]])
    ]
    named = _called(tables, len(sides[0]))
    runs = [
        Run(table, str(names["prediction"]) if place < len(sides[0]) else new, name)
        for place, (table, name) in enumerate(zip(tables, named, strict=True))
    ]
    columns_of = [runs[0].prediction, *(said_by(place) for place in range(1, len(runs)))]
    return JoinedRuns(runs, names["label"]), names, columns_of


def _pair(prediction: Any) -> tuple[Any, Any]:
    if prediction is None:
        raise InputError("`prediction` must name the column of the predictions in both tables.")
    if isinstance(prediction, (tuple, list)) and len(prediction) == 2:
        return prediction[0], prediction[1]
    return prediction, prediction


def _called(tables: Sequence[Source], half: int) -> list[str]:
    """Return what messages call the tables: their files, or the arguments that brought them."""
    names = [table.describe for table in tables]
    if len(set(names)) == len(names):
        return names
    if half == 1:
        return ["`before`", "`after`"]
    sides = [("before", place) for place in range(half)] + [("after", p) for p in range(half)]
    return [f"run {place + 1} of `{side}`" for side, place in sides]


def _check_sides(before: Sequence[Any], after: Sequence[Any]) -> None:
    if not before or len(before) != len(after):
        raise InputError(
            "Both sides must have the same number of runs, at least one."
            f" Got {len(before)} before and {len(after)} after."
        )


def _check_same(sides: Sequence[Sequence[Any]], predictions: tuple[Any, Any]) -> None:
    """Refuse one run that is named twice: it would be compared with itself."""
    seen = set()
    for side, prediction in zip(sides, predictions, strict=True):
        for table in side:
            named = str(Path(table)) if isinstance(table, (str, Path)) else None
            key = (named or id(table), str(prediction))
            if key in seen:
                what = f"{named} is" if named else "One table is"
                raise InputError(
                    f"{what} named twice with the same predictions ({prediction!r}), so a run would"
                    " be compared with itself: name another table, or of one table two columns,"
                    " `prediction=('old', 'new')`."
                )
            seen.add(key)


def _check_seeds(measure: Measure) -> None:
    """Several runs are averaged example by example, which needs weights that do not differ."""
    if measure.first_order:
        raise InputError(
            f"Several runs a side cannot be averaged for the measure {measure.name!r}, whose weight"
            " depends on the prediction: compare them one by one, or use another measure."
        )
