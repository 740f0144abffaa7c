"""Several runs as one table: the rows of the first, and beside them what the others said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import ibis.expr.types as ir

from tagline.engine import Connection, Source
from tagline.error_analysis.asked.identifiers import check_repeats
from tagline.exceptions import InputError, did_you_mean
from tagline.schema import EXAMPLE_ID

__all__ = ["JoinedRuns", "Run", "said_by"]

_OWN = "tagline_"
_OTHER_LABEL = "tagline_label"
_OTHER_TAG = "tagline_tag_"
_FILES = re.compile(r"[\d,]+ files|.*[*?\[].*")  # what a pattern of files is called
_ID = re.compile(r"id|uid|uuid|key|.*_id|.*Id|.*ID", re.IGNORECASE)


def said_by(place: int) -> str:
    """Return the column of what the run at a place predicted, in the joined table."""
    return f"tagline_run_{place}"


@dataclass(frozen=True, eq=False)
class Run:
    """A table of predictions.

    Parameters
    ----------
    data : Source
    prediction : str
        Its column of predictions.
    name : str
        What messages call it: its file, or the argument that brought it.
    """

    data: Source
    prediction: str
    name: str


@dataclass(frozen=True, eq=False)
class JoinedRuns:
    """Tables of predictions on the same examples, joined by `example_id` when opened.

    Parameters
    ----------
    runs : sequence of Run
        The first brings label, tags, weights and groups.
    label : str or None
        Where another table has this column, it must hold the same.
    named : sequence of pairs of str
        Arguments and the columns that they name, which one of the tables must have.
    tags : frozenset of str, optional
        The columns that tags may come from; None: any.
    differing : dict from column to rows
        Filled when opened for the first time: columns of tags in which another table differs from
        the first.
    """

    runs: Sequence[Run]
    label: str | None
    named: Sequence[tuple[str, str]] = ()
    tags: frozenset[str] | None = None
    differing: dict[str, int] = field(default_factory=dict)

    @property
    def describe(self) -> str:
        """What the data are called in messages."""
        return f"the join of {' and '.join(dict.fromkeys(run.name for run in self.runs))}"

    @contextmanager
    def open(self) -> Iterator[tuple[Connection, ir.Table]]:
        """Join the tables.

        Yields
        ------
        Connection
        ibis Table
            The columns of the first run; those that the others add; and, by `said_by`, what each
            of the others predicted.

        Raises
        ------
        InputError
            If an id is missing or stands twice, the examples are not the same, or the labels
            differ.
        """
        with ExitStack() as stack:
            first, *others = self.runs
            connection, table = stack.enter_context(first.data.open())
            _check_run(connection, table, first)
            joined = table
            for place, run in enumerate(others, start=1):
                _, beside = stack.enter_context(run.data.on(connection))
                _check_run(connection, beside, run)
                _check_kinds(table, first, beside, run)
                joined = self._join(joined, beside, run, place)
                self._check_examples(connection, (table, first), (beside, run), joined)
                other = [n for n in joined.columns if n.startswith((_OTHER_LABEL, _OTHER_TAG))]
                joined = joined.drop(*other)
            self._check_named(joined)
            yield connection, joined

    def _check_named(self, joined: ir.Table) -> None:
        """Refuse a column that no table has, and name the tables."""
        for argument, column in self.named:
            if column in joined.columns:
                continue
            names = list(dict.fromkeys(run.name for run in self.runs))
            none = " nor ".join(names) if len(names) == 2 else f"of {', '.join(names)}"
            lack = f"{'neither' if len(names) == 2 else 'none'} {none} has"
            there = [each for each in joined.columns if not each.startswith(_OWN)]
            raise InputError(
                f"`{argument}` names a column {column!r} that {lack}."
                f" {_level(column, there) or did_you_mean(column, there)}"
            )

    def _join(self, table: ir.Table, beside: ir.Table, run: Run, place: int) -> ir.Table:
        own: dict[str, ir.Value] = {said_by(place): beside[run.prediction]}
        if self.label in beside.columns and self.label in table.columns:
            own[_OTHER_LABEL] = beside[str(self.label)]
        if not self.differing:
            own |= {f"{_OTHER_TAG}{name}": beside[name] for name in self._shared(table, beside)}
        added = {
            name: beside[name]
            for name in beside.columns
            if name not in table.columns and name != run.prediction
        }
        other = beside.select(tagline_id=beside[EXAMPLE_ID], **own, **added)
        joined = table.inner_join(other, table[EXAMPLE_ID] == other.tagline_id)
        return joined.drop("tagline_id")

    def _shared(self, table: ir.Table, beside: ir.Table) -> list[str]:
        """Return the columns of both tables that tags may come from."""
        apart = {EXAMPLE_ID, self.label, *(run.prediction for run in self.runs)}
        return [
            name
            for name in table.columns
            if name in beside.columns
            and name not in apart
            and not name.startswith(_OWN)
            and (self.tags is None or name in self.tags)
            and _may_be_tags(table[name])
            and table[name].type() == beside[name].type()
        ]

    def _check_examples(
        self,
        connection: Connection,
        one: tuple[ir.Table, Run],
        two: tuple[ir.Table, Run],
        joined: ir.Table,
    ) -> None:
        asked: dict[str, ir.Value] = {"both": joined.count()}
        if _OTHER_LABEL in joined.columns:
            same = joined[str(self.label)].identical_to(joined[_OTHER_LABEL])
            asked["differ"] = (~same).sum()
        for name in joined.columns:
            if name.startswith(_OTHER_TAG):
                tag = joined[name.removeprefix(_OTHER_TAG)]
                asked[name] = (~tag.identical_to(joined[name])).sum()
        found = connection.fetch(joined.aggregate(**asked)).to_pylist()[0]
        both, differ = found["both"], found.get("differ") or 0
        for name, rows in found.items():
            if name.startswith(_OTHER_TAG):
                tag_name = name.removeprefix(_OTHER_TAG)
                self.differing[tag_name] = max(self.differing.get(tag_name, 0), rows or 0)
        for (table, run), (other, beside) in ((one, two), (two, one)):
            rows = connection.fetch(table.aggregate(n=table.count())).to_pylist()[0]["n"]
            if rows > both:
                ids = table.filter(table[EXAMPLE_ID].notin(other[EXAMPLE_ID]))
                first = connection.fetch(ids.select(id=EXAMPLE_ID).order_by("id").limit(3))
                some = ", ".join(repr(each) for each in first["id"].to_pylist())
                raise InputError(
                    f"Two runs are compared on the same examples. {rows - both:,} of {rows:,} in"
                    f" {run.name} are missing from {beside.name} (such as {some}): take them out,"
                    " or predict them too."
                )
        if differ:
            raise InputError(
                f"The label {self.label!r} differs between {one[1].name} and {two[1].name} on"
                f" {differ:,} of {both:,} examples: compare both runs with the same labels."
            )


def _check_run(connection: Connection, table: ir.Table, run: Run) -> None:
    if EXAMPLE_ID not in table.columns:
        ids = [name for name in table.columns if _ID.fullmatch(name)]
        rename = f": rename its column {ids[0]!r} to {EXAMPLE_ID!r}" if ids else ""
        raise InputError(
            f"Two runs are joined by the column {EXAMPLE_ID!r}, which {run.name} does not have"
            f"{rename}."
        )
    if run.prediction not in table.columns:
        raise InputError(
            f"`prediction` names a column {run.prediction!r} that {run.name} does not have."
            f" {did_you_mean(run.prediction, table.columns)}"
        )
    try:
        check_repeats(connection, table, run.name)
    except InputError as error:
        if not _FILES.fullmatch(run.name):
            raise
        raise InputError(
            f"{error} A pattern is one table of several files: write runs (seeds) with commas"
            " between, as in a.csv,b.csv."
        ) from None


def _may_be_tags(column: ir.Column) -> bool:
    kind = column.type()
    tests = (kind.is_boolean(), kind.is_string(), kind.is_integer(), kind.is_array())
    return any(tests)


def _level(name: str, there: Sequence[str]) -> str:
    """Return what to write instead of one level of a column."""
    column = name.partition("=")[0]
    if column == name or column not in there:
        return ""
    return f"It is one level of the column {column!r}: name {column!r}, and each level is a tag."


def _check_kinds(table: ir.Table, first: Run, beside: ir.Table, run: Run) -> None:
    kinds = [each[EXAMPLE_ID].type().is_string() for each in (table, beside)]
    if kinds[0] != kinds[1]:
        words = ["text" if text else "a number" for text in kinds]
        raise InputError(
            f"{EXAMPLE_ID!r} is {words[0]} in {first.name} and {words[1]} in {run.name}: convert"
            " one of the two."
        )
