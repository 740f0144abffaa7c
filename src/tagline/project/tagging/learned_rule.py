"""A rule that was learned from people's decisions, and how good it is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from tagline.display.words import percent
from tagline.error_analysis.slices.rules import equals, identifier, intervals, rounded
from tagline.project.tagging.features import Feature

__all__ = ["LearnedRule", "conditions_of"]

_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class LearnedRule:
    """A rule for a tag, judged on rows that did not teach it. Fractions.

    Attributes
    ----------
    tag, rule : str
    decided, yes : int
        Rows that it was learned from.
    precision, precision_low, precision_high : float or None
        Of the rows that the rule takes, weighted to all data, how many have the tag.
    recall, recall_low, recall_high : float or None
        Of the rows that have the tag how many the rule takes.
    """

    tag: str
    rule: str
    decided: int
    yes: int
    precision: float | None = None
    precision_low: float | None = None
    precision_high: float | None = None
    recall: float | None = None
    recall_low: float | None = None
    recall_high: float | None = None

    @property
    def headline(self) -> str:
        """The rule and how good it is, in one line."""
        return (
            f"{self.tag} is about: {self.rule} (precision {percent(self.precision)}"
            f" [{percent(self.precision_low)}, {percent(self.precision_high)}], recall"
            f" {percent(self.recall)} [{percent(self.recall_low)}, {percent(self.recall_high)}] on"
            " rows that did not teach it)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary."""
        return {"headline": self.headline, **asdict(self)}

    def to_json(self) -> str:
        """Return the JSON document."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)


def conditions_of(rows: pa.Table, features: list[Feature]) -> list[str]:
    """Return conditions in scalar SQL that a rule can be made of.

    Parameters
    ----------
    rows : pyarrow.Table
        The decided ones.
    features : list of Feature

    Returns
    -------
    list of str
        A number below a rounded quantile of these rows; a level; a missing value.
    """
    import pyarrow.compute as pc

    found: list[str] = []
    for each in features:
        if each.kind == "missing":
            found.append(f"{identifier(each.column)} is null")
        elif each.kind == "level":
            found.append(equals(each.column, each.level))
        else:
            values = rows[each.column].cast(pa.float64(), safe=False)
            finite = values.filter(pc.is_finite(values))
            edges = rounded([float(q) for q in pc.quantile(finite, _QUANTILES).to_pylist()])
            found += [intervals(each.column, [edge])[0] for edge in edges]
    return found
