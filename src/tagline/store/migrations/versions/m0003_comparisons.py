"""Comparisons of runs, and what was promised and gained by tag."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_GAINS = (
    "predicted",
    "predicted_low",
    "predicted_high",
    "realised",
    "realised_low",
    "realised_high",
)


def upgrade() -> None:
    """Make the tables `comparisons` and `gains`."""
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("where", sa.Text(), nullable=True),
        sa.Column("percent", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Float(53), nullable=False),
        sa.Column("margin", sa.Float(53), nullable=False),
        sa.Column("examples", sa.BigInteger(), nullable=False),
        sa.Column("examples_version", sa.BigInteger(), nullable=False),
        sa.Column("examples_fingerprint", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sa.ForeignKeyConstraint(
            ["before_id"], ["runs.id"], "fk_comparisons_before_id_runs", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["after_id"], ["runs.id"], "fk_comparisons_after_id_runs", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "before_id", "after_id", "question", name="uq_comparisons_before_id_after_id_question"
        ),
    )
    op.create_index("ix_comparisons_after_id", "comparisons", ["after_id"])
    op.create_table(
        "gains",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Float(53), nullable=True) for name in _GAINS),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_gains"),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            "fk_gains_comparison_id_comparisons",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_gains_comparison_id", "gains", ["comparison_id"])
