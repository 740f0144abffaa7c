"""People, how they get in, and the audit log."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], f"fk_{table}_{column}_{to}", ondelete=ondelete
    )


def upgrade() -> None:
    """Make the tables of people, and those by which they get in."""
    op.create_table(
        "people",
        _id(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        _time("created_at"),
        _time("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        _key("people", "project_id", "projects"),
        sa.UniqueConstraint("project_id", "name", name="uq_people_project_id_name"),
    )
    _ways_in()
    _logs()


def _ways_in() -> None:
    op.create_table(
        "invitations",
        _id(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        _time("created_at"),
        _time("expires_at"),
        _time("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        _key("invitations", "project_id", "projects"),
        _key("invitations", "person_id", "people"),
        _key("invitations", "invited_by", "people", "SET NULL"),
        sa.UniqueConstraint("hash", name="uq_invitations_hash"),
    )
    op.create_index("ix_invitations_project_id", "invitations", ["project_id"])
    _of_person("sessions", _time("created_at"), _time("seen_at"))
    _of_person(
        "api_tokens",
        sa.Column("name", sa.String(200), nullable=False),
        _time("created_at"),
        _time("expires_at", nullable=True),
        _time("last_used_at", nullable=True),
    )
    op.create_table(
        "server_keys",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name="pk_server_keys"),
        _key("server_keys", "project_id", "projects"),
    )


def _of_person(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        _id(),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _key(table, "person_id", "people"),
        sa.UniqueConstraint("hash", name=f"uq_{table}_hash"),
    )
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _logs() -> None:
    op.create_table(
        "login_attempts",
        _id(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempts"),
        _key("login_attempts", "project_id", "projects"),
    )
    for column in ("name", "address"):
        op.create_index(
            f"ix_login_attempts_project_id_{column}_at",
            "login_attempts",
            ["project_id", column, "at"],
        )
    op.create_table(
        "audit",
        _id(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _time("at"),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        _key("audit", "project_id", "projects"),
        _key("audit", "person_id", "people", "SET NULL"),
    )
    op.create_index("ix_audit_project_id_id", "audit", ["project_id", "id"])
