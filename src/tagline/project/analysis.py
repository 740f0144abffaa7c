"""What an error analysis of a run is made of: the table, and the options that stand by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis.expr.types as ir

from tagline.project.staging import PREDICTION
from tagline.schema.relations import EXAMPLE_ID
from tagline.schema.settings import Settings
from tagline.store import RunRecord

__all__ = ["analysis_options", "run_table"]


def run_table(
    said: ir.Table, examples: ir.Table, run: RunRecord, others: Iterable[RunRecord] = ()
) -> ir.Table:
    """Join a run's predictions to its examples; nothing is executed.

    Parameters
    ----------
    said : ibis table
        `example_id`, `prediction`, scores.
    examples : ibis table
        `example_id` and the columns of the examples.
    run : RunRecord
        Knows what the user's data called the prediction.
    others : iterable of RunRecord, default ()
        Runs whose predictions are not to be taken for properties of the examples, as when one
        table held the predictions of two models.

    Returns
    -------
    ibis table
        `example_id`, the columns of the examples, the prediction under the user's name, scores.
        Where an example has a column of the same name, the run's comes first.
    """
    if run.prediction != PREDICTION:
        said = said.rename({run.prediction: PREDICTION})
    left_out = {*said.columns, *(each.prediction for each in others)} - {EXAMPLE_ID, run.label}
    doubled = [name for name in examples.columns if name in left_out]
    return examples.drop(*doubled).inner_join(said, EXAMPLE_ID)


def analysis_options(
    settings: Settings,
    run: RunRecord,
    labels: Sequence[str],
    columns: Sequence[str],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the options of `tagline.analyze_errors` for a run.

    Parameters
    ----------
    settings : Settings
    run : RunRecord
    labels : sequence of str
        The labels of the project's runs, the oldest first.
    columns : sequence of str
        Of the run's table.
    options : mapping
        What the caller said; it comes before `tagline.toml`, which comes before the run.

    Returns
    -------
    dict
    """
    stated = settings.errors.given()
    stated.pop("fail_if", None)
    stated.pop("prediction", None)  # the run knows the column that its predictions came from
    label = run.label or next((each for each in reversed(labels) if each in columns), None)
    given = {"label": label, "prediction": run.prediction, **stated}
    if settings.importance():
        given["importance"] = settings.importance()
    if settings.ease():
        given["ease"] = settings.ease()
    if rules := settings.rules():
        given["tags"] = _with_rules(given.get("tags"), rules, settings, columns)
    return {**given, **options}


def _with_rules(
    tags: list[str] | dict[str, str] | None,
    rules: dict[str, str],
    settings: Settings,
    columns: Sequence[str],
) -> dict[str, str] | list[str | dict[str, str]]:
    """Return the tags to analyse, by name: a rule, or a column."""
    if isinstance(tags, dict):
        return tags
    names = tags if tags is not None else [n for n in settings.tags if n in rules or n in columns]
    chosen = {name: rules[name] for name in names if name in rules}
    plain: list[str | dict[str, str]] = [name for name in names if name not in rules]
    if chosen and not plain:
        return chosen
    return [*plain, chosen] if chosen else plain
