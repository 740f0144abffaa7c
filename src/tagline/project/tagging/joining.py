"""People's answers as columns of a run's table: yes, no, and null where nobody has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagline.schema.relations import EXAMPLE_ID
from tagline.tags import agreed

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from tagline.engine import Connection

__all__ = ["Answers", "with_answers"]


@dataclass(frozen=True, eq=False)
class Answers:
    """What people decided, as of one version of the tagging.

    Attributes
    ----------
    version : int
    tags : tuple of str
        That people give.
    decisions : pyarrow.Table
        See `tagline.store.Tagging.decisions`.
    """

    version: int
    tags: tuple[str, ...]
    decisions: pa.Table

    def wide(self, tags: Sequence[str] | None = None) -> pa.Table:
        """Return one row for each decided example, with a boolean column for each tag."""
        return agreed(self.decisions, self.tags if tags is None else tags)


def with_answers(
    connection: Connection, table: ir.Table, answers: Answers, tags: Sequence[str] | None = None
) -> ir.Table:
    """Join people's answers to a table of examples; nothing is executed.

    Parameters
    ----------
    connection : Connection
    table : ibis table
        With `example_id`. A column of a tag's name is replaced by what people say.
    answers : Answers
    tags : sequence of str, optional
        Default: all that people give.

    Returns
    -------
    ibis table
    """
    wanted = list(answers.tags if tags is None else tags)
    if not wanted:
        return table
    said = connection.table(answers.wide(wanted), "answers")
    kept = table.drop(*(name for name in wanted if name in table.columns))
    joined = kept.left_join(said, EXAMPLE_ID)
    return joined.drop(f"{EXAMPLE_ID}_right") if f"{EXAMPLE_ID}_right" in joined.columns else joined
