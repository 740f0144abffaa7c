"""Tags that an example may have many of: the items of list columns, and tables of tags."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from tagline.measures.countable import COUNTS, Countable

__all__ = ["Exploded", "exploded"]


@dataclass(frozen=True, eq=False)
class Exploded:
    """One row for each tag of an example: the columns of the Countable, and `tag`.

    `column` is the list column's name, "" for a table of tags; `known` the boolean column of the
    Countable that says where its tags are known.
    """

    rows: ir.Table
    column: str
    known: str


def exploded(countable: Countable) -> list[Exploded]:
    """Return an expression for each list column and for the table of tags; nothing is executed."""
    counted = countable.table.filter(countable.table.reason <= COUNTS)
    found = []
    for place, name in enumerate(countable.lists):
        tagged = counted.mutate(tag=counted[f"l{place}"].unique().unnest())
        found.append(Exploded(tagged.filter(tagged.tag.notnull()), name, f"kl{place}"))
    if countable.long is not None:
        keep = [name for name in counted.columns if name not in {"id", "tag"}]
        tags = countable.long.rows.filter(countable.long.rows.tag.notnull()).distinct()
        known = counted.filter(counted.klong)
        joined = tags.inner_join(known, tags.id == known.id).select(tags.tag, *keep)
        found.append(Exploded(joined, "", "klong"))
    return found
