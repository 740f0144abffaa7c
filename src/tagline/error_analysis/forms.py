"""The rows as frames and files, and what a result asks of the data behind it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from tagline.error_analysis.ranking import Ranking
from tagline.error_analysis.reading import questions, unit_notes
from tagline.error_analysis.rows import COLUMNS, TagRow

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from rich.console import Console, ConsoleOptions, Group, RenderResult

    from tagline.error_analysis.adjusted import TagGaps
    from tagline.error_analysis.request import Request

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


class Shown:
    """The rows of a result as frames, files, tables and charts."""

    measure: str
    kind: str
    headline: str
    left_out: Mapping[str, int]
    level: float
    top: int
    percent: bool
    ranking: Ranking

    @property
    def rows(self) -> tuple[TagRow, ...]:
        """The rows by rank, then (untagged) and (all)."""
        return self.ranking.rows

    @property
    def questions(self) -> dict[str, str]:
        """The four questions of the course as the measure answers them, by column."""
        return questions(self.measure, self.kind)

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table with nulls and the types of the columns."""
        return arrow(self.rows)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas frame, whole numbers with nulls as Int64."""
        return pandas_frame(self.rows)

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a Polars frame."""
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()

    def to_csv(self) -> str:
        """Return the rows as CSV with a header; what is not known is empty."""
        return csv_text(self.rows)

    def to_markdown(self) -> str:
        """Return the headline and the table as Markdown."""
        from tagline.error_analysis.terminal import markdown

        return markdown(
            self.headline,
            self.rows,
            percent=self.percent,
            level=self.level,
            top=self.top,
            left_out=self.left_out,
            notes=unit_notes(self.measure),
            questions=self.questions,
        )

    def chart(self) -> alt.TopLevelMixin:
        """Return the charts of the rates and of the gains, one above the other."""
        from tagline.error_analysis.charts import chart

        return chart(self.rows, percent=self.percent)

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
        from tagline.error_analysis.terminal import terminal

        return terminal(
            self.headline,
            self.rows,
            width=width,
            percent=self.percent,
            level=self.level,
            top=self.top,
            left_out=self.left_out,
            notes=unit_notes(self.measure),
            questions=self.questions,
            most=most,
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.terminal(options.max_width)

    def _repr_html_(self) -> str:
        from tagline.error_analysis.notebook import notebook

        return notebook(
            self.headline,
            self.rows,
            percent=self.percent,
            top=self.top,
            left_out=self.left_out,
            notes=unit_notes(self.measure),
            questions=self.questions,
        )


def arrow(rows: Sequence[TagRow]) -> pa.Table:
    """Return the rows as an Arrow table with nulls and the types of the columns."""
    import pyarrow as pa

    kinds = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    types = {name: each.type for name, each in TagRow.__dataclass_fields__.items()}
    schema = pa.schema([(name, kinds[str(types[name]).split(" ")[0]]) for name in COLUMNS])
    return pa.Table.from_pylist([row.to_dict() for row in rows], schema=schema)


def pandas_frame(rows: Sequence[TagRow]) -> pd.DataFrame:
    """Return the rows as a pandas frame, whole numbers with nulls as Int64."""
    import pandas as pd
    import pyarrow as pa

    kinds = {pa.int64(): pd.Int64Dtype()}
    frame: pd.DataFrame = arrow(rows).to_pandas(types_mapper=kinds.get)
    return frame


def csv_text(rows: Sequence[TagRow]) -> str:
    """Return the rows as CSV with a header; what is not known is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.to_dict() for row in rows)
    return text.getvalue()
