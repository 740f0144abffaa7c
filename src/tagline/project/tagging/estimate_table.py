"""What a tagged sample says about all data, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from tagline.display.sheet import Sheet
from tagline.display.tables import Column
from tagline.display.words import number, percent

__all__ = ["TagEstimate", "TagEstimates"]


@dataclass(frozen=True, slots=True)
class TagEstimate:
    """One tag of people on all data, from the decided part of a sample. Fractions; None unknown.

    Attributes
    ----------
    tag : str
    decided, yes : int
        Rows of the sample.
    share, error_rate, error_share : float or None
        As in an error analysis, with `_low` and `_high`.
    gain : float or None
        Against people's error rate where that is known, with `_low` and `_high`.
    power : float
        How far a classifier's scores were used, 0 (not at all) to 1.
    precision, recall : float or None
        Of the classifier at .5, on rows that it did not see, with `_low` and `_high`.
    note : str
    """

    tag: str
    decided: int
    yes: int
    share: float | None = None
    share_low: float | None = None
    share_high: float | None = None
    error_rate: float | None = None
    error_rate_low: float | None = None
    error_rate_high: float | None = None
    error_share: float | None = None
    error_share_low: float | None = None
    error_share_high: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    power: float = 0.0
    precision: float | None = None
    precision_low: float | None = None
    precision_high: float | None = None
    recall: float | None = None
    recall_low: float | None = None
    recall_high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class TagEstimates(Sheet):
    """What a tagged sample says about all data.

    Attributes
    ----------
    rows : tuple of TagEstimate
        By gain where people's error rates are known, else by the errors that the tag holds.
    sample : str
    n_examples, n_decided : int
    level : float
    """

    rows: tuple[TagEstimate, ...]
    sample: str
    n_examples: int
    n_decided: int
    level: float = 0.95

    row_type: ClassVar[type] = TagEstimate
    title: ClassVar[str] = "Tags on all data"
    key: ClassVar[str] = "tags"

    @property
    def headline(self) -> str:
        """Which tag holds most of what can be gained, or of the errors."""
        seen = f"from {number(self.n_decided)} of {number(self.n_examples)} examples looked at"
        known = [row for row in self.rows if row.error_share is not None]
        if not known:
            return f"Nothing can be said yet, {seen}."
        first = known[0]
        span = f"({percent(first.error_share_low)} to {percent(first.error_share_high)})"
        return (
            f"{first.tag} holds {percent(first.error_share)} {span} of the errors, {seen}"
            f" (sample {self.sample!r})."
        )

    @property
    def notes(self) -> list[str]:
        """How the numbers were found."""
        how = (
            "Rates of all data, weighted back from the sample; where a classifier helps, its scores"
            f" on all rows narrow the {percent(self.level, 0)} intervals (prediction-powered"
            " inference), and do not shift them if it is wrong."
        )
        return [how, *(f"{row.tag}: {row.note}" for row in self.rows if row.note)]

    def columns(self) -> list[Column]:
        """Return what people see of the rows."""

        def span(name: str) -> Any:
            def text(row: Any) -> str:
                low, high = row[f"{name}_low"], row[f"{name}_high"]
                return "" if low is None else f"{percent(low)} to {percent(high)}"

            return text

        shown = [("share", "of all", 7), ("error_rate", "error rate", 8)]
        shown.append(("error_share", "of the errors", 9))
        if any(row.gain is not None for row in self.rows):
            shown.append(("gain", "gain", 9))
        found = [Column("tag", "tag", "left", keep=10, least=12)]
        for name, header, keep in shown:
            found.append(Column(name, header, format=percent, keep=keep))
            found.append(
                Column(f"{name}_span", "interval", format=span(name), whole_row=True, keep=keep - 4)
            )
        return [
            *found,
            Column("yes", "yes", format=number, keep=4),
            Column("decided", "decided", format=number, keep=4),
            Column("precision", "precision", format=percent, keep=1),
            Column("recall", "recall", format=percent, keep=1),
        ]
