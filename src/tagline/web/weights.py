"""Importance and ease, written where the vocabulary stands: `tagline.toml`, or the store."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from tagline.exceptions import InputError
from tagline.schema.editing import set_tag
from tagline.schema.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from tagline.project import Project
    from tagline.web.server import Server

__all__ = ["keep_columns", "one_at_a_time", "save_weights"]

one_at_a_time = Lock()
"""Held while `tagline.toml` is read, changed and written: nothing of another change is lost."""


def save_weights(
    server: Server, wanted: Mapping[str, Mapping[str, float]], *, by: str
) -> dict[str, dict[str, float]]:
    """Write importance and ease of tags.

    Parameters
    ----------
    server : Server
    wanted : mapping from "importance" and "ease" to (mapping from tag to number)
    by : str
        Who changes it.

    Returns
    -------
    dict
        As `wanted`: what stood there before.

    Raises
    ------
    InputError
        If a tag is neither in the vocabulary nor among those of the newest run.
    """
    changes: dict[str, dict[str, float]] = {}
    for name, each in wanted.items():
        for tag, value in each.items():
            changes.setdefault(tag, {})[name] = value
    before: dict[str, dict[str, float]] = {"importance": {}, "ease": {}}
    if not changes:
        return before
    with one_at_a_time, server.served.desk() as project:
        known = {tag.name: tag for tag in project.tags}
        analysed = {row.tag for row in server.served.analysis().rows if row.rank is not None}
        for tag in changes:
            if tag not in known and tag not in analysed:
                raise InputError(f"There is no tag {tag!r} any more: load the page again.")
        columns = project.example_columns()
        if any(tag not in known and tag in columns for tag in changes):
            keep_columns(project)
        for tag, values in changes.items():
            for name in values:
                before[name][tag] = getattr(known[tag], name) if tag in known else 1.0
            _write(project, tag, values, known=tag in known, by=by)
    return before


def keep_columns(project: Project) -> None:
    """Write the columns that were analysed so far into the vocabulary, where there is none yet.

    The first section of a column or a rule in `tagline.toml` makes those sections the tags; the
    columns that were taken without being named would vanish from the ranking.
    """
    settings = project.settings
    columns = project.example_columns()
    rules = settings.rules()
    named = any(tag in rules or tag in columns for tag in settings.tags)
    if named or settings.errors.given().get("tags") is not None:
        return
    rows = project.analyze_errors().rows
    tags = [row.tag for row in rows if row.rank is not None]
    labels = {run.label for run in project.runs}
    for name in dict.fromkeys(tag if tag in columns else tag.partition("=")[0] for tag in tags):
        if name in columns and name not in labels:
            set_tag(project.path / SETTINGS_FILE, name, {})


def _write(project: Project, tag: str, values: Mapping[str, Any], *, known: bool, by: str) -> None:
    if known:
        project.tags.change(tag, by=by, **values)
    else:
        set_tag(project.path / SETTINGS_FILE, tag, values)
