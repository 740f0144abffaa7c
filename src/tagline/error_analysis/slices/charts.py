"""The chart of the slices: each error rate with its interval, beside that of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt

from tagline.display.words import plain, shorten_middle

if TYPE_CHECKING:
    from tagline.error_analysis.slices.results import Slices

__all__ = ["slice_chart"]

_MOST = 20  # slices in a chart; the table has all
_WIDTH = 420  # pixels
_LETTERS = 60


def slice_chart(result: Slices, most: int = _MOST) -> alt.LayerChart:
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
    factor = 100 if result.percent else 1
    rows = result.rows[:most]
    names = [f"{i}. {shorten_middle(plain(row.slice), _LETTERS)}" for i, row in enumerate(rows, 1)]
    data = [
        {
            "slice": name,
            "rate": factor * row.error_rate,
            "low": None if row.error_rate_low is None else factor * row.error_rate_low,
            "high": None if row.error_rate_high is None else factor * row.error_rate_high,
            "rows": row.support,
        }
        for name, row in zip(names, rows, strict=True)
    ]
    title = f"error rate{', %' if result.percent else ''}"
    scale = alt.Scale(zero=True)
    y = alt.Y("slice:N", sort=names, title=None, axis=alt.Axis(grid=False, labelLimit=320))
    base = alt.Chart(_data(data), height=28 * max(len(data), 1), width=_WIDTH)
    tooltip = ["slice:N", "rate:Q", "low:Q", "high:Q", "rows:Q"]
    lines = base.mark_rule(style="model").encode(
        y=y, x=alt.X("low:Q", title=title, scale=scale), x2="high:Q", tooltip=tooltip
    )
    points = base.mark_point(style="model", filled=True, size=60).encode(
        y=y, x=alt.X("rate:Q", title=title, scale=scale), tooltip=tooltip
    )
    every = alt.Chart(_data([{"all": factor * result.error_rate}]))
    line = every.mark_rule(strokeDash=[4, 3]).encode(x=alt.X("all:Q", title=title))
    return cast(alt.LayerChart, alt.layer(line, lines, points))


def _data(values: list[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=values)
