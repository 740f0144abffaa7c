"""From the user's table to the fixed columns that are counted; nothing is executed."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, fields, replace
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from tagline.engine import balanced, translate
from tagline.error_analysis.asked.leaving_out import REASONS, reason
from tagline.error_analysis.asked.question import Question
from tagline.error_analysis.asked.refusing import causes_of, refusals
from tagline.error_analysis.asked.tag_columns import TagColumns
from tagline.exceptions import InputError
from tagline.measures import Cause, CheckedPair, Family, Measure, Pair
from tagline.measures.countable import Countable, LongTags
from tagline.schema import EXAMPLE_ID

__all__ = ["REASONS", "LongColumns", "Prepared", "of_tags", "prepare"]

ANSWERS = ("label", "prediction", "person")
_ALWAYS = ("reason", "id")
_OF_TAGS = re.compile(r"(f|c|l|kl)\d+|klong|untagged")


@dataclass(frozen=True, eq=False)
class LongColumns:
    """A table of tags, and the examples that somebody looked at (None: all)."""

    rows: ir.Table
    looked_at: ir.Table | None


@dataclass(frozen=True, eq=False)
class Prepared:
    """What is counted, and `full`, for looking at: the user's table with these columns beside.

    Their names begin with ``tl_``; label, prediction and the person's answer are among them.
    """

    countable: Countable
    table: ir.Table
    columns: dict[str, ir.Value]

    @property
    def full(self) -> ir.Table:
        """The user's table with all columns beside it."""
        return self.table.mutate(**{f"tl_{name}": each for name, each in self.columns.items()})

    def counting(self, **more: ir.Value) -> Countable:
        """Return what is counted with other columns in place of error and weight.

        Parameters
        ----------
        **more : ibis values
            Expressions over `table`.

        Returns
        -------
        Countable
        """
        names = self.countable.table.columns
        counted = {name: self.columns[name] for name in names if name in _ALWAYS or of_tags(name)}
        return replace(self.countable, table=self.table.select(**counted, **more))


def of_tags(name: str) -> bool:
    """Return whether a column of `Prepared` says which tags a row has."""
    return _OF_TAGS.fullmatch(name) is not None


def prepare(
    table: ir.Table, question: Question, tags: TagColumns, long: LongColumns | None
) -> Prepared:
    """Return the rows under the fixed names of `Countable`.

    Parameters
    ----------
    table : ibis Table
        The user's, with columns for what was given as an array.
    question : Question
    tags : TagColumns
        Expressions over `table`.
    long : LongColumns or None

    Returns
    -------
    Prepared

    Raises
    ------
    InputError
        If `where` is no condition.
    """
    given = _given(table, question)
    errors, family, causes = _errors(table, question, given)
    why = reason({**given, **errors}, question)
    counted: dict[str, ir.Value] = {
        **_tags(table, tags, long),
        **{name: each for name, each in given.items() if name in {"g", "s"}},
        **{name: each for name, each in errors.items() if name != "refused"},
        "reason": why,
    }
    countable = Countable(
        # one projection of the user's table: each further layer costs Ibis milliseconds to merge
        table=table.select(**counted),
        binary=question.measure.kind == "binary",
        reasons=REASONS,
        refused=refusals(table, question.measure, given, why, causes),
        family=family,
        flags=tuple(tags.flags),
        categories=tuple(tags.categories),
        lists=tuple(tags.lists),
        long=LongTags(long.rows) if long is not None else None,
        people=question.person is not None,
        later=question.later,
        runs=sum(name[0] == "r" and name[1:].isdigit() for name in errors),
        weighted=question.sample_weight is not None,
        grouped=question.group is not None,
    )
    return Prepared(countable, table, {**given, **counted})


def _given(table: ir.Table, question: Question) -> dict[str, ir.Value]:
    """Return what the question names, but for the tags."""
    given: dict[str, ir.Value] = {}
    if question.where is not None:
        held = translate(question.where, table, what="`where`")
        if not held.type().is_boolean():
            raise InputError(
                f"`where` must be true or false. {question.where!r} gives {held.type()} instead."
            )
        given["where"] = held.fill_null(False)
    named = (question.label, question.prediction, question.person)
    for name, column in zip(ANSWERS, named, strict=True):
        if column is not None:
            given[name] = _without_nan(table[column])
    for place, column in enumerate((*question.more_before, *question.more_after)):
        given[f"more{place}"] = _without_nan(table[column])
    if question.group is not None:
        given["g"] = table[question.group]
    if question.sample_weight is not None:
        given["s"] = _without_nan(table[question.sample_weight])
    return given


