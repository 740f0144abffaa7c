"""An analysis that can be opened again: the data, the question, the tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import ibis.expr.types as ir

from tagline.engine import Connection, Source, describe, source
from tagline.error_analysis.asked.identifiers import check_known, check_repeats
from tagline.error_analysis.asked.preparing import LongColumns, Prepared, prepare
from tagline.error_analysis.asked.question import Question, attached, check_columns, read_names
from tagline.error_analysis.asked.tag_columns import split_tags, tag_columns
from tagline.exceptions import InputError, did_you_mean
from tagline.measures import Measure
from tagline.schema import EXAMPLE_ID

__all__ = ["Request", "request"]

LONG = "the table of tags"
LOOKED_AT = "the table of examples that were looked at"


class Data(Protocol):
    """Data that can be opened again and again: a `Source`, or two that are joined."""

    @property
    def describe(self) -> str:
        """What messages call the data."""

    def open(self) -> AbstractContextManager[tuple[Connection, ir.Table]]:
        """Make the data a table on an engine; at the end both are gone again."""


@dataclass(frozen=True, eq=False)
class Request:
    """What was asked, as a recipe.

    `unique` says that opening the data finds repeated ids already. `likely` are the columns that
    look like tags, and `remarks` what a reader of the result must know of the data: both are filled
    once that is known.
    """

    data: Data
    question: Question
    long: Any = None
    looked_at: Any = None
    unique: bool = False
    likely: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @contextmanager
    def open(self, *, check: bool = False) -> Iterator[tuple[Connection, Prepared]]:
        """Open the data and put it under the fixed names.

        Parameters
        ----------
        check : bool, default False
            Look for repeated ids and unknown examples, which reads the ids once more.

        Yields
        ------
        Connection
        Prepared

        Raises
        ------
        InputError
            If the question does not fit the data.
        """
        with ExitStack() as stack:
            connection, table = stack.enter_context(self.data.open())
            check_columns(self.question, table, self.data.describe)
            tags = tag_columns(
                connection,
                table,
                self.question.tags,
                label=self.question.label_for_tags,
                taken=self.question.taken,
                likely=self.likely,
                remarks=self.remarks,
            )
            long = self._long(stack, connection, table)
            prepared = prepare(table, self.question, tags, long)
            if check:
                if not self.unique:
                    check_repeats(connection, table, self.data.describe)
                data = self.data.describe
                if long is not None:
                    what = _with_file(LONG, long.rows)
                    check_known(connection, long.rows, table, what=what, data=data)
                if long is not None and long.looked_at is not None:
                    what = _with_file(LOOKED_AT, long.looked_at)
                    check_known(connection, long.looked_at, table, what=what, data=data)
            yield connection, prepared

    def _long(
        self, stack: ExitStack, connection: Connection, table: ir.Table
    ) -> LongColumns | None:
        if self.long is None:
            return None
        if EXAMPLE_ID not in table.columns:
            raise InputError(
                f"A table of tags is joined by the column {EXAMPLE_ID!r}, which"
                f" {self.data.describe} does not have."
            )
        text = table[EXAMPLE_ID].type().is_string()
        rows = _columns(stack, connection, self.long, (EXAMPLE_ID, "tag"), LONG)
        looked_at = None
        if self.looked_at is not None:
            looked_at = _columns(stack, connection, self.looked_at, (EXAMPLE_ID,), LOOKED_AT)
            looked_at = _with_id(looked_at, LOOKED_AT, self.data.describe, text=text)
        return LongColumns(_with_id(rows, LONG, self.data.describe, text=text), looked_at)


def _with_file(what: str, table: ir.Table) -> str:
    """Return what messages call a table beside the data, with its file where it is one."""
    name = describe(table)
    return what if name.startswith("the ") else f"{what} ({name})"


def _with_id(table: ir.Table, what: str, data: str, *, text: bool) -> ir.Table:
    """Name the id, and write whole numbers as text where the data's ids are text."""
    named = table.rename(id=EXAMPLE_ID)
    kind = named.id.type()
    if text and kind.is_integer():
        return named.mutate(id=named.id.cast("string"))
    if text != kind.is_string():
        raise InputError(
            f"{EXAMPLE_ID!r} is {'text' if text else 'a number'} in {data} and {kind} in {what}:"
            " convert one of the two."
        )
    return named


def _columns(
    stack: ExitStack, connection: Connection, data: Any, names: tuple[str, ...], what: str
) -> ir.Table:
    opened = data if isinstance(data, Source) else source(data, engine=connection)
    _, table = stack.enter_context(opened.on(connection))
    for name in names:
        if name not in table.columns:
            raise InputError(
                f"{what[0].upper()}{what[1:]} must have a column {name!r}."
                f" {did_you_mean(name, table.columns)}"
            )
    return table.select(*names)


def request(
    data: Any,
    *,
    measure: Measure,
    columns: Mapping[str, Any],
    where: str | None,
    tags: Any,
    engine: Any,
    exclude: str | Sequence[str] | None = None,
) -> Request:
    """Make a recipe of the arguments of `analyze_errors`.

    Parameters
    ----------
    data : object
        As `analyze_errors` takes it.
    measure : Measure
    columns : mapping from "label", "prediction", "person", "group", "sample_weight" to a name, an
        array or None
    where : str or None
    tags : object
    engine : object
    exclude : str, sequence of str or None
        Columns to make no tags of.

    Returns
    -------
    Request

    Raises
    ------
    InputError
        If `exclude` holds something else than names.
    """
    without = read_names(exclude, "exclude")
    names, arrays = attached(columns)
    named, long, looked_at = split_tags(tags)
    question = Question(
        measure=measure,
        label=names["label"],
        prediction=names["prediction"],
        person=names["person"],
        group=names["group"],
        sample_weight=names["sample_weight"],
        where=where,
        tags=named and [each for each in named if each not in without],
        exclude=without,
    )
    recipe = source(data, engine=engine, columns=arrays or None)
    return Request(recipe, question, long, looked_at)
