"""How the rates and gains of one report are written: in percent and points, or as they are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tagline.display.words import DASH, number

__all__ = ["Unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """How the rates of one report are written: in percent with so many digits, or as they are.

    Attributes
    ----------
    percent : bool
        False for measures such as the mean absolute error, which have a unit of their own.
    digits, gain_digits : int
        Digits after the point of a rate and of a gain.
    """

    percent: bool = True
    digits: int = 1
    gain_digits: int = 2

    @classmethod
    def of(
        cls,
        rates: Iterable[float | None],
        gains: Iterable[float | None] = (),
        *,
        percent: bool = True,
        least: int = 1,
    ) -> Unit:
        """Return the unit in which the larger ones of these values show two digits that count.

        Parameters
        ----------
        rates, gains : iterable of float or None
            Fractions; None, NaN and 0 are passed over.
        percent : bool, default True
            Whether people read these rates in percent.
        least : int, default 1
            Digits of a rate that are always shown.

        Returns
        -------
        Unit

        Examples
        --------
        >>> Unit.of([0.13, 0.11, 0.06], [0.006, 0.0016])
        Unit(percent=True, digits=1, gain_digits=2)
        >>> Unit.of([0.0031, 0.0044]).digits
        2
        """
        factor = 100 if percent else 1
        return cls(
            percent,
            _digits([factor * v for v in rates if v], least=least),
            _digits([factor * v for v in gains if v], least=2),
        )

    @property
    def name(self) -> str:
        """What stands behind a rate: ``" %"`` or nothing."""
        return " %" if self.percent else ""

    @property
    def gain_name(self) -> str:
        """What stands behind a gain: ``" points"`` or nothing."""
        return " points" if self.percent else ""

    def rate(self, value: float | None) -> str:
        """Return a rate without its unit, such as ``"13.0"``; a dash for None."""
        return number(self._scaled(value), self.digits)

    def rate_named(self, value: float | None) -> str:
        """Return a rate with its unit, such as ``"13.0 %"``."""
        return DASH if value is None else self.rate(value) + self.name

    def span(self, low: float | None, high: float | None) -> str:
        """Return an interval of a rate, such as ``"11.8 to 14.3"``; empty where there is none."""
        return "" if low is None or high is None else f"{self.rate(low)} to {self.rate(high)}"

    def rate_with(self, value: float | None, low: float | None, high: float | None) -> str:
        """Return a rate with its unit and interval, such as ``"13.0 % (11.8 to 14.3)"``."""
        return _with(self.rate_named(value), self.span(low, high))

    def gain(self, value: float | None) -> str:
        """Return a gain without its unit, such as ``"0.60"``."""
        return number(self._scaled(value), self.gain_digits)

    def gain_named(self, value: float | None) -> str:
        """Return a gain with its unit, such as ``"0.60 points"``."""
        return DASH if value is None else self.gain(value) + self.gain_name

    def gain_span(self, low: float | None, high: float | None) -> str:
        """Return an interval of a gain, such as ``"0.00 to 1.43"``; empty where there is none."""
        return "" if low is None or high is None else f"{self.gain(low)} to {self.gain(high)}"

    def gain_with(self, value: float | None, low: float | None, high: float | None) -> str:
        """Return a gain with its unit and interval, such as ``"0.60 points (0.00 to 1.43)"``."""
        return _with(self.gain_named(value), self.gain_span(low, high))

    def _scaled(self, value: float | None) -> float | None:
        return value if value is None or not self.percent else 100 * value


def _digits(values: list[float], *, least: int) -> int:
    """Return how many digits after the point the upper quartile needs, `least` to 4."""
    sizes = sorted(abs(v) for v in values if math.isfinite(v))
    if not sizes:
        return least
    exponent = math.floor(math.log10(sizes[3 * len(sizes) // 4]))
    return min(max(1 - exponent, least), 4)


def _with(text: str, span: str) -> str:
    return f"{text} ({span})" if span else text
