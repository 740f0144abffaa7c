"""What a search for slices returns: a frozen result that shows itself in every form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from tagline.display.records import Framed
from tagline.error_analysis.slices import shown
from tagline.error_analysis.slices.clusters import Cluster, member_tags
from tagline.error_analysis.slices.rows import Added, SliceRow
from tagline.error_analysis.slices.ways import as_option

if TYPE_CHECKING:
    import altair as alt
    import pyarrow as pa
    from rich.console import Console, ConsoleOptions, Group, RenderResult

__all__ = ["Slices"]


@dataclass(frozen=True, eq=False)
class Slices(Framed):
    """Slices with more errors than the rest, confirmed on rows that did not suggest them.

    Rates are fractions, never percent; people see percent where the measure is read so.

    Attributes
    ----------
    measure, title : str
        As `measure=` takes it, and for people.
    n_examples : int
        Rows that were counted, in both halves.
    n_held_back : int
        Of these, the rows of the half that confirmed; all numbers in `rows` are from it.
    errors, error_rate : float
        Of the held-back half.
    examined : int
        Slices that were looked at in the other half.
    tested : int
        Slices that were tested on the held-back half.
    rows : tuple of SliceRow
        With q of at most .05; the largest gain first.
    added : tuple of Added
        Beside `rows`: what each adds to those above it.
    columns : tuple of str
        That slices were made of.
    columns_left_out : mapping from a column to the reason
    left_out : mapping from a reason to the number of rows
    percent : bool
        Whether people read the rates in percent.
    clusters : tuple of Cluster
        Those that a slice names, described.
    members : mapping from a slice to a pyarrow array
        The ids of the examples, of both halves, in each slice that names a cluster.
    data : str
        What the data are called.
    """

    row_type: ClassVar[type] = SliceRow

    measure: str
    title: str
    n_examples: int
    n_held_back: int
    errors: float
    error_rate: float
    examined: int
    tested: int
    rows: tuple[SliceRow, ...]
    added: tuple[Added, ...]
    columns: tuple[str, ...]
    columns_left_out: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    percent: bool = True
    clusters: tuple[Cluster, ...] = ()
    members: Mapping[str, pa.Array] = field(default_factory=dict)
    data: str = ""

    @property
    def slices(self) -> tuple[SliceRow, ...]:
        """The same as `rows`."""
        return self.rows

    @property
    def headline(self) -> str:
        """Which slice to look at first, or that none was confirmed."""
        return shown.headline(self)

    @property
    def rules(self) -> dict[str, str]:
        """The slices as tags: hand them to `analyze_errors` as `tags`.

        A slice that names a cluster is no rule of SQL: `tags` has it.
        """
        return {row.slice: row.slice for row in self.rows if row.slice not in self.members}

    def tags(self) -> pa.Table:
        """Return the examples of the slices that name a cluster: a table of tags.

        Returns
        -------
        pyarrow.Table
            Of `example_id` and `tag`, as `analyze_errors` takes it by `tags`; of both halves, one
            row for each example in a slice. The other slices are in `rules`.
        """
        return member_tags(self.members)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary."""
        return {
            "measure": self.measure,
            "examples": self.n_examples,
            "held_back": self.n_held_back,
            "errors": self.errors,
            "error_rate": self.error_rate,
            "headline": self.headline,
            "left_out": {str(reason): int(count) for reason, count in self.left_out.items()},
            "columns": list(self.columns),
            "columns_left_out": dict(self.columns_left_out),
            "examined": self.examined,
            "tested": self.tested,
            "slices": [row.to_dict() for row in self.rows],
            "added": [each.to_dict() for each in self.added],
            "clusters": [each.to_dict() for each in self.clusters],
        }

    def to_json(self) -> str:
        """Return the JSON document; it holds no NaN."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_markdown(self) -> str:
        """Return the headline and the table as Markdown."""
        return shown.markdown(self)

    def to_html(self, path: str | Path | None = None) -> str:
        """Return the slices as one self-contained page, and write it to `path` if one is given."""
        page = shown.page(self, [as_option(rule) for rule in self.rules.values()])
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def chart(self) -> alt.TopLevelMixin:
        """Return the error rate of each slice with its interval, beside that of all."""
        from tagline.display.theme import themed
        from tagline.error_analysis.slices.charts import slice_chart

        chart: alt.TopLevelMixin = themed(slice_chart(self))
        return chart

    def terminal(self, width: int = 100) -> Group:
        """Return what the terminal shows, for a console of so many characters."""
        return shown.terminal(self, width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.terminal(options.max_width)

    def _repr_html_(self) -> str:
        return shown.notebook(self)
