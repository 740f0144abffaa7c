"""One tag's row in a comparison of two runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

__all__ = ["COLUMNS", "ChangeRow"]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What is known of one tag in both runs. Rates are fractions; below 0 a change is better.

    A value that cannot be known is None, and `note` says why. Intervals are at the level of the
    comparison.
    """

    tag: str
    support: int  # rows with the tag that were counted
    before: float | None  # error rate of the first run
    after: float | None  # error rate of the second run
    change: float | None  # after - before
    change_low: float | None
    change_high: float | None
    broken: int | None  # examples whose own rate, error / weight, rose
    fixed: int | None  # examples whose own rate fell
    p_value: float | None  # that the two rates are the same
    q_value: float | None  # the same, Benjamini-Hochberg over the tags of this comparison
    verdict: str | None  # better, worse, no relevant difference, undecided
    predicted_gain: float | None  # what the analysis of `before` promised for the whole
    realised_gain: float | None  # -change x share: what the whole gained on this tag
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dictionary in the order of the columns."""
        return asdict(self)


COLUMNS = tuple(each.name for each in fields(ChangeRow))
