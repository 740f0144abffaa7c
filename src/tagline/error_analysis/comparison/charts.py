"""The chart of a comparison: each tag's change with its interval, and the margin as a band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tagline.display.interval_charts import IntervalRows
from tagline.display.interval_records import distinct, interval_fields
from tagline.display.units import Unit
from tagline.display.words import number, plain, shorten_middle
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.rows import UNTAGGED

if TYPE_CHECKING:
    import altair as alt

    from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["change_chart"]

_MOST = 30  # tags in a chart; the table has all
_LETTERS = 40
_LABEL = 260  # pixels


def change_chart(result: RunComparison, most: int = _MOST) -> alt.LayerChart:
    """Return the change of the first tags and of all data, with intervals and the margin.

    Parameters
    ----------
    result : RunComparison
    most : int, default 30

    Returns
    -------
    altair.LayerChart
        It names no colour: the theme does.
    """
    percent = result.percent
    rows = [row for row in result.rows[:-2] if row.change is not None][:most]
    rows = [*rows, *(row for row in result.rows[-2:] if row.support and row.tag != UNTAGGED)]
    unit = Unit.of([row.change for row in rows], percent=percent)
    data = []
    for name, row in zip(_names(rows), rows, strict=True):
        ends = (row.change, row.change_low, row.change_high)
        text = {"text": unit.rate_with(*ends), "examples": number(row.support)}
        fields = interval_fields("change", *ends, percent=percent)
        data.append({"name": name, **fields, **text, "verdict": row.verdict})
    margin = result.margin * (100 if percent else 1)
    frame = IntervalRows.of(
        data,
        ["change"],
        f"change{', points' * percent}: left is better",
        {"name": "tag", "text": "change", "verdict": "verdict", "examples": "examples"},
        also=(-margin, margin),
        label=_LABEL,
    )
    layers = [frame.band(-margin, margin), *frame.line(0), *frame.intervals(data, "change")]
    return frame.chart(layers)


def _names(rows: Sequence[ChangeRow]) -> list[str]:
    return distinct([shorten_middle(plain(row.tag), _LETTERS) for row in rows])
