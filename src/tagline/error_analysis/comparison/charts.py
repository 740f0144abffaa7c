"""The chart of a comparison: each tag's change with its interval, and the margin as a band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt

from tagline.display.words import plain, shorten_middle
from tagline.error_analysis.rows import UNTAGGED

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["change_chart"]

_MOST = 30  # tags in a chart; the table has all
_WIDTH = 420  # pixels
_LETTERS = 40


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
    factor = 100 if result.percent else 1
    rows = [row for row in result.rows[:-2] if row.change is not None][:most]
    rows = [*rows, *(row for row in result.rows[-2:] if row.support and row.tag != UNTAGGED)]
    names = [shorten_middle(plain(row.tag), _LETTERS) for row in rows]

    def scaled(value: float | None) -> float | None:
        return None if value is None else factor * value

    data = [
        {
            "tag": name,
            "change": scaled(row.change),
            "low": scaled(row.change_low),
            "high": scaled(row.change_high),
            "verdict": row.verdict,
            "examples": row.support,
        }
        for name, row in zip(names, rows, strict=True)
    ]
    title = f"change of the error rate{', points' if result.percent else ''}: left is better"
    y = alt.Y("tag:N", sort=names, title=None, axis=alt.Axis(grid=False, labelLimit=260))
    base = alt.Chart(_data(data), height=26 * max(len(data), 1), width=_WIDTH)
    tooltip = ["tag:N", "change:Q", "low:Q", "high:Q", "verdict:N", "examples:Q"]
    lines = base.mark_rule(style="model").encode(
        y=y, x=alt.X("low:Q", title=title), x2="high:Q", tooltip=tooltip
    )
    points = base.mark_point(style="model", filled=True, size=60).encode(
        y=y, x=alt.X("change:Q", title=title), tooltip=tooltip
    )
    margin = factor * result.margin
    edges = alt.Chart(_data([{"low": -margin, "high": margin}]))
    band = edges.mark_rect(opacity=0.12).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    zero = alt.Chart(_data([{"none": 0}])).mark_rule(strokeDash=[4, 3])
    line = zero.encode(x=alt.X("none:Q", title=title))
    return cast(alt.LayerChart, alt.layer(band, line, lines, points))


def _data(values: list[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=values)
