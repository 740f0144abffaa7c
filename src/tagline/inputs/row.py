"""Statistics of a row of a table, against what a reference table looked like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tagline.inputs.registry import statistic

__all__ = ["RowProfile", "n_missing", "n_out_of_range", "n_unseen"]


@dataclass(frozen=True)
class RowProfile:
    """What the columns of a reference table held.

    Attributes
    ----------
    ranges : mapping from a column of numbers to its smallest and largest value
    categories : mapping from a column of texts or booleans to the values that it had
    """

    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    categories: Mapping[str, frozenset[Any]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the profile for a JSON document."""
        return {
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
            "categories": {name: sorted(each) for name, each in self.categories.items()},
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> RowProfile:
        """Return the profile that `to_dict` described."""
        return cls(
            {name: (ends[0], ends[1]) for name, ends in document["ranges"].items()},
            {name: frozenset(each) for name, each in document["categories"].items()},
        )


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


@statistic("row", unit="values", low=0, whole=True)
def n_missing(row: Mapping[str, Any]) -> int:
    """Count the missing values: null, or NaN."""
    return sum(map(_is_missing, row.values()))


@statistic("row", unit="values", low=0, whole=True, parameter="profile")
def n_out_of_range(row: Mapping[str, Any], profile: RowProfile) -> int:
    """Count the numbers beyond the smallest or largest value of their column in the reference."""
    count = 0
    for name, (low, high) in profile.ranges.items():
        value: Any = row.get(name)
        count += not _is_missing(value) and not low <= value <= high
    return count


@statistic("row", unit="values", low=0, whole=True, parameter="profile")
def n_unseen(row: Mapping[str, Any], profile: RowProfile) -> int:
    """Count the texts and booleans that their column of the reference never had."""
    values = ((row.get(name), known) for name, known in profile.categories.items())
    return sum(not _is_missing(value) and value not in known for value, known in values)
