"""The picture of a change between two runs: a dot with its interval, and the margin as a band."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from tagline.display.units import Unit

__all__ = ["ChangeScale", "change_mark"]

_MOST = 1.6  # an interval may be so many times longer than the largest change before it is cut


@dataclass(frozen=True, slots=True)
class ChangeScale:
    """From changes in [-limit, limit] to pixels, the same for a whole column."""

    limit: float
    width: int = 210

    @classmethod
    def of(
        cls, values: Iterable[float | None], ends: Iterable[float | None], margin: float
    ) -> ChangeScale:
        """Return a scale on which all changes and the margin fit, and most intervals."""
        known = [abs(value) for value in values if value is not None and math.isfinite(value)]
        outer = [abs(value) for value in ends if value is not None and math.isfinite(value)]
        least = max([1.15 * margin, *known], default=0.0) or 1.0
        return cls(min(max([least, *outer]), _MOST * least) * 1.03)

    def x(self, value: float) -> float:
        """Return the pixel of a change; what lies outside is put on the edge."""
        inside = min(max(value / self.limit, -1.0), 1.0)
        return round((inside + 1) / 2 * self.width, 1)


def change_mark(
    scale: ChangeScale,
    unit: Unit,
    change: float | None,
    low: float | None,
    high: float | None,
    *,
    margin: float,
    verdict: str | None,
) -> Markup:
    """Return the picture of a change.

    Parameters
    ----------
    scale : ChangeScale
    unit : Unit
        How the numbers are written in the label.
    change, low, high : float or None
    margin : float
        Changes within it do not matter.
    verdict : str or None
        It gives the colour.

    Returns
    -------
    Markup
        An SVG element with its numbers in ``aria-label``; empty without a change.
    """
    if change is None:
        return Markup("")
    left, right = scale.x(-margin), scale.x(margin)
    middle, kind = scale.x(0), verdict if verdict in {"better", "worse"} else ""
    parts = [
        Markup('<rect class="margin" x="{}" y="0" width="{}" height="14"/>').format(
            left, round(right - left, 1)
        ),
        Markup('<line class="zero" x1="{0}" x2="{0}" y1="0" y2="14"/>').format(middle),
    ]
    label = f"change {unit.gain_named(change)}"
    if low is not None and high is not None:
        label += f", {unit.gain_span(low, high)}"
        parts.append(
            Markup('<line class="interval {}" x1="{}" x2="{}" y1="7" y2="7"/>').format(
                kind, scale.x(low), scale.x(high)
            )
        )
    parts.append(Markup('<circle class="{}" cx="{}" cy="7" r="4"/>').format(kind, scale.x(change)))
    return Markup(
        '<svg class="change" viewBox="0 0 {} 14" role="img" aria-label="{}">{}</svg>'
    ).format(scale.width, label, Markup("").join(parts))
