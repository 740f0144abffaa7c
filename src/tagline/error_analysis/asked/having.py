"""Which rows have a tag, of whatever kind it is."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tagline.error_analysis.asked.preparing import Prepared
from tagline.exceptions import InputError
from tagline.measures.countable import ALL, UNTAGGED

__all__ = ["has_tag"]


def has_tag(prepared: Prepared, tag: str, column: str) -> ir.BooleanValue:
    """Return whether a row has a tag; unknown is no.

    Parameters
    ----------
    prepared : Prepared
    tag : str
    column : str
        The column that the tag is a level or item of ("" for none).

    Returns
    -------
    ibis boolean value
        Over `prepared.table`.

    Raises
    ------
    InputError
        If there is no such tag.
    """
    given, countable = prepared.columns, prepared.countable
    if tag in (ALL, UNTAGGED):
        return ibis.literal(True) if tag == ALL else given["untagged"]
    if tag in countable.flags and not column:
        return given[f"f{countable.flags.index(tag)}"].fill_null(False)
    if column in countable.categories:
        value = given[f"c{countable.categories.index(column)}"]
        return (value.cast("string") == tag.removeprefix(f"{column}=")).fill_null(False)
    if column in countable.lists:
        items = given[f"l{countable.lists.index(column)}"]
        item = ibis.literal(tag).cast(items.type().value_type)
        return items.contains(item).fill_null(False)
    if countable.long is None:
        raise InputError(f"There is no tag {tag!r}.")
    tags = countable.long.rows
    named = tags.filter(tags.tag.cast("string") == tag)
    return given["id"].isin(named.id) & given["klong"]
