"""The tables of people's tags: names, decisions, notes, verdicts, samples, and what was done.

A decision is never overwritten: an action that changes it marks the old row as replaced. So the
history and the way back are in the same rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tagline.store.tables import Base, UtcTime, utc_now

__all__ = [
    "ActionRow",
    "DecisionRow",
    "NoteRow",
    "SampleItemRow",
    "SampleRow",
    "TagRow",
    "VerdictRow",
]


class ActionRow(Base):
    """One thing that somebody did to tags, notes or verdicts; what undo and history go by."""

    __tablename__ = "actions"
    __table_args__ = (Index("ix_actions_project_id_person_id_id", "project_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    kind: Mapped[str] = mapped_column(String(40))
    example_id: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"))


class TagRow(Base):
    """A tag that people give, or whose weights they set; rules stand in `tagline.toml`."""

    __tablename__ = "tags"
    __table_args__ = (
        Index(
            "uq_tags_project_id_name_there",
            "project_id",
            "name",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    importance: Mapped[float] = mapped_column(Float(53), default=1.0)
    ease: Mapped[float] = mapped_column(Float(53), default=1.0)
    ease_reason: Mapped[str] = mapped_column(Text, default="")
    colour: Mapped[str] = mapped_column(String(7), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    retired_at: Mapped[datetime | None] = mapped_column(UtcTime)


class DecisionRow(Base):
    """Somebody's yes or no to one tag on one example; current while nothing replaced it."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "uq_decisions_tag_id_example_id_person_id_current",
            "tag_id",
            "example_id",
            "person_id",
            unique=True,
            sqlite_where=text("replaced_by IS NULL"),
            postgresql_where=text("replaced_by IS NULL"),
        ),
        Index("ix_decisions_project_id_example_id", "project_id", "example_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"))
    example_id: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    value: Mapped[bool] = mapped_column(Boolean)
    blind: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether label and prediction were hidden when it was decided."""
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), index=True)
    replaced_by: Mapped[int | None] = mapped_column(
        ForeignKey("actions.id", ondelete="SET NULL"), index=True
    )


class NoteRow(Base):
    """A free note on an example; later perhaps grouped under a tag."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    example_id: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    text: Mapped[str] = mapped_column(Text)
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)


class VerdictRow(Base):
    """Somebody says that the label of an example is wrong; it waits for a review."""

    __tablename__ = "verdicts"
    __table_args__ = (UniqueConstraint("project_id", "example_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    example_id: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    right_label: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    """open, confirmed, dismissed or withdrawn."""
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class SampleRow(Base):
    """Examples that were chosen to be looked at, and how."""

    __tablename__ = "samples"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    purposive: Mapped[bool] = mapped_column(Boolean, default=False)
    """Chosen on purpose, without known probabilities: its rates say nothing of all data."""
    blind: Mapped[bool] = mapped_column(Boolean, default=False)
    design: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SampleItemRow(Base):
    """One example of a sample, to be looked at by one person; twice where it is tagged twice."""

    __tablename__ = "sample_items"
    __table_args__ = (
        UniqueConstraint("sample_id", "example_id", "turn"),
        Index("ix_sample_items_sample_id_state_position", "sample_id", "state", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    example_id: Mapped[str] = mapped_column(Text)
    turn: Mapped[int] = mapped_column(Integer, default=1)
    stratum: Mapped[str] = mapped_column(Text, default="")
    probability: Mapped[float | None] = mapped_column(Float(53))
    state: Mapped[str] = mapped_column(String(10), default="open")
    """open, taken, later or done."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    at: Mapped[datetime | None] = mapped_column(UtcTime)
