"""Runs of a project compared: which runs, on which table, with which options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from tagline.engine import Source, source
from tagline.error_analysis import RunComparison, compare_runs
from tagline.error_analysis.comparison.compare import compare_beside
from tagline.exceptions import InputError, did_you_mean
from tagline.project.analysis import analysis_options, weigh
from tagline.project.ledger import comparison_record
from tagline.project.staging import PREDICTION
from tagline.schema.relations import EXAMPLE_ID
from tagline.schema.settings import Settings
from tagline.store import ComparisonRecord, RunRecord

__all__ = ["Sides", "chosen_runs", "compare_sides"]

Names = str | Sequence[str] | None

_FACTORS = ("importance", "ease")
_PROMISED = ("human", "top", *_FACTORS)


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Runs beside the same version of the examples.

    Attributes
    ----------
    before, after : tuple of RunRecord
        As many of each; several are one model with other seeds.
    latest : RunRecord
        The one of them that names the newest version of the examples.
    table : ibis table
        The examples of that version with the predictions of the first run before.
    said : mapping from a run's name to an ibis table
        `example_id`, `prediction` and scores of each of the others.
    """

    before: tuple[RunRecord, ...]
    after: tuple[RunRecord, ...]
    latest: RunRecord
    table: ir.Table
    said: Mapping[str, ir.Table]

    def tables(self) -> tuple[list[Source], list[Source]]:
        """Return what `compare_runs` takes: a table for each run, the sides apart."""
        first = self.before[0]
        sides = []
        for side in (self.before, self.after):
            # the runs of a side may have come from columns of different names
            name = side[0].prediction
            tables = [
                self.table
                if run is first
                else (said := self.said[run.name]).select(EXAMPLE_ID, **{name: said[PREDICTION]})
                for run in side
            ]
            sides.append(
                [
                    source(table, called=f"the run {run.name!r}")
                    for table, run in zip(tables, side, strict=True)
                ]
            )
        return sides[0], sides[1]


def chosen_runs(
    runs: Sequence[RunRecord], project: str, before: Names, after: Names
) -> tuple[tuple[RunRecord, ...], tuple[RunRecord, ...]]:
    """Return the runs to compare.

    Parameters
    ----------
    runs : sequence of RunRecord
        The oldest first.
    project : str
        Its name, for messages.
    before, after : str, sequence of str or None
        None: the run made before `after`; the run made last. Several names (seeds) need as many on
        the other side.

    Returns
    -------
    before, after : tuple of RunRecord

    Raises
    ------
    InputError
        If there are no two runs, or not these, or the sides differ in their number of runs.
    """
    if len(runs) < 2:
        raise InputError(
            f"A comparison needs two runs, and the project {project!r} has {len(runs) or 'none'}:"
            " bring predictions in with `tagline import` or `project.add_predictions`."
        )
    names = [run.name for run in runs]
    second = _places(names, after) or [len(names) - 1]
    first = _places(names, before) or [second[0] - 1]
    if len(first) != len(second):
        raise InputError(
            "Both sides must have the same number of runs: name as many by `before` as by `after`."
            f" Got {len(first)} before and {len(second)} after."
        )
    if first[0] < 0:
        raise InputError(f"No run was made before {names[0]!r}: name another by `before`.")
    both = set(first) & set(second)
    if both:
        raise InputError(
            f"`before` and `after` are one run, {names[min(both)]!r}: a comparison needs two."
            f" The project has {', '.join(map(repr, names))}."
        )
    return tuple(runs[place] for place in first), tuple(runs[place] for place in second)


def _places(names: Sequence[str], asked: Names) -> list[int]:
    """Return where the named runs stand; empty where none is named."""
    wanted = [asked] if isinstance(asked, str) else list(asked or ())
    for name in wanted:
        if name not in names:
            raise InputError(f"There is no run {name!r}. {did_you_mean(str(name), names)}")
        if wanted.count(name) > 1:
            raise InputError(f"The run {name!r} is named twice on one side: name each run once.")
    return [names.index(name) for name in wanted]


def compare_sides(
    sides: Sides, settings: Settings, labels: Sequence[str], options: Mapping[str, Any]
) -> tuple[RunComparison, ComparisonRecord | None]:
    """Compare runs, and put beside it what the analysis of the first promised.

    Parameters
    ----------
    sides : Sides
    settings : Settings
    labels : sequence of str
        The labels of the project's runs, the oldest first.
    options : mapping
        Of `tagline.compare_runs`, and for the promises of `tagline.analyze_errors`.

    Returns
    -------
    RunComparison
        With promises where people's level is known.
    ComparisonRecord or None
        For the ledger: with ranks also where people's level is not known. None of several runs a
        side: the ledger keeps what the ranking of one run promised, and they have no one ranking.

    Raises
    ------
    InputError
        If the runs cannot be compared, or an option is wrong.
    """
    several = len(sides.before) > 1
    if several and (named := [name for name in _PROMISED if options.get(name) is not None]):
        raise InputError(
            f"`{named[0]}` is of a promise, which is what the analysis of one run said: leave it"
            " away to compare several runs a side, or compare one run with one."
        )
    given = _options(sides, settings, labels, options)
    factors = {name: given.pop(name, None) for name in _FACTORS}
    given["prediction"] = (sides.before[0].prediction, sides.after[0].prediction)
    before, after = sides.tables()
    if several:
        own = {name: value for name, value in given.items() if name not in _PROMISED}
        return compare_runs(before, after, **own), None
    found, analysis = compare_beside(before, after, **given)
    analysis = weigh(analysis, settings, **factors)
    promised = found.promised(analysis)
    record = comparison_record(
        promised,
        analysis,
        runs=(sides.before[0], sides.after[0]),
        latest=sides.latest,
        where=given.get("where"),
    )
    return (promised if given.get("human") is not None else found), record


def _options(
    sides: Sides, settings: Settings, labels: Sequence[str], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is said, what `tagline.toml` says, what the runs know; in this order."""
    if "prediction" in options:
        raise InputError(
            "Each run of a project knows its own predictions: leave `prediction` away."
        )
    runs = [run for run in (*sides.before, *sides.after) if run.label is not None]
    of_runs = [str(run.label) for run in runs]
    known = analysis_options(
        settings, sides.before[0], [*labels, *of_runs[-1:]], sides.table.columns, options
    )
    stated = "label" in options or settings.errors.label is not None
    if not stated and len(set(of_runs)) > 1:
        other = next(run for run in runs if run.label != of_runs[0])
        raise InputError(
            f"The label is {of_runs[0]!r} in the run {runs[0].name!r} and {other.label!r} in the"
            f" run {other.name!r}: say which one counts, such as `label={other.label!r}`."
        )
    known.pop("prediction")
    return {**settings.compare.given(), **known}
