"""Columns that say what the label says, as another model's predictions do: no kinds of examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from tagline.display.words import percent
from tagline.engine import Connection, called

__all__ = ["like_predictions"]

_COMMON = {"0", "1", "true", "false", "yes", "no", "y", "n", "t", "f"}
_AGREED = {False: 0.1, True: 0.5}  # Cohen's kappa; more where many columns have such values
_MOST = 10  # columns that are looked at


def like_predictions(
    connection: Connection, table: ir.Table, names: Sequence[str], label: str
) -> dict[str, str]:
    """Return the columns that look like predictions of the label, and why.

    Parameters
    ----------
    connection : Connection
    table : ibis Table
    names : sequence of str
        Columns with as many values as the label has.
    label : str

    Returns
    -------
    dict
        From the name to what it looks like: it has the values of the label, and agrees with it
        more often than by chance (Cohen's kappa of .1; of .5 where the values are numbers or
        yes and no, which other columns have as well).
    """
    found = {}
    for name in [each for each in names if _alike(table[label], table[each])][:_MOST]:
        pairs = table.select(label=table[label], said=table[name]).drop_null()
        counts = connection.fetch(pairs.group_by("label", "said").agg(n=pairs.count()))
        if why := _why(counts, label):
            found[name] = why
    return found


def _alike(one: ir.Value, other: ir.Value) -> bool:
    kinds = one.type(), other.type()
    tests = ("is_string", "is_integer", "is_boolean")
    return any(all(getattr(kind, test)() for kind in kinds) for test in tests)


def _why(counts: pa.Table, label: str) -> str:
    """Return what a column looks like, by its counts beside the label; empty for a property."""
    said, true, n = (counts[name].to_pylist() for name in ("said", "label", "n"))
    if set(said) != set(true) or len(set(true)) < 2:
        return ""
    whole = sum(n)
    agreed = sum(each for a, b, each in zip(said, true, n, strict=True) if a == b) / whole
    chance = sum(_share(said, n, value) * _share(true, n, value) for value in set(true))
    kappa = (agreed - chance) / (1 - chance) if chance < 1 else 0.0
    if kappa < _AGREED[_are_common(true)]:
        return ""
    return (
        f"it looks like predictions of {called(label)} (the same values, equal on"
        f" {percent(agreed, 0)} of the rows)"
    )


def _share(values: Iterable[Any], n: Iterable[int], value: Any) -> float:
    counts = list(zip(values, n, strict=True))
    return sum(each for own, each in counts if own == value) / sum(each for _, each in counts)


def _are_common(values: Iterable[Any]) -> bool:
    return all(isinstance(each, int) or str(each).lower() in _COMMON for each in values)
