"""What was done to tags, notes and verdicts: entered, listed, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tagline.exceptions import ConflictError, InputError
from tagline.store.people_tables import PersonRow
from tagline.store.tables import utc_now
from tagline.store.tag_records import ActionRecord
from tagline.store.tag_tables import ActionRow, DecisionRow, NoteRow, TagRow, VerdictRow

__all__ = ["Author", "enter_action", "history", "newest_action", "take_back"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes what: a transaction that excludes other writers, the project, the person."""

    session: Session
    project_id: int
    person_id: int


def enter_action(
    author: Author,
    kind: str,
    *,
    example_id: str | None = None,
    detail: dict[str, Any] | None = None,
) -> ActionRow:
    """Enter an action, so that rows can point to it."""
    row = ActionRow(
        project_id=author.project_id,
        person_id=author.person_id,
        kind=kind,
        example_id=example_id,
        detail=detail or {},
    )
    author.session.add(row)
    author.session.flush()
    return row


def newest_action(session: Session, project_id: int, *, quiet: bool = False) -> int:
    """Return the number of the newest action; 0 where nothing was done. It grows with each.

    `quiet` passes over single decisions and notes.
    """
    found = select(func.max(ActionRow.id)).filter_by(project_id=project_id)
    if quiet:
        found = found.where(ActionRow.kind.not_in(("decide", "note")))
    return session.scalar(found) or 0


def history(
    session: Session,
    project_id: int,
    *,
    example_id: str | None = None,
    person: str | None = None,
    limit: int = 100,
) -> list[ActionRecord]:
    """Return what was done, the newest first."""
    found = (
        select(ActionRow, PersonRow.name)
        .join(PersonRow, ActionRow.person_id == PersonRow.id)
        .where(ActionRow.project_id == project_id)
        .order_by(ActionRow.id.desc())
        .limit(limit)
    )
    if example_id is not None:
        found = found.where(ActionRow.example_id == example_id)
    if person is not None:
        found = found.where(PersonRow.name == person)
    return [_record(row, name) for row, name in session.execute(found)]


def take_back(author: Author, action_id: int | None = None) -> ActionRecord:
    """Undo an action: the person's last one that stands, or the one that is named.

    Parameters
    ----------
    author : Author
    action_id : int, optional

    Returns
    -------
    ActionRecord
        The action that was undone.

    Raises
    ------
    InputError
        If there is nothing to undo.
    ConflictError
        If somebody changed the same thing since.
    """
    row = _standing(author, action_id)
    later = author.session.scalar(
        select(DecisionRow.replaced_by).where(
            DecisionRow.action_id == row.id,
            DecisionRow.replaced_by.is_not(None),
            DecisionRow.replaced_by != row.id,
        )
    )
    if later is not None:
        raise ConflictError(
            f"Action {row.id} cannot be undone: decisions that it made were changed later, by"
            f" action {later}. Undo that one first."
        )
    for restore in row.detail.get("restore", []):
        _refuse_changed(author, row, restore)
    undo = enter_action(author, "undo", example_id=row.example_id, detail={"of": row.id})
    made = update(DecisionRow).where(
        DecisionRow.action_id == row.id, DecisionRow.replaced_by.is_(None)
    )
    author.session.execute(made.values(replaced_by=undo.id))
    replaced = update(DecisionRow).where(
        DecisionRow.replaced_by == row.id, DecisionRow.action_id != row.id
    )
    author.session.execute(replaced.values(replaced_by=None))
    for restore in reversed(row.detail.get("restore", [])):  # a name is free before it comes back
        _restore(author.session, restore)
    row.undone_by = undo.id
    author.session.flush()
    name = author.session.get_one(PersonRow, row.person_id).name
    return _record(row, name)


def _refuse_changed(author: Author, action: ActionRow, restore: dict[str, Any]) -> None:
    """Refuse to undo what others have built upon since: nobody's work is lost by an undo."""
    row = author.session.get(_RESTORABLE[restore["table"]], restore["id"])
    if isinstance(row, TagRow):
        _refuse_used_tag(author, action, row, restore)
    elif isinstance(row, VerdictRow):
        left = action.detail.get("state", "open" if action.detail.get("wrong") else "withdrawn")
        if row.state != left or (action.kind == "verdict" and row.reviewer_id is not None):
            raise ConflictError("This verdict was reviewed or changed since: undo that first.")
    elif isinstance(row, NoteRow) and restore.get("made") and row.tag_id is not None:
        raise ConflictError("This note was put under a tag since: undo that first.")


def _refuse_used_tag(
    author: Author, action: ActionRow, row: TagRow, restore: dict[str, Any]
) -> None:
    used = (
        select(DecisionRow.id)
        .where(DecisionRow.tag_id == row.id, DecisionRow.replaced_by.is_(None))
        .where(DecisionRow.action_id != action.id)
    )
    if restore.get("made") and author.session.scalar(used.limit(1)) is not None:
        raise ConflictError(
            f"The tag {row.name!r} has decisions since: retire it instead, which keeps them."
        )
    after = action.detail.get("after", {})
    if any(getattr(row, key) != after.get(key) for key in restore.get("values", {})):
        raise ConflictError(f"The tag {row.name!r} was changed again since: undo that first.")
    name = restore.get("values", {}).get("name", row.name)
    comes_back = restore.get("back") or name != row.name
    own = {each["id"] for each in action.detail.get("restore", []) if each.get("made")}
    taken = select(TagRow.id).filter_by(project_id=author.project_id, name=name, retired_at=None)
    others = set(author.session.scalars(taken)) - own - {row.id}
    if comes_back and others:
        raise ConflictError(f"There is another tag {name!r} by now: rename that one first.")


_RESTORABLE = {"tags": TagRow, "notes": NoteRow, "verdicts": VerdictRow}


def _restore(session: Session, restore: dict[str, Any]) -> None:
    """Bring a row of a table back to what it was; a row that the action made goes."""
    row = session.get(_RESTORABLE[restore["table"]], restore["id"])
    if row is None:
        return
    if restore.get("made"):
        if isinstance(row, TagRow):
            row.retired_at = utc_now()
        elif isinstance(row, NoteRow):
            row.withdrawn_at = utc_now()
        else:
            session.delete(row)
    if restore.get("back") and isinstance(row, TagRow):
        row.retired_at = None
    for name, value in restore.get("values", {}).items():
        setattr(row, name, value)
    session.flush()


def _standing(author: Author, action_id: int | None) -> ActionRow:
    found = select(ActionRow).where(
        ActionRow.project_id == author.project_id,
        ActionRow.undone_by.is_(None),
        ActionRow.kind != "undo",
    )
    if action_id is None:
        row = author.session.scalar(
            found.where(ActionRow.person_id == author.person_id)
            .order_by(ActionRow.id.desc())
            .limit(1)
        )
    else:
        row = author.session.scalar(found.where(ActionRow.id == action_id))
    if row is None:
        which = "There is nothing" if action_id is None else f"There is no action {action_id}"
        raise InputError(f"{which} to undo.")
    return row


def _record(row: ActionRow, person: str) -> ActionRecord:
    detail = {key: value for key, value in row.detail.items() if key != "restore"}
    undone = row.undone_by is not None
    return ActionRecord(row.id, row.kind, person, row.at, row.example_id, detail, undone)
