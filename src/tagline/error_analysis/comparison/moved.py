"""Going back to the data of a comparison: which examples broke, which were fixed."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tagline.error_analysis.behind.looking import Look

__all__ = ["HOW", "Moved"]

HOW = ("broken", "fixed", "both wrong", "both right")


@dataclass(frozen=True, eq=False)
class Moved(Look):
    """A `Look` that knows two runs."""

    def moved(self, tag: str, how: str, limit: int) -> pa.Table:
        """Return examples of a tag: the user's columns, what both runs said, both errors.

        Parameters
        ----------
        tag : str
        how : {"broken", "fixed", "both wrong", "both right"}
        limit : int

        Returns
        -------
        pyarrow.Table
            The largest change first, then by id.
        """
        with self.request.open() as (connection, prepared):
            rows = self._counted(prepared, tag)
            before, after = _errors(rows)
            rows = rows.mutate(tl_before=before, tl_after=after)
            rows = rows.filter(_chosen(rows.tl_before, rows.tl_after, how))
            change = rows.tl_after - rows.tl_before
            rows = rows.order_by([ibis.desc(change.abs()), *_by_id(rows)]).limit(limit)
            return connection.fetch(rows.select(**self._both(rows)))

    def crossed(self, tag: str) -> pa.Table:
        """Return, for each label, what the runs said: `label`, `before`, `after` and `n`."""
        with self.request.open() as (connection, prepared):
            rows = self._counted(prepared, tag)
            given = {"label": rows.tl_label} if "tl_label" in rows.columns else {}
            counts = rows.group_by(**given, before=rows.tl_prediction, after=rows.tl_person)
            table = counts.agg(n=rows.count())
            return connection.fetch(table.order_by(ibis.desc("n"), *given, "before", "after"))

    def _both(self, rows: ir.Table) -> dict[str, ir.Value]:
        own = ("tl_", "tagline_")
        shown = {name: rows[name] for name in rows.columns if not name.startswith(own)}
        question = self.request.question
        for name in (question.prediction, question.person):
            shown.pop(str(name), None)
        if question.label is not None and question.label.startswith(own):
            shown["label"] = rows.tl_label
        shown |= {"before": rows.tl_prediction, "after": rows.tl_person}
        return {**shown, "error_before": rows.tl_before, "error_after": rows.tl_after}


def _errors(rows: ir.Table) -> tuple[ir.Value, ir.Value]:
    if "tl_e" in rows.columns:
        return rows.tl_e.cast("float64"), rows.tl_he.cast("float64")
    # a mean over classes: wrong or right
    wrong = [(rows.tl_x != rows[said]).fill_null(True) for said in ("tl_y", "tl_z")]
    return wrong[0].cast("float64"), wrong[1].cast("float64")


def _chosen(before: ir.Value, after: ir.Value, how: str) -> ir.BooleanValue:
    tests: dict[str, ir.BooleanValue] = {
        "broken": after > before,
        "fixed": after < before,
        "both wrong": (before > 0) & (after > 0),
        "both right": (before == 0) & (after == 0),
    }
    return tests[how]


def _by_id(rows: ir.Table) -> list[ir.Value]:
    return [rows.example_id] if "example_id" in rows.columns else []