def _tags(table: ir.Table, tags: TagColumns, long: LongColumns | None) -> dict[str, ir.Value]:
    """Return the columns of tags, by their name in `Countable`."""
    own: dict[str, ir.Value] = {}
    for prefix, found in (("f", tags.flags), ("c", tags.categories), ("l", tags.lists)):
        own |= {f"{prefix}{place}": value for place, value in enumerate(found.values())}
    none = [~value for value in tags.flags.values()]
    for place, value in enumerate(tags.lists.values()):
        own[f"kl{place}"] = value.notnull()
        none.append(value.length() == 0)
    if long is not None:
        own["id"] = table[EXAMPLE_ID]
        own["klong"] = ibis.literal(True)
        none.append(~own["id"].isin(long.rows.filter(long.rows.tag.notnull()).id))
    # a true tag makes it false, else an unknown one null: one test for null is enough
    untagged = balanced(operator.and_, none).fill_null(False) if none else ibis.literal(False)
    own["untagged"] = untagged
    if long is not None and long.looked_at is not None:
        own["klong"] = own["id"].isin(long.looked_at.id)
        own["untagged"] = untagged & own["klong"]
    return own


def _errors(
    table: ir.Table, question: Question, given: dict[str, ir.Value]
) -> tuple[dict[str, ir.Value], Family | None, list[Cause]]:
    """Return error and weight of the model and, with people, of the person; what is refused."""
    answers = {name: each for name, each in given.items() if name in {"label", "prediction"}}
    found = _asked(question.measure, table, answers)
    if isinstance(found, Family):
        if question.more_before:
            raise InputError(
                "Several runs a side cannot be averaged for a mean over classes: compare them one"
                " by one, or use another measure."
            )
        named = {"x": "label", "y": "prediction", "z": "person"}
        return {x: given[name] for x, name in named.items() if name in given}, found, []
    errors = {**_pair(found, "e", "w"), "refused": _refused(found)}
    causes = causes_of(found, answers)
    if question.person is not None:
        person = given["person"]
        other = _asked(question.measure, table, {**answers, "prediction": person})
        if isinstance(other, Family):
            raise TypeError("a measure gives a pair or a family, not now this, now that")
        beside = _pair(other, "he", "hw")
        if question.later:  # a run answers on every row; what is null it got wrong
            errors["refused"] = errors["refused"] | _refused(other)
            causes += causes_of(other, {**answers, "prediction": person})
            if question.more_before:
                averaged = _of_runs(table, question, given, errors | beside, causes)
                return averaged, None, causes
        else:
            beside = {name: ibis.cases((person.notnull(), each)) for name, each in beside.items()}
        errors |= beside
    return errors, None, causes


def _of_runs(
    table: ir.Table,
    question: Question,
    given: dict[str, ir.Value],
    errors: dict[str, ir.Value],
    causes: list[Cause],
) -> dict[str, ir.Value]:
    """Return the mean error of each side's runs, and the error of each run: `r0`, `r1` ...

    What the further runs are refused for is added to `causes`.
    """
    found = {"refused": errors["refused"], "w": errors["w"], "hw": errors["hw"]}
    runs = seen = 0
    for name, more in (("e", question.more_before), ("he", question.more_after)):
        side = [errors[name].cast("float64")]
        for place in range(seen, seen + len(more)):
            answers = {"label": given["label"]} if "label" in given else {}
            answers["prediction"] = given[f"more{place}"]
            pair = _asked(question.measure, table, answers)
            if isinstance(pair, Family):
                raise TypeError("a measure gives a pair or a family, not now this, now that")
            side.append(_pair(pair, "e", "w")["e"].cast("float64"))
            found["refused"] = found["refused"] | _refused(pair)
            causes += causes_of(pair, answers)
        found |= {f"r{runs + place}": value for place, value in enumerate(side)}
        runs, seen = runs + len(side), seen + len(more)
        found[name] = balanced(operator.add, side) / len(side)
    return found


def _asked(measure: Measure, table: ir.Table, answers: dict[str, ir.Value]) -> Pair | Family:
    """Ask the measure, which reads its answers as `label` and `prediction`, about the table.

    What it returns speaks of the user's table, whose columns of these names may be others.
    """
    other = {
        name: value
        for name, value in answers.items()
        if name not in table.columns or not value.equals(table[name])
    }
    if not other:
        return measure.pairs(table)
    seen = table.mutate(**other)
    found = measure.pairs(seen)
    if isinstance(found, Family):
        return found
    places = {ops.Field(seen, name): value.op() for name, value in other.items()}
    places[seen.op()] = table.op()

    def over_table(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(over_table, value))
        if isinstance(value, Cause):
            own = {each.name: over_table(getattr(value, each.name)) for each in fields(value)}
            return replace(value, **own)
        return value.op().replace(places).to_expr() if isinstance(value, ir.Value) else value

    return replace(found, **{name: over_table(each) for name, each in vars(found).items()})


def _pair(pair: Pair, error: str, weight: str) -> dict[str, ir.Value]:
    values = {error: pair.error, weight: pair.weight}
    return {
        name: value.cast("int64") if isinstance(value, ir.BooleanValue) else value
        for name, value in (
            (name, value if isinstance(value, ir.Value) else ibis.literal(value))
            for name, value in values.items()
        )
    }


def _refused(pair: Pair) -> ir.Value:
    refused = pair.refused if isinstance(pair, CheckedPair) else None
    return ibis.literal(False) if refused is None else refused


def _without_nan(value: ir.Value) -> ir.Value:
    """NaN is no number that a person gave: it counts as missing."""
    return ibis.cases((~value.isnan(), value)) if value.type().is_floating() else value
