"""The tags that people give: made, changed, renamed, merged, split, retired."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tagline.exceptions import InputError, did_you_mean
from tagline.store.actions import Author, enter_action
from tagline.store.tables import utc_now
from tagline.store.tag_records import TagRecord
from tagline.store.tag_tables import TagRow

__all__ = [
    "add_tag",
    "change_tag",
    "known_tags",
    "make_tag",
    "retire_tags",
    "tag_rows",
]

_FIELDS = [each.name for each in fields(TagRecord)]
_CHANGEABLE = {"name", "description", "importance", "ease", "ease_reason", "colour"}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LONGEST = 200


def known_tags(session: Session, project_id: int) -> list[TagRecord]:
    """Return the tags that are not retired, the oldest first."""
    rows = session.scalars(
        select(TagRow).filter_by(project_id=project_id, retired_at=None).order_by(TagRow.id)
    )
    return [TagRecord(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]


def tag_rows(session: Session, project_id: int, names: Sequence[str]) -> dict[str, TagRow]:
    """Return the rows of tags by name.

    Raises
    ------
    InputError
        If there is no such tag; it names the nearest.
    """
    rows = session.scalars(select(TagRow).filter_by(project_id=project_id, retired_at=None))
    there = {row.name: row for row in rows}
    for name in names:
        if name not in there:
            raise InputError(
                f"There is no tag {name!r} that people give. {did_you_mean(name, list(there))}"
            )
    return {name: there[name] for name in names}


def make_tag(session: Session, project_id: int, name: str, /, **values: Any) -> TagRow:
    """Make a tag's row; the action that it is part of is entered by the caller.

    Raises
    ------
    InputError
        If there is such a tag, or a value is wrong.
    """
    name = _name(name)
    taken = session.scalar(
        select(TagRow).filter_by(project_id=project_id, name=name, retired_at=None)
    )
    if taken is not None:
        raise InputError(f"There is a tag {name!r} already.")
    row = TagRow(project_id=project_id, name=name, **_checked(values))
    session.add(row)
    session.flush()
    return row


def add_tag(author: Author, name: str, /, **values: Any) -> None:
    """Make a tag; nobody has decided it for any example yet.

    Raises
    ------
    InputError
        If there is such a tag, or a value is wrong.
    """
    row = make_tag(author.session, author.project_id, name, **values)
    made = {"table": "tags", "id": row.id, "made": True}
    enter_action(author, "new", detail={"tag": row.name, "restore": [made]})


def change_tag(author: Author, name: str, /, **values: Any) -> None:
    """Change what a tag is called, means or weighs; its decisions stay.

    Raises
    ------
    InputError
        If there is no such tag, a new name is taken, or a value is wrong.
    """
    row = tag_rows(author.session, author.project_id, [name])[name]
    values = _checked(values)
    new = values.get("name", name)
    if new != name and author.session.scalar(
        select(TagRow).filter_by(project_id=author.project_id, name=new, retired_at=None)
    ):
        raise InputError(f"There is a tag {new!r} already: merge the two instead.")
    before = {key: getattr(row, key) for key in values}
    if before == values:
        return
    for key, value in values.items():
        setattr(row, key, value)
    restore = [{"table": "tags", "id": row.id, "values": before}]
    enter_action(
        author,
        "rename" if new != name else "change",
        detail={"tag": name, "before": before, "after": values, "restore": restore},
    )


def retire_tags(rows: Mapping[str, TagRow]) -> list[dict[str, Any]]:
    """Take tags out of use, with their decisions kept; return how to bring them back."""
    now = utc_now()
    for row in rows.values():
        row.retired_at = now
    return [{"table": "tags", "id": row.id, "back": True} for row in rows.values()]


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(values.keys() - _CHANGEABLE):
        raise InputError(
            f"A tag has no {unknown[0]!r}. {did_you_mean(unknown[0], sorted(_CHANGEABLE))}"
        )
    checked = dict(values)
    if "name" in checked:
        checked["name"] = _name(checked["name"])
    for key in ("importance", "ease"):
        if key in checked and not 0 < float(checked[key]) < 1e6:
            raise InputError(f"`{key}` must be above 0 and below a million, not {checked[key]}.")
    colour = checked.get("colour", "")
    if colour and not _COLOUR.fullmatch(colour):
        raise InputError(f"The colour {colour!r} is none: write it as '#0067a5'.")
    return checked


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST or not name.isprintable() or name.startswith("("):
        raise InputError(
            f"A tag cannot be called {name[:50]!r}: give it 1 to {_LONGEST} printable characters"
            " that do not begin with a parenthesis."
        )
    return name
