"""The numbers behind the charts of an error analysis: plain records, scaled for people."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from tagline.display.figures import Scale
from tagline.display.interval_records import distinct, interval_fields
from tagline.display.units import Unit
from tagline.display.words import percent as percent_text
from tagline.display.words import plain, shorten
from tagline.error_analysis.ranked.gaps import PeopleGap
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.gap_texts import gap_text
from tagline.error_analysis.shown.wording import gain_bound, is_base, overall, too_few, unit_of

__all__ = ["names", "rate_scale", "records", "side_by_side"]

_LETTER = 6.5  # pixels of a letter in the font of the names


def records(
    rows: Sequence[TagRow], gaps: Iterable[PeopleGap] = (), *, percent: bool, most: int
) -> list[dict[str, Any]]:
    """Return the first tags with an error rate as plain records, rates scaled for people.

    Parameters
    ----------
    rows : sequence of TagRow
        By rank.
    gaps : iterable of PeopleGap, optional
        How far the model is from people on these tags.
    percent : bool
        Whether people read the rates in percent.
    most : int
        How many tags.

    Returns
    -------
    list of dict
        ``height`` is the room, or the error rate where no human level is known (``bound``); ``few``
        says that there are too few examples to set the scale by.
    """
    unit, whole = unit_of(rows, percent=percent), overall(rows)
    gap_of = {gap.tag: gap for gap in gaps}
    counted = [row for row in rows if row.error_rate is not None]
    tags = [row for row in counted if not is_base(row)][:most] or counted  # no tag at all: (all)
    return [
        _numbers(row, gap_of.get(row.tag), percent)
        | _texts(row, gap_of.get(row.tag), unit)
        | {"name": name, "few": too_few(row, whole)}
        for name, row in zip(names(row.tag for row in tags), tags, strict=True)
    ]


def side_by_side(found: list[dict[str, Any]], width: int) -> list[dict[str, Any]]:
    """Return the records with the ends of their rectangles, and what is written above each.

    Parameters
    ----------
    found : list of dict
        From `records`.
    width : int
        Pixels of the whole chart.

    Returns
    -------
    list of dict
        ``label`` is the name where it fits, else the rank, else (very narrow) nothing.
    """
    drawn = [each for each in found if each["share"] > 0]
    pixel = (sum(each["share"] for each in drawn) or 1.0) / width
    ends = [0.0, *itertools.accumulate(each["share"] for each in drawn)]
    labels = [""] * len(drawn)
    taken: list[tuple[float, float]] = []
    for i in sorted(range(len(drawn)), key=lambda i: -drawn[i]["share"]):
        fits = drawn[i]["share"] / pixel > _LETTER * len(drawn[i]["name"])
        text = drawn[i]["name"] if fits else str(drawn[i]["rank"] or "")
        start, end = ends[i], ends[i] + _LETTER * (len(text) + 0.5) * pixel
        if drawn[i]["height"] > 0 and all(end <= low or start >= high for low, high in taken):
            labels[i] = text
            taken.append((start, end))
    return [
        {**each, "left": left, "right": right, "label": label}
        for each, left, right, label in zip(drawn, ends, ends[1:], labels, strict=False)
    ]


def rate_scale(rows: Sequence[TagRow]) -> Scale:
    """Return a scale on which all rows fit but those with very few examples.

    Parameters
    ----------
    rows : sequence of TagRow
        (all) among them.

    Returns
    -------
    Scale
        Of fractions.
    """
    whole = overall(rows)
    enough = [row for row in rows if not too_few(row, whole)] or rows
    values = [v for row in enough for v in (row.error_rate, row.hlp_error)]
    return Scale.of(
        values, [v for row in enough for v in (row.error_rate_high, row.hlp_error_high)]
    )


def names(tags: Iterable[str]) -> list[str]:
    """Return short names for the axis of a chart, made distinct where two tags begin alike.

    Parameters
    ----------
    tags : iterable of str

    Returns
    -------
    list of str
    """
    return distinct([shorten(plain(tag), 40) for tag in tags])


def _numbers(row: TagRow, gap: PeopleGap | None, percent: bool) -> dict[str, Any]:
    rate = (row.error_rate, row.error_rate_low, row.error_rate_high)
    apart = (None, None, None) if gap is None else (gap.gap, gap.gap_low, gap.gap_high)
    height = row.error_rate if row.room is None else row.room
    return {
        "rank": row.rank,
        "share": 100 * (row.share or 0),
        "bound": row.room is None,
        "height": (height or 0.0) * (100 if percent else 1),
        **interval_fields("rate", *rate, percent=percent),
        **interval_fields("gap", *apart, percent=percent),
    }


def _texts(row: TagRow, gap: PeopleGap | None, unit: Unit) -> dict[str, str]:
    return {
        "model_text": unit.rate_with(row.error_rate, row.error_rate_low, row.error_rate_high),
        "people_text": unit.rate_with(row.hlp_error, row.hlp_error_low, row.hlp_error_high),
        "gap_text": "" if gap is None else gap_text(gap, unit),
        "share_text": percent_text(row.share),
        "gain_text": _gain_text(row, unit),
    }


def _gain_text(row: TagRow, unit: Unit) -> str:
    if row.gain is None:
        return f"at most {unit.gain_named(gain_bound(row))}"
    return unit.gain_with(row.gain, row.gain_low, row.gain_high)
