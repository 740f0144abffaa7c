"""Whether seeing the error sways how often a tag is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from tagline.display.sheet import Sheet
from tagline.display.tables import Column
from tagline.display.words import percent
from tagline.schema.relations import EXAMPLE_ID
from tagline.stats import VisibilityEffect, excess_effect, visibility_effect

__all__ = ["Blindness", "TagSight", "sight_effects"]


@dataclass(frozen=True, slots=True)
class TagSight:
    """How much more often a tag is given where label and prediction are seen. Fractions.

    Attributes
    ----------
    tag : str
    blind, sighted : float or None
        Share of the wrong examples that got the tag, hidden and shown.
    effect, effect_low, effect_high : float or None
        Sighted less blind, on wrong examples, less the same on right ones: what inflates the error
        rate of the tag.
    p_value : float or None
        Of the difference on wrong examples.
    """

    tag: str
    blind: float | None
    sighted: float | None
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    p_value: float | None


@dataclass(frozen=True)
class Blindness(Sheet):
    """Whether people give tags more often when they see the error; the strongest first.

    Attributes
    ----------
    rows : tuple of TagSight
    """

    rows: tuple[TagSight, ...]

    row_type: ClassVar[type] = TagSight
    title: ClassVar[str] = "Blind and sighted tagging"
    key: ClassVar[str] = "tags"

    @property
    def headline(self) -> str:
        """Which tag is swayed most."""
        known = [row for row in self.rows if row.effect is not None]
        if not known:
            return "Nothing to compare: tag one sample blind and one sighted."
        first = known[0]
        span = f"({percent(first.effect_low)} to {percent(first.effect_high)})"
        sure = (first.effect_low or 0) > 0 or (first.effect_high or 0) < 0
        said = "seeing the error changes" if sure else "seeing the error may change"
        return f"{first.tag}: {said} how often it is given by {percent(first.effect)} {span}."

    def columns(self) -> list[Column]:
        """Return what people see of the rows."""

        def span(row: Any) -> str:
            low, high = row["effect_low"], row["effect_high"]
            return "" if low is None else f"{percent(low)} to {percent(high)}"

        return [
            Column("tag", "tag", "left", keep=9, least=12),
            Column("blind", "blind, wrong ones", format=percent, keep=5),
            Column("sighted", "sighted, wrong ones", format=percent, keep=5),
            Column("effect", "by seeing the error", format=percent, keep=8),
            Column("interval", "interval", format=span, whole_row=True, keep=6),
            Column("p_value", "p", keep=2),
        ]


def sight_effects(
    decisions: pa.Table, wrong: Mapping[str, bool], tags: Sequence[str], *, level: float = 0.95
) -> Blindness:
    """Compare blind and sighted decisions on wrong and on right examples.

    Parameters
    ----------
    decisions : pyarrow.Table
        With `blind`. The examples should have been dealt to blind and sighted tagging by chance.
    wrong : mapping from example to bool
    tags : sequence of str
    level : float, default 0.95

    Returns
    -------
    Blindness
    """
    counts = {
        (side, blind): np.zeros((2, len(tags))) for side in (True, False) for blind in (True, False)
    }
    place = {tag: i for i, tag in enumerate(tags)}
    for row in decisions.to_pylist():
        side = wrong.get(row[EXAMPLE_ID])
        if side is not None and row["tag"] in place:
            cell = counts[side, row["blind"]][:, place[row["tag"]]]
            cell += (row["value"], 1)
    effects: dict[bool, VisibilityEffect] = {
        side: visibility_effect(*counts[side, True], *counts[side, False], level=level)
        for side in (True, False)
    }
    value, low, high = excess_effect(effects[True], effects[False])
    rows = []
    for tag, i in place.items():
        effect, least, most = _span(value[i], low[i], high[i])
        hidden, shown = _known(effects[True].blind[i]), _known(effects[True].sighted[i])
        p_value = _known(effects[True].p_value[i])
        rows.append(TagSight(tag, hidden, shown, effect, least, most, p_value))
    rows.sort(key=lambda row: (row.effect is None, -abs(row.effect or 0.0), row.tag))
    return Blindness(tuple(rows))


def _span(value: float, low: float, high: float) -> tuple[float | None, ...]:
    """Return value and interval; an interval without a value says nothing."""
    return (None,) * 3 if np.isnan(value) else (float(value), float(low), float(high))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
