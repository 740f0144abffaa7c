"""Values with their intervals, one row per name: the layers that such charts are made of.

Charts name no colour: the theme does (`tagline.display.theme`). What lies beyond the scale is cut
off and gets an arrow, so that one row that knows little does not flatten the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import altair as alt

from tagline.display.interval_records import interval_domain

__all__ = ["WIDTH", "IntervalRows"]

WIDTH = 420  # pixels of a chart that stands alone; on a page it is as wide as its place
_LABEL = 190  # pixels of a name
_DOT = 60  # square pixels
_DASHES = (4, 3)


@dataclass(frozen=True, slots=True)
class IntervalRows:
    """The rows of a chart, and the scale that all its layers share.

    Attributes
    ----------
    names : sequence of str
        From top to bottom, distinct; the records of a layer say theirs as ``name``.
    title : str
        Of the scale, with its unit.
    domain : tuple of two float
        The ends of the scale, as `interval_domain` finds them.
    tooltip : mapping of str to str
        From fields of the records to what they are called.
    height : int, default 28
        Pixels of a row.
    label : int, default 190
        Pixels of the longest name.
    """

    names: Sequence[str]
    title: str
    domain: tuple[float, float]
    tooltip: Mapping[str, str] = field(default_factory=dict)
    height: int = 28
    label: int = _LABEL

    @classmethod
    def of(
        cls,
        records: Sequence[Mapping[str, Any]],
        values: Sequence[str],
        title: str,
        tooltip: Mapping[str, str],
        *,
        scale_by: Sequence[Mapping[str, Any]] | None = None,
        also: Iterable[float] = (),
        height: int = 28,
        label: int = 190,
    ) -> IntervalRows:
        """Return the rows of some records, on a scale that fits them.

        Parameters
        ----------
        records : sequence of mapping
            With ``name`` and, for each of `values`, what `interval_fields` gives.
        values : sequence of str
            The names of the fields that are drawn.
        title, tooltip, height, label
            As in the class.
        scale_by : sequence of mapping, optional
            The records that set the scale; by default all.
        also : iterable of float, optional
            What must fit, too.

        Returns
        -------
        IntervalRows
        """
        wide = records if scale_by is None else scale_by
        points, lows, highs = (
            [each[name + end] for each in wide for name in values] for end in ("", "_low", "_high")
        )
        domain = interval_domain([*points, *also], lows, highs)
        names = [each["name"] for each in records]
        return cls(names, title, domain, tooltip, height, label)

    def layer(self, records: list[dict[str, Any]]) -> alt.Chart:
        """Return a chart of some records with their rows, still without a mark."""
        sort: Any = list(self.names)
        axis = alt.Axis(grid=False, labelLimit=self.label)
        y = alt.Y("name:N", sort=sort, scale=alt.Scale(domain=sort), title=None, axis=axis)
        height = self.height * max(len(self.names), 1)
        base = alt.Chart(alt.InlineData(values=records), height=height, width=WIDTH)
        return base.encode(y=y, tooltip=self._tooltip())

    def x(self, place: str) -> alt.X:
        """Return the horizontal channel of a field, such as ``"low"``."""
        ticks = alt.Axis(tickCount=5, labelOverlap="greedy", labelSeparation=8)
        scale = alt.Scale(domain=list(self.domain), nice=False)
        return alt.X(f"{place}:Q", title=self.title, scale=scale, axis=ticks)

    def intervals(
        self,
        records: Sequence[Mapping[str, Any]],
        value: str = "value",
        *,
        style: str = "model",
        offset: int = 0,
        filled: bool = True,
    ) -> list[alt.Chart]:
        """Return the layers of a value: its interval, a dot, and arrows where either is cut off.

        Parameters
        ----------
        records : sequence of mapping
            With ``name`` and what `interval_fields` gives; None is not drawn.
        value : str, default "value"
            The name of the field.
        style : str, default "model"
            Of the theme; the interval has ``<style>-interval``.
        offset : int, default 0
            Pixels below the middle of the row, where a row has two values.
        filled : bool, default True
            False draws a circle in place of a dot.

        Returns
        -------
        list of altair.Chart
            Without the layers that would be empty.
        """
        least, most = self.domain
        low, high = f"{value}_low", f"{value}_high"
        known = [dict(each) for each in records if each[value] is not None]
        made = []
        if spans := [each for each in known if each[low] is not None and each[high] is not None]:
            lines = self.layer(spans).mark_rule(
                style=f"{style}-interval", yOffset=offset, clip=True
            )
            made.append(lines.encode(x=self.x(low), x2=f"{high}:Q"))
        if inside := [each for each in known if least <= each[value] <= most]:
            dots = self.layer(inside).mark_point(
                style=style, shape="circle", filled=filled, size=_DOT, yOffset=offset
            )
            made.append(dots.encode(x=self.x(value)))
        for edge, shape, cut in (
            (least, "triangle-left", [each for each in known if _least(each, low, value) < least]),
            (most, "triangle-right", [each for each in known if _most(each, high, value) > most]),
        ):
            if cut:
                arrows = self.layer(cut).mark_point(
                    style=style, shape=shape, filled=True, size=_DOT - 20, yOffset=offset
                )
                made.append(arrows.encode(x=alt.XDatum(edge)))
        return made

    def line(self, value: float, *, style: str = "", label: str = "") -> list[alt.Chart]:
        """Return a line through all rows at a value: dashed, or in a style of the theme.

        Parameters
        ----------
        value : float
        style : str, default ""
            Of the theme.
        label : str, default ""
            What stands above the line.

        Returns
        -------
        list of altair.Chart
        """
        base = alt.Chart(alt.InlineData(values=[{"at": value, "label": label}]))
        look = {"style": style} if style else {"style": "name", "strokeDash": list(_DASHES)}
        lines = [base.mark_rule(**look).encode(x=self.x("at"))]
        if label:
            least, most = self.domain
            at_left = (
                value - least < (most - least) / 4
            )  # there a name in the middle would stick out
            text = base.mark_text(
                style=style or "name",
                align="left" if at_left else "center",
                baseline="bottom",
                dy=-4,
            )
            lines.append(text.encode(x=self.x("at"), y=alt.value(0), text="label:N"))
        return lines

    def band(self, low: float, high: float) -> alt.Chart:
        """Return a pale band through all rows from one value to another."""
        edges = alt.Chart(alt.InlineData(values=[{"from": low, "to": high}]))
        band: alt.Chart = edges.mark_rect(style="name", opacity=0.12, clip=True)
        return band.encode(x=self.x("from"), x2="to:Q")

    def chart(self, layers: Sequence[alt.Chart]) -> alt.LayerChart:
        """Return the layers one above the other; a chart without any has its axis all the same."""
        return cast(alt.LayerChart, alt.layer(*(layers or [self.layer([]).mark_point()])))

    def _tooltip(self) -> list[alt.Tooltip]:
        return [alt.Tooltip(f"{name}:N", title=title) for name, title in self.tooltip.items()]


def _least(record: Mapping[str, Any], low: str, value: str) -> float:
    return float(record[value] if record[low] is None else record[low])


def _most(record: Mapping[str, Any], high: str, value: str) -> float:
    return float(record[value] if record[high] is None else record[high])
