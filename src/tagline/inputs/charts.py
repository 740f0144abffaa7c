"""How often each statistic takes which values: one small chart each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    from tagline.inputs.results import Bars

__all__ = ["statistic_charts"]

_COLUMNS = 3
_WIDTH, _HEIGHT = 200, 110  # pixels


def statistic_charts(bars: Sequence[Bars]) -> alt.TopLevelMixin:
    """Return a chart for each statistic, three in a line.

    Parameters
    ----------
    bars : sequence of Bars

    Returns
    -------
    altair chart
        It names no colour: the theme does.
    """
    charts: list[Any] = [_chart(each) for each in bars] or [_empty()]
    apart: Any = alt.concat(*charts, columns=_COLUMNS)
    made: alt.TopLevelMixin = apart.resolve_scale(x="independent", y="independent")
    return made


def _chart(bars: Bars) -> alt.Chart:
    values = [
        {"low": low, "high": high, "inputs": count}
        for low, high, count in zip(bars.edges, bars.edges[1:], bars.counts, strict=False)
    ]
    title = f"{bars.statistic}, {bars.unit}" if bars.unit else bars.statistic
    base = alt.Chart(alt.InlineData(values=values), width=_WIDTH, height=_HEIGHT)
    made: alt.Chart = base.mark_bar(style="model", binSpacing=0.5).encode(
        x=alt.X(
            "low:Q",
            bin="binned",
            title=title,
            axis=alt.Axis(tickCount=3, labelOverlap=True, grid=False),
        ),
        x2="high:Q",
        y=alt.Y("inputs:Q", title=None, axis=alt.Axis(tickCount=3)),
        tooltip=["low:Q", "high:Q", "inputs:Q"],
    )
    return made


def _empty() -> alt.Chart:
    made: alt.Chart = alt.Chart(alt.InlineData(values=[]), width=_WIDTH, height=_HEIGHT).mark_bar()
    return made
