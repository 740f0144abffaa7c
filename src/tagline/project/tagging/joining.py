"""People's answers as columns of a run's table: yes, no, and null where nobody has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from tagline.schema.relations import EXAMPLE_ID
from tagline.tags import agreed

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.engine import Connection
    from tagline.store import ItemRecord

__all__ = ["Answers", "by_chance", "with_answers"]


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


def by_chance(answers: Answers, items: Sequence[ItemRecord]) -> pa.Table:
    """Return the answers of a sample as far as chance alone decided which examples have one.

    A tag that came late is decided first where it is likeliest: these examples are no sample of the
    earlier ones. So up to the last looked-at example that nobody has decided for a tag, in the
    order of the sample, the tag counts as unknown.

    Parameters
    ----------
    answers : Answers
    items : sequence of ItemRecord
        Of the sample.

    Returns
    -------
    pyarrow.Table
        As `Answers.wide`.
    """
    order = {each.example_id: each.position for each in items if each.state == "done"}
    decided: dict[str, set[str]] = {}
    for row in answers.decisions.select([EXAMPLE_ID, "tag"]).to_pylist():
        decided.setdefault(row["tag"], set()).add(row[EXAMPLE_ID])
    wide = answers.wide()
    places = [order.get(each, -1) for each in wide[EXAMPLE_ID].to_pylist()]
    for tag in answers.tags:
        left = order.keys() - decided.get(tag, set())
        last = max((order[each] for each in left), default=-1)
        kept = pa.array([place > last for place in places], pa.bool_())
        values = pc.if_else(kept, wide[tag].combine_chunks(), pa.scalar(None, pa.bool_()))
        wide = wide.set_column(wide.column_names.index(tag), tag, values)
    return wide


def with_answers(
    connection: Connection,
    table: ir.Table,
    answers: Answers,
    tags: Sequence[str] | None = None,
    *,
    wide: pa.Table | None = None,
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
    wide : pyarrow.Table, optional
        The answers to join. Default: all of them.

    Returns
    -------
    ibis table
    """
    wanted = list(answers.tags if tags is None else tags)
    if not wanted:
        return table
    said = connection.table(answers.wide(wanted) if wide is None else wide, "answers")
    kept = table.drop(*(name for name in wanted if name in table.columns))
    joined = kept.left_join(said, EXAMPLE_ID)
    return joined.drop(f"{EXAMPLE_ID}_right") if f"{EXAMPLE_ID}_right" in joined.columns else joined
