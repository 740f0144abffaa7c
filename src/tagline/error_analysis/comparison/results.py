"""What a comparison returns: a frozen result that shows itself in every form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from tagline.display.records import Framed, arrow
from tagline.error_analysis.comparison import promises, shown
from tagline.error_analysis.comparison.cells import RunCells, run_cells
from tagline.error_analysis.comparison.changes import Changes
from tagline.error_analysis.comparison.moved import HOW, Moved
from tagline.error_analysis.comparison.promises import Promise
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.comparison.sides import Sides
from tagline.error_analysis.comparison.tabled import change_rows
from tagline.error_analysis.gates.checks import Gated
from tagline.error_analysis.gates.deciding import GateResult
from tagline.error_analysis.rows import ALL
from tagline.error_analysis.shown.notes import in_percent
from tagline.exceptions import InputError, did_you_mean
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

if TYPE_CHECKING:
    import altair as alt
    import pyarrow as pa
    from rich.console import Console, ConsoleOptions, Group, RenderResult

    from tagline.error_analysis.results import ErrorAnalysis

__all__ = ["RunComparison"]


@dataclass(frozen=True, eq=False)
class RunComparison(Framed, Gated):
    """Two runs on the same examples, by tag. Rates are fractions, never percent.

    Attributes
    ----------
    measure, title : str
        As `measure=` takes it, and for people.
    n_examples : int
        Rows that were counted.
    rows : tuple of ChangeRow
        Worse first, then undecided, no relevant difference, better; then (untagged) and (all).
    margin : float
        The largest change that does not matter.
    level : float
        Of the intervals.
    left_out : mapping from reason to rows
    silent : int
        Rows on which a run predicted nothing, counted as wrong.
    runs : int
        Runs a side.
    percent : bool
        Whether people read the rates in percent.
    promises : tuple of Promise
        What the analysis of the first run promised; empty until `promised` was called.
    evidence : Changes or None
        What gates judge by: arrays in the order of `evidence_tags`.
    evidence_tags : tuple of str
    look : Moved or None
        Goes back to the data.
    sides : Sides
        Which runs they are.
    """

    row_type: ClassVar[type] = ChangeRow

    measure: str
    title: str
    n_examples: int
    rows: tuple[ChangeRow, ...]
    margin: float
    level: float
    left_out: Mapping[str, int]
    silent: int = 0
    runs: int = 1
    percent: bool = True
    promises: tuple[Promise, ...] = ()
    evidence: Changes | None = field(default=None, repr=False)
    evidence_tags: tuple[str, ...] = field(default=(), repr=False)
    look: Moved | None = field(default=None, repr=False)
    sides: Sides = field(default_factory=Sides)

    @classmethod
    def of(
        cls,
        found: Changes,
        counts: Counts,
        measure: Measure,
        *,
        margin: float,
        level: float,
        runs: int = 1,
        look: Moved | None = None,
        sides: Sides | None = None,
    ) -> RunComparison:
        """Put the changes and what was counted together.

        Parameters
        ----------
        found : Changes
        counts : Counts
            With a later run in the place of people.
        measure : Measure
        margin, level : float
            As in `compare_runs`.
        runs : int, default 1
            How many a side.
        look : Moved, optional
            The way back to the data.
        sides : Sides, optional
            Which runs they are.

        Returns
        -------
        RunComparison
        """
        return cls(
            measure=str(measure),
            title=measure.title,
            n_examples=int(counts.support[-1]),
            rows=change_rows(counts, found),
            margin=margin,
            level=level,
            left_out=dict(counts.left_out),
            silent=counts.silent,
            runs=runs,
            percent=in_percent(measure),
            evidence=found,
            evidence_tags=counts.tags,
            look=look,
            sides=sides or Sides(),
        )

    @property
    def headline(self) -> str:
        """Whether the second run is better on all data, and on which tags it is worse."""
        return shown.headline(self)

    @property
    def whole(self) -> ChangeRow:
        """The row of all examples."""
        return self.rows[-1]

    def row(self, tag: str) -> ChangeRow:
        """Return the row of a tag.

        Raises
        ------
        InputError
            If there is no such tag.
        """
        for row in self.rows:
            if row.tag == tag:
                return row
        names = [row.tag for row in self.rows]
        raise InputError(f"There is no tag {tag!r} in this comparison. {did_you_mean(tag, names)}")

    def promised(self, analysis: ErrorAnalysis) -> RunComparison:
        """Put beside each change what an analysis of the first run promised for the tag.

        Parameters
        ----------
        analysis : ErrorAnalysis
            Of the same examples, with a human level.

        Returns
        -------
        RunComparison

        Raises
        ------
        InputError
            If it is an analysis of other data, of another run or of another measure.
        """
        rows, made = promises.beside(self, analysis)
        return replace(self, rows=rows, promises=made)

    def examples(self, tag: str | None = None, moved: str = "broken", limit: int = 12) -> pa.Table:
        """Return examples that one run got right and the other wrong.

        Parameters
        ----------
        tag : str, optional
            Default: all examples.
        moved : {"broken", "fixed", "both wrong", "both right"}, default "broken"
        limit : int, default 12
            The most rows.

        Returns
        -------
        pyarrow.Table
            The columns of the data, `before`, `after`, `error_before` and `error_after`.

        Raises
        ------
        InputError
            If there is no such tag or word, or no way back to the data.
        """
        if moved not in HOW:
            raise InputError(f"`moved` must be one of {', '.join(HOW)}. Got {moved!r} instead.")
        if limit < 1:
            raise InputError(f"`limit` must be a whole number from 1. Got {limit!r} instead.")
        return self._look().moved(ALL if tag is None else self.row(tag).tag, moved, limit)

    def confusion(self, tag: str | None = None) -> pa.Table:
        """Return counts of (label, before, after) on a tag, or on all examples."""
        return self._look().crossed(ALL if tag is None else self.row(tag).tag)

    def cells(self, tag: str | None = None) -> pa.Table:
        """Return on how many examples both runs are right, both wrong, or one each.

        Parameters
        ----------
        tag : str, optional
            Default: a row for each tag, and for (untagged) and (all).

        Returns
        -------
        pyarrow.Table
            The columns of `RunCells`.

        Raises
        ------
        InputError
            If there is no such tag.
        """
        wanted = None if tag is None else self.row(tag).tag
        return arrow([row for row in run_cells(self) if wanted in (None, row.tag)], RunCells)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary; what is not known is None."""
        return {
            "measure": self.measure,
            "before": self.sides.before,
            "after": self.sides.after,
            "examples": self.n_examples,
            "headline": self.headline,
            "margin": self.margin,
            "level": self.level,
            "runs": self.runs,
            "left_out": {str(reason): int(count) for reason, count in self.left_out.items()},
            "tags": [row.to_dict() for row in self.rows],
            "promises": [promise.to_dict() for promise in self.promises],
            "cells": [] if self.evidence is None else [row.to_dict() for row in run_cells(self)],
            "tags_differ": dict(self.sides.differing),
        }

    def to_json(self) -> str:
        """Return the JSON document; it holds no NaN."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_markdown(self) -> str:
        """Return headline, table and notes as Markdown."""
        return shown.markdown(self)

    def to_html(self, path: str | Path | None = None, gates: Sequence[GateResult] = ()) -> str:
        """Return one self-contained page, with what `check` returned; write it to `path`."""
        from tagline.error_analysis.comparison.page import page as made

        page = made(self, gates)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def chart(self) -> alt.TopLevelMixin:
        """Return the change of each tag with its interval, and the margin."""
        from tagline.display.theme import themed
        from tagline.error_analysis.comparison.charts import change_chart

        chart: alt.TopLevelMixin = themed(change_chart(self))
        return chart

    def terminal(self, width: int = 100, most: int | None = 50) -> Group:
        """Return what the terminal shows, for a console of so many characters."""
        return shown.terminal(self, width, most)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.terminal(options.max_width)

    def _repr_html_(self) -> str:
        return shown.notebook(self)

    def _look(self) -> Moved:
        if self.look is None:
            raise InputError(
                "This comparison cannot go back to its data: run `compare_runs` on them again."
            )
        return self.look
