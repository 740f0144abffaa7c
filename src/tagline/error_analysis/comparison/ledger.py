"""The ledger of promise and delivery: how well the rankings of several comparisons predicted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from tagline.display.records import Framed
from tagline.error_analysis.comparison import ledger_shown
from tagline.error_analysis.comparison.delivery import delivered, kept, rank_correlation

if TYPE_CHECKING:
    import altair as alt
    from rich.console import Console, ConsoleOptions, Group, RenderResult

__all__ = ["Comparison", "Ledger", "LedgerRow", "LedgerSummary", "uncounted"]

Comparison = tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One tag of one comparison. Gains are parts of the error rate of all data; None is unknown."""

    before: str  # the runs
    after: str
    measure: str
    where: str | None  # the condition on the rows
    tag: str
    rank: int | None  # in the analysis of the run before; None for (all)
    predicted_gain: float | None  # what human level on the tag would bring
    predicted_low: float | None
    predicted_high: float | None
    realised_gain: float | None  # what the tag brought; below 0 where it became worse
    realised_low: float | None
    realised_high: float | None
    outcome: str | None  # the realised gain is within, below or above the predicted interval
    verdict: str | None  # of the comparison
    examples: int  # that were counted
    examples_version: int
    examples_fingerprint: str
    created_at: str  # ISO 8601, UTC

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dictionary in the order of the columns."""
        return asdict(self)

    @property
    def comparison(self) -> Comparison:
        """Which comparison the row is of."""
        return (self.before, self.after, self.measure, self.where)


@dataclass(frozen=True, slots=True)
class LedgerSummary:
    """Promise and delivery over the tags of all comparisons under one measure."""

    measure: str
    tags: str  # "first 3": of each ranking, or "all": each tag with a promise
    comparisons: int
    rows: int  # tags with a promise and a gain
    predicted_gain: float | None  # sums over these; overlapping tags count twice
    realised_gain: float | None
    delivered: float | None  # realised / predicted
    delivered_low: float | None
    delivered_high: float | None
    rank_correlation: float | None  # Spearman's, within comparisons
    rank_correlation_low: float | None
    rank_correlation_high: float | None
    within: int  # rows whose gain lies within the predicted interval
    below: int
    above: int
    note: str  # why something is not known

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as a dictionary in the order of the columns."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Ledger(Framed):
    """What was promised and what came, over the comparisons of a project.

    Attributes
    ----------
    rows : tuple of LedgerRow
        The newest comparison first; in each by rank, then (all).
    summaries : tuple of LedgerSummary
        For each measure the first tags of each ranking, then all tags with a promise.
    top : int
        How many tags of a ranking stand for those that were worked on.
    level : float
        Of the intervals of the summaries.
    percent : mapping from measure to bool
        Whether people read its rates in percent.
    """

    row_type: ClassVar[type] = LedgerRow

    rows: tuple[LedgerRow, ...]
    summaries: tuple[LedgerSummary, ...]
    top: int = 3
    level: float = 0.95
    percent: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        rows: Sequence[LedgerRow],
        *,
        top: int = 3,
        level: float = 0.95,
        percent: Mapping[str, bool] | None = None,
    ) -> Ledger:
        """Sum up rows.

        Parameters
        ----------
        rows : sequence of LedgerRow
            The newest comparison first.
        top : int, default 3
        level : float, default 0.95
        percent : mapping from measure to bool, optional

        Returns
        -------
        Ledger
        """
        found: list[LedgerSummary] = []
        apart = uncounted(rows)
        for measure in dict.fromkeys(row.measure for row in rows):
            pairs = [row for row in _pairs(rows, measure) if row.comparison not in apart]
            first = [row for row in pairs if (row.rank or 0) <= top]
            found.append(summed(measure, f"first {top}", first, level=level))
            found.append(summed(measure, "all", pairs, level=level))
        return cls(tuple(rows), tuple(found), top, level, dict(percent or {}))

    def pairs(self, measure: str) -> list[LedgerRow]:
        """Return the tags with a promise and a gain under a measure: what the summaries count."""
        return [row for row in _pairs(self.rows, measure) if row.comparison not in self.apart]

    @property
    def apart(self) -> dict[Comparison, str]:
        """The comparisons that the summaries leave out, with the reason."""
        return uncounted(self.rows)

    @property
    def comparisons(self) -> int:
        """How many comparisons it holds."""
        return len({row.comparison for row in self.rows})

    @property
    def headline(self) -> str:
        """How much of what was promised came."""
        return ledger_shown.headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary; what is not known is None."""
        return {
            "headline": self.headline,
            "comparisons": self.comparisons,
            "top": self.top,
            "level": self.level,
            "summaries": [each.to_dict() for each in self.summaries],
            "rows": [row.to_dict() for row in self.rows],
        }

    def to_json(self) -> str:
        """Return the JSON document; it holds no NaN."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_markdown(self) -> str:
        """Return headline, both tables and notes as Markdown."""
        return ledger_shown.markdown(self)

    def to_html(self, path: str | Path | None = None) -> str:
        """Return the ledger as one self-contained page, and write it to `path` if given."""
        page = ledger_shown.page(self)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def chart(self) -> alt.TopLevelMixin:
        """Return the realised against the predicted gain of each tag."""
        from tagline.display.theme import themed
        from tagline.error_analysis.comparison.ledger_chart import ledger_chart

        chart: alt.TopLevelMixin = themed(ledger_chart(self))
        return chart

    def terminal(self, width: int = 100, most: int | None = 50) -> Group:
        """Return what the terminal shows, for a console of so many characters."""
        return ledger_shown.terminal(self, width, most)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.terminal(options.max_width)

    def _repr_html_(self) -> str:
        return ledger_shown.notebook(self)


def uncounted(rows: Sequence[LedgerRow]) -> dict[Comparison, str]:
    """Return the comparisons that say nothing about a ranking, with the reason.

    Parameters
    ----------
    rows : sequence of LedgerRow
        The newest comparison first.

    Returns
    -------
    dict
        Those of runs that are the same on every tag, and those that go back the way of an older
        one: what was gained there is lost here, and both would count for the same work.
    """
    moved: dict[Comparison, bool] = {}
    for row in rows:
        moved[row.comparison] = moved.get(row.comparison, False) or bool(row.realised_gain)
    found: dict[Comparison, str] = {}
    older = set()
    for each in reversed(moved):
        before, after, measure, where = each
        if not moved[each]:
            found[each] = "nothing changed"
        elif (after, before, measure, where) in older:
            found[each] = "the way back of another comparison"
        older.add(each)
    return found


def summed(
    measure: str, tags: str, rows: Sequence[LedgerRow], *, level: float = 0.95
) -> LedgerSummary:
    """Sum up promise and delivery over rows that have both.

    Parameters
    ----------
    measure, tags : str
        What the rows are of.
    rows : sequence of LedgerRow
    level : float, default 0.95
        Of the intervals.

    Returns
    -------
    LedgerSummary
    """
    predicted = [row.predicted_gain or 0.0 for row in rows]
    realised = [row.realised_gain or 0.0 for row in rows]
    sets = [row.comparison for row in rows]
    share = delivered(predicted, realised, sets, level=level)
    order = rank_correlation(predicted, realised, sets, level=level)
    held = kept(
        [row.predicted_low for row in rows],
        [row.predicted_high for row in rows],
        [row.realised_gain for row in rows],
    )
    reasons = {"delivered": share.why, "rank correlation": order.why}
    return LedgerSummary(
        measure=measure,
        tags=tags,
        comparisons=len(set(sets)),
        rows=len(rows),
        predicted_gain=sum(predicted) if rows else None,
        realised_gain=sum(realised) if rows else None,
        delivered=share.value,
        delivered_low=share.low,
        delivered_high=share.high,
        rank_correlation=order.value,
        rank_correlation_low=order.low,
        rank_correlation_high=order.high,
        within=held.within,
        below=held.below,
        above=held.above,
        note="; ".join(f"{name}: {why}" for name, why in reasons.items() if why),
    )


def _pairs(rows: Sequence[LedgerRow], measure: str) -> list[LedgerRow]:
    """Return the tags of rankings with a promise and a gain."""
    needed = ("rank", "predicted_gain", "realised_gain")
    return [
        row
        for row in rows
        if row.measure == measure and all(getattr(row, name) is not None for name in needed)
    ]
