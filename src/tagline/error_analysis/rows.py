"""One tag's row in an error analysis: every column that a person or a program reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

__all__ = ["ALL", "COLUMNS", "UNTAGGED", "TagRow"]

ALL = "(all)"
UNTAGGED = "(untagged)"


@dataclass(frozen=True, slots=True)
class TagRow:
    """What is known of one tag. Rates are fractions in [0, 1] where the measure is bounded.

    A value that cannot be known is None, and `note` says why. Intervals are at the level of the
    analysis. The definitions are those of ``docs/definitions.md``.
    """

    tag: str
    support: int  # rows with the tag that were counted
    errors: float  # sum of e, times the sample weight where given
    share: float | None  # of all data (by weight), what fraction has the tag
    share_low: float | None
    share_high: float | None
    error_rate: float | None  # of all data with the tag, what fraction is wrong
    error_rate_low: float | None
    error_rate_high: float | None
    error_share: float | None  # of the errors, what fraction has the tag
    error_share_low: float | None
    error_share_high: float | None
    hlp_error: float | None  # people's error rate on the tag
    hlp_error_low: float | None
    hlp_error_high: float | None
    room: float | None  # max(0, error_rate - hlp_error)
    gain: float | None  # room x share: what the whole gains if the tag reaches human level
    gain_low: float | None
    gain_high: float | None
    shrunk_gain: float | None  # gain with rates shrunk towards the other tags; ranks better
    importance: float
    ease: float
    priority: float | None  # shrunk_gain x importance x ease; the rows are sorted by it
    rank: int | None  # 1 is first; None for (all) and (untagged)
    p_top: float | None  # probability to be among the first `top`
    p_value: float | None  # the tag against its complement
    q_value: float | None  # the same, Benjamini-Hochberg over the tags of this report
    mde: float | None  # smallest difference from the complement that this support can show
    label_more: int | None  # further examples with the tag that would show the difference seen
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dictionary in the order of the columns."""
        return asdict(self)


COLUMNS = tuple(each.name for each in fields(TagRow))
