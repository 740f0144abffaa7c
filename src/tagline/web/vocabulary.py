"""Changes of the vocabulary that the pages and the API make alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagline.exceptions import InputError
from tagline.web.weights import keep_columns, one_at_a_time

if TYPE_CHECKING:
    from tagline.project.tagging import ProjectTags
    from tagline.web.server import Server
    from tagline.web.visitors import Visitor

__all__ = ["accept_slice", "add_tag", "change_tag", "group_notes", "may_undo"]


def accept_slice(server: Server, name: str, rule: str, *, description: str = "") -> None:
    """Make a rule a tag in `tagline.toml`; columns that were analysed so far stay tags.

    Raises
    ------
    InputError
        If there is a tag of this name, or the rule is none.
    """
    _checked(name)
    with one_at_a_time, server.served.desk() as project:
        if name in {tag.name for tag in project.tags}:
            raise InputError(f"There is a tag {name!r} already.")
        from tagline.engine import translate

        translate(rule, project.examples(), what=f"the rule of the tag {name!r}")
        keep_columns(project)
        project.tags.accept(name, rule, description=description)


def add_tag(server: Server, name: str, /, *, by: str, **values: Any) -> None:
    """Make a tag that people give."""
    _checked(name)
    server.served.project.tags.add(name, by=by, **values)


def change_tag(server: Server, name: str, /, *, by: str, **values: Any) -> None:
    """Change what a tag means or weighs, or its name, wherever it stands."""
    if "name" in values:
        _checked(values["name"])
    with one_at_a_time:
        server.served.project.tags.change(name, by=by, **values)


def group_notes(server: Server, notes: list[int], tag: str, *, by: str) -> int:
    """Put notes under a tag; a new one is made."""
    if not notes:
        raise InputError("Choose at least one note.")
    _checked(tag)
    return server.served.project.tags.group(notes, tag, by=by)


def may_undo(tags: ProjectTags, visitor: Visitor, action: int) -> bool:
    """Return whether somebody may undo an action: one's own, as an editor any."""
    if visitor.may("editor"):
        return True
    own = tags.history(person=visitor.name, limit=100_000)
    return any(each.id == action for each in own)


def _checked(name: str) -> None:
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise InputError(f"A tag's name has 1 to 200 printable characters, not {name[:50]!r}.")
