"""From the user's table to the fixed columns that are counted; nothing is executed."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from tagline.engine import translate
from tagline.error_analysis.question import Question
from tagline.error_analysis.tag_columns import TagColumns
from tagline.exceptions import InputError
from tagline.measures import CheckedPair, Family, Measure, Pair
from tagline.measures.countable import Countable, LongTags
from tagline.schema import EXAMPLE_ID

__all__ = ["LongColumns", "Prepared", "prepare"]

REASONS = (
    "`where` does not hold",
    "no label",
    "no sample weight",
    "no group",
    "no prediction",
    "refused by the measure",
    "negative sample weight",
    "outside the measure's range",
)
WHERE, NO_LABEL, NO_WEIGHT, NO_GROUP, NO_PREDICTION, REFUSED, NEGATIVE, RANGE = range(1, 9)

ANSWERS = ("label", "prediction", "person")
ASIDE = {"tl_where", "tl_refused", *(f"tl_{e}" for e in ANSWERS), *(f"tl_own_{e}" for e in ANSWERS)}


@dataclass(frozen=True, eq=False)
class LongColumns:
    """A table of tags, and the examples that somebody looked at (None: all)."""

    rows: ir.Table
    looked_at: ir.Table | None


@dataclass(frozen=True, eq=False)
class Prepared:
    """What is counted, and the same rows with the user's columns beside, for looking at."""

    countable: Countable
    full: ir.Table


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
    own = _own_columns(table, question, tags, long)
    view = table.mutate(**{f"tl_{name}": value for name, value in own.items()})
    if long is not None and long.looked_at is not None:
        view = _mark_looked_at(view, long.looked_at)
    view, family, refusal = _errors(view, question)
    view = view.mutate(tl_reason=_reason(view, question))
    names = [name for name in view.columns if name.startswith("tl_") and name not in ASIDE]
    countable = Countable(
        table=view.select(**{name.removeprefix("tl_"): view[name] for name in names}),
        binary=question.measure.kind == "binary",
        reasons=REASONS,
        refused={REFUSED: refusal, NEGATIVE: _NEGATIVE, RANGE: _range(question.measure)},
        family=family,
        flags=tuple(tags.flags),
        categories=tuple(tags.categories),
        lists=tuple(tags.lists),
        long=LongTags(long.rows) if long is not None else None,
        people=question.person is not None,
        weighted=question.sample_weight is not None,
        grouped=question.group is not None,
    )
    return Prepared(countable, view)


_NEGATIVE = "`sample_weight` must not be negative or infinite. It is on {n} of the rows."


def _range(measure: Measure) -> str:
    rule = "between 0 and its weight" if measure.bounded else "of 0 or more"
    return f"The measure {measure.name!r} must give an error {rule}. It does not on {{n}} rows."


def _own_columns(
    table: ir.Table, question: Question, tags: TagColumns, long: LongColumns | None
) -> dict[str, ir.Value]:
    """Return the columns that do not depend on the measure, by their name in `Countable`."""
    own: dict[str, ir.Value] = {}
    if question.where is not None:
        held = translate(question.where, table, what="`where`")
        if not held.type().is_boolean():
            raise InputError(
                f"`where` must be true or false. {question.where!r} gives {held.type()} instead."
            )
        own["where"] = held.fill_null(False)
    for prefix, found in (("f", tags.flags), ("c", tags.categories), ("l", tags.lists)):
        own |= {f"{prefix}{place}": value for place, value in enumerate(found.values())}
    none = [~value for value in tags.flags.values()]
    for place, value in enumerate(tags.lists.values()):
        own[f"kl{place}"] = value.notnull()
        none.append(value.length() == 0)
    if long is not None:
        own["id"] = table[EXAMPLE_ID]
        own["klong"] = ibis.literal(True)
        tagged = long.rows.filter(long.rows.tag.notnull()).id
        none.append(~table[EXAMPLE_ID].isin(tagged))
    # a true tag makes it false, else an unknown one null: one test for null is enough
    own["untagged"] = ibis.and_(*none).fill_null(False) if none else ibis.literal(False)
    named = (question.label, question.prediction, question.person)
    for name, column in zip(ANSWERS, named, strict=True):
        if column is not None:
            own[name] = _without_nan(table[column])
        if name in table.columns:
            own[f"own_{name}"] = table[name]  # the measure sees another column under this name
    if question.group is not None:
        own["g"] = table[question.group]
    if question.sample_weight is not None:
        own["s"] = _without_nan(table[question.sample_weight])
    return own


def _mark_looked_at(view: ir.Table, looked_at: ir.Table) -> ir.Table:
    seen = view.tl_id.isin(looked_at.id)
    return view.mutate(tl_klong=seen, tl_untagged=view.tl_untagged & seen)


def _errors(view: ir.Table, question: Question) -> tuple[ir.Table, Family | None, str]:
    """Add error and weight of the model and, with people, of the person."""
    given = {"label": question.label, "prediction": question.prediction}
    named = {name: view[f"tl_{name}"] for name, column in given.items() if column is not None}
    seen = view.mutate(**named)
    found = question.measure.pairs(seen)
    if isinstance(found, Family):
        answers = {"tl_x": seen.label, "tl_y": seen.prediction}
        if question.person is not None:
            answers["tl_z"] = seen.tl_person
        return seen.mutate(**answers), found, ""
    seen = seen.mutate(**_pair(found, "tl_e", "tl_w"), tl_refused=_refused(found))
    if question.person is not None:
        asked = seen.mutate(prediction=seen.tl_person)
        human = question.measure.pairs(asked)
        if isinstance(human, Family):
            raise TypeError("a measure gives a pair or a family, not now this, now that")
        known = asked.tl_person.notnull()
        answers = _pair(human, "tl_he", "tl_hw")
        shown = {name: ibis.cases((known, value)) for name, value in answers.items()}
        seen = asked.mutate(**shown)
    return seen, None, found.reason if isinstance(found, CheckedPair) else ""


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


def _reason(view: ir.Table, question: Question) -> ir.Value:
    """Return why a row is left out, 0 where it counts; the first reason that holds."""
    tests: list[tuple[ir.BooleanValue, int]] = []
    if question.where is not None:
        tests.append((~view.tl_where, WHERE))
    if question.label is not None and "label" in question.measure.needs:
        tests.append((view.tl_label.isnull(), NO_LABEL))
    if question.sample_weight is not None:
        endless = view.tl_s.isinf() if view.tl_s.type().is_floating() else ibis.literal(False)
        tests += [(view.tl_s.isnull(), NO_WEIGHT), ((view.tl_s < 0) | endless, NEGATIVE)]
    if question.group is not None:
        tests.append((view.tl_g.isnull(), NO_GROUP))
    if "tl_e" in view.columns:
        tests += [(view.tl_refused, REFUSED), (view.tl_e.isnull(), NO_PREDICTION)]
        if question.measure.kind != "binary":
            beyond = view.tl_e > view.tl_w if question.measure.bounded else ibis.literal(False)
            tests.append(((view.tl_e < 0) | (view.tl_w < 0) | beyond, RANGE))
    if not tests:
        return ibis.literal(0)
    return ibis.cases(*tests, else_=0)
