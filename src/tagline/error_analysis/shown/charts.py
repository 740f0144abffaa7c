"""The charts of an error analysis: how far each tag is from people, and gain as an area.

A result's rows go in, an Altair chart comes out. Charts name no colour: the theme does
(`tagline.display.theme.themed`, or the style sheet of a page).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import altair as alt

from tagline.display.html import ChartBlock
from tagline.display.interval_charts import WIDTH, IntervalRows
from tagline.display.theme import themed
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.chart_records import records, side_by_side
from tagline.error_analysis.shown.wording import human_level_known, is_base

__all__ = ["chart", "chart_blocks", "gain_chart", "gap_chart", "rate_chart"]

_MOST = 20  # tags in a chart; the table has all
_GAP = (
    "the model's error rate minus people's: right of the blue line the model is worse, left of it"
    " better; lines are intervals."
)
_NARROW = 280  # pixels of a chart on a phone, where its labels must fit too


def gap_chart(
    rows: Sequence[TagRow], gaps: Sequence[PeopleGap], *, percent: bool = True, most: int = _MOST
) -> alt.LayerChart:
    """Return how far each tag is from people, with its interval; at 0 it is as good as people.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    gaps : sequence of PeopleGap
        Of these tags.
    percent : bool, default True
        Whether people read the rates in percent.
    most : int, default 20
        Only the first so many tags are drawn.

    Returns
    -------
    altair.LayerChart
        The band from 0 to a gap above it is the room. A tag without human level says so.
    """
    data = records(rows, gaps, percent=percent, most=most)
    frame = _frame(data, "gap", f"gap to people{', points' * percent}")
    layers: list[alt.Chart] = []
    if room := [{**each, "zero": 0} for each in data if (each["gap"] or 0) > 0]:
        bars = frame.layer(room).mark_bar(style="room", height=10, clip=True)
        layers.append(bars.encode(x=frame.x("zero"), x2="gap:Q"))
    layers += frame.line(0, style="people", label="as good as people")
    layers += frame.intervals(data, "gap")
    if unknown := [{**each, "zero": 0} for each in data if each["gap"] is None]:
        texts = frame.layer(unknown).mark_text(style="name", align="left", dx=8, opacity=0.7)
        layers.append(texts.encode(x=frame.x("zero"), text="gap_text:N"))
    return frame.chart(layers)


def rate_chart(
    rows: Sequence[TagRow], *, percent: bool = True, most: int = _MOST
) -> alt.LayerChart:
    """Return the error rate of each tag with its interval, where no human level is known.

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
    """
    data = records(rows, percent=percent, most=most)
    frame = _frame(data, "rate", f"error rate{', %' * percent}")
    return frame.chart(frame.intervals(data, "rate"))


def _frame(data: list[dict[str, Any]], value: str, title: str) -> IntervalRows:
    """Return the rows of a chart, on a scale that tags with very few examples do not set."""
    enough = [each for each in data if not each["few"]] or data
    tooltip = _tooltip(gap=value == "gap")
    return IntervalRows.of(data, [value], title, tooltip, scale_by=enough)


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
    tooltip = [alt.Tooltip(f"{name}:N", title=text) for name, text in _tooltip(human).items()]

    def layer(found: list[dict[str, Any]]) -> alt.Chart:
        return alt.Chart(alt.InlineData(values=found), height=240, width=WIDTH).encode(x=x, y=y)

    layers: list[alt.Chart] = []
    for style, bound in [("area", False), ("bound", True)]:
        if drawn := [each for each in data if each["bound"] is bound]:
            boxes = layer(drawn).mark_rect(style=style, filled=not bound)
            layers.append(boxes.encode(x2="right:Q", y2=alt.datum(0), tooltip=tooltip))
    if named := [each for each in data if each["label"]]:
        names = layer(named).mark_text(style="name", align="left", baseline="bottom", dx=1, dy=-4)
        layers.append(names.encode(text="label:N"))
    return cast(alt.LayerChart, alt.layer(*(layers or [layer([]).mark_rect()])))


def chart(
    rows: Sequence[TagRow],
    gaps: Sequence[PeopleGap] = (),
    *,
    percent: bool = True,
    dark: bool = False,
) -> alt.VConcatChart:
    """Return both charts, one above the other, with Tagline's look.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    gaps : sequence of PeopleGap, optional
        How far the model is from people on these tags.
    percent : bool, default True
        Whether people read the rates in percent.
    dark : bool, default False
        The look for a dark page.

    Returns
    -------
    altair.VConcatChart
        What ``ErrorAnalysis.chart()`` gives.
    """
    joined = alt.vconcat(
        *(
            block.chart.properties(title=alt.TitleParams(block.title, subtitle=block.text))
            for block in chart_blocks(rows, gaps, percent=percent)
        ),
        spacing=28,
    )
    return themed(joined, dark=dark)  # type: ignore[no-any-return]


def chart_blocks(
    rows: Sequence[TagRow], gaps: Sequence[PeopleGap] = (), *, percent: bool = True
) -> list[ChartBlock]:
    """Return the two charts with the words that go with them, for a page.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    gaps : sequence of PeopleGap, optional
        How far the model is from people on these tags. Without any the error rates are drawn.
    percent : bool, default True

    Returns
    -------
    list of ChartBlock
    """
    n_tags = sum(not is_base(row) for row in rows)
    first = f" The first {_MOST} of {n_tags} tags." if n_tags > _MOST else ""
    if any(gap.gap is not None for gap in gaps):
        upper = gap_chart(rows, gaps, percent=percent)
        blocks = [ChartBlock(upper, "How far from people", _GAP + first)]
    else:
        text = "no human level is known; lines are intervals."
        upper = rate_chart(rows, percent=percent)
        blocks = [ChartBlock(upper, "Error rate by tag", text + first)]
    if human_level_known(rows):
        title = "Gain as area"
        text = "share of the data times room: a larger area is a larger gain; numbers are ranks."
    else:
        title = "Errors as area"
        text = "share of the data times error rate: what no error would gain; numbers are ranks."
    return [*blocks, ChartBlock(gain_chart(rows, percent=percent), title, text + first)]


def _tooltip(gap: bool) -> dict[str, str]:
    shown = {"name": "tag", "model_text": "model", "people_text": "people", "gap_text": "gap"}
    shown |= {"share_text": "share", "gain_text": "gain" if gap else "gain at most"}
    if not gap:
        del shown["people_text"], shown["gap_text"]
    return shown
