"""What an error analysis returns: a frozen result that shows itself in every form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tagline.error_analysis.behind.questions import Behind
from tagline.error_analysis.forms import Look
from tagline.error_analysis.gates.checks import Gated
from tagline.error_analysis.ranked import steps
from tagline.error_analysis.ranked.ranking import Ranking
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown import reasons
from tagline.error_analysis.shown.headline import headline
from tagline.error_analysis.shown.notes import in_percent
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure
from tagline.stats import Rate

__all__ = ["ErrorAnalysis"]


@dataclass(frozen=True, eq=False)
class ErrorAnalysis(Behind, Gated):
    """Errors by tag against human level, in the order in which to fix them.

    Rates are fractions, never percent; people see percent where the measure is read so.

    Attributes
    ----------
    measure : str
        As `measure=` takes it.
    title : str
        The measure for people.
    kind : str
        Of the measure: ``"binary"``, ``"bounded"`` or ``"open"``.
    n_examples : int
        Rows that were counted.
    weight, errors : float
        Sums over these rows, times the sample weight where given.
    error_rate, error_rate_low, error_rate_high : float or None
        Of all rows, with the interval.
    headline : str
        Which tag to fix, what that gains, what would change that.
    left_out : mapping from reason to rows
    rows : tuple of TagRow
        By rank, then (untagged) and (all).
    level : float
        Of the intervals.
    top : int
        How many tags count as first.
    percent : bool
        Whether people read the rates in percent.
    ranking : Ranking
        Rows and draws, for `reweight`.
    remarks : tuple of str
        What must be known of the data to read the rows.
    look : Look or None
        Goes back to the data; None where there is no way back.
    """

    measure: str
    title: str
    kind: str
    n_examples: int
    weight: float
    errors: float
    error_rate: float | None
    error_rate_low: float | None
    error_rate_high: float | None
    headline: str
    left_out: Mapping[str, int]
    level: float
    top: int
    percent: bool
    ranking: Ranking = field(repr=False)
    remarks: tuple[str, ...] = ()
    look: Look | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        ranking: Ranking,
        counts: Counts,
        measure: Measure,
        *,
        level: float = 0.95,
        look: Look | None = None,
        remarks: Sequence[str] = (),
    ) -> ErrorAnalysis:
        """Put the ranked rows and what was counted together.

        Parameters
        ----------
        ranking : Ranking
            From `tag_rows`.
        counts : Counts
        measure : Measure
        level : float, default 0.95
            As in `tag_rows`.
        look : Look, optional
            The way back to the data.
        remarks : sequence of str, default ()
            What must be known of the data.

        Returns
        -------
        ErrorAnalysis
        """
        whole, percent = ranking.rows[-1], in_percent(measure)
        return cls(
            measure=str(measure),
            title=measure.title,
            kind=measure.kind,
            n_examples=whole.support,
            weight=float(counts.moments.total[-1, 1]),
            errors=whole.errors,
            error_rate=whole.error_rate,
            error_rate_low=whole.error_rate_low,
            error_rate_high=whole.error_rate_high,
            headline=headline(ranking, percent=percent),
            left_out=dict(counts.left_out),
            level=level,
            top=ranking.top,
            percent=percent,
            ranking=ranking,
            remarks=tuple(remarks),
            look=look,
        )

    @property
    def tags(self) -> tuple[TagRow, ...]:
        """The same as `rows`."""
        return self.rows

    @property
    def sensitivity(self) -> list[dict[str, str]]:
        """The moves by one step of importance or ease that put another tag first."""
        return steps.sensitivity(self.ranking)

    def reweight(
        self,
        importance: Mapping[str, float] | None = None,
        ease: Mapping[str, float] | None = None,
    ) -> ErrorAnalysis:
        """Return the same analysis with other importances; the data are not needed again.

        Parameters
        ----------
        importance, ease : mapping from tag to number, optional
            Above 0; a tag that is not named has 1. None leaves the factors as they are.

        Returns
        -------
        ErrorAnalysis

        Raises
        ------
        InputError
            If a tag is unknown, or a number is not above 0.
        """
        ranking = self.ranking.reweight(importance, ease)
        line = headline(ranking, percent=self.percent)
        return replace(self, ranking=ranking, headline=line)

    def rate(self, tag: str) -> Rate:
        """Return the error rate of a tag with its interval; NaN where it is not known."""
        row = self._row(tag)
        nan = float("nan")
        ends = (row.error_rate, row.error_rate_low, row.error_rate_high)
        value, low, high = (nan if each is None else each for each in ends)
        return Rate(value, low, high)

    def why(self, tag: str) -> str:
        """Return why a tag ranks where it does, and what would change that.

        Raises
        ------
        InputError
            If there is no such tag.
        """
        return reasons.why(self.ranking, self._row(tag).tag, percent=self.percent)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary; what is not known is None."""
        return {
            "measure": self.measure,
            "examples": self.n_examples,
            "weight": self.weight,
            "errors": self.errors,
            "error_rate": self.error_rate,
            "headline": self.headline,
            "left_out": {str(reason): int(count) for reason, count in self.left_out.items()},
            "tags": [row.to_dict() for row in self.rows],
            "gaps": [gap.to_dict() for gap in self.gaps],
            "sensitivity": self.sensitivity,
            "remarks": list(self.remarks),
        }

    def to_json(self) -> str:
        """Return the JSON document; it holds no NaN."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_html(self, path: str | Path | None = None) -> str:
        """Return the report as one self-contained page, and write it to `path` if one is given."""
        from tagline.error_analysis.shown.report import error_page

        page = error_page(self)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page
