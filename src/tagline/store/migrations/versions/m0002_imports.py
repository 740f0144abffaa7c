"""The log of imports."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_COUNTS = (
    "rows",
    "examples_new",
    "examples_known",
    "examples_filled",
    "predictions_new",
    "predictions_known",
)


def upgrade() -> None:
    """Make the table `imports`."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], "fk_imports_run_id_runs", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_imports_run_id", "imports", ["run_id"])
