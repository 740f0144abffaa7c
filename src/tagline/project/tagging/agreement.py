"""How far people agree on a tag: on the examples that two or more of them decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from tagline.display.sheet import Sheet
from tagline.display.tables import Column
from tagline.display.words import number, percent, plural
from tagline.schema.relations import EXAMPLE_ID
from tagline.stats import Coefficient, tag_agreement

__all__ = ["Agreement", "TagAgreementRow", "agreements"]


@dataclass(frozen=True, slots=True)
class TagAgreementRow:
    """How far people agree on one tag. Values with `_low` and `_high`; None where undefined.

    Attributes
    ----------
    tag : str
    examples : int
        That two or more people decided.
    observed : float or None
        Share of pairs of people who said the same.
    positive, negative : float or None
        Specific agreement on yes, and on no.
    alpha : float or None
        Krippendorff's, nominal.
    ac1 : float or None
        Gwet's: it holds where nearly all say no.
    note : str
        Why one is undefined.
    """

    tag: str
    examples: int
    observed: float | None
    observed_low: float | None
    observed_high: float | None
    positive: float | None
    positive_low: float | None
    positive_high: float | None
    negative: float | None
    negative_low: float | None
    negative_high: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    ac1: float | None
    ac1_low: float | None
    ac1_high: float | None
    note: str = ""


@dataclass(frozen=True)
class Agreement(Sheet):
    """How far people agree, tag by tag; the least first.

    Attributes
    ----------
    rows : tuple of TagAgreementRow
    """

    rows: tuple[TagAgreementRow, ...]

    row_type: ClassVar[type] = TagAgreementRow
    title: ClassVar[str] = "Agreement on tags"
    key: ClassVar[str] = "tags"

    @property
    def headline(self) -> str:
        """On which tag people agree least."""
        if not self.rows:
            return "No example was tagged by two people yet: draw a sample with `twice` above 0."
        first = self.rows[0]
        if first.alpha is None:
            return f"On {plural(len(self.rows), 'tag')} people decided alike, or too few to say."
        return (
            f"Least agreed on: {first.tag}, alpha {first.alpha:.2f} ({first.alpha_low:.2f} to"
            f" {first.alpha_high:.2f}) on {plural(first.examples, 'example')} that two people or"
            " more decided."
        )

    @property
    def notes(self) -> list[str]:
        """Why something is undefined."""
        return [f"{row.tag}: {row.note}" for row in self.rows if row.note]

    def columns(self) -> list[Column]:
        """Return what people see of the rows."""

        def span(row: Any) -> str:
            low, high = row["alpha_low"], row["alpha_high"]
            return "" if low is None else f"{low:.2f} to {high:.2f}"

        def coefficient(value: float) -> str:
            return f"{value:.2f}"

        return [
            Column("tag", "tag", "left", keep=9, least=12),
            Column("examples", "examples", format=number, keep=5),
            Column("observed", "said the same", format=percent, keep=6),
            Column("positive", "agree on yes", format=percent, keep=7),
            Column("negative", "agree on no", format=percent, keep=2),
            Column("alpha", "alpha", format=coefficient, keep=8),
            Column("interval", "interval", format=span, whole_row=True, keep=4),
            Column("ac1", "AC1", format=coefficient, keep=3),
        ]


def agreements(decisions: pa.Table, *, level: float = 0.95) -> Agreement:
    """Compare what people said of the same examples.

    Parameters
    ----------
    decisions : pyarrow.Table
        `example_id`, `tag`, `person`, `value`.
    level : float, default 0.95

    Returns
    -------
    Agreement
    """
    votes: dict[str, dict[str, list[bool]]] = {}
    for row in decisions.select([EXAMPLE_ID, "tag", "value"]).to_pylist():
        votes.setdefault(row["tag"], {}).setdefault(row[EXAMPLE_ID], []).append(row["value"])
    found = []
    for tag, by_example in votes.items():
        patterns = Counter((v.count(False), v.count(True)) for v in by_example.values())
        shared = {each: times for each, times in patterns.items() if sum(each) > 1}
        if shared:
            found.append(_agreement(tag, shared, level))
    found.sort(key=lambda row: (row.alpha is None, row.alpha or 0.0, row.tag))
    return Agreement(tuple(found))


def _agreement(tag: str, patterns: Mapping[tuple[int, int], int], level: float) -> TagAgreementRow:
    no, yes = zip(*patterns, strict=True)
    said = tag_agreement(no, yes, list(patterns.values()), level=level)
    named = {
        "observed": said.observed,
        "positive": said.positive,
        "negative": said.negative,
        "alpha": said.krippendorff,
        "ac1": said.gwet,
    }
    values: dict[str, float | None] = {}
    for name, each in named.items():
        values |= dict(zip((name, f"{name}_low", f"{name}_high"), _ends(each), strict=True))
    why = dict.fromkeys(f"{name}: {each.reason}" for name, each in named.items() if each.reason)
    return TagAgreementRow(tag, sum(patterns.values()), **values, note="; ".join(why))


def _ends(found: Coefficient) -> tuple[float | None, float | None, float | None]:
    if np.isnan(found.value):
        return None, None, None
    return float(found.value), float(found.low), float(found.high)
