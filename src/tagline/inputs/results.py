"""What a description of inputs returns: a frozen result that shows itself in every form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from tagline.display.records import Framed
from tagline.inputs import shown

if TYPE_CHECKING:
    import altair as alt
    import pyarrow as pa
    from rich.console import Console, ConsoleOptions, Group, RenderResult

__all__ = ["Bars", "Broken", "InputDescription", "StatisticRow"]


@dataclass(frozen=True, slots=True)
class StatisticRow:
    """One statistic over the inputs; what is not known is None.

    Attributes
    ----------
    statistic, unit, description : str
    count, missing : int
        Inputs with a value, and inputs that were read but have none.
    min, q25, median, q75, max, mean : float or None
    """

    statistic: str
    unit: str
    count: int
    missing: int
    min: float | None
    q25: float | None
    median: float | None
    q75: float | None
    max: float | None
    mean: float | None
    description: str

    def to_dict(self) -> dict[str, Any]:
        """Return the row by column."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Broken:
    """An input that could not be read, and why."""

    example: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bars:
    """How often the values of a statistic fall between edges; one edge more than counts."""

    statistic: str
    unit: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class InputDescription(Framed):
    """Statistics of raw inputs: of each input in `examples`, over all of them in `rows`.

    Attributes
    ----------
    kind : str
        Of the inputs: text, image, audio, row or chat.
    input : str
        The column of the inputs, or what they are.
    n_examples : int
    n_broken : int
        Those that could not be read.
    rows : tuple of StatisticRow
    reasons : mapping from a reason to the number of inputs that could not be read for it
    broken : tuple of Broken
        The first 100 of them.
    bars : tuple of Bars
    examples : pyarrow.Table or None
        `example_id` where there is one, a column for each statistic, and `input_error`, in the
        order of the data. None for the rows of a table with more than a million: ask for `out`.
    out : str or None
        The file with the data set and these columns.
    said : tuple of str
        What else there is to know.
    """

    row_type: ClassVar[type] = StatisticRow

    kind: str
    input: str
    n_examples: int
    n_broken: int
    rows: tuple[StatisticRow, ...]
    reasons: Mapping[str, int] = field(default_factory=dict)
    broken: tuple[Broken, ...] = ()
    bars: tuple[Bars, ...] = field(default=(), repr=False)
    examples: pa.Table | None = field(default=None, repr=False)
    out: str | None = None
    said: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """How many inputs were read, and what kept the others from it."""
        return shown.headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary."""
        return {
            "kind": self.kind,
            "input": self.input,
            "examples": self.n_examples,
            "broken": self.n_broken,
            "headline": self.headline,
            "reasons": dict(self.reasons),
            "broken_examples": [asdict(each) for each in self.broken],
            "out": self.out,
            "statistics": [row.to_dict() for row in self.rows],
        }

    def to_json(self) -> str:
        """Return the JSON document; it holds no NaN."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_markdown(self) -> str:
        """Return the headline and the table as Markdown."""
        return shown.markdown(self)

    def to_html(self, path: str | Path | None = None) -> str:
        """Return one self-contained page, and write it to `path` if one is given."""
        page = shown.page(self)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def chart(self) -> alt.TopLevelMixin:
        """Return how often each statistic takes which values."""
        from tagline.display.theme import themed
        from tagline.inputs.charts import statistic_charts

        chart: alt.TopLevelMixin = themed(statistic_charts(self.bars))
        return chart

    def terminal(self, width: int = 100) -> Group:
        """Return what the terminal shows, for a console of so many characters."""
        return shown.terminal(self, width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.terminal(options.max_width)

    def _repr_html_(self) -> str:
        return shown.notebook(self)
