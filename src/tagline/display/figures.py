"""The small pictures of a table's row, as SVG: a rate beside people's, and a gain, with intervals.

All pictures of a column share one `Scale`. What lies beyond it is cut off and gets an arrow.
Colours come from the style sheet, so a picture follows the page into dark mode and onto paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from tagline.display.units import Unit

__all__ = ["Mark", "Scale", "axis", "gain_bar", "key", "rate_marks"]

_EDGE = 4.0  # pixels left free at both ends, for the width of a mark


class Mark(NamedTuple):
    """A value with its interval; an end that is not known is None."""

    value: float
    low: float | None = None
    high: float | None = None


_SMALLEST = 1e-300  # what is below it has no logarithm to count steps by


@dataclass(frozen=True, slots=True)
class Scale:
    """From values in [0, limit] to pixels in [0, width], the same for a whole column."""

    limit: float
    width: int = 210

    @classmethod
    def of(
        cls,
        values: Iterable[float | None],
        highs: Iterable[float | None] = (),
        *,
        width: int = 210,
        most: float = 1.3,
    ) -> Scale:
        """Return a scale on which all values fit, and most of their intervals.

        Parameters
        ----------
        values : iterable of float or None
            What must fit.
        highs : iterable of float or None
            Upper ends of intervals. They fit unless they pass `most` times the largest
            value: then they are cut off, so that one tag of few examples does not flatten the
            others.
        width : int, default 210
            Pixels.
        most : float, default 1.3

        Returns
        -------
        Scale

        Examples
        --------
        >>> Scale.of([0.13, 0.30], [0.14, 0.34]).limit
        0.34
        >>> Scale.of([]).limit
        1.0
        """
        largest = max((v for v in values if v is not None and math.isfinite(v)), default=0.0)
        highest = max((v for v in highs if v is not None and math.isfinite(v)), default=0.0)
        if largest < _SMALLEST:
            return cls(highest if highest >= _SMALLEST else 1.0, width)
        return cls(min(max(highest, 1.02 * largest), most * largest), width)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Three to six round values from 0 up to the limit."""
        rough = self.limit / 3
        power = 10.0 ** math.floor(math.log10(rough))
        step = max(m * power for m in (1, 2, 5) if m * power <= rough * (1 + 1e-9))
        return tuple(i * step for i in range(int(self.limit / step + 1e-9) + 1))

    def x(self, value: float) -> float:
        """Return the pixel of a value; what lies outside is put on the edge."""
        inside = min(max(value / self.limit, 0.0), 1.0)
        return round(_EDGE + inside * (self.width - 2 * _EDGE), 1)

    def cuts(self, value: float | None) -> bool:
        """Return whether a value lies beyond the scale."""
        return value is not None and value > self.limit * (1 + 1e-9)


def axis(scale: Scale, unit: Unit) -> Markup:
    """Return the numbers of the scale, for the head of the column.

    Parameters
    ----------
    scale : Scale
    unit : Unit

    Returns
    -------
    Markup
        An SVG element, hidden from screen readers: every row names its numbers.
    """
    factor = 100 if unit.percent else 1
    texts = Markup("").join(
        Markup('<text x="{}" y="10" text-anchor="middle">{}</text>').format(
            scale.x(tick), f"{factor * tick:.6g}"
        )
        for tick in scale.ticks
    )
    return Markup('<svg class="rate scale" viewBox="0 0 {} 12" aria-hidden="true">{}</svg>').format(
        scale.width, texts
    )


def rate_marks(
    scale: Scale,
    unit: Unit,
    model: Mark,
    people: Mark | None = None,
    *,
    room: float | None = None,
    level: float = 0.95,
) -> Markup:
    """Return the picture of the model's rate and of people's, with the room between them.

    Parameters
    ----------
    scale : Scale
        That of the column.
    unit : Unit
        How the numbers are written in the label.
    model : Mark
        Above, in the model's colour.
    people : Mark, optional
        Below, in people's colour; left out where there is no human level.
    room : float, optional
        Above people's rate; by default up to the model's.
    level : float, default 0.95
        Of the intervals; for the label.

    Returns
    -------
    Markup
        An SVG element with role ``img`` and all its numbers in ``aria-label``.

    Examples
    --------
    >>> print(rate_marks(Scale(0.36), Unit(), Mark(0.3))[:71])
    <svg class="rate" viewBox="0 0 210 22" role="img" aria-label="model 30.
    """
    grid = "".join(f"M{scale.x(tick):g} 0V22" for tick in scale.ticks)
    parts = [Markup('<path class="axis" d="{}"/>').format(grid)]
    label = f"model {_spoken(unit, model, f'{100 * level:g} % interval ')}"
    if people is not None:
        label += f"; people {_spoken(unit, people, '')}"
        end = model.value if room is None else people.value + room
        left, right = scale.x(people.value), scale.x(end)
        if right > left:
            parts.append(
                Markup('<rect class="gap" x="{}" y="7" width="{}" height="8"/>').format(
                    left, round(right - left, 1)
                )
            )
        parts += _drawn(scale, people, kind="people", interval="people-interval", top=11)
    parts += _drawn(scale, model, kind="model", interval="interval", top=1)
    return Markup(
        '<svg class="rate" viewBox="0 0 {} 22" role="img" aria-label="{}">{}</svg>'
    ).format(scale.width, label, Markup("").join(parts))


