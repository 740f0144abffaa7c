"""How many examples each tag covers, and which two tags stand together: one query."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tagline.engine import translate
from tagline.exceptions import InputError
from tagline.project.tagging.table import TagCount, TagTable
from tagline.tags import Tag

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.engine import Connection

__all__ = ["coverage"]

_MOST_PAIRS = 2_000  # sums in one query; more tags than about 60 are counted without their pairs


def coverage(connection: Connection, table: ir.Table, tags: Sequence[Tag]) -> TagTable:
    """Count yes, no and unknown of each tag, and the pairs.

    Parameters
    ----------
    connection : Connection
    table : ibis table
        The examples, with a boolean column for each of people's tags.
    tags : sequence of Tag

    Returns
    -------
    TagTable
        A rule that cannot be translated has its reason instead of counts.
    """
    flags: dict[str, ir.BooleanValue] = {}
    faults: dict[str, str] = {}
    for tag in tags:
        try:
            flags[tag.name] = _flag(table, tag)
        except InputError as error:
            faults[tag.name] = str(error)
    numbers = _counted(connection, table, flags)
    rows = tuple(_row(tag, numbers, flags, faults.get(tag.name)) for tag in tags)
    return TagTable(rows, numbers["n"])


def _flag(table: ir.Table, tag: Tag) -> ir.BooleanValue:
    if tag.rule is not None:
        return translate(tag.rule, table, what=f"the rule of the tag {tag.name!r}")
    column, _, level = tag.name.partition("=")
    if tag.name not in table.columns and level and column in table.columns:
        return table[column].cast("string") == level
    if tag.name not in table.columns:
        raise InputError(
            f"There is no column {tag.name!r} among the examples, no rule in tagline.toml, and"
            " nobody gives it: add one of them."
        )
    given = table[tag.name]
    if not given.type().is_boolean():
        raise InputError(
            f"The column {tag.name!r} holds {given.type()}, not yes and no: its levels are tags"
            f" by the name {tag.name}=level."
        )
    return given


def _counted(
    connection: Connection, table: ir.Table, flags: Mapping[str, ir.BooleanValue]
) -> dict[str, int]:
    places = {name: f"f{place}" for place, name in enumerate(flags)}
    base = table.select(**{places[name]: flag for name, flag in flags.items()}) if flags else table
    sums = {"n": base.count()}
    for place in places.values():
        sums[f"{place}_yes"] = base[place].cast("int64").sum()
        sums[f"{place}_unknown"] = base[place].isnull().cast("int64").sum()
    pairs = list(itertools.combinations(places.values(), 2))
    for one, two in pairs if len(pairs) <= _MOST_PAIRS else ():
        sums[f"{one}_{two}"] = (base[one] & base[two]).cast("int64").sum()
    found = connection.fetch(base.aggregate(**sums)).to_pylist()[0]
    return {name: int(value or 0) for name, value in found.items()}


def _row(
    tag: Tag, numbers: Mapping[str, int], flags: Mapping[str, object], fault: str | None
) -> TagCount:
    known = (tag.name, tag.source, tag.description, tag.rule, tag.importance, tag.ease)
    if fault is not None:
        return TagCount(*known, None, None, None, fault=fault)
    names = list(flags)
    place = f"f{names.index(tag.name)}"
    yes, unknown = numbers[f"{place}_yes"], numbers[f"{place}_unknown"]
    counts = (yes, numbers["n"] - yes - unknown, unknown)
    shared = {
        other: numbers.get(f"{place}_f{number}", numbers.get(f"f{number}_{place}", 0))
        for number, other in enumerate(names)
        if other != tag.name
    }
    most = max(shared, key=lambda other: shared[other], default=None)
    if most is None or not shared[most]:
        return TagCount(*known, *counts)
    return TagCount(*known, *counts, overlap=most, overlap_share=shared[most] / yes)
