"""From the argument `tags` to columns: boolean tags, columns of levels, lists, a table of tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from tagline.engine import Connection, describe, translate
from tagline.error_analysis.asked.answer_columns import like_predictions
from tagline.exceptions import InputError, did_you_mean
from tagline.measures.countable import ALL, UNTAGGED

__all__ = ["TagColumns", "split_tags", "tag_columns"]

MOST_LEVELS = 20  # a column with more values is no tag unless somebody says so
NEAR_LEVELS = 30  # approximate counts up to here are counted again, exactly
LABEL = "label"


@dataclass(frozen=True, eq=False)
class TagColumns:
    """Expressions over the user's table, by the name of the tag or column."""

    flags: dict[str, ir.BooleanValue] = field(default_factory=dict)
    categories: dict[str, ir.Value] = field(default_factory=dict)
    lists: dict[str, ir.ArrayValue] = field(default_factory=dict)


def split_tags(tags: Any) -> tuple[list[str | Mapping[str, str]] | None, Any, Any]:
    """Tell names and rules from tables of tags.

    Parameters
    ----------
    tags : str, mapping, sequence of these, a table, a pair of tables, or None
        As `analyze_errors` takes it.

    Returns
    -------
    list of names and rules, or None
        None means all columns that look like tags.
    table or None
        One row for each tag of an example.
    table or None
        The examples that were looked at.
    """
    if tags is None:
        return None, None, None
    if isinstance(tags, str):
        return [tags], None, None
    if isinstance(tags, Mapping):
        if all(isinstance(rule, str) for rule in tags.values()):
            return [tags], None, None
        _check_rules(tags)
    if isinstance(tags, Sequence) and all(_is_named(each) for each in tags):
        return list(tags), None, None
    for each in tags if isinstance(tags, (list, tuple)) else [tags]:
        if isinstance(each, (bool, int, float)):
            raise InputError(
                "`tags` must be names of columns, rules by name, or a table of tags."
                f" Got {each!r} instead."
            )
    if isinstance(tags, tuple) and len(tags) == 2:
        return [], tags[0], tags[1]
    return [], tags, None


def _check_rules(tags: Mapping[str, Any]) -> None:
    """Refuse what is neither rules by name nor a table as a dictionary of columns."""
    for name, rule in tags.items():
        if rule is None or isinstance(rule, (bool, int, float)):
            raise InputError(
                f"The rule of tag {name!r} must be text, such as 'n_words < 5'."
                f" Got {rule!r} instead."
            )


def _is_named(each: Any) -> bool:
    rules = isinstance(each, Mapping) and all(isinstance(rule, str) for rule in each.values())
    return rules or (isinstance(each, str) and not isinstance(each, Path))


def tag_columns(
    connection: Connection,
    table: ir.Table,
    asked: list[str | Mapping[str, str]] | None,
    *,
    label: str | None,
    taken: set[str],
    likely: list[str],
    remarks: list[str],
) -> TagColumns:
    """Return the columns that hold or make the tags.

    Parameters
    ----------
    connection : Connection
        Asked, where `asked` is None, how many values the columns have.
    table : ibis Table
        The user's.
    asked : list of names and of mappings from a name to a rule, or None
    label : str or None
        The column of the label, whose classes are tags by default.
    taken : set of str
        Columns that are something else: label, prediction, id, group, weight, person.
    likely : list of str
        Columns that were found to look like tags before; filled if it is empty and `asked` is None.
    remarks : list of str
        Then it is said here which columns are left out.

    Returns
    -------
    TagColumns

    Raises
    ------
    InputError
        If a column is missing or cannot be tags, a rule is none, or a name stands twice.
    """
    columns = TagColumns()
    if asked is None:
        if not likely:
            likely += _likely(connection, table, taken, label, remarks)
        for name in likely:
            tag = LABEL if name == label and LABEL not in likely else name
            _add(columns, tag, table[name], name, table)
        return columns
    for each in asked:
        if isinstance(each, str):
            if each not in table.columns:
                raise InputError(
                    f"`tags` names a column {each!r}, which {describe(table)} does not have."
                    f" {did_you_mean(each, table.columns)}"
                )
            _add(columns, each, table[each], each, table)
            continue
        for name, rule in each.items():
            value = translate(rule, table, what=f"the rule of tag {name!r}")
            if not value.type().is_boolean():
                raise InputError(
                    f"The rule of tag {name!r} must be true or false."
                    f" {rule!r} gives {value.type()} instead: compare it with something."
                )
            _add(columns, name, value, name, table)
    return columns


def _add(columns: TagColumns, name: str, value: ir.Value, source: str, table: ir.Table) -> None:
    """Put an expression where its type belongs."""
    if not name.strip():
        raise InputError("A tag in `tags` has an empty name: give it one that people can read.")
    if name in {ALL, UNTAGGED}:
        raise InputError(f"{name!r} is the name of a row of every table: rename the tag.")
    if name in {**columns.flags, **columns.categories, **columns.lists}:
        raise InputError(f"The tag {name!r} stands twice in `tags`: each needs a name of its own.")
    kind = value.type()
    if kind.is_boolean():
        columns.flags[name] = value
    elif kind.is_array() and (kind.value_type.is_string() or kind.value_type.is_integer()):
        columns.lists[name] = value
    elif kind.is_string() or kind.is_integer() or kind.is_date() or kind.is_null():
        columns.categories[name] = value
    else:
        raise InputError(
            f"The column {source!r} of {describe(table)} has the type {kind} and cannot be tags:"
            " they are true or false, text, whole numbers or lists of these."
            f" Write a rule, such as {{'high': '{source} > 0.5'}}."
        )


def _likely(
    connection: Connection, table: ir.Table, taken: set[str], label: str | None, remarks: list[str]
) -> list[str]:
    """Return the columns that look like tags: few values, of text, whole numbers or booleans."""
    kinds = {name: kind for name, kind in table.schema().items() if name not in taken}
    found = [name for name, kind in kinds.items() if kind.is_boolean()]
    several = [name for name, kind in kinds.items() if kind.is_string() or kind.is_integer()]
    if label is not None and not table[label].type().is_array():
        kind = table[label].type()
        several += [label] if kind.is_string() or kind.is_integer() or kind.is_boolean() else []
    if several:
        near = _levels(connection, table, several, exact=False)
        few = [name for name in several if near[name] <= NEAR_LEVELS]
        exact = _levels(connection, table, few, exact=True) if few else {}
        few = [name for name in few if 0 < exact[name] <= MOST_LEVELS]
        found += few
        if label is not None and label in few:
            others = [name for name in few if name != label and exact[name] == exact[label]]
            answers = like_predictions(connection, table, others, label)
            found = [name for name in found if name not in answers]
            remarks += [
                f"{name} is no tag here: {why}; name it among the tags to have it"
                for name, why in answers.items()
            ]
    order = {name: place for place, name in enumerate(table.columns)}
    return sorted(found, key=lambda name: (name == label, order[name]))


def _levels(
    connection: Connection, table: ir.Table, names: list[str], *, exact: bool
) -> dict[str, int]:
    counts = {
        f"n{place}": table[name].nunique() if exact else table[name].approx_nunique()
        for place, name in enumerate(names)
    }
    row = connection.fetch(table.aggregate(**counts)).to_pylist()[0]
    return {name: row[f"n{place}"] for place, name in enumerate(names)}
