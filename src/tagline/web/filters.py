"""Which examples: what stands in the address of a page, as a condition in the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tagline.engine import translate
from tagline.exceptions import InputError, did_you_mean
from tagline.project.tagging.joining import Answers
from tagline.schema.relations import EXAMPLE_ID
from tagline.schema.settings import Settings
from tagline.web.views import WRONG, RunView

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Filters", "fitting", "tag_condition", "with_people"]

ALL = "(all)"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the examples of a run; all of it together.

    Attributes
    ----------
    tag, without, unknown : tuple of str
        Tags that an example has, has not, and is undecided for: a rule, a boolean column, a tag of
        people, or ``column=level``.
    answer : {"wrong", "right"} or None
    label, prediction : str or None
        As text.
    where : str or None
        A scalar SQL condition.
    q : str or None
        What the input holds, in upper or lower case.
    """

    tag: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    answer: str | None = None
    label: str | None = None
    prediction: str | None = None
    where: str | None = None
    q: str | None = None

    def query(self) -> dict[str, Any]:
        """Return what stands in the address; nothing for what is not asked."""
        found: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if value:
                found[name] = list(value) if isinstance(value, tuple) else value
        return found

    def toggled(self, name: str, value: str) -> Filters:
        """Return the filters with a choice put in, or taken out if it is there."""
        standing = getattr(self, name)
        changed: dict[str, Any] = {}
        if not isinstance(standing, tuple):
            changed[name] = None if standing == value else value
        elif value in standing:
            changed[name] = tuple(each for each in standing if each != value)
        else:
            for other in ("tag", "without", "unknown"):
                changed[other] = tuple(each for each in getattr(self, other) if each != value)
            changed[name] = (*standing, value)
        return replace(self, **changed)

    @property
    def people(self) -> tuple[str, ...]:
        """The names that may be tags of people."""
        return (*self.tag, *self.without, *self.unknown)


def fitting(
    view: RunView,
    table: ir.Table,
    filters: Filters,
    settings: Settings,
    text: str | None = None,
) -> ir.Table:
    """Return the rows that fit; nothing is executed.

    Parameters
    ----------
    view : RunView
    table : ibis table
        The view's, with people's answers as columns.
    filters : Filters
    settings : Settings
        For the rules of the vocabulary.
    text : str, optional
        The column that `q` looks into.

    Returns
    -------
    ibis table

    Raises
    ------
    InputError
        If a tag or column is not known, or the condition is none.
    """
    conditions: list[Any] = []
    for name in filters.tag:
        conditions.append(tag_condition(table, name, settings))
    for name in filters.without:
        conditions.append(~tag_condition(table, name, settings))
    for name in filters.unknown:
        conditions.append(tag_condition(table, name, settings).isnull())
    if filters.answer in {"wrong", "right"}:
        conditions.append(table[WRONG] if filters.answer == "wrong" else ~table[WRONG])
    for column, value in ((view.label, filters.label), (view.prediction, filters.prediction)):
        if value is not None and column is not None:
            conditions.append(_text(table[column]) == value)
    if filters.where and filters.where.strip():
        conditions.append(_condition(table, filters.where))
    if filters.q and filters.q.strip():
        column = text or EXAMPLE_ID
        conditions.append(_text(table[column]).lower().contains(filters.q.strip().lower()))
    return table.filter(*conditions) if conditions else table


def tag_condition(table: ir.Table, name: str, settings: Settings) -> ir.BooleanValue:
    """Return where an example has a tag; null where that is unknown.

    Parameters
    ----------
    table : ibis table
    name : str
        A rule of `tagline.toml`, a boolean column, a tag of people that is a column, or
        ``column=level``.
    settings : Settings

    Returns
    -------
    ibis boolean value

    Raises
    ------
    InputError
        If there is no such tag.
    """
    import ibis

    if name == ALL:
        return ibis.literal(True)
    rule = settings.rules().get(name)
    if rule is not None:
        found: ir.BooleanValue = translate(rule, table, what=f"the rule of the tag {name!r}")
        return found
    if name in table.columns and table[name].type().is_boolean():
        return table[name]
    at = name.find("=")
    while at > 0:
        column, level = name[:at], name[at + 1 :]
        if column in table.columns:
            value = table[column]
            if value.type().is_array():
                return value.map(lambda each: each.cast("string")).contains(level)
            return _text(value) == level
        at = name.find("=", at + 1)
    known = [*settings.tags, *(c for c in table.columns if table[c].type().is_boolean())]
    raise InputError(f"There is no tag {name!r}. {did_you_mean(name, known)}")


def with_people(filters: Filters, answers: Answers) -> Answers | None:
    """Return people's answers where the filters ask for one of their tags."""
    asked = set(filters.people)
    if filters.where:
        asked |= {tag for tag in answers.tags if tag in filters.where}
    wanted = tuple(tag for tag in answers.tags if tag in asked)
    return Answers(answers.version, wanted, answers.decisions) if wanted else None


def _condition(table: ir.Table, where: str) -> ir.BooleanValue:
    condition: Any = translate(where, table, what="the condition `where`")
    if not condition.type().is_boolean():
        raise InputError(f"The condition `where` must be true or false. Got {where!r} instead.")
    found: ir.BooleanValue = condition
    return found


def _text(value: ir.Value) -> Any:
    return value if value.type().is_string() else value.cast("string")
