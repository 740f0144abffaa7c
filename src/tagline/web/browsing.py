"""Some examples of a run that fit, a page at a time, and how many fit what else.

A page starts behind an example id, not at a number: the engine finds that place without counting,
and nothing is shown twice when rows are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagline.project.tagging.joining import Answers
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.filters import Filters, fitting, tag_condition, with_people
from tagline.web.input_column import InputColumn
from tagline.web.showing import Said
from tagline.web.views import WRONG, RunView

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from tagline.web.served import Served

__all__ = ["Counts", "Found", "answers_of", "counts", "find", "levels", "said_of"]

MOST_LEVELS = 20
_SHOWN_LEVELS = 12
_FEW = 200_000  # rows that are written down faster than they are found several times


@dataclass(frozen=True, slots=True)
class Found:
    """Some examples.

    Attributes
    ----------
    rows : pyarrow.Table
        Of the view, in the order of their ids.
    before, after : str or None
        The ids between which they stand, where there are more on that side.
    """

    rows: pa.Table
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many examples fit, in all and by tag, answer and level.

    Attributes
    ----------
    total, wrong, right : int
    tags : mapping from tag to int
        Examples that have it.
    levels : mapping from column to mapping from level to int
        The most frequent first.
    """

    total: int
    wrong: int
    right: int
    tags: dict[str, int]
    levels: dict[str, dict[str, int]]


def answers_of(served: Served) -> Answers:
    """Return what people decided, read once for each version of it."""
    return served.once(("browsing", "answers"), lambda: served.project.tags.answers)


def find(
    served: Served,
    view: RunView,
    filters: Filters,
    column: InputColumn,
    *,
    after: str | None = None,
    before: str | None = None,
    size: int = 40,
) -> Found:
    """Return the examples behind, or before, an id.

    Parameters
    ----------
    served : Served
    view : RunView
    filters : Filters
    column : InputColumn
    after, before : str, optional
        One of them; without, the first examples.
    size : int, default 40

    Returns
    -------
    Found

    Raises
    ------
    InputError
        If a filter does not fit.
    """
    import ibis

    settings = served.project.settings
    with view.asking(with_people(filters, answers_of(served))) as (connection, table):
        kept = fitting(view, table, filters, settings, _searched(column)).select(EXAMPLE_ID)
        key = kept[EXAMPLE_ID]
        if before is not None:
            kept = kept.filter(key < before).order_by(ibis.desc(EXAMPLE_ID))
        else:
            kept = kept if after is None else kept.filter(key > after)
            kept = kept.order_by(EXAMPLE_ID)
        ids = connection.fetch(kept.limit(size + 1))[EXAMPLE_ID].to_pylist()
        more, ids = len(ids) > size, sorted(ids[:size])
        rows = rows_of(view, connection, ids)
    if before is not None:
        return Found(rows, ids[0] if more else None, ids[-1] if ids else None)
    first = ids[0] if ids and after is not None else None
    return Found(rows, first, ids[-1] if more else None)


def rows_of(view: RunView, connection: Any, ids: Sequence[str]) -> pa.Table:
    """Return the rows of a few examples, in the order of their ids; inside of `asking`."""
    held = view.held
    if not ids:
        return connection.fetch(held.limit(0))
    near = held.filter(held[EXAMPLE_ID].between(min(ids), max(ids)))  # held by id: few blocks
    return connection.fetch(near.filter(near[EXAMPLE_ID].isin(list(ids))).order_by(EXAMPLE_ID))


def counts(
    served: Served,
    view: RunView,
    filters: Filters,
    column: InputColumn,
    columns: Sequence[str],
) -> Counts:
    """Return the counts that stand beside the examples; they are kept.

    Parameters
    ----------
    served : Served
    view : RunView
    filters : Filters
    column : InputColumn
    columns : sequence of str
        Whose levels are counted.

    Returns
    -------
    Counts
    """
    run = (view.run.name, view.run.examples_version, view.run.predictions_version)
    key = ("browsing", "counts", run, filters, column, tuple(columns))
    return served.once(key, lambda: _counted(served, view, filters, column, columns))