def gain_bar(scale: Scale, unit: Unit, gain: Mark, *, bound: bool = False) -> Markup:
    """Return the picture of a gain: a bar, and its interval as a line through it.

    Parameters
    ----------
    scale : Scale
        That of the column.
    unit : Unit
        How the numbers are written in the label.
    gain : Mark
    bound : bool, default False
        True where the value is only an upper bound (no human level): the bar is hollow.

    Returns
    -------
    Markup
        An SVG element with role ``img`` and its numbers in ``aria-label``.
    """
    end = scale.x(gain.value)
    parts = [
        Markup('<rect{} x="{}" y="3" width="{}" height="8"/>').format(
            Markup(' class="bound"') if bound else "", _EDGE, round(end - _EDGE, 1)
        )
    ]
    label = f"gain {'at most ' if bound else ''}{unit.gain_named(gain.value)}"
    if gain.low is not None and gain.high is not None:
        label += f", {unit.gain_span(gain.low, gain.high)}"
        parts.append(_line("", scale.x(gain.low), scale.x(gain.high), 7))
    if scale.cuts(gain.high) or scale.cuts(gain.value):
        parts.append(_arrow("", scale.width, 7))
    return Markup(
        '<svg class="gain" viewBox="0 0 {} 14" role="img" aria-label="{}">{}</svg>'
    ).format(scale.width, label, Markup("").join(parts))


def key(kind: str) -> Markup:
    """Return the small picture that explains a mark.

    Parameters
    ----------
    kind : {"model", "people", "room", "bound"}

    Returns
    -------
    Markup
        An SVG element, hidden from screen readers.
    """
    if kind in {"model", "people"}:
        line = "interval" if kind == "model" else "people-interval"
        inside = _line(line, 2, 24, 6) + _tick(kind, 13, 1)
    elif kind == "room":
        inside = Markup('<rect class="gap" x="2" y="2" width="22" height="8"/>')
    else:
        inside = Markup('<rect class="bound" x="2" y="2" width="22" height="8"/>')
    outer = "gain" if kind == "bound" else "rate"
    return Markup('<svg viewBox="0 0 26 12" aria-hidden="true"><g class="{}">{}</g></svg>').format(
        outer, inside
    )


def _spoken(unit: Unit, mark: Mark, before: str) -> str:
    span = unit.span(mark.low, mark.high)
    return unit.rate_named(mark.value) + (f", {before}{span}" if span else "")


def _drawn(scale: Scale, mark: Mark, *, kind: str, interval: str, top: float) -> list[Markup]:
    """Return the line of the interval, the tick of the value, and an arrow where either is cut."""
    middle, parts = top + 4, []
    if mark.low is not None and mark.high is not None:
        parts.append(_line(interval, scale.x(mark.low), scale.x(mark.high), middle))
    if not scale.cuts(mark.value):
        parts.append(_tick(kind, scale.x(mark.value), top))
    if scale.cuts(mark.value) or scale.cuts(mark.high):
        parts.append(_arrow(interval, scale.width, middle))
    return parts


def _line(kind: str, left: float, right: float, y: float) -> Markup:
    return Markup('<line{} x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
        _class(kind), left, right, y, y
    )


def _tick(kind: str, x: float, top: float) -> Markup:
    return Markup('<line{} x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
        _class(kind), x, x, top, top + 10
    )


def _arrow(kind: str, width: float, y: float) -> Markup:
    return Markup('<path{} d="M{} {}l4 4l-4 4" fill="none"/>').format(
        _class(kind), width - 5, y - 4
    )


def _class(kind: str) -> Markup:
    return Markup(' class="{}"').format(escape(kind)) if kind else Markup("")
