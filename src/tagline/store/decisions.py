"""Decisions about tags: yes, no, or not looked at. None is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from tagline.exceptions import InputError
from tagline.store.actions import Author, enter_action
from tagline.store.people_tables import PersonRow
from tagline.store.tag_tables import ActionRow, DecisionRow, TagRow
from tagline.store.vocabulary import make_tag, retire_tags, tag_rows

__all__ = [
    "current_decisions",
    "decide",
    "decided_tags",
    "decisions_of",
    "looked_at",
    "merge_tags",
    "split_tag",
]

Choice = tuple[str, str, bool | None]
"""Example, tag, and yes, no, or None: as if it had never been looked at."""
_AT_ONCE = 500  # values in one `IN (...)`: SQLite takes 32,766 in all


def decide(
    author: Author,
    choices: Iterable[Choice],
    *,
    blind: bool = False,
    kind: str = "decide",
    detail: Mapping[str, Any] | None = None,
) -> int | None:
    """Enter one person's decisions as one action; those that stand already change nothing.

    Parameters
    ----------
    author : Author
    choices : iterable of (example_id, tag, True, False or None)
    blind : bool, default False
        Whether label and prediction were hidden.
    kind : str, default "decide"
    detail : mapping, optional
        More for the history.

    Returns
    -------
    int or None
        The number of the action; None where nothing changed.

    Raises
    ------
    InputError
        If there is no such tag, or one example has two answers for one tag.
    """
    wanted = _by_key(choices)
    tags = tag_rows(author.session, author.project_id, sorted({tag for _, tag in wanted}))
    rows = {(example, tags[tag].id): value for (example, tag), value in wanted.items()}
    standing = _standing(author.session, author.person_id, rows)
    missing = object()
    changed = {
        key: value
        for key, value in rows.items()
        if (standing[key][1] if key in standing else missing)
        is not (missing if value is None else value)
    }
    if not changed:
        return None
    examples = {example for example, _ in changed}
    action = enter_action(
        author,
        kind,
        example_id=examples.pop() if len(examples) == 1 else None,
        detail={"decisions": len(changed), **(detail or {})},
    )
    _replace(author.session, [standing[key][0] for key in changed if key in standing], action)
    _enter(
        author,
        action.id,
        [(tag, example, author.person_id, v) for (example, tag), v in changed.items()],
        blind=blind,
    )
    return action.id


def current_decisions(session: Session, project_id: int) -> pa.Table:
    """Return every decision that stands, of tags that are not retired.

    Parameters
    ----------
    session : Session
    project_id : int

    Returns
    -------
    pyarrow.Table
        `example_id`, `tag`, `person`, `value`, `blind`, `action`: one row for each decision.
    """
    rows = session.execute(
        select(
            DecisionRow.example_id,
            TagRow.name,
            PersonRow.name,
            DecisionRow.value,
            DecisionRow.blind,
            DecisionRow.action_id,
        )
        .join(TagRow, DecisionRow.tag_id == TagRow.id)
        .join(PersonRow, DecisionRow.person_id == PersonRow.id)
        .where(
            DecisionRow.project_id == project_id,
            DecisionRow.replaced_by.is_(None),
            TagRow.retired_at.is_(None),
        )
        .order_by(DecisionRow.id)
    ).all()
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 6
    return pa.table(
        {
            name: pa.array(values, kind)
            for (name, kind), values in zip(_SHAPE.items(), columns, strict=True)
        }
    )


_SHAPE = {
    "example_id": pa.string(),
    "tag": pa.string(),
    "person": pa.string(),
    "value": pa.bool_(),
    "blind": pa.bool_(),
    "action": pa.int64(),
}


def decided_tags(session: Session, project_id: int, least: int) -> list[str]:
    """Return the tags that at least so many examples are decided for, by name."""
    newest = session.scalar(select(func.max(DecisionRow.id))) or 0
    if newest < least:  # there are not so many decisions at all
        return []
    examples = func.count(DecisionRow.example_id.distinct())
    found = (
        select(TagRow.name)
        .join(DecisionRow, DecisionRow.tag_id == TagRow.id)
        .where(
            DecisionRow.project_id == project_id,
            DecisionRow.replaced_by.is_(None),
            TagRow.retired_at.is_(None),
        )
        .group_by(TagRow.id, TagRow.name)
        .having(examples >= least)
        .order_by(TagRow.name)
    )
    return list(session.scalars(found))


def looked_at(session: Session, project_id: int) -> list[str]:
    """Return the examples that somebody ever decided for any tag, in that order."""
    first = func.min(DecisionRow.id)
    found = (
        select(DecisionRow.example_id)
        .where(DecisionRow.project_id == project_id)
        .group_by(DecisionRow.example_id)
        .order_by(first)
    )
    return list(session.scalars(found))


def decisions_of(
    session: Session, project_id: int, examples: Sequence[str], person_id: int | None = None
) -> dict[str, list[tuple[str, str, bool]]]:
    """Return who decided what about a few examples: (tag, person, value) by example."""
    found: dict[str, list[tuple[str, str, bool]]] = {example: [] for example in examples}
    chosen = (
        select(DecisionRow.example_id, TagRow.name, PersonRow.name, DecisionRow.value)
        .join(TagRow, DecisionRow.tag_id == TagRow.id)
        .join(PersonRow, DecisionRow.person_id == PersonRow.id)
        .where(
            DecisionRow.project_id == project_id,
            DecisionRow.example_id.in_(examples),
            DecisionRow.replaced_by.is_(None),
            TagRow.retired_at.is_(None),
        )
        .order_by(TagRow.id, PersonRow.id)
    )
    if person_id is not None:
        chosen = chosen.where(DecisionRow.person_id == person_id)
    for example, tag, person, value in session.execute(chosen):
        found[example].append((tag, person, value))
    return found


def merge_tags(author: Author, names: Sequence[str], into: str) -> None:
    """Make several tags one: yes where any was yes, no where all were no, unknown otherwise.

    Each person's decisions are merged for themselves. The merged tags are retired, not deleted.

    Raises
    ------
    InputError
        If fewer than two tags are named, or there is no such tag.
    """
    old = list(dict.fromkeys(names))
    if len(old) < 2:
        raise InputError("Name at least two different tags to merge.")
    rows = tag_rows(author.session, author.project_id, old)
    votes: dict[tuple[int, str], list[bool]] = {}
    for row in rows.values():
        chosen = select(DecisionRow).filter_by(tag_id=row.id, replaced_by=None)
        for each in author.session.scalars(chosen):
            votes.setdefault((each.person_id, each.example_id), []).append(each.value)
    merged = {
        key: any(values) for key, values in votes.items() if any(values) or len(values) == len(old)
    }
    weights = {key: max(getattr(row, key) for row in rows.values()) for key in _WEIGHTS}
    restore = retire_tags(rows)
    author.session.flush()
    _follow(author, "merge", old, restore, {into: (weights, merged)})


def split_tag(author: Author, name: str, into: Sequence[str]) -> None:
    """Make one tag several: what had it not has none of them; what had it waits for a look.

    Raises
    ------
    InputError
        If fewer than two names are given, or there is no such tag.
    """
    new = list(dict.fromkeys(into))
    if len(new) < 2:
        raise InputError("Name at least two different tags to split into.")
    row = tag_rows(author.session, author.project_id, [name])[name]
    chosen = select(DecisionRow).filter_by(tag_id=row.id, replaced_by=None, value=False)
    without = {(each.person_id, each.example_id): False for each in author.session.scalars(chosen)}
    weights = {key: getattr(row, key) for key in _WEIGHTS}
    restore = retire_tags({name: row})
    author.session.flush()
    _follow(author, "split", [name], restore, dict.fromkeys(new, (weights, without)))


_WEIGHTS = ("importance", "ease")


def _follow(
    author: Author,
    kind: str,
    old: Sequence[str],
    restore: list[dict[str, Any]],
    parts: Mapping[str, tuple[Mapping[str, float], Mapping[tuple[int, str], bool]]],
) -> None:
    """Make the tags that follow others: their weights, and the decisions that follow."""
    rows = {
        name: make_tag(author.session, author.project_id, name, **weights)
        for name, (weights, _) in parts.items()
    }
    restore += [{"table": "tags", "id": row.id, "made": True} for row in rows.values()]
    detail = {"tags": list(old), "into": list(parts), "restore": restore}
    action = enter_action(author, kind, detail=detail)
    new = [
        (rows[name].id, example, person, value)
        for name, (_, values) in parts.items()
        for (person, example), value in values.items()
    ]
    _enter(author, action.id, new)


def _enter(
    author: Author,
    action_id: int,
    made: Iterable[tuple[int, str, int, bool | None]],
    *,
    blind: bool = False,
) -> None:
    """Write decisions: tag, example, person, and yes or no; None writes nothing."""
    shared = {"project_id": author.project_id, "action_id": action_id, "blind": blind}
    names = ("tag_id", "example_id", "person_id", "value")
    rows = [
        {**shared, **dict(zip(names, each, strict=True))} for each in made if each[3] is not None
    ]
    if rows:
        author.session.execute(insert(DecisionRow), rows)


def _by_key(choices: Iterable[Choice]) -> dict[tuple[str, str], bool | None]:
    wanted: dict[tuple[str, str], bool | None] = {}
    for example, tag, value in choices:
        if wanted.setdefault((example, tag), value) is not value:
            raise InputError(
                f"The example {example!r} has two different answers for the tag {tag!r}: keep one."
            )
    return wanted


def _standing(
    session: Session, person_id: int, keys: Mapping[tuple[str, int], Any]
) -> dict[tuple[str, int], tuple[int, bool]]:
    """Return the person's standing decisions on these keys: row and value."""
    examples = sorted({example for example, _ in keys})
    tags = sorted({tag_id for _, tag_id in keys})
    found: dict[tuple[str, int], tuple[int, bool]] = {}
    for start in range(0, len(examples), _AT_ONCE):
        rows = session.execute(
            select(
                DecisionRow.example_id, DecisionRow.tag_id, DecisionRow.id, DecisionRow.value
            ).where(
                DecisionRow.person_id == person_id,
                DecisionRow.tag_id.in_(tags),
                DecisionRow.example_id.in_(examples[start : start + _AT_ONCE]),
                DecisionRow.replaced_by.is_(None),
            )
        )
        found |= {(example, tag): (key, value) for example, tag, key, value in rows}
    return {key: found[key] for key in keys if key in found}


def _replace(session: Session, rows: Sequence[int], action: ActionRow) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(
            update(DecisionRow)
            .where(DecisionRow.id.in_(rows[start : start + _AT_ONCE]))
            .values(replaced_by=action.id)
        )