def levels(served: Served, view: RunView, column: InputColumn) -> list[str]:
    """Return the columns that have few levels, so that each can be picked; they are kept."""
    roles = {EXAMPLE_ID, WRONG, column.name, view.label, view.prediction}
    asked = [c for c in view.columns if c not in roles and _has_levels(view.held[c])]
    run = (view.run.name, view.run.examples_version, view.run.predictions_version)

    def make() -> list[str]:
        if not asked:
            return []
        with view.asking() as (connection, table):
            numbers = {f"n{place}": table[c].approx_nunique() for place, c in enumerate(asked)}
            found = connection.fetch(table.aggregate(**numbers)).to_pylist()[0].values()
        return [c for c, n in zip(asked, found, strict=True) if 1 < n <= MOST_LEVELS]

    return served.once(("browsing", "levels", run, column), make)


def flags(view: RunView, served: Served) -> list[str]:
    """Return the tags that every example has or has not: rules and boolean columns."""
    rules = list(served.project.settings.rules())
    own = [c for c in view.columns if view.held[c].type().is_boolean() and c not in rules]
    return rules + [c for c in own if c not in {view.label, view.prediction}]


def said_of(served: Served, ids: Sequence[str], *, only: str | None = None) -> dict[str, Said]:
    """Return what people said about a few examples; `only` of one of them."""
    store = served.project.tags.store
    made = store.decisions_of(ids)
    notes: dict[str, list[Any]] = {}
    for note in store.notes(ids):
        notes.setdefault(note.example_id, []).append(note)
    verdicts: dict[str, list[Any]] = {}
    for verdict in store.verdicts(ids):
        verdicts.setdefault(verdict.example_id, []).append(verdict)
    return {
        each: Said(
            tuple(t for t in made.get(each, ()) if only in {None, t[1]}),
            tuple(n for n in notes.get(each, ()) if only in {None, n.person}),
            tuple(v for v in verdicts.get(each, ()) if only in {None, v.person}),
        )
        for each in ids
    }


def _searched(column: InputColumn) -> str | None:
    return (
        column.name
        if column.kind in {"text", "chat", "image", "audio"} and not column.in_bytes
        else None
    )


def _has_levels(column: Any) -> bool:
    kind = column.type()
    return bool(kind.is_string() or kind.is_integer())


def _counted(
    served: Served, view: RunView, filters: Filters, column: InputColumn, columns: Sequence[str]
) -> Counts:
    settings, answers = served.project.settings, answers_of(served)
    names = flags(view, served)
    with view.asking(with_people(filters, answers)) as (connection, table):
        kept = fitting(view, table, filters, settings, _searched(column))
        sums = {f"f{n}": tag_condition(kept, each, settings).sum() for n, each in enumerate(names)}
        sums |= {"n": kept.count(), "w": kept[WRONG].sum(), "k": kept[WRONG].count()}
        found = connection.fetch(kept.aggregate(**sums)).to_pylist()[0]
        needed = {f"l{place}": _text(kept[each]) for place, each in enumerate(columns)}
        kept = kept.select(EXAMPLE_ID, **needed)
        if filters.query() and found["n"] <= _FEW:  # the filter is not asked again for each column
            kept = connection.hold(kept, "fitting")
        split = {each: _levels(connection, kept[f"l{n}"]) for n, each in enumerate(columns)}
        people = _people(connection, kept, answers)
    tags = {name: int(found[f"f{place}"] or 0) for place, name in enumerate(names)}
    wrong, known = int(found["w"] or 0), int(found["k"] or 0)
    return Counts(int(found["n"]), wrong, known - wrong, tags | people, split)


def _text(value: Any) -> Any:
    return value if value.type().is_string() else value.cast("string")


def _levels(connection: Any, column: Any) -> dict[str, int]:
    import ibis

    grouped = column.name("level").as_table().group_by("level").agg(n=ibis._.count())
    rows = connection.fetch(grouped.order_by(ibis.desc("n"), "level").limit(_SHOWN_LEVELS))
    return {r["level"]: r["n"] for r in rows.to_pylist() if r["level"] is not None}


def _people(connection: Any, table: ir.Table, answers: Answers) -> dict[str, int]:
    """Return how many examples people gave each tag: few are decided, so only these are joined."""
    if not answers.tags:
        return {}
    said = connection.table(answers.wide(), "said")
    decided = said.semi_join(table, EXAMPLE_ID)
    sums = {f"p{place}": decided[tag].sum() for place, tag in enumerate(answers.tags)}
    found = connection.fetch(decided.aggregate(**sums))
    row = found.to_pylist()[0]
    return {tag: int(row[f"p{place}"] or 0) for place, tag in enumerate(answers.tags)}
