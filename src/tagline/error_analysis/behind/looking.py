"""Looking behind the counts: examples of a tag, what is confused with what, tags that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tagline.error_analysis.asked.having import has_tag
from tagline.error_analysis.asked.preparing import Prepared
from tagline.error_analysis.asked.request import Request
from tagline.error_analysis.behind.calibrating import calibrate, calibration_table
from tagline.error_analysis.behind.mistakes import count_edits, count_mistakes
from tagline.error_analysis.company.adjusted import TagGaps, tag_gaps
from tagline.error_analysis.company.adjusting import count_patterns, group_sums
from tagline.exceptions import InputError
from tagline.measures.countable import ALL, COUNTS
from tagline.measures.levels import select_list

__all__ = ["Look"]

_BITS = 60  # tags whose pattern fits into one whole number


@dataclass(frozen=True, eq=False)
class Look:
    """Opens the data again to show what is behind a row of the table.

    Parameters
    ----------
    request : Request
    columns : mapping from the name of a tag to the column that it is a level or item of ("" for
        none)
    """

    request: Request
    columns: dict[str, str]

    def examples(self, tag: str, wrong: bool | None, limit: int) -> pa.Table:
        """Return rows with the tag: the user's columns, `error` and `weight`; the worst first."""
        with self.request.open() as (connection, prepared):
            error, by_id = _error(prepared), prepared.columns.get("id")
            rows = self._with(prepared, tag)
            if wrong is not None:
                rows = rows.filter(error > 0 if wrong else error == 0)
            order = [ibis.desc(error), *([by_id] if by_id is not None else [])]
            rows = rows.order_by(order).limit(limit)
            return connection.fetch(rows.select(**self._shown(prepared)))

    def worst(self, tags: Sequence[str], limit: int) -> dict[str, pa.Table]:
        """Return the wrong rows of many tags as `examples` does; compiled once for all of them."""
        if not tags:
            return {}
        with self.request.open() as (connection, prepared):
            shown, error, by_id = (
                self._shown(prepared),
                _error(prepared),
                prepared.columns.get("id"),
            )
            has = {f"tl_has{place}": self._has(prepared, tag) for place, tag in enumerate(tags)}
            own = {"tl_error": error, **({} if by_id is None else {"tl_id": by_id})}
            rows = self._with(prepared, ALL).filter(error > 0).select(**shown, **own, **has)
            inner, order = connection.compile(rows), ", ".join(["tl_error desc", *list(own)[1:]])
            head = f"select * from ({inner}) q where"
            found = {
                tag: connection.fetch_sql(f"{head} {name} order by {order} limit {int(limit)}")
                for tag, name in zip(tags, has, strict=True)
            }
        names = [*shown, *own, *has]  # as they were: engines may rename those that differ by case
        return {tag: each.rename_columns(names).select(list(shown)) for tag, each in found.items()}

    def _shown(self, prepared: Prepared) -> dict[str, ir.Value]:
        """Return the user's columns as they came, label and prediction, error and weight."""
        ours, table = ("tl_", "tagline_"), prepared.table
        shown = {name: table[name] for name in table.columns if not name.startswith(ours)}
        question = self.request.question
        for name, column in (("label", question.label), ("prediction", question.prediction)):
            if column is not None and column.startswith(ours):
                shown[name] = prepared.columns[name]
        return {**shown, "error": _error(prepared), "weight": _weight(prepared)}

    def confusion(self, tag: str) -> pa.Table:
        """Return how often each label was predicted as each: `label`, `prediction`, `n`."""
        question = self.request.question
        if question.label is None or question.prediction is None:
            raise InputError("A table of confusions needs a label and a prediction.")
        with self.request.open() as (connection, prepared):
            for name in ("label", "prediction"):
                kind = prepared.columns[name].type()
                if kind.is_nested():
                    raise InputError(
                        "A table of confusions needs single classes as label and prediction."
                        f" `{name}` is of type {kind} instead."
                    )
            answers = {name: prepared.columns[name] for name in ("label", "prediction")}
            rows = self._with(prepared, tag).select(**answers)
            table = rows.group_by("label", "prediction").agg(n=rows.count())
            return connection.fetch(table.order_by(ibis.desc("n"), "label", "prediction"))

    def mistakes(self, top: int) -> pa.Table | None:
        """Return the mistakes that each tag has the most of; None where there are no classes."""
        with self.request.open() as (connection, prepared):
            return count_mistakes(connection, prepared, self.request.question, top)

    def edits(self) -> pa.Table | None:
        """Return the kinds of edits of each tag; None without transcripts."""
        with self.request.open() as (connection, prepared):
            return count_edits(connection, prepared, self.request.question)

    def calibration(self, bins: int, level: float) -> pa.Table | None:
        """Return the calibration error of each tag; None where nothing is a probability."""
        with self.request.open() as (connection, prepared):
            found = calibrate(connection, prepared, self.request.question, bins, level)
        return None if found is None else calibration_table(found)

    def overlaps(self, order: Sequence[str], top: int) -> pa.Table:
        """Return, for each two of the first tags, rows, errors and weight of what has both."""
        chosen = list(order)[:top]
        pairs = list(combinations(range(len(chosen)), 2))
        with self.request.open() as (connection, prepared):
            plain = prepared.countable.binary and not prepared.countable.weighted
            inner = _by_pattern(connection.compile(self._marked(prepared, chosen)), len(chosen))
            sums = {}
            for i, j in pairs:
                both = f"sum(case when {_has_both(i, j, len(chosen))} then"
                sums[f"n_{i}_{j}"] = f"{both} n else 0 end)"
                sums[f"e_{i}_{j}"] = f"{both} error else 0 end)"
                if not plain:
                    sums[f"w_{i}_{j}"] = f"{both} weight else 0 end)"
            sql = f"select {select_list(sums)} from ({inner}) q"  # Ibis takes long for so many
            found = connection.fetch_sql(sql).to_pylist()[0] if sums else {}
        table = {
            "tag": [chosen[i] for i, _ in pairs],
            "other": [chosen[j] for _, j in pairs],
            "both": [int(found[f"n_{i}_{j}"] or 0) for i, j in pairs],
            "errors": [float(found[f"e_{i}_{j}"] or 0) for i, j in pairs],
            "weight": [float(found["nw"[not plain] + f"_{i}_{j}"] or 0) for i, j in pairs],
        }
        return pa.table(table).sort_by([("both", "descending"), ("tag", "ascending")])

    def added(self, order: Sequence[str], top: int) -> pa.Table:
        """Return what each tag adds to those above it: rows and errors with none of these."""
        chosen = list(order)[:top]
        with self.request.open() as (connection, prepared):
            rows = self._marked(prepared, chosen)
            before: ir.BooleanValue = ibis.literal(False)
            sums = {}
            for place in range(len(chosen)):
                own = rows[f"has{place}"]
                new = own & ~before
                sums[f"n_{place}"] = new.sum()
                sums[f"e_{place}"] = ibis.cases((new, rows.error), else_=0).sum()
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

    def adjusted(self, order: Sequence[str], top: int, level: float) -> list[TagGaps] | None:
        """Return the gap of each of the first tags, raw and adjusted.

        None where the measure is a mean over classes.
        """
        with self.request.open() as (connection, prepared):
            rows = prepared.countable
            if rows.family is not None:
                return None
            chosen = list(order)[:top]
            patterns, keyed = count_patterns(connection, rows, chosen, self.columns)
            spread = partial(group_sums, connection, keyed, patterns.keys) if rows.grouped else None
            return tag_gaps(patterns, level=level, spread=spread)

    def _with(self, prepared: Prepared, tag: str) -> ir.Table:
        """Return the rows of the user's table that count and have a tag.

        What is made of them later is given as expressions over the whole table: one layer less is
        much less for Ibis to compile.
        """
        counts = prepared.columns["reason"] <= COUNTS
        held = counts if tag == ALL else counts & self._has(prepared, tag)
        return prepared.table.filter(held)

    def _marked(self, prepared: Prepared, tags: Sequence[str]) -> ir.Table:
        """Return `error`, `weight` and whether each tag is there (`has0`, `has1` ...)."""
        has = {f"has{place}": self._has(prepared, tag) for place, tag in enumerate(tags)}
        errors = {"error": _error(prepared), "weight": _weight(prepared)}
        return self._with(prepared, ALL).select(**errors, **has)

    def _has(self, prepared: Prepared, tag: str) -> ir.BooleanValue:
        """Return whether a row has the tag; unknown is no."""
        return has_tag(prepared, tag, self.columns[tag])


def _by_pattern(inner: str, tags: int) -> str:
    """Return rows grouped by which tags they have, so that pairs are summed over few rows."""
    if tags > _BITS:
        return f"select *, 1 as n from ({inner}) i"
    bits = " + ".join(f"case when has{i} then {1 << i} else 0 end" for i in range(tags)) or "0"
    sums = "count(*) as n, sum(error) as error, sum(weight) as weight"
    keyed = f"select error, weight, {bits} as has from ({inner}) i"
    return f"select has, {sums} from ({keyed}) k group by has"


def _has_both(one: int, other: int, tags: int) -> str:
    if tags > _BITS:
        return f"has{one} and has{other}"
    mask = 1 << one | 1 << other
    return f"(has & {mask}) = {mask}"


def _error(prepared: Prepared) -> ir.Value:
    given = prepared.columns
    if "e" not in given:  # a mean over classes: wrong or right
        return (given["x"] != given["y"]).fill_null(True).cast("float64")
    error = given["e"].cast("float64")
    return error * given["s"] if "s" in given else error


def _weight(prepared: Prepared) -> ir.Value:
    given = prepared.columns
    weight = given["w"].cast("float64") if "w" in given else ibis.literal(1.0)
    return weight * given["s"] if "s" in given else weight
