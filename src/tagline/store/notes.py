"""Free notes on examples, and verdicts that a label is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tagline.exceptions import InputError
from tagline.store.actions import Author, enter_action
from tagline.store.decisions import decide
from tagline.store.people_tables import PersonRow
from tagline.store.tables import utc_now
from tagline.store.tag_records import NoteRecord, VerdictRecord
from tagline.store.tag_tables import NoteRow, TagRow, VerdictRow
from tagline.store.vocabulary import tag_rows

__all__ = [
    "add_note",
    "give_verdict",
    "group_notes",
    "known_notes",
    "known_verdicts",
    "review_verdict",
    "withdraw_note",
]

_LONGEST = 10_000
_STATES = ("open", "confirmed", "dismissed")
_WITHDRAWN = "withdrawn"


def known_notes(
    session: Session, project_id: int, *, examples: Sequence[str] | None = None
) -> list[NoteRecord]:
    """Return the notes that stand, the oldest first; of a few examples, or all."""
    found = (
        select(NoteRow, PersonRow.name, TagRow.name)
        .join(PersonRow, NoteRow.person_id == PersonRow.id)
        .outerjoin(TagRow, NoteRow.tag_id == TagRow.id)
        .where(NoteRow.project_id == project_id, NoteRow.withdrawn_at.is_(None))
        .order_by(NoteRow.id)
    )
    if examples is not None:
        found = found.where(NoteRow.example_id.in_(examples))
    return [
        NoteRecord(row.id, row.example_id, person, row.text, row.at, tag)
        for row, person, tag in session.execute(found)
    ]


def add_note(author: Author, example_id: str, text: str) -> int:
    """Write a note; return its number.

    Raises
    ------
    InputError
        If it is empty or longer than 10,000 characters.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        raise InputError(f"A note has 1 to {_LONGEST:,} characters, not {len(text):,}.")
    row = NoteRow(
        project_id=author.project_id, person_id=author.person_id, example_id=example_id, text=text
    )
    author.session.add(row)
    author.session.flush()
    made = {"table": "notes", "id": row.id, "made": True}
    detail = {"note": text[:200], "restore": [made]}
    enter_action(author, "note", example_id=example_id, detail=detail)
    return row.id


def withdraw_note(author: Author, note_id: int) -> None:
    """Take a note back; the history keeps it.

    Raises
    ------
    InputError
        If there is no such note.
    """
    row = _notes(author.session, author.project_id, [note_id])[0]
    row.withdrawn_at = utc_now()
    back = {"table": "notes", "id": row.id, "values": {"withdrawn_at": None}}
    detail = {"withdrawn": row.text[:200], "restore": [back]}
    enter_action(author, "note", example_id=row.example_id, detail=detail)


def group_notes(author: Author, notes: Sequence[int], tag: str) -> int:
    """Put notes under a tag, and say yes to it for their examples: axial coding.

    Returns
    -------
    int
        How many examples got the tag that had no decision of this person yet, or a no.

    Raises
    ------
    InputError
        If there is no such note or tag.
    """
    rows = _notes(author.session, author.project_id, notes)
    tag_row = tag_rows(author.session, author.project_id, [tag])[tag]
    restore = [{"table": "notes", "id": row.id, "values": {"tag_id": row.tag_id}} for row in rows]
    for row in rows:
        row.tag_id = tag_row.id
    author.session.flush()
    examples = sorted({row.example_id for row in rows})
    detail = {"tag": tag, "notes": len(rows), "restore": restore}
    choices = [(example, tag, True) for example in examples]
    made = decide(author, choices, kind="group", detail=detail)
    if made is None:
        enter_action(author, "group", detail=detail)
        return 0
    return len(examples)


def known_verdicts(
    session: Session, project_id: int, *, examples: Sequence[str] | None = None
) -> list[VerdictRecord]:
    """Return the verdicts, the oldest first; of a few examples, or all."""
    reviewer = aliased(PersonRow)
    found = (
        select(VerdictRow, PersonRow.name, reviewer.name)
        .join(PersonRow, VerdictRow.person_id == PersonRow.id)
        .outerjoin(reviewer, VerdictRow.reviewer_id == reviewer.id)
        .where(VerdictRow.project_id == project_id, VerdictRow.state != _WITHDRAWN)
        .order_by(VerdictRow.id)
    )
    if examples is not None:
        found = found.where(VerdictRow.example_id.in_(examples))
    return [
        VerdictRecord(row.example_id, person, row.at, row.right_label, row.state, judge)
        for row, person, judge in session.execute(found)
    ]


def give_verdict(
    author: Author,
    example_id: str,
    *,
    wrong: bool = True,
    right_label: str | None = None,
) -> None:
    """Say that the label of an example is wrong, or take that back.

    A verdict that was reviewed is open again when it changes.
    """
    row = author.session.scalar(
        select(VerdictRow).filter_by(
            project_id=author.project_id, person_id=author.person_id, example_id=example_id
        )
    )
    standing = row is not None and row.state != _WITHDRAWN
    if not wrong and not standing:
        return
    if row is None:
        row = VerdictRow(
            project_id=author.project_id, person_id=author.person_id, example_id=example_id
        )
        row.right_label = right_label
        author.session.add(row)
        author.session.flush()
        restore = {"table": "verdicts", "id": row.id, "made": True}
    elif wrong and standing and row.right_label == right_label:
        return
    else:
        values = {"right_label": row.right_label, "state": row.state}
        restore = {"table": "verdicts", "id": row.id, "values": values}
        row.right_label, row.reviewer_id = right_label, None
        row.state = "open" if wrong else _WITHDRAWN
    detail = {"wrong": wrong, "right_label": right_label, "restore": [restore]}
    enter_action(author, "verdict", example_id=example_id, detail=detail)


def review_verdict(author: Author, example_id: str, state: str) -> None:
    """Confirm or dismiss all verdicts on an example, or open them again.

    Raises
    ------
    InputError
        If nobody called its label wrong, or the state is none of the three.
    """
    if state not in _STATES:
        raise InputError(f"A verdict is {', '.join(_STATES)}, not {state!r}.")
    rows = author.session.scalars(
        select(VerdictRow).where(
            VerdictRow.project_id == author.project_id,
            VerdictRow.example_id == example_id,
            VerdictRow.state != _WITHDRAWN,
        )
    ).all()
    if not rows:
        raise InputError(f"Nobody called the label of the example {example_id!r} wrong.")
    restore = [
        {
            "table": "verdicts",
            "id": row.id,
            "values": {"state": row.state, "reviewer_id": row.reviewer_id},
        }
        for row in rows
    ]
    for row in rows:
        row.state, row.reviewer_id = state, None if state == "open" else author.person_id
    detail = {"state": state, "restore": restore}
    enter_action(author, "review", example_id=example_id, detail=detail)


def _notes(session: Session, project_id: int, notes: Sequence[int]) -> Sequence[NoteRow]:
    rows = session.scalars(
        select(NoteRow).where(
            NoteRow.project_id == project_id,
            NoteRow.id.in_(notes),
            NoteRow.withdrawn_at.is_(None),
        )
    ).all()
    if missing := sorted(set(notes) - {row.id for row in rows}):
        raise InputError(f"There is no note {missing[0]}.")
    return rows
