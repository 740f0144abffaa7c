"""The back-fill queue of a tag: examples that were looked at before it was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from tagline.exceptions import InputError, did_you_mean
from tagline.schema.relations import EXAMPLE_ID
from tagline.tags import likeliest, words_of

if TYPE_CHECKING:
    from tagline.project.opened import OpenProject
    from tagline.project.tagging.saying import Saying

__all__ = ["queue"]


def queue(project: OpenProject, tags: Saying, tag: str, limit: int) -> list[tuple[str, float]]:
    """Return the examples of `ProjectTags.queue`, which says what they are."""
    answers = tags.answers
    if tag not in answers.tags:
        raise InputError(f"People give no tag {tag!r}. {did_you_mean(tag, answers.tags)}")
    known: dict[str, set[str]] = {}
    decided: dict[str, bool] = {}
    for row in answers.wide().to_pylist():
        example = row.pop(EXAMPLE_ID)
        own = row.pop(tag)
        known[example] = {f"tag {name}" for name, value in row.items() if value}
        if own is not None:
            decided[example] = own
    disputed = _disputed(answers.decisions, tag)
    seen = tags.store.looked_at()  # for whatever tag, also one that was split since
    known |= {example: set() for example in seen if example not in known}
    waiting = [each for each in seen if each not in decided and each not in disputed]
    for note in tags.notes:
        known.setdefault(note.example_id, set()).update(words_of(note.text))
    for example, label in _labels(project, list(known)).items():
        known[example].add(f"label {label}")
    return likeliest(known, decided, waiting)[:limit]


def _disputed(decisions: pa.Table, tag: str) -> set[str]:
    """Return the examples that somebody has decided, whatever the others say."""
    return {row[EXAMPLE_ID] for row in decisions.to_pylist() if row["tag"] == tag}


def _labels(project: OpenProject, examples: list[str]) -> dict[str, str]:
    """Return the labels of some examples, where the project knows the column."""
    columns = project.example_columns()
    label = next((run.label for run in reversed(project.runs) if run.label in columns), None)
    if label is None or not examples:
        return {}
    asked = project.connection.table(pa.table({EXAMPLE_ID: examples}), "ids")
    found = project.examples().semi_join(asked, EXAMPLE_ID)
    rows = project.connection.fetch(found.select(EXAMPLE_ID, said=found[label].cast("string")))
    return {row[EXAMPLE_ID]: row["said"] for row in rows.to_pylist() if row["said"] is not None}
