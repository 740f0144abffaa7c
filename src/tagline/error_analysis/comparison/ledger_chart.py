"""The chart of a ledger: what was promised for each tag, and what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt

from tagline.display.words import plain, shorten_middle

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.ledger import Ledger

__all__ = ["ledger_chart"]

_MOST = 300  # points; the newest comparisons first
_LETTERS = 40
_SIZE = 360  # pixels


def ledger_chart(ledger: Ledger) -> alt.LayerChart:
    """Return realised against predicted gain, with the line on which all of it came.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    altair.LayerChart
        Of the measure of the newest comparison. It names no colour: the theme does.
    """
    measure = ledger.rows[0].measure if ledger.rows else ""
    percent = ledger.percent.get(measure, True)
    data = _points(ledger, measure, 100 if percent else 1)
    most = max((each["promised"] for each in data), default=1.0)
    unit = ", points" if percent else ""
    x = alt.X("promised:Q", title=f"promised{unit}")
    y = alt.Y("gained:Q", title=f"gained{unit}")
    tooltip = ["tag:N", "comparison:N", "promised:Q", "gained:Q", "low:Q", "high:Q"]
    base = alt.Chart(alt.InlineData(values=data), height=_SIZE, width=_SIZE)
    ends = base.mark_rule(style="model", opacity=0.4).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    points = base.mark_point(style="model", filled=True, size=60).encode(x=x, y=y, tooltip=tooltip)
    whole = alt.InlineData(values=[{"promised": end, "gained": end} for end in (0, most)])
    line = alt.Chart(whole).mark_line(strokeDash=[4, 3]).encode(x=x, y=y)
    none = alt.Chart(alt.InlineData(values=[{"gained": 0}])).mark_rule().encode(y=y)
    return cast(alt.LayerChart, alt.layer(none, line, ends, points))


def _points(ledger: Ledger, measure: str, factor: int) -> list[dict[str, Any]]:
    def scaled(value: float | None) -> float | None:
        return None if value is None else factor * value

    return [
        {
            "tag": shorten_middle(plain(row.tag), _LETTERS),
            "comparison": plain(f"{row.before} → {row.after}"),
            "promised": scaled(row.predicted_gain),
            "gained": scaled(row.realised_gain),
            "low": scaled(row.realised_low),
            "high": scaled(row.realised_high),
        }
        for row in ledger.pairs(measure)[:_MOST]
    ]
