"""The rows as frames and files, and what a result asks of the data behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from tagline.display.records import Framed
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.ranked.ranking import Ranking
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.reading import questions, unit_notes

if TYPE_CHECKING:
    import altair as alt
    import pyarrow as pa
    from rich.console import Console, ConsoleOptions, Group, RenderResult

    from tagline.error_analysis.asked.request import Request
    from tagline.error_analysis.company.adjusted import TagGaps

__all__ = ["Look", "Shown"]


class Look(Protocol):
    """Goes back to the data for what the counts do not hold."""

    @property
    def request(self) -> Request:
        """What was asked: it names the columns."""

    def examples(self, tag: str, wrong: bool | None, limit: int) -> pa.Table:
        """Return the user's columns of rows with a tag, `error` and `weight`; the worst first."""

    def worst(self, tags: Sequence[str], limit: int) -> Mapping[str, pa.Table]:
        """Return wrong rows of each of many tags, as `examples` does."""

    def confusion(self, tag: str) -> pa.Table:
        """Return counts of (label, prediction) on the rows with a tag."""

    def mistakes(self, top: int) -> pa.Table | None:
        """Return the mistakes that each tag has the most of; None where there are no classes."""

    def edits(self) -> pa.Table | None:
        """Return the kinds of edits of each tag; None without transcripts."""

    def calibration(self, bins: int, level: float) -> pa.Table | None:
        """Return the calibration error of each tag; None where nothing is a probability."""

    def overlaps(self, order: Sequence[str], top: int) -> pa.Table:
        """Return `tag`, `other`, `both`, `errors` and `weight` of each two of the first tags."""

    def added(self, order: Sequence[str], top: int) -> pa.Table:
        """Return `tag`, `rows` and `errors` that each tag adds to those before it."""

    def adjusted(self, order: Sequence[str], top: int, level: float) -> list[TagGaps] | None:
        """Return the gap of each of the first tags, raw and adjusted for the others."""


class Shown(Framed):
    """The rows of a result as frames, files, tables and charts."""

    row_type = TagRow

    measure: str
    kind: str
    headline: str
    left_out: Mapping[str, int]
    level: float
    top: int
    percent: bool
    ranking: Ranking
    remarks: tuple[str, ...]

    @property
    def rows(self) -> tuple[TagRow, ...]:
        """The rows by rank, then (untagged) and (all)."""
        return self.ranking.rows

    @property
    def gaps(self) -> tuple[PeopleGap, ...]:
        """How far the model is from people on each tag, with intervals, in the order of the rows.

        Empty numbers where there is no human level; the note says why.
        """
        found = self.ranking.gaps
        return tuple(found[row.tag] for row in self.rows if row.tag in found)

    @property
    def notes(self) -> list[str]:
        """What holds for the whole report: the unit, and what must be known of the data."""
        return [*unit_notes(self.measure), *self.remarks]

    @property
    def questions(self) -> dict[str, str]:
        """The four questions of the course as the measure answers them, by column."""
        return questions(self.measure, self.kind)

    def to_markdown(self) -> str:
        """Return the headline and the table as Markdown."""
        from tagline.error_analysis.shown.terminal import markdown

        return markdown(
            self.headline,
            self.rows,
            percent=self.percent,
            level=self.level,
            top=self.top,
            left_out=self.left_out,
            notes=self.notes,
            questions=self.questions,
        )

    def chart(self) -> alt.TopLevelMixin:
        """Return the charts of the gaps to people and of the gains, one above the other.

        Without any human level: of the error rates, and of what no error would gain.
        """
        from tagline.error_analysis.shown.charts import chart

        return chart(self.rows, self.gaps, percent=self.percent)

    def terminal(self, width: int = 100, most: int | None = 50) -> Group:
        """Return what the terminal shows, for a console of this width.

        Parameters
        ----------
        width : int, default 100
            Characters.
        most : int or None, default 50
            Only the first so many tags are shown; None shows all.

        Returns
        -------
        rich.console.Group
        """
        from tagline.error_analysis.shown.terminal import terminal

        return terminal(
            self.headline,
            self.rows,
            width=width,
            percent=self.percent,
            level=self.level,
            top=self.top,
            left_out=self.left_out,
            notes=self.notes,
            questions=self.questions,
            most=most,
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.terminal(options.max_width)

    def _repr_html_(self) -> str:
        from tagline.error_analysis.shown.notebook import notebook

        return notebook(
            self.headline,
            self.rows,
            percent=self.percent,
            top=self.top,
            left_out=self.left_out,
            notes=self.notes,
            questions=self.questions,
        )
