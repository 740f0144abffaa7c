"""Looking behind the counts: examples of a tag, what is confused with what, tags that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tagline.error_analysis.preparing import Prepared
from tagline.error_analysis.request import Request
from tagline.exceptions import InputError
from tagline.measures.countable import ALL, COUNTS, UNTAGGED

__all__ = ["Look"]


@dataclass(frozen=True, eq=False)
class Look:
    """Opens the data again to show what is behind a row of the table.

    Parameters
    ----------
    request : Request
    columns : mapping from the name of a tag to the column that it is a level or item of ("" for
        none)
    order : tuple of str
        The tags in the order of the ranking.
    """

    request: Request
    columns: dict[str, str]
    order: tuple[str, ...]

    def examples(self, tag: str, wrong: bool | None, limit: int) -> pa.Table:
        """Return rows with the tag: the user's columns, `error` and `weight`; the worst first."""
        with self.request.open() as (connection, prepared):
            rows = self._counted(prepared, tag)
            error, weight = _error(rows), _weight(rows)
            rows = rows.mutate(tl_error=error, tl_weight=weight)
            if wrong is not None:
                rows = rows.filter(rows.tl_error > 0 if wrong else rows.tl_error == 0)
            order = [ibis.desc("tl_error"), *([rows.tl_id] if "tl_id" in rows.columns else [])]
            rows = rows.order_by(order).limit(limit)
            return connection.fetch(rows.select(**self._shown(rows)))

    def _shown(self, rows: ir.Table) -> dict[str, ir.Value]:
        """Return the user's columns as they came, label and prediction, error and weight."""
        ours = ("tl_", "tagline_")
        shown = {name: rows[name] for name in rows.columns if not name.startswith(ours)}
        question = self.request.question
        for name, column in (("label", question.label), ("prediction", question.prediction)):
            if column is not None and column.startswith(ours):
                shown[name] = rows[f"tl_{name}"]
        return {**shown, "error": rows.tl_error, "weight": rows.tl_weight}

    def confusion(self, tag: str) -> pa.Table:
        """Return how often each label was predicted as each: `label`, `prediction`, `n`."""
        question = self.request.question
        if question.label is None or question.prediction is None:
            raise InputError("A table of confusions needs a label and a prediction.")
        with self.request.open() as (connection, prepared):
            rows = self._counted(prepared, tag)
            counts = rows.group_by(label=rows.tl_label, prediction=rows.tl_prediction)
            table = counts.agg(n=rows.count())
            return connection.fetch(table.order_by(ibis.desc("n"), "label", "prediction"))

    def overlaps(self, top: int) -> pa.Table:
        """Return, for each two of the first tags, the rows and errors that have both."""
        chosen = self.order[:top]
        pairs = list(combinations(range(len(chosen)), 2))
        with self.request.open() as (connection, prepared):
            rows = self._counted(prepared, ALL)
            error = _error(rows)
            has = [self._has(prepared, rows, tag) for tag in chosen]
            sums = {}
            for i, j in pairs:
                sums[f"n_{i}_{j}"] = (has[i] & has[j]).sum()
                sums[f"e_{i}_{j}"] = ibis.cases((has[i] & has[j], error), else_=0).sum()
            found = connection.fetch(rows.aggregate(**sums)).to_pylist()[0] if sums else {}
        table = {
            "tag": [chosen[i] for i, _ in pairs],
            "other": [chosen[j] for _, j in pairs],
            "both": [int(found[f"n_{i}_{j}"] or 0) for i, j in pairs],
            "errors": [float(found[f"e_{i}_{j}"] or 0) for i, j in pairs],
        }
        return pa.table(table).sort_by([("both", "descending"), ("tag", "ascending")])

    def added(self, order: Sequence[str], top: int) -> pa.Table:
        """Return what each tag adds to those above it: rows and errors with none of these."""
        chosen = list(order)[:top]
        with self.request.open() as (connection, prepared):
            rows = self._counted(prepared, ALL)
            error = _error(rows)
            before: ir.BooleanValue = ibis.literal(False)
            sums = {}
            for place, tag in enumerate(chosen):
                own = self._has(prepared, rows, tag)
                new = own & ~before
                sums[f"n_{place}"] = new.sum()
                sums[f"e_{place}"] = ibis.cases((new, error), else_=0).sum()
                before = before | own
            found = connection.fetch(rows.aggregate(**sums)).to_pylist()[0] if sums else {}
        numbers = range(len(chosen))
        return pa.table(
            {
                "tag": pa.array(chosen, pa.string()),
                "rows": pa.array([int(found[f"n_{each}"] or 0) for each in numbers], pa.int64()),
                "errors": pa.array([float(found[f"e_{n}"] or 0) for n in numbers], pa.float64()),
            }
        )

    def _counted(self, prepared: Prepared, tag: str) -> ir.Table:
        rows = prepared.full.filter(prepared.full.tl_reason <= COUNTS)
        return rows if tag == ALL else rows.filter(self._has(prepared, rows, tag))

    def _has(self, prepared: Prepared, rows: ir.Table, tag: str) -> ir.BooleanValue:
        """Return whether a row has the tag; unknown is no."""
        countable, column = prepared.countable, self.columns[tag]
        if tag == UNTAGGED:
            return rows.tl_untagged
        if tag in countable.flags and not column:
            return rows[f"tl_f{countable.flags.index(tag)}"].fill_null(False)
        if column in countable.categories:
            value = rows[f"tl_c{countable.categories.index(column)}"]
            return (value.cast("string") == tag.removeprefix(f"{column}=")).fill_null(False)
        if column in countable.lists:
            items = rows[f"tl_l{countable.lists.index(column)}"]
            item = ibis.literal(tag).cast(items.type().value_type)
            return items.contains(item).fill_null(False)
        if countable.long is None:
            raise InputError(f"There is no tag {tag!r}.")
        tags = countable.long.rows
        return rows.tl_id.isin(tags.filter(tags.tag.cast("string") == tag).id) & rows.tl_klong


def _error(rows: ir.Table) -> ir.Value:
    if "tl_e" not in rows.columns:  # a mean over classes: wrong or right
        return (rows.tl_x != rows.tl_y).fill_null(True).cast("float64")
    error = rows.tl_e.cast("float64")
    return error * rows.tl_s if "tl_s" in rows.columns else error


def _weight(rows: ir.Table) -> ir.Value:
    weight = rows.tl_w.cast("float64") if "tl_w" in rows.columns else ibis.literal(1.0)
    return weight * rows.tl_s if "tl_s" in rows.columns else weight
