"""What `project.tags.estimate` and `.learn` are asked: the sample, the run, the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tagline.engine import translate
from tagline.error_analysis.asked.erring import ERROR, with_errors
from tagline.exceptions import InputError, did_you_mean
from tagline.measures import find_measure
from tagline.project.analysis import analysis_options
from tagline.project.tagging.estimate_table import TagEstimates
from tagline.project.tagging.estimates import estimated
from tagline.project.tagging.features import features_of
from tagline.project.tagging.learned_rule import LearnedRule, conditions_of
from tagline.project.tagging.learning import LEAST, readable_rule
from tagline.project.tagging.sampled import SampledRows, sampled_rows
from tagline.project.tagging.sight import Blindness, sight_effects
from tagline.schema.relations import EXAMPLE_ID
from tagline.stats import sampled_ratio

if TYPE_CHECKING:
    from tagline.project.opened import OpenProject
    from tagline.project.tagging.asking_people import AskingPeople
    from tagline.store import SampleRecord

__all__ = ["blindness", "estimate", "learn"]

_OWN = "tl_"


def estimate(
    project: OpenProject,
    tags: AskingPeople,
    sample: str | None,
    wanted: Sequence[str],
    *,
    learn: bool,
    level: float,
    seed: int,
    options: Mapping[str, Any],
) -> TagEstimates:
    """Answer `ProjectTags.estimate`, which says what the arguments are."""
    if not 0 < level < 1:
        raise InputError(f"`level` must be a fraction between 0 and 1. Got {level!r} instead.")
    known = [record.name for record in tags.people]
    for tag in wanted:
        _check_tag(tag, known)
    chosen = list(wanted) or known
    if not chosen:
        raise InputError("There is no tag that people give: make one with `tagline tags add`.")
    found, asked, columns = _sampled(project, tags, sample, options)
    return estimated(
        project.connection,
        found,
        chosen,
        human=_people(asked.get("human"), chosen),
        columns=columns,
        level=level,
        seed=seed,
        learn=learn,
    )


def learn(
    project: OpenProject,
    tags: AskingPeople,
    tag: str,
    sample: str | None,
    options: Mapping[str, Any],
) -> LearnedRule:
    """Answer `ProjectTags.learn`, which says what the arguments are."""
    _check_tag(tag, [record.name for record in tags.people])
    found, asked, columns = _sampled(project, tags, sample, options)
    answers = {asked.get("label"), asked.get("prediction")}
    features = features_of(found.rows, [each for each in columns if each not in answers])
    known, tagged = found.decisions(tag)
    conditions = conditions_of(found.rows, features)
    holds = _holds(project, found, conditions)[known]
    if not known.any():
        raise InputError(f"Nobody has decided {tag!r} in this sample: tag some examples.")
    design = found.design(known)
    made = readable_rule(conditions, holds, tagged[known], design.weight)
    if made is None:
        raise InputError(
            f"No rule for {tag!r}: {int(tagged[known].sum())} of {int(known.sum())} decided rows"
            f" have it, and at least {LEAST} with it and {LEAST} without are needed, in columns"
            " that tell them apart. Tag more, or add input statistics (`tagline inputs`)."
        )
    rule, said = made
    has = tagged[known].astype(float)
    precision = sampled_ratio(design, has * said, said.astype(float))
    recall = sampled_ratio(design, has * said, has)
    ends = [
        None if np.isnan(each.value) else float(value)
        for each in (precision, recall)
        for value in (each.value, each.low, each.high)
    ]
    return LearnedRule(tag, rule, int(known.sum()), int(has.sum()), *ends)


def blindness(project: OpenProject, tags: AskingPeople, run: str | None, level: float) -> Blindness:
    """Answer `ProjectTags.blindness`, which says what the arguments are."""
    record = project.store.run(run)
    found = project.tagged(record.name)
    labels = [each.label for each in project.runs if each.label is not None]
    asked = analysis_options(
        project.settings, record, labels, found.table.columns, {}, people=found.tags
    )
    decisions = tags.to_arrow()
    ids = project.connection.table(decisions.select([EXAMPLE_ID]), "decided")
    table = with_errors(found.table, asked).semi_join(ids, EXAMPLE_ID)
    rows = project.connection.fetch(table.select(EXAMPLE_ID, wrong=table[ERROR] > 0)).to_pylist()
    wrong = {row[EXAMPLE_ID]: row["wrong"] for row in rows}
    names = [record.name for record in tags.people]
    return sight_effects(decisions, wrong, names, level=level)


def _sampled(
    project: OpenProject, tags: AskingPeople, name: str | None, options: Mapping[str, Any]
) -> tuple[SampledRows, dict[str, Any], list[str]]:
    """Return the looked-at rows, the options, and the columns that can be learned from."""
    sample = _sample(tags, name)
    record = project.store.run(sample.run)
    found = project.tagged(record.name)
    labels = [each.label for each in project.runs if each.label is not None]
    asked = analysis_options(
        project.settings, record, labels, found.table.columns, options, people=found.tags
    )
    design = {**asked, "where": sample.design.get("where")}
    drawn_from = with_errors(project.predictions(record.name), design)
    both = [each for each in (sample.design.get("where"), asked.get("where")) if each]
    where = " and ".join(f"({each})" for each in dict.fromkeys(both)) or None
    table = with_errors(found.table, {**asked, "where": where})
    answers = tags.answers
    columns = [
        each
        for each in found.table.columns
        if each != EXAMPLE_ID and each not in answers.tags and not each.startswith(_OWN)
    ]
    rows = sampled_rows(
        project.connection,
        drawn_from,
        table,
        answers,
        sample,
        items=tags.store.items(sample.name),
        columns=columns,
        kind=find_measure(asked.get("measure", "accuracy")).kind,
    )
    return rows, asked, columns


def _sample(tags: AskingPeople, name: str | None) -> SampleRecord:
    known = {each.name: each for each in tags.samples}
    if name is not None:
        if name not in known:
            raise InputError(f"There is no sample {name!r}. {did_you_mean(name, list(known))}")
        return known[name]
    drawn = [each for each in known.values() if not each.purposive]
    if not drawn:
        raise InputError("No sample was drawn by chance yet: `tagline tags sample NAME` draws one.")
    return drawn[-1]


def _check_tag(tag: str, known: Sequence[str]) -> None:
    if tag not in known:
        raise InputError(f"People give no tag {tag!r}. {did_you_mean(tag, known)}")


def _people(human: Any, tags: Sequence[str]) -> dict[str, float]:
    """Return people's error rate by tag, where it is a number or a pair."""
    if isinstance(human, Mapping):
        return {tag: _rate(each) for tag, each in human.items() if tag in tags}
    if isinstance(human, (int, float, tuple)) and not isinstance(human, bool):
        return dict.fromkeys(tags, _rate(human))
    return {}


def _rate(given: Any) -> float:
    return given[0] / given[1] if isinstance(given, tuple) else float(given)


def _holds(project: OpenProject, found: SampledRows, conditions: Sequence[str]) -> Any:
    """Ask the engine which conditions hold on the looked-at rows."""
    table = project.connection.table(found.rows, "looked_at")
    flags = {
        f"c{i}": translate(each, table, what="a condition").fill_null(False)
        for i, each in enumerate(conditions)
    }
    if not flags:
        return np.zeros((found.rows.num_rows, 0), dtype=bool)
    rows = project.connection.fetch(table.select(EXAMPLE_ID, **flags).order_by(EXAMPLE_ID))
    return np.stack([rows[name].to_numpy() for name in flags], axis=1).astype(bool)
