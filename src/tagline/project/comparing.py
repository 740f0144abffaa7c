"""Two runs of a project compared: which runs, on which table, with which options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from tagline.engine import source
from tagline.error_analysis import ErrorAnalysis, RunComparison, analyze_errors, compare_runs
from tagline.exceptions import InputError, did_you_mean
from tagline.measures import find_measure
from tagline.project.analysis import analysis_options, weigh
from tagline.project.ledger import comparison_record
from tagline.project.staging import PREDICTION
from tagline.schema.relations import EXAMPLE_ID
from tagline.schema.settings import Settings
from tagline.store import ComparisonRecord, RunRecord

__all__ = ["Pair", "compare_pair", "two_runs"]

_FACTORS = ("importance", "ease")
_OF_ANALYSIS = ("human", "top")


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two runs beside the same version of the examples.

    Attributes
    ----------
    before, after : RunRecord
    latest : RunRecord
        The one of the two that names the newer version of the examples.
    table : ibis table
        The examples of that version with the predictions of `before`.
    said : ibis table
        `example_id`, `prediction` and scores of `after`.
    """

    before: RunRecord
    after: RunRecord
    latest: RunRecord
    table: ir.Table
    said: ir.Table


def two_runs(
    runs: Sequence[RunRecord], project: str, before: str | None, after: str | None
) -> tuple[RunRecord, RunRecord]:
    """Return the runs to compare.

    Parameters
    ----------
    runs : sequence of RunRecord
        The oldest first.
    project : str
        Its name, for messages.
    before, after : str or None
        None: the run made before `after`; the run made last.

    Returns
    -------
    before, after : RunRecord

    Raises
    ------
    InputError
        If there are no two runs, or not these.
    """
    if len(runs) < 2:
        raise InputError(
            f"A comparison needs two runs, and the project {project!r} has {len(runs) or 'none'}:"
            " bring predictions in with `tagline import` or `project.add_predictions`."
        )
    names = [run.name for run in runs]
    for name in (before, after):
        if name is not None and name not in names:
            raise InputError(f"There is no run {name!r}. {did_you_mean(str(name), names)}")
    second = len(names) - 1 if after is None else names.index(after)
    first = second - 1 if before is None else names.index(before)
    if first < 0:
        raise InputError(f"No run was made before {after!r}: name another by `before`.")
    if first == second:
        raise InputError(
            f"`before` and `after` are one run, {names[first]!r}: a comparison needs two."
            f" The project has {', '.join(map(repr, names))}."
        )
    return runs[first], runs[second]


def compare_pair(
    pair: Pair, settings: Settings, labels: Sequence[str], options: Mapping[str, Any]
) -> tuple[RunComparison, ComparisonRecord]:
    """Compare two runs, and put beside it what the analysis of the first promised.

    Parameters
    ----------
    pair : Pair
    settings : Settings
    labels : sequence of str
        The labels of the project's runs, the oldest first.
    options : mapping
        Of `tagline.compare_runs`, and for the promises of `tagline.analyze_errors`.

    Returns
    -------
    RunComparison
        With promises where people's level is known.
    ComparisonRecord
        For the ledger: with ranks also where it is not.

    Raises
    ------
    InputError
        If the runs cannot be compared, or an option is wrong.
    """
    given = _options(pair, settings, labels, options)
    factors = {name: given.pop(name, None) for name in _FACTORS}
    own = {name: given.pop(name) for name in _OF_ANALYSIS if name in given}
    margin = {name: given.pop(name) for name in ("margin",) if name in given}
    found = _compared(pair, {**given, **margin})
    analysis = weigh(_analysed(pair, {**given, **own}), settings, **factors)
    promised = found.promised(analysis)
    record = comparison_record(
        promised,
        analysis,
        runs=(pair.before, pair.after),
        latest=pair.latest,
        where=given.get("where"),
    )
    return (promised if own.get("human") is not None else found), record


def _options(
    pair: Pair, settings: Settings, labels: Sequence[str], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is said, what `tagline.toml` says, what the runs know; in this order."""
    if "prediction" in options:
        raise InputError(
            "Each run of a project knows its own predictions: leave `prediction` away."
        )
    of_runs = [run.label for run in (pair.before, pair.after) if run.label is not None]
    known = analysis_options(
        settings, pair.before, [*labels, *of_runs[-1:]], pair.table.columns, options
    )
    stated = "label" in options or settings.errors.label is not None
    if not stated and len(set(of_runs)) > 1:
        raise InputError(
            f"The label is {of_runs[0]!r} in the run {pair.before.name!r} and {of_runs[1]!r} in the"
            f" run {pair.after.name!r}: say which one counts, such as `label={of_runs[1]!r}`."
        )
    known.pop("prediction")
    return known


def _compared(pair: Pair, given: dict[str, Any]) -> RunComparison:
    said = pair.said.select(EXAMPLE_ID, **{pair.after.prediction: pair.said[PREDICTION]})
    return compare_runs(
        source(pair.table, called=f"the run {pair.before.name!r}"),
        source(said, called=f"the run {pair.after.name!r}"),
        prediction=(pair.before.prediction, pair.after.prediction),
        **given,
    )


def _analysed(pair: Pair, given: dict[str, Any]) -> ErrorAnalysis:
    """Analyse the first run on the examples that the comparison counts."""
    table = pair.table
    if find_measure(given.get("measure", "accuracy")).kind == "open":
        # without a bound a missing prediction is left out, of both runs
        said = pair.said[PREDICTION]
        answered = ~said.isnan() if said.type().is_floating() else said.notnull()
        table = table.semi_join(pair.said.filter(answered), EXAMPLE_ID)
    data = source(table, called=f"the run {pair.before.name!r}")
    return analyze_errors(data, prediction=pair.before.prediction, **given)
