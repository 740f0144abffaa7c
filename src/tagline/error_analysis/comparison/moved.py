"""Going back to the data of a comparison: which examples broke, which were fixed."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tagline.error_analysis.asked.preparing import Prepared
from tagline.error_analysis.behind.looking import Look
from tagline.exceptions import InputError
from tagline.measures.countable import ALL

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
            errors, rates = _errors(prepared), _rates(prepared)
            rows = self._with(prepared, tag).filter(_chosen(*errors, *rates, how))
            order = [ibis.desc((rates[1] - rates[0]).abs()), *_by_id(prepared)]
            shown = self._both(prepared)
            shown |= dict(zip(("error_before", "error_after"), errors, strict=True))
            return connection.fetch(rows.order_by(order).limit(limit).select(**shown))

    def same(self) -> bool:
        """Tell whether the two runs predict the same on every row that counts."""
        with self.request.open() as (connection, prepared):
            given = prepared.columns
            one, two = given["prediction"], given["person"]
            if one.type() != two.type():
                return False
            differ = self._with(prepared, ALL).filter(~one.identical_to(two))
            return not connection.fetch(differ.aggregate(n=differ.count()))["n"][0].as_py()

    def crossed(self, tag: str) -> pa.Table:
        """Return, for each label, what the runs said: `label`, `before`, `after` and `n`."""
        with self.request.open() as (connection, prepared):
            named = {"label": "label", "prediction": "before", "person": "after"}
            found = {
                to: prepared.columns[name] for name, to in named.items() if name in prepared.columns
            }
            for name, value in found.items():
                if value.type().is_nested():
                    raise InputError(
                        "A table of confusions needs single classes as label and predictions."
                        f" `{name}` is of type {value.type()} instead."
                    )
            rows = self._with(prepared, tag).select(**found)
            table = rows.group_by(*found).agg(n=rows.count())
            return connection.fetch(table.order_by(ibis.desc("n"), *found))

    def _both(self, prepared: Prepared) -> dict[str, ir.Value]:
        """Return the user's columns as they came, the label, and what both runs said."""
        own, table, question = ("tl_", "tagline_"), prepared.table, self.request.question
        shown = {name: table[name] for name in table.columns if not name.startswith(own)}
        for name in (question.prediction, question.person):
            shown.pop(str(name), None)
        if question.label is not None and question.label.startswith(own):
            shown["label"] = prepared.columns["label"]
        said = {"before": prepared.columns["prediction"], "after": prepared.columns["person"]}
        return {**shown, **said}


def _errors(prepared: Prepared) -> tuple[ir.Value, ir.Value]:
    given = prepared.columns
    if "e" in given:
        return given["e"].cast("float64"), given["he"].cast("float64")
    # a mean over classes: wrong or right
    wrong = [(given["x"] != given[said]).fill_null(True) for said in ("y", "z")]
    return wrong[0].cast("float64"), wrong[1].cast("float64")


def _rates(prepared: Prepared) -> tuple[ir.Value, ir.Value]:
    """Return the rate of each row by either run: the error alone where it weighs nothing."""
    given, (before, after) = prepared.columns, _errors(prepared)
    if "w" not in given:
        return before, after
    weights = given["w"].cast("float64"), given["hw"].cast("float64")
    sides = zip((before, after), weights, strict=True)
    one, two = (ibis.cases((size > 0, error / size), else_=error) for error, size in sides)
    return one, two


def _chosen(
    before: ir.Value, after: ir.Value, old: ir.Value, new: ir.Value, how: str
) -> ir.BooleanValue:
    """Return whether an example moved so, by its errors and its rates."""
    tests: dict[str, ir.BooleanValue] = {
        "broken": new > old,
        "fixed": new < old,
        "both wrong": (before > 0) & (after > 0),
        "both right": (before == 0) & (after == 0),
    }
    return tests[how]


def _by_id(prepared: Prepared) -> list[ir.Value]:
    table = prepared.table
    if "example_id" not in table.columns:
        return []
    ids = table["example_id"]
    return [ids.length(), ids] if isinstance(ids, ir.StringValue) else [ids]  # "2" before "10"
