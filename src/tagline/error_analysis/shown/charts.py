"""The charts of an error analysis: how far each tag is from people, and gain as an area.

A result's rows go in, an Altair chart comes out. Charts name no colour: the theme does
(`tagline.display.theme.themed`, or the style sheet of a page).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import altair as alt

from tagline.display.html import ChartBlock
from tagline.display.theme import themed
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.chart_records import rate_scale, records, side_by_side
from tagline.error_analysis.shown.wording import human_level_known, is_base

__all__ = ["chart", "chart_blocks", "gain_chart", "gap_chart"]

_MOST = 20  # tags in a chart; the table has all
_WIDTH = 420  # pixels
_NARROW = 280  # of the same chart on a phone, where its labels must fit too


def gap_chart(rows: Sequence[TagRow], *, percent: bool = True, most: int = _MOST) -> alt.LayerChart:
    """Return the model's and people's error rate of each tag, with their intervals and the room.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    percent : bool, default True
        Whether people read the rates in percent.
    most : int, default 20
        Only the first so many tags are drawn.

    Returns
    -------
    altair.LayerChart
        Without any human level: the error rate alone.
    """
    data = records(rows, percent=percent, most=most)
    asked = [each for each in data if each["people"] is not None]
    frame = _Frame(
        tags=[each["tag"] for each in data],
        limit=rate_scale(rows, most).limit * (100 if percent else 1),
        title=f"error rate{', %' if percent else ''}",
        tooltip=_tooltip(bool(asked)),
    )
    layers: list[alt.Chart] = []
    # the room is measured where people answered, so it may end elsewhere than at the model's rate
    if room := [each for each in asked if each["height"] > 0]:
        bars = frame.layer(room).mark_bar(style="room", height=10, clip=True)
        layers.append(bars.encode(x=frame.x("room_end:Q"), x2="people:Q"))
    layers += _marks(frame, asked, "people", offset=5)
    layers += _marks(frame, data, "model", offset=-5)
    return _layered(layers or [frame.layer([]).mark_tick()])


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all layers of the gap chart share."""

    tags: Sequence[str]
    limit: float
    title: str
    tooltip: Sequence[alt.Tooltip]

    def layer(self, found: list[dict[str, Any]]) -> alt.Chart:
        axis = alt.Axis(grid=False, labelLimit=190)
        scale = alt.Scale(domain=list(self.tags))
        return alt.Chart(_data(found), height=34 * max(len(self.tags), 1), width=_WIDTH).encode(
            y=alt.Y("tag:N", sort=list(self.tags), scale=scale, title=None, axis=axis)
        )

    def x(self, field: str) -> alt.X:
        scale = alt.Scale(domain=[0, self.limit], nice=False)
        return alt.X(field, title=self.title, scale=scale, axis=alt.Axis(tickCount=5))


def _marks(
    frame: _Frame, found: list[dict[str, Any]], kind: str, *, offset: int
) -> list[alt.Chart]:
    """Return the layers of the model or of people: interval, value, an arrow where cut off."""
    made, low, high = [], f"{kind}_low", f"{kind}_high"
    tooltip = list(frame.tooltip)
    if known := [each for each in found if each[high] is not None]:
        lines = frame.layer(known).mark_rule(style=f"{kind}-interval", yOffset=offset, clip=True)
        made.append(lines.encode(x=frame.x(f"{low}:Q"), x2=f"{high}:Q", tooltip=tooltip))
    if inside := [each for each in found if each[kind] <= frame.limit]:
        ticks = frame.layer(inside).mark_tick(style=kind, thickness=3, size=10, yOffset=offset)
        made.append(ticks.encode(x=frame.x(f"{kind}:Q"), tooltip=tooltip))
    edge = frame.limit * (1 + 1e-9)
    if cut := [each for each in found if (each[high] or each[kind]) > edge]:
        arrows = frame.layer(cut).mark_point(
            style=kind, shape="triangle-right", filled=True, size=40, yOffset=offset
        )
        made.append(arrows.encode(x=alt.XDatum(frame.limit), tooltip=tooltip))
    return made


