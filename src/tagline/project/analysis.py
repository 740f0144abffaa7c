"""What an error analysis of a run is made of: the table, and the options that stand by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir

from tagline.project.named_tags import named_tags
from tagline.project.staging import PREDICTION
from tagline.schema.relations import EXAMPLE_ID
from tagline.schema.settings import Settings
from tagline.store import RunRecord, TagRecord

if TYPE_CHECKING:
    from tagline.error_analysis import ErrorAnalysis

__all__ = ["analysis_options", "run_table", "stated_options", "weigh"]


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


def stated_options(
    settings: Settings,
    columns: Sequence[str],
    *,
    tags: Any = None,
    people: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what `tagline.toml` says about an analysis, but for importance, ease and gates.

    Parameters
    ----------
    settings : Settings
    columns : sequence of str
        Of the data: a tag of the vocabulary without a rule is taken where its column is there.
    tags : object, optional
        What the caller named. People's rates are those of the tags that are asked for.
    people : sequence of str, default ()
        Columns that hold what people said of a tag.

    Returns
    -------
    dict
        Options of `tagline.analyze_errors`.
    """
    stated = settings.errors.given()
    stated.pop("fail_if", None)
    own = _tags(stated.pop("tags", None), settings, columns, people)
    asked = _names(own if tags is None else tags)
    if asked is not None and isinstance(stated.get("human"), dict):
        outside = {*settings.tags, *columns} - asked
        rates = {t: r for t, r in stated.pop("human").items() if t.partition("=")[0] not in outside}
        stated |= {"human": rates} if rates else {}
    return {**stated, "tags": own} if own else stated


def analysis_options(
    settings: Settings,
    run: RunRecord,
    labels: Sequence[str],
    columns: Sequence[str],
    options: Mapping[str, Any],
    *,
    people: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the options of `tagline.analyze_errors` for a run, but for importance and ease.

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
    people : sequence of str, default ()
        Columns that hold what people said of a tag.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        If `tags` names what is neither a tag nor a column.
    """
    if options.get("tags") is not None:
        options = {**options, "tags": named_tags(options["tags"], settings, columns, people)}
    stated = stated_options(settings, columns, tags=options.get("tags"), people=people)
    stated.pop("prediction", None)  # the run knows the column that its predictions came from
    label = run.label or next((each for each in reversed(labels) if each in columns), None)
    return {"label": label, "prediction": run.prediction, **stated, **options}


def weigh(
    result: ErrorAnalysis,
    settings: Settings,
    people: Sequence[TagRecord] = (),
    /,
    importance: Mapping[str, float] | None = None,
    ease: Mapping[str, float] | None = None,
) -> ErrorAnalysis:
    """Rank by the factors of the vocabulary for the tags that are there, and by those given.

    The vocabulary of a project holds more tags than each analysis: that is no mistake.

    Parameters
    ----------
    result : ErrorAnalysis
    settings : Settings
    people : sequence of TagRecord, default ()
        The tags that people give; what `tagline.toml` states of them comes first.
    importance, ease : mapping from tag to number, optional
        Each replaces that tag's factor of the vocabulary only.

    Returns
    -------
    ErrorAnalysis

    Raises
    ------
    InputError
        If a tag that is given is not in the analysis, or a number is not above 0.
    """
    there = {row.tag for row in result.rows}

    def chosen(stated: dict[str, float], given: Mapping[str, float] | None) -> dict[str, float]:
        kept = {tag: factor for tag, factor in stated.items() if tag in there}
        return {**kept, **(given or {})}

    important = {tag.name: tag.importance for tag in people if tag.importance != 1}
    easy = {tag.name: tag.ease for tag in people if tag.ease != 1}
    important = chosen({**important, **settings.importance()}, importance)
    easy = chosen({**easy, **settings.ease()}, ease)
    return result.reweight(important, easy) if important or easy else result


def _tags(
    named: list[str] | dict[str, str] | None,
    settings: Settings,
    columns: Sequence[str],
    people: Sequence[str],
) -> dict[str, str] | list[str | dict[str, str]] | None:
    """Return the tags to analyse by default: rules and columns, those named or all there are."""
    if isinstance(named, dict):
        return named
    rules = settings.rules()
    names = named
    if names is None:
        names = [name for name in settings.tags if name in rules or name in columns]
        names += [name for name in people if name not in names] if names else []
    chosen = {name: rules[name] for name in names if name in rules}
    plain: list[str | dict[str, str]] = [name for name in names if name not in rules]
    if not plain:
        return chosen or None
    return [*plain, chosen] if chosen else plain


def _names(tags: Any) -> set[str] | None:
    """Return the names in the argument `tags`; None where only the data know them."""
    if isinstance(tags, str):
        return {tags}
    if isinstance(tags, Mapping):
        return set(tags)
    if not isinstance(tags, list):
        return None
    found = [_names(each) for each in tags]
    return None if None in found else set().union(*(each for each in found if each))
