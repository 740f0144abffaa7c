"""The chart of the slices: each error rate with its interval, beside that of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagline.display.interval_charts import IntervalRows
from tagline.display.interval_records import interval_fields
from tagline.display.units import Unit
from tagline.display.words import number, plain, shorten_middle

if TYPE_CHECKING:
    import altair as alt

    from tagline.error_analysis.slices.results import Slices

__all__ = ["CHARTED", "slice_chart"]

CHARTED = 20  # slices in a chart; the table has all
_LETTERS = 60
_LABEL = 320  # pixels


def slice_chart(result: Slices, most: int = CHARTED) -> alt.LayerChart:
    """Return the error rate of the first slices with intervals, and a line for that of all.

    Parameters
    ----------
    result : Slices
    most : int, default 20

    Returns
    -------
    altair.LayerChart
        Without a slice: the line alone. It names no colour: the theme does.
    """
    rows, percent = result.rows[:most], result.percent
    unit = Unit.of([row.error_rate for row in rows], percent=percent)
    data = []
    for i, row in enumerate(rows, 1):
        ends = (row.error_rate, row.error_rate_low, row.error_rate_high)
        name = {"name": f"{i}. {shorten_middle(plain(row.slice), _LETTERS)}"}
        text = {"text": unit.rate_with(*ends), "rows": number(row.support)}
        data.append(name | text | interval_fields("rate", *ends, percent=percent))
    whole = result.error_rate * (100 if percent else 1)
    frame = IntervalRows.of(
        data,
        ["rate"],
        f"error rate{', %' * percent}",
        {"name": "slice", "text": "error rate", "rows": "rows"},
        also=[whole],
        label=_LABEL,
    )
    return frame.chart([*frame.line(whole, label="all"), *frame.intervals(data, "rate")])
