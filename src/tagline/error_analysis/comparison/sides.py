"""Which two runs a comparison is of, and what its tables do not agree on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tagline.display.words import plain, plural
from tagline.engine import Source
from tagline.error_analysis.asked.request import Request
from tagline.error_analysis.comparison.runs import JoinedRuns

__all__ = ["Sides", "sides_of"]


@dataclass(frozen=True)
class Sides:
    """The two runs.

    Attributes
    ----------
    before, after : str
        Their files, runs or columns.
    within : str
        The table that both stand in; empty where they have one each.
    same : bool
        Every prediction is equal.
    differing : mapping from column to examples
        Columns of tags in which the tables differ: those of the first count.
    """

    before: str = "before"
    after: str = "after"
    within: str = ""
    same: bool = False
    differing: Mapping[str, int] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """Which run is compared with which; empty where they have no names."""
        if (self.before, self.after) == ("before", "after"):
            return ""
        inside = f" in {self.within}" if self.within else ""
        return plain(f"{self.before} → {self.after}{inside}")

    @property
    def notes(self) -> list[str]:
        """What the tables do not agree on, in words."""
        return [
            f"the two tables differ in {column} on {plural(rows, 'example')}: the tags of"
            f" {self.before} count"
            for column, rows in self.differing.items()
        ]


def sides_of(asked: Request, tags: Collection[str], *, same: bool) -> Sides:
    """Return which runs were compared.

    Parameters
    ----------
    asked : Request
        Of a comparison that was counted.
    tags : collection of str
        Its tags and the columns that they come from.
    same : bool
        Whether every prediction is equal.

    Returns
    -------
    Sides
    """
    data, question = asked.data, asked.question
    if isinstance(data, JoinedRuns):
        half = len(data.runs) // 2
        names = [run.name.replace("`", "") for run in data.runs]
        rules = question.tags is not None and any(isinstance(x, dict) for x in question.tags)
        found = {c: n for c, n in data.differing.items() if n and (rules or c in tags)}
        return Sides(", ".join(names[:half]), ", ".join(names[half:]), "", same, found)
    first = [str(question.prediction), *question.more_before]
    second = [str(question.person), *question.more_after]
    if any(name.startswith("tagline_") for name in (*first, *second)):
        return Sides(same=same)
    within = data.describe if isinstance(data, Source) else ""
    within = "" if within.startswith("the ") else within
    return Sides(", ".join(first), ", ".join(second), within, same)
