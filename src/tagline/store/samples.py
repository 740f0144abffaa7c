"""Samples: which examples are to be looked at, who has taken which, and what is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import case, func, insert, or_, select
from sqlalchemy.orm import Session

from tagline.exceptions import ConflictError, InputError, did_you_mean
from tagline.store.actions import Author
from tagline.store.people_tables import PersonRow
from tagline.store.tables import RunRow, utc_now
from tagline.store.tag_records import ItemRecord, SampleRecord
from tagline.store.tag_tables import SampleItemRow, SampleRow

__all__ = ["add_sample", "finish_item", "known_samples", "sample_items", "take_items"]

HELD = timedelta(minutes=30)
"""After this long an example that somebody took and did not finish goes to others."""


def known_samples(session: Session, project_id: int) -> list[SampleRecord]:
    """Return the samples, the oldest first, with how far they are."""
    done = func.sum(case((SampleItemRow.state == "done", 1), else_=0))
    rows = session.execute(
        select(SampleRow, PersonRow.name, RunRow.name, func.count(SampleItemRow.id), done)
        .join(PersonRow, SampleRow.person_id == PersonRow.id)
        .outerjoin(RunRow, SampleRow.run_id == RunRow.id)
        .outerjoin(SampleItemRow, SampleItemRow.sample_id == SampleRow.id)
        .where(SampleRow.project_id == project_id)
        .group_by(SampleRow.id, PersonRow.name, RunRow.name)
        .order_by(SampleRow.id)
    )
    return [
        SampleRecord(
            row.name,
            run,
            person,
            row.purposive,
            row.blind,
            row.design,
            row.created_at,
            items,
            int(finished or 0),
        )
        for row, person, run, items, finished in rows
    ]


def add_sample(
    author: Author,
    sample: SampleRecord,
    items: Sequence[ItemRecord],
) -> None:
    """Enter a sample with its items.

    Raises
    ------
    ConflictError
        If there is a sample of this name.
    InputError
        If there is no item.
    """
    taken = author.session.scalar(
        select(SampleRow.id).filter_by(project_id=author.project_id, name=sample.name)
    )
    if taken is not None:
        raise ConflictError(f"There is a sample {sample.name!r} already: choose another name.")
    if not items:
        raise InputError("There is nothing to look at: no example fits what was asked for.")
    run_id = author.session.scalar(
        select(RunRow.id).filter_by(project_id=author.project_id, name=sample.run)
    )
    row = SampleRow(
        project_id=author.project_id,
        name=sample.name,
        run_id=run_id,
        person_id=author.person_id,
        purposive=sample.purposive,
        blind=sample.blind,
        design=dict(sample.design),
    )
    author.session.add(row)
    author.session.flush()
    names = ("example_id", "stratum", "probability", "position", "turn")
    rows = [{"sample_id": row.id, **{n: getattr(each, n) for n in names}} for each in items]
    author.session.execute(insert(SampleItemRow), rows)


def sample_items(session: Session, project_id: int, name: str) -> list[ItemRecord]:
    """Return the items of a sample in their order.

    Raises
    ------
    InputError
        If there is no such sample.
    """
    rows = session.execute(
        select(SampleItemRow, PersonRow.name)
        .outerjoin(PersonRow, SampleItemRow.person_id == PersonRow.id)
        .where(SampleItemRow.sample_id == _sample(session, project_id, name).id)
        .order_by(SampleItemRow.position, SampleItemRow.turn)
    )
    return [_item(row, person) for row, person in rows]


def take_items(author: Author, name: str, count: int = 1) -> list[ItemRecord]:
    """Give a person the next examples of a sample; nobody else is given them meanwhile.

    First what the person has in hand, then what is open, then what was put off. Nobody gets the
    second look at an example whose first one was theirs. What somebody took and left for half an
    hour is open again.

    Parameters
    ----------
    author : Author
    name : str
    count : int, default 1

    Returns
    -------
    list of ItemRecord
        Empty where all is done.
    """
    sample = _sample(author.session, author.project_id, name)
    now = utc_now()
    own = select(SampleItemRow.example_id).where(
        SampleItemRow.sample_id == sample.id,
        SampleItemRow.person_id == author.person_id,
    )
    mine = SampleItemRow.person_id == author.person_id
    free = or_(
        SampleItemRow.state == "open",
        (SampleItemRow.state == "taken") & (SampleItemRow.at < now - HELD),
    )
    order = (SampleItemRow.position, SampleItemRow.turn)
    held = select(SampleItemRow).where(SampleItemRow.sample_id == sample.id, mine)
    found = list(
        author.session.scalars(
            held.where(SampleItemRow.state == "taken").order_by(*order).limit(count)
        )
    )
    if len(found) < count:
        fresh = (
            select(SampleItemRow)
            .where(SampleItemRow.sample_id == sample.id, free)
            .where(SampleItemRow.example_id.not_in(own))
            .order_by(*order)
            .limit(2 * (count - len(found)))  # both turns of an example may be open
        )
        first = {row.example_id: row for row in reversed(list(author.session.scalars(fresh)))}
        found += sorted(first.values(), key=lambda row: row.position)[: count - len(found)]
    if not found:
        found = list(
            author.session.scalars(
                held.where(SampleItemRow.state == "later").order_by(SampleItemRow.at).limit(count)
            )
        )
    for row in found:
        row.person_id, row.state, row.at = author.person_id, "taken", now
    author.session.flush()
    person = author.session.get_one(PersonRow, author.person_id).name
    return [_item(row, person) for row in found]


def finish_item(
    author: Author,
    name: str,
    example_id: str,
    *,
    later: bool = False,
    open_again: bool = False,
) -> None:
    """Say that a person is done with an example, puts it off, or takes it up again.

    Raises
    ------
    ConflictError
        If the example is not in this person's hands.
    """
    row = author.session.scalar(
        select(SampleItemRow).where(
            SampleItemRow.sample_id == _sample(author.session, author.project_id, name).id,
            SampleItemRow.example_id == example_id,
            SampleItemRow.person_id == author.person_id,
        )
    )
    if row is None:
        raise ConflictError(
            f"The example {example_id!r} is not in your hands: somebody else may have taken it"
            " after half an hour. What you tagged is kept; go on with the next."
        )
    row.state = "taken" if open_again else "later" if later else "done"
    row.at = utc_now()


def _sample(session: Session, project_id: int, name: str) -> SampleRow:
    row = session.scalar(select(SampleRow).filter_by(project_id=project_id, name=name))
    if row is None:
        names = list(session.scalars(select(SampleRow.name).filter_by(project_id=project_id)))
        raise InputError(f"There is no sample {name!r}. {did_you_mean(name, names)}")
    return row


def _item(row: SampleItemRow, person: str | None) -> ItemRecord:
    return ItemRecord(
        row.example_id, row.stratum, row.probability, row.position, row.turn, row.state, person
    )