def gain_chart(
    rows: Sequence[TagRow], *, percent: bool = True, most: int = _MOST
) -> alt.LayerChart:
    """Return each tag as a rectangle whose area is its gain: its share wide, its room high.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    percent : bool, default True
        Whether people read the rates in percent.
    most : int, default 20
        Only the first so many tags are drawn.

    Returns
    -------
    altair.LayerChart
        A tag without human level has its error rate as height, dashed: an upper bound. Tags
        overlap, so the widths may sum to more than all the data.
    """
    data = side_by_side(records(rows, percent=percent, most=most), _NARROW)
    human = human_level_known(rows)
    title, unit = ("room", ", points") if human else ("error rate", ", %")
    few_ticks = alt.Axis(tickCount=5)
    share = "share of the data, tags side by side, %"
    x = alt.X("left:Q", title=share, scale=alt.Scale(nice=False), axis=few_ticks)
    y = alt.Y("height:Q", title=title + unit * percent, scale=alt.Scale(zero=True), axis=few_ticks)
    tooltip = _tooltip(human)

    def layer(found: list[dict[str, Any]]) -> alt.Chart:
        return alt.Chart(_data(found), height=240, width=_WIDTH).encode(x=x, y=y)

    layers: list[alt.Chart] = []
    for style, bound in [("area", False), ("bound", True)]:
        if drawn := [each for each in data if each["bound"] is bound]:
            boxes = layer(drawn).mark_rect(style=style, filled=not bound)
            layers.append(boxes.encode(x2="right:Q", y2=alt.datum(0), tooltip=tooltip))
    if named := [each for each in data if each["label"]]:
        names = layer(named).mark_text(style="name", align="left", baseline="bottom", dx=1, dy=-4)
        layers.append(names.encode(text="label:N"))
    return _layered(layers or [layer([]).mark_rect()])


def chart(rows: Sequence[TagRow], *, percent: bool = True, dark: bool = False) -> alt.VConcatChart:
    """Return both charts, one above the other, with Tagline's look.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    percent : bool, default True
        Whether people read the rates in percent.
    dark : bool, default False
        The look for a dark page.

    Returns
    -------
    altair.VConcatChart
        What ``ErrorAnalysis.chart()`` gives.
    """
    first, second = chart_blocks(rows, percent=percent)
    joined = alt.vconcat(
        *(
            block.chart.properties(title=alt.TitleParams(block.title, subtitle=block.text))
            for block in (first, second)
        ),
        spacing=28,
    )
    return themed(joined, dark=dark)  # type: ignore[no-any-return]


def chart_blocks(rows: Sequence[TagRow], *, percent: bool = True) -> list[ChartBlock]:
    """Return the two charts with the words that go with them, for a page.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    percent : bool, default True

    Returns
    -------
    list of ChartBlock
    """
    human = human_level_known(rows)
    n_tags = sum(not is_base(row) for row in rows)
    first = f" The first {_MOST} of {n_tags} tags." if n_tags > _MOST else ""
    if human:
        gap = (
            "How far from people",
            "model orange, people blue, room between them; lines are intervals.",
        )
        area = (
            "Gain as area",
            "share of the data times room: a larger area is a larger gain; numbers are ranks.",
        )
    else:
        gap = ("Error rate by tag", "no human level is known; lines are intervals.")
        area = (
            "Errors as area",
            "share of the data times error rate: what no error would gain; numbers are ranks.",
        )
    return [
        ChartBlock(gap_chart(rows, percent=percent), gap[0], gap[1] + first),
        ChartBlock(gain_chart(rows, percent=percent), area[0], area[1] + first),
    ]


def _layered(layers: list[alt.Chart]) -> alt.LayerChart:
    return cast(alt.LayerChart, alt.layer(*layers))


def _data(found: list[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=found)


def _tooltip(human: bool) -> list[alt.Tooltip]:
    shown = {"tag": "tag", "model_text": "model", "people_text": "people", "share_text": "share"}
    shown["gain_text"] = "gain" if human else "gain at most"
    if not human:
        del shown["people_text"]
    return [alt.Tooltip(f"{name}:N", title=title) for name, title in shown.items()]
