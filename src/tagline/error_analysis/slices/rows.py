"""One proposed slice: every column that a person or a program reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

__all__ = ["COLUMNS", "Added", "SliceRow"]


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice whose rate of errors was confirmed on rows that did not suggest it.

    All numbers are those of these rows. Rates are fractions where the measure is bounded.
    """

    slice: str  # a scalar SQL rule, as `tags={"name": rule}` takes it; clusters are none
    columns: tuple[str, ...]  # that the rule reads
    support: int  # rows with the slice
    errors: float  # sum of e on them
    error_rate: float
    error_rate_low: float | None  # 95 % interval
    error_rate_high: float | None
    gain: float  # what all data gain if the slice comes down to the rate of all
    p_value: float  # one-sided: against the rest of the data and of each rule with one part less
    q_value: float  # adjusted (Benjamini-Hochberg) over all slices that were tested

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON has it."""
        return {**asdict(self), "columns": list(self.columns)}


@dataclass(frozen=True, slots=True)
class Added:
    """What a slice adds to those above it, which overlap: its rows that are in none of them."""

    slice: str
    support: int  # held-back rows
    errors: float  # sum of e on them

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


COLUMNS = tuple(each.name for each in fields(SliceRow))
