"""A sample of a run's examples: the run's table with errors and tags, and the draw from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagline.engine import translate
from tagline.exceptions import InputError
from tagline.project.analysis import analysis_options
from tagline.project.tagging.sampling import draw, pick
from tagline.store import ItemRecord, SampleRecord

if TYPE_CHECKING:
    from tagline.project.opened import OpenProject

__all__ = ["drawn_sample"]

_MOST = 100_000


def drawn_sample(
    project: OpenProject,
    name: str,
    *,
    size: int,
    run: str | None,
    by: Sequence[str],
    wrong: float | None,
    first: str | None,
    blind: bool,
    twice: float,
    seed: int,
    options: Mapping[str, Any],
) -> tuple[SampleRecord, tuple[ItemRecord, ...]]:
    """Choose the examples of `ProjectTags.sample`, which says what the arguments are.

    Returns
    -------
    SampleRecord
        As it is to be entered.
    tuple of ItemRecord
    """
    from tagline.error_analysis.asked.erring import with_errors

    _check(name, size, twice)
    record = project.store.run(run)
    found = project.tagged(record.name)
    labels = [each.label for each in project.runs if each.label is not None]
    asked = analysis_options(
        project.settings, record, labels, found.table.columns, options, people=found.tags
    )
    table = with_errors(found.table, asked)
    rules = {
        tag.name: translate(tag.rule, table, what=f"the rule of the tag {tag.name!r}")
        for tag in project.tags
        if tag.rule is not None and tag.name in by
    }
    table = table.mutate(**rules)
    known = {"where": asked["where"]} if asked.get("where") else {}
    if first is not None:
        if by or wrong is not None:
            raise InputError("`first` picks on purpose: leave `by` and `wrong` away, or `first`.")
        picked = pick(project.connection, table, first, size=size, twice=twice)
        design = {**known, "first": first}
        return SampleRecord(name, record.name, "", True, blind, design), picked.items
    drawn = draw(project.connection, table, by, size=size, wrong=wrong, twice=twice, seed=seed)
    design = {**known, "by": list(by), "seed": seed, "strata": dict(drawn.sizes)}
    return SampleRecord(name, record.name, "", False, blind, design), drawn.items


def _check(name: str, size: int, twice: float) -> None:
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise InputError(f"A sample's name has 1 to 200 printable characters, not {name[:50]!r}.")
    if not isinstance(size, int) or not 1 <= size <= _MOST:
        raise InputError(
            f"`size` must be a whole number from 1 to {_MOST:,}. Got {size!r} instead."
        )
    if not 0 <= twice <= 1:
        raise InputError(f"`twice` must be a fraction between 0 and 1. Got {twice!r} instead.")
