"""The tags of a project in a table: what each means, and how many examples it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from tagline.display.sheet import Sheet
from tagline.display.tables import Column
from tagline.display.words import number, percent, plural

__all__ = ["TagCount", "TagTable"]


@dataclass(frozen=True, slots=True)
class TagCount:
    """One tag with its coverage.

    Attributes
    ----------
    tag, source, description : str
    rule : str or None
    importance, ease : float
    yes, no, unknown : int or None
        Examples; None where the rule is at fault. Of people's tags, unknown are those that nobody
        decided or that are disputed.
    overlap : str or None
        The other tag that most of its examples have too.
    overlap_share : float or None
        The fraction of its examples that have that one.
    fault : str or None
        Why the rule cannot be counted.
    """

    tag: str
    source: str
    description: str
    rule: str | None
    importance: float
    ease: float
    yes: int | None
    no: int | None
    unknown: int | None
    overlap: str | None = None
    overlap_share: float | None = None
    fault: str | None = None


@dataclass(frozen=True)
class TagTable(Sheet):
    """The vocabulary with its coverage.

    Attributes
    ----------
    rows : tuple of TagCount
        In the order of `tagline.toml`, then people's tags.
    n_examples : int
    """

    rows: tuple[TagCount, ...]
    n_examples: int

    row_type: ClassVar[type] = TagCount
    title: ClassVar[str] = "Tags"
    key: ClassVar[str] = "tags"

    @property
    def faults(self) -> tuple[TagCount, ...]:
        """The tags whose rule cannot be counted."""
        return tuple(row for row in self.rows if row.fault)

    @property
    def headline(self) -> str:
        """How many tags there are, and what is wrong with them."""
        if not self.rows:
            return (
                "No tag yet: write rules under [tags.NAME] in tagline.toml, or make tags that"
                " people give with `tagline tags add`."
            )
        said = f"{plural(len(self.rows), 'tag')} on {plural(self.n_examples, 'example')}"
        if self.faults:
            names = ", ".join(row.tag for row in self.faults)
            return f"{said}; at fault: {names}."
        empty = [row.tag for row in self.rows if row.yes == 0]
        return f"{said}; no example has {', '.join(empty)}." if empty else f"{said}."

    @property
    def notes(self) -> list[str]:
        """The faults, and how the numbers are read."""
        said = [f"{row.tag}: {row.fault}" for row in self.faults]
        if any(row.source == "people" for row in self.rows):
            said.append(
                "Of people's tags, unknown are the examples that nobody has decided: they are not"
                " without the tag."
            )
        return said

    def columns(self) -> list[Column]:
        """Return what people see of the rows."""

        def share(row: Any) -> str:
            return "" if row["yes"] is None else percent(row["yes"] / max(self.n_examples, 1))

        def overlap(row: Any) -> str:
            shared = row["overlap_share"]
            return f"{row['overlap']} ({percent(shared, 0)})" if shared else ""

        return [
            Column("tag", "tag", "left", keep=9, least=12),
            Column("source", "by", "left", keep=6),
            Column("rule", "rule", "left", keep=2, least=16),
            Column("yes", "yes", format=number, keep=8),
            Column("share", "of all", format=share, whole_row=True, keep=5),
            Column("no", "no", format=number, keep=4),
            Column("unknown", "unknown", format=number, keep=7),
            Column("overlap", "most shared with", "left", format=overlap, whole_row=True, keep=3),
            Column("importance", "importance", keep=1),
            Column("ease", "ease", keep=1),
        ]
