"""Comparisons of runs in the metadata: read, and entered once each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tagline.store.records import ComparisonRecord, GainRecord
from tagline.store.tables import ComparisonRow, GainRow, RunRow

__all__ = ["enter_comparison", "known_comparisons"]

_OWN = {"before", "after", "gains", "created_at"}
_PLAIN = [each.name for each in fields(ComparisonRecord) if each.name not in _OWN]
_GAIN = [each.name for each in fields(GainRecord)]


def known_comparisons(session: Session, project_id: int) -> list[ComparisonRecord]:
    """Return the comparisons of a project, the oldest first.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
    project_id : int

    Returns
    -------
    list of ComparisonRecord
    """
    rows = session.scalars(
        select(ComparisonRow)
        .join(RunRow, ComparisonRow.before_id == RunRow.id)
        .where(RunRow.project_id == project_id)
        .options(
            joinedload(ComparisonRow.before),
            joinedload(ComparisonRow.after),
            selectinload(ComparisonRow.gains),
        )
        .order_by(ComparisonRow.created_at, ComparisonRow.id)
    )
    return [_record(row) for row in rows]


def enter_comparison(
    session: Session, runs: Mapping[str, int], found: ComparisonRecord
) -> ComparisonRecord:
    """Enter a comparison; it takes the place of an earlier one of the same runs and question.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        In a transaction that excludes other writers of the project.
    runs : mapping from name to id
    found : ComparisonRecord

    Returns
    -------
    ComparisonRecord
        With its time. If the same is known already, nothing is written.
    """
    key = {
        "before_id": runs[found.before],
        "after_id": runs[found.after],
        "question": _question(found.measure, found.where),
    }
    row = session.scalar(select(ComparisonRow).filter_by(**key))
    if row is not None:
        known = _record(row)
        if _content(known) == _content(found):
            return known
        session.delete(row)
        session.flush()
    row = ComparisonRow(**key, **{name: getattr(found, name) for name in _PLAIN})
    row.gains = [GainRow(**{name: getattr(gain, name) for name in _GAIN}) for gain in found.gains]
    session.add(row)
    session.flush()
    return _record(row)


def _question(measure: str, where: str | None) -> str:
    return hashlib.sha256(json.dumps([measure, where]).encode()).hexdigest()


def _content(record: ComparisonRecord) -> tuple[Any, ...]:
    """Return what makes two records the same: all but the time."""
    return (*(getattr(record, name) for name in _PLAIN), record.gains)


def _record(row: ComparisonRow) -> ComparisonRecord:
    return ComparisonRecord(
        before=row.before.name,
        after=row.after.name,
        gains=tuple(GainRecord(**{n: getattr(gain, n) for n in _GAIN}) for gain in row.gains),
        created_at=row.created_at,
        **{name: getattr(row, name) for name in _PLAIN},
    )
