"""The tables of the metadata. A change here needs a migration in `migrations/versions`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

__all__ = [
    "Base",
    "ComparisonRow",
    "GainRow",
    "ImportRow",
    "ProjectRow",
    "RunRow",
    "UtcTime",
    "utc_now",
]


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone, UTC on both sides; SQLite itself would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a time to UTC before it is stored."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give a stored time its zone."""
        if value is None:
            return None
        aware: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC)


def utc_now() -> datetime:
    """Return this moment, with its zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The declarative base; constraints have fixed names so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ProjectRow(Base):
    """A project; a team's database may hold several."""

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(500), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)


class RunRow(Base):
    """A run: whose predictions they are, and the versions of the lake that it uses."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    description: Mapped[str] = mapped_column(Text, default="")
    label: Mapped[str | None] = mapped_column(Text)
    prediction: Mapped[str] = mapped_column(Text)
    examples_version: Mapped[int] = mapped_column(BigInteger)
    examples_fingerprint: Mapped[str] = mapped_column(String(64))
    predictions_version: Mapped[int] = mapped_column(BigInteger)
    predictions_fingerprint: Mapped[str] = mapped_column(String(64))
    predictions: Mapped[int] = mapped_column(BigInteger)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ImportRow(Base):
    """One finished import; the log by which a repeated one is explained."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    source: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(BigInteger)
    examples_new: Mapped[int] = mapped_column(BigInteger)
    examples_known: Mapped[int] = mapped_column(BigInteger)
    examples_filled: Mapped[int] = mapped_column(BigInteger)
    predictions_new: Mapped[int] = mapped_column(BigInteger)
    predictions_known: Mapped[int] = mapped_column(BigInteger)
    left_out: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class ComparisonRow(Base):
    """Two runs compared under a measure and a condition; the last comparison of each."""

    __tablename__ = "comparisons"
    __table_args__ = (UniqueConstraint("before_id", "after_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    before_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    after_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(64))
    """A hash of measure and condition, which may be longer than an index takes."""
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=utc_now)
    measure: Mapped[str] = mapped_column(Text)
    where: Mapped[str | None] = mapped_column(Text)
    percent: Mapped[bool] = mapped_column(Boolean)
    level: Mapped[float] = mapped_column(Float(53))
    margin: Mapped[float] = mapped_column(Float(53))
    examples: Mapped[int] = mapped_column(BigInteger)
    examples_version: Mapped[int] = mapped_column(BigInteger)
    examples_fingerprint: Mapped[str] = mapped_column(String(64))

    before: Mapped[RunRow] = relationship(foreign_keys=[before_id])
    after: Mapped[RunRow] = relationship(foreign_keys=[after_id])
    gains: Mapped[list[GainRow]] = relationship(
        order_by="GainRow.id", cascade="all, delete-orphan", passive_deletes=True
    )


class GainRow(Base):
    """One tag of a comparison: the gain that was promised, and the gain that came."""

    __tablename__ = "gains"

    id: Mapped[int] = mapped_column(primary_key=True)
    comparison_id: Mapped[int] = mapped_column(
        ForeignKey("comparisons.id", ondelete="CASCADE"), index=True
    )
    tag: Mapped[str] = mapped_column(Text)
    rank: Mapped[int | None] = mapped_column(Integer)
    predicted: Mapped[float | None] = mapped_column(Float(53))
    predicted_low: Mapped[float | None] = mapped_column(Float(53))
    predicted_high: Mapped[float | None] = mapped_column(Float(53))
    realised: Mapped[float | None] = mapped_column(Float(53))
    realised_low: Mapped[float | None] = mapped_column(Float(53))
    realised_high: Mapped[float | None] = mapped_column(Float(53))
    verdict: Mapped[str | None] = mapped_column(Text)
