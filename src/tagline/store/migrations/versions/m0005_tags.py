"""Tags that people give: names, decisions, notes, verdicts, samples, and what was done."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text() if length is None else sa.String(length), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _yes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _key(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], f"fk_{table}_{column}_{to}", ondelete=ondelete
    )


def _while_null(name: str, table: str, columns: list[str], empty: str) -> None:
    """Make an index that is unique among the rows where a column is null."""
    condition = sa.text(f"{empty} IS NULL")
    op.create_index(
        name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    """Make the tables of tags, of what people said, and of samples."""
    _actions_and_tags()
    _said()
    _samples()


def _actions_and_tags() -> None:
    op.create_table(
        "actions",
        _id(),
        _number("project_id"),
        _number("person_id"),
        _time("at"),
        _text("kind", 40),
        _text("example_id", nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        _number("undone_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
        _key("actions", "project_id", "projects"),
        _key("actions", "person_id", "people"),
        _key("actions", "undone_by", "actions"),
    )
    op.create_index(
        "ix_actions_project_id_person_id_id", "actions", ["project_id", "person_id", "id"]
    )
    op.create_table(
        "tags",
        _id(),
        _number("project_id"),
        _text("name", 200),
        _text("description"),
        sa.Column("importance", sa.Float(53), nullable=False),
        sa.Column("ease", sa.Float(53), nullable=False),
        _text("ease_reason"),
        _text("colour", 7),
        _time("created_at"),
        _time("retired_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        _key("tags", "project_id", "projects"),
    )
    _while_null("uq_tags_project_id_name_there", "tags", ["project_id", "name"], "retired_at")


def _said() -> None:
    op.create_table(
        "decisions",
        _id(),
        _number("project_id"),
        _number("tag_id"),
        _text("example_id"),
        _number("person_id"),
        _yes("value"),
        _yes("blind"),
        _number("action_id"),
        _number("replaced_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        _key("decisions", "project_id", "projects"),
        _key("decisions", "tag_id", "tags"),
        _key("decisions", "person_id", "people"),
        _key("decisions", "action_id", "actions"),
        _key("decisions", "replaced_by", "actions", "SET NULL"),
    )
    _while_null(
        "uq_decisions_tag_id_example_id_person_id_current",
        "decisions",
        ["tag_id", "example_id", "person_id"],
        "replaced_by",
    )
    for columns in (["project_id", "example_id"], ["action_id"], ["replaced_by"]):
        op.create_index(f"ix_decisions_{'_'.join(columns)}", "decisions", columns)
    op.create_table(
        "notes",
        _id(),
        _number("project_id"),
        _text("example_id"),
        _number("person_id"),
        _time("at"),
        _text("text"),
        _number("tag_id", nullable=True),
        _time("withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        _key("notes", "project_id", "projects"),
        _key("notes", "person_id", "people"),
        _key("notes", "tag_id", "tags", "SET NULL"),
    )
    op.create_index("ix_notes_project_id", "notes", ["project_id"])
    op.create_table(
        "verdicts",
        _id(),
        _number("project_id"),
        _text("example_id"),
        _number("person_id"),
        _time("at"),
        _text("right_label", nullable=True),
        _text("state", 10),
        _number("reviewer_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        _key("verdicts", "project_id", "projects"),
        _key("verdicts", "person_id", "people"),
        _key("verdicts", "reviewer_id", "people", "SET NULL"),
        sa.UniqueConstraint(
            "project_id",
            "example_id",
            "person_id",
            name="uq_verdicts_project_id_example_id_person_id",
        ),
    )


def _samples() -> None:
    op.create_table(
        "samples",
        _id(),
        _number("project_id"),
        _text("name", 200),
        _number("run_id", nullable=True),
        _number("person_id"),
        _time("created_at"),
        _yes("purposive"),
        _yes("blind"),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
        _key("samples", "project_id", "projects"),
        _key("samples", "run_id", "runs"),
        _key("samples", "person_id", "people"),
        sa.UniqueConstraint("project_id", "name", name="uq_samples_project_id_name"),
    )
    op.create_table(
        "sample_items",
        _id(),
        _number("sample_id"),
        _number("position"),
        _text("example_id"),
        _number("turn"),
        _text("stratum"),
        sa.Column("probability", sa.Float(53), nullable=True),
        _text("state", 10),
        _number("person_id", nullable=True),
        _time("at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sample_items"),
        _key("sample_items", "sample_id", "samples"),
        _key("sample_items", "person_id", "people", "SET NULL"),
        sa.UniqueConstraint(
            "sample_id", "example_id", "turn", name="uq_sample_items_sample_id_example_id_turn"
        ),
    )
    op.create_index(
        "ix_sample_items_sample_id_state_position",
        "sample_items",
        ["sample_id", "state", "position"],
    )
