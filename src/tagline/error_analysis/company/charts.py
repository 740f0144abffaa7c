"""The charts of a tag's company: the gap raw and adjusted, and which tags come together.

Charts name no colour: the theme does, as in `tagline.error_analysis.shown.charts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import altair as alt

from tagline.display.html import ChartBlock
from tagline.display.interval_charts import WIDTH, IntervalRows
from tagline.display.interval_records import interval_fields
from tagline.display.units import Unit
from tagline.display.words import number
from tagline.error_analysis.company.explaining import AdjustedRow
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.chart_records import names
from tagline.error_analysis.shown.wording import is_base, unit_of

__all__ = ["adjusted_chart", "company_blocks", "together_chart"]

_ROW = 34  # pixels of a tag
_LABEL = 150  # pixels of a name: on a phone there must be room for the rest
_NARROW = 240  # pixels of all squares: below that the counts are written shorter
_NONE = 140  # below that they are not written at all
_CELLS = 8  # tags in the picture of those that come together: more do not fit on a phone
_DARKEST = 0.6  # of the colour, so that a number on it can be read


def adjusted_chart(
    found: Sequence[AdjustedRow], rows: Sequence[TagRow], *, percent: bool = True
) -> alt.LayerChart:
    """Return each tag's gap to the rest: raw as a circle, adjusted as a dot, with intervals.

    Parameters
    ----------
    found : sequence of AdjustedRow
    rows : sequence of TagRow
        Of the analysis.
    percent : bool, default True
        Whether people read the rates in percent.

    Returns
    -------
    altair.LayerChart
        Intervals that reach far beyond the others are cut off.
    """
    unit = unit_of(rows, percent=percent)
    known = [row for row in found if row.gap is not None]
    shown = names(row.tag for row in known)
    data = [{"name": name} | _record(row, unit) for row, name in zip(known, shown, strict=True)]
    frame = IntervalRows.of(
        data,
        ["gap", "left"],
        f"gap to the rest{', points' * percent}",
        {"name": "tag", "raw": "raw", "adjusted": "adjusted", "says": "says"},
        height=_ROW,
        label=_LABEL,
    )
    raw = frame.intervals(data, "gap", offset=-5, filled=False)
    return frame.chart([*frame.line(0), *raw, *frame.intervals(data, "left", offset=5)])


def together_chart(
    rows: Sequence[TagRow], pairs: Iterable[Mapping[str, Any]], *, percent: bool = True
) -> alt.LayerChart:
    """Return a square for each two tags: how many examples have both, darker where more is wrong.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank, as in a result.
    pairs : iterable of mapping
        `tag`, `other`, `both`, `errors` and `weight`, each two once.
    percent : bool, default True
        Whether people read the rates in percent.

    Returns
    -------
    altair.LayerChart
        Of the first 8 tags; the squares on the diagonal are the tags alone.
    """
    tags = _first(rows)
    shown = _numbered(tags)
    data = list(_squares(tags, pairs, unit_of(rows, percent=percent)))
    darkest = max((each["rate"] for each in data if each["rate"] is not None), default=0.0)
    numbers: Any = [str(row.rank) for row in tags]
    axis = alt.Axis(labelAngle=0, orient="top", grid=False)
    x = alt.X("other:O", sort=numbers, scale=alt.Scale(domain=numbers), title=None, axis=axis)
    domain: Any = list(shown)
    side = alt.Axis(labelLimit=_LABEL, grid=False)
    y = alt.Y("tag:N", sort=domain, scale=alt.Scale(domain=domain), title=None, axis=side)
    tooltip = [
        alt.Tooltip(f"{name}:N", title=title)
        for name, title in {"first": "tag", "second": "and", "examples": "examples",
                            "text": "error rate"}.items()
    ]  # fmt: skip

    def layer(records: list[dict[str, Any]]) -> alt.Chart:
        height = _ROW * max(len(tags), 1)
        chart = alt.Chart(alt.InlineData(values=records), height=height, width=WIDTH)
        return chart.encode(x=x, y=y, tooltip=tooltip)

    shade = alt.Scale(domain=[0, darkest or 1], range=[0.0, _DARKEST])
    counted = [each for each in data if each["rate"] is not None]
    squares = layer(counted).mark_rect(style="model")
    narrow, none = f"width < {_NARROW}", f"width < {_NONE}"
    texts = layer(data).mark_text(style="name", fontSize=alt.expr(f"{narrow} ? 9.5 : 11"))
    count = alt.condition(
        narrow, alt.value(alt.expr(f"{none} ? '' : datum.brief")), alt.Text("count:N")
    )
    return cast(
        alt.LayerChart,
        alt.layer(
            squares.encode(opacity=alt.Opacity("rate:Q", scale=shade, legend=None)),
            texts.encode(text=count),
        ),
    )


def company_blocks(
    found: Sequence[AdjustedRow],
    rows: Sequence[TagRow],
    pairs: Sequence[Mapping[str, Any]],
    *,
    percent: bool = True,
) -> list[ChartBlock]:
    """Return the charts with the words that go with them, for a page.

    Parameters
    ----------
    found : sequence of AdjustedRow
        Empty where gaps cannot be adjusted.
    rows : sequence of TagRow
        By rank, as in a result.
    pairs : sequence of mapping
        As in `together_chart`.
    percent : bool, default True

    Returns
    -------
    list of ChartBlock
    """
    blocks = []
    if any(row.gap is not None for row in found):
        text = "circles: raw; dots: with the other tags held fixed; lines are intervals."
        chart = adjusted_chart(found, rows, percent=percent)
        blocks.append(ChartBlock(chart, "Gap to the rest, raw and adjusted", text))
    if pairs:
        text = (
            "how many examples have both; the stronger the colour, the higher their error rate. On"
            " the diagonal the tag alone."
        )
        chart = together_chart(rows, pairs, percent=percent)
        blocks.append(ChartBlock(chart, "Two tags at once", text))
    return blocks


def _record(row: AdjustedRow, unit: Unit) -> dict[str, Any]:
    raw = (row.gap, row.gap_low, row.gap_high)
    left = (row.adjusted, row.adjusted_low, row.adjusted_high)
    return {
        "raw": unit.rate_with(*raw),
        "adjusted": unit.rate_with(*left),
        "says": row.note,
        **interval_fields("gap", *raw, percent=unit.percent),
        **interval_fields("left", *left, percent=unit.percent),
    }


def _first(rows: Sequence[TagRow]) -> list[TagRow]:
    return [row for row in rows if not is_base(row) and row.rank is not None][:_CELLS]


def _numbered(tags: Sequence[TagRow]) -> list[str]:
    return [
        f"{row.rank}  {name}"
        for row, name in zip(tags, names(row.tag for row in tags), strict=True)
    ]


def _squares(
    tags: Sequence[TagRow], pairs: Iterable[Mapping[str, Any]], unit: Unit
) -> Iterable[dict[str, Any]]:
    """Return a record for each tag and for each two of them, the later one as the row."""
    place = {row.tag: i for i, row in enumerate(tags)}
    shown = _numbered(tags)
    for i, row in enumerate(tags):
        yield {"tag": shown[i], "other": str(row.rank), "first": shown[i], "second": ""} | _filled(
            row.support, row.error_rate, unit
        )
    for pair in pairs:
        if pair["tag"] in place and pair["other"] in place:
            column, line = sorted((place[pair["tag"]], place[pair["other"]]))
            rate = pair["errors"] / pair["weight"] if pair["weight"] > 0 else None
            named = {"tag": shown[line], "other": str(tags[column].rank)}
            named |= {"first": shown[line], "second": shown[column]}
            yield named | _filled(pair["both"], rate, unit)


def _filled(count: int, rate: float | None, unit: Unit) -> dict[str, Any]:
    text = {"text": unit.rate_named(rate), "examples": number(count)}
    return {"rate": rate, **text, "count": _short(count, 1), "brief": _short(count, 0)}


def _short(count: int, digits: int) -> str:
    """Return a count in few characters, such as 9.4k or 28k."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            part = count / size
            return f"{part:.{digits if part < 9.95 else 0}f}{letter}"
    return str(count)
