"""The colours of the model and of people, and the theme of Altair charts.

Orange and blue are the pair of Okabe and Ito [1]_, which colour-blind readers tell apart, darkened
for text on white and lightened for a dark page. They mean the same on every page and chart.

References
----------
.. [1] M. Okabe, K. Ito (2008). "Color universal design: how to make figures and presentations that
   are friendly to colorblind people". https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import altair as alt

__all__ = ["CSS", "DARK", "LIGHT", "Palette", "chart_config", "themed"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, by what they mean."""

    paper: str
    ink: str
    quiet: str
    line: str
    model: str
    people: str
    model_soft: str
    people_soft: str


LIGHT = Palette(
    paper="#ffffff",
    ink="#1d1f21",
    quiet="#5d6369",
    line="#dfe1e0",
    model="#c8500a",
    people="#0067a5",
    model_soft="#f6dcca",
    people_soft="#cfe3f1",
)
DARK = Palette(
    paper="#191b1d",
    ink="#e7e8e8",
    quiet="#a2a8ad",
    line="#34383b",
    model="#f0894a",
    people="#6bb7ea",
    model_soft="#4a2c19",
    people_soft="#17374e",
)
# in a page the style sheet decides, so that a chart follows the page into dark mode and onto paper
CSS = Palette(
    paper="var(--paper)",
    ink="var(--ink)",
    quiet="var(--quiet)",
    line="var(--line)",
    model="var(--model)",
    people="var(--people)",
    model_soft="var(--model-soft)",
    people_soft="var(--people-soft)",
)


def chart_config(palette: Palette = LIGHT) -> dict[str, Any]:
    """Return the Vega-Lite configuration that gives every chart of Tagline its look.

    Charts name no colours. They use the mark styles ``model``, ``model-interval``, ``people``,
    ``people-interval``, ``room``, ``area``, ``bound`` and ``name``, which are defined here.

    Parameters
    ----------
    palette : Palette, default LIGHT

    Returns
    -------
    dict
        The value of ``config`` in a Vega-Lite specification.

    Examples
    --------
    >>> chart_config()["style"]["model"]["color"]
    '#c8500a'
    """
    return {
        "background": "transparent" if palette is CSS else palette.paper,
        "font": "system-ui, Inter, Segoe UI, DejaVu Sans, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.quiet,
            "titleColor": palette.quiet,
            "gridColor": palette.line,
            "domain": False,
            "ticks": False,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelPadding": 6,
        },
        "title": {
            "color": palette.ink,
            "subtitleColor": palette.quiet,
            "anchor": "start",
            "frame": "group",
            "fontSize": 15,
            "subtitleFontSize": 12,
            "offset": 12,
        },
        "legend": {"labelColor": palette.quiet, "titleColor": palette.quiet},
        "text": {"color": palette.ink},
        "style": _mark_styles(palette),
    }


def _mark_styles(palette: Palette) -> dict[str, dict[str, Any]]:
    return {
        "model": {"color": palette.model, "opacity": 1},
        "model-interval": {"color": palette.model, "strokeWidth": 2, "opacity": 0.55},
        "people": {"color": palette.people, "opacity": 1},
        "people-interval": {"color": palette.people, "strokeWidth": 2, "opacity": 0.55},
        "room": {"color": palette.model_soft},
        "area": {"color": palette.model_soft, "stroke": palette.model, "strokeWidth": 1},
        "bound": {"color": palette.model, "filled": False, "strokeDash": [3, 2]},
        "name": {"color": palette.ink, "fontSize": 12},
    }


def themed(chart: alt.TopLevelMixin, *, dark: bool = False) -> Any:
    """Return a copy of the chart with Tagline's look.

    Nothing global changes: the themes of the notebook stay as they are.

    Parameters
    ----------
    chart : altair chart
        Of any kind, a concatenation included.
    dark : bool, default False

    Returns
    -------
    altair chart
        Of the same kind.
    """
    import altair as alt

    copied = cast(Any, chart).copy(deep=True)
    copied.config = alt.Config.from_dict(chart_config(DARK if dark else LIGHT))
    return copied
