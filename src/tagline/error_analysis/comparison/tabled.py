"""From the changes to the rows of a comparison, with their order and their notes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tagline.display.words import rough
from tagline.error_analysis.comparison.changes import Changes
from tagline.error_analysis.comparison.promises import NO_PROMISE
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.gates.deciding import FAR
from tagline.error_analysis.ranked.estimates import BASES
from tagline.error_analysis.shown.wording import NO_TAG, NOTE_STOP
from tagline.measures.countable import Counts

__all__ = ["change_rows"]

FEW_GROUPS = 3  # effective groups: their spread is hardly known


def change_rows(counts: Counts, found: Changes) -> tuple[ChangeRow, ...]:
    """Return the rows: tags that became worse, that are undecided, the rest; then the two bases.

    Within these the largest change of errors (change times share) comes first.
    """
    order = {"worse": 0, "undecided": 2, "no relevant difference": 3, "better": 1}
    tags = len(counts.tags) - BASES
    weight = np.abs(np.nan_to_num(found.change * found.share))
    places = sorted(
        range(tags), key=lambda i: (order[found.verdict[i]], -weight[i], counts.tags[i])
    )
    return tuple(_row(counts, found, place) for place in (*places, tags, tags + 1))


def _row(counts: Counts, found: Changes, place: int) -> ChangeRow:
    untagged = place == len(counts.tags) - BASES
    there = counts.support[place] > 0
    gained = -found.change[place] * found.share[place]
    return ChangeRow(
        tag=counts.tags[place],
        support=int(counts.support[place]),
        before=_known(found.before[place]),
        after=_known(found.after[place]),
        change=_known(found.change[place]),
        change_low=_known(found.low[place]),
        change_high=_known(found.high[place]),
        broken=int(found.broken[place]) if there else None,
        fixed=int(found.fixed[place]) if there else None,
        p_value=None if untagged else _known(found.p[place]),
        q_value=_known(found.q[place]),
        verdict=found.verdict[place] if there and not untagged else None,
        predicted_gain=None,
        realised_gain=_known(gained),
        note=NOTE_STOP.join([*_notes(counts, found, place, untagged=untagged), NO_PROMISE]),
    )


def _known(value: Any) -> float | None:
    return float(value) + 0.0 if np.isfinite(value) else None  # -0.0 is 0


def _notes(counts: Counts, found: Changes, place: int, *, untagged: bool) -> list[str]:
    if not counts.support[place]:
        return [NO_TAG if untagged else "no example has the tag"]
    said = []
    if untagged:
        said.append(NO_TAG)
    elif np.isnan(found.low[place]):
        said.append("no interval: too few independent rows, or nothing to weigh")
    elif found.verdict[place] == "undecided":
        plan = found.plan
        if found.low[place] > 0 or found.high[place] < 0:
            q = found.q[place] if np.isfinite(found.q[place]) else found.p[place]
            said.append(f"the interval leaves out 0, but q over all tags is {q:.2g}")
        said.append(
            _way_out(found.more[place], counts.support[place], found.units[place])
            if plan is None
            else plan.way_out(place)
        )
    if unknown := int(counts.unknown[place]):
        said.append(f"unknown on {unknown:,} rows")
    if place == len(counts.tags) - 1:
        said.append("q is over the tags; all data are one question of their own")
    return said


def _way_out(more: float, support: int, units: float) -> str:
    if not np.isfinite(more):
        return "how many more examples would decide cannot be said"
    if units < FEW_GROUPS:
        return "in too few groups: examples of other groups would decide"
    near = "practically at 0 or at the margin: " if more > FAR * support else ""
    return f"{near}about {rough(more)} more examples with the tag would decide"
