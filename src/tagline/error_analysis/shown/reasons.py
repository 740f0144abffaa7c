"""Why a tag ranks where it does, in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping

from tagline.display.units import Unit
from tagline.display.words import plain, plural
from tagline.error_analysis.ranked.ranking import Ranking
from tagline.error_analysis.ranked.steps import STEP, before, moved, rivals, tags
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.wording import (
    gain_bound,
    is_shrunk,
    marks,
    overall,
    too_few,
    unit_of,
)

__all__ = ["MOST", "shared_errors", "why"]

MOST = 0.5  # of a tag's errors: as many in common with another tag are worth a word


def why(ranking: Ranking, tag: str, *, percent: bool = True, note: bool = True) -> str:
    """Return why a tag ranks where it does, and what would change that.

    Parameters
    ----------
    ranking : Ranking
    tag : str
        One of the rows.
    percent : bool, default True
        Whether people read the rates in percent.
    note : bool, default True
        With the note of the row at the end.

    Returns
    -------
    str
        A few sentences.

    Raises
    ------
    KeyError
        If there is no such row.
    """
    row = {each.tag: each for each in ranking.rows}[tag]
    unit = unit_of(ranking.rows, percent=percent)
    said = [_place(row, ranking, unit)]
    if row.rank is not None and row.priority is not None:
        said += [_neighbours(row, ranking), _chance(row, ranking), _support(row, ranking)]
        said.append("Tags may overlap: gains do not add up.")
    if row.note and note:
        said.append(f"Note: {plain(row.note)}.")
    return " ".join(part for part in said if part)


def _place(row: TagRow, ranking: Ranking, unit: Unit) -> str:
    name, count = plain(row.tag), len(tags(ranking))
    if row.rank is None:
        return f"{name} is no tag and has no rank."
    if row.priority is None:
        return f"{name} is last ({row.rank} of {count}): nothing is counted on it."
    start = f"{name} is number {row.rank} of {count}:"
    factor = _factor(row)
    if row.gain is None:
        most = unit.gain_named(gain_bound(row))
        return f"{start} without an error on it the whole would gain {most}{factor}."
    share = f"{100 * (row.share or 0):.3g} % of the data"
    gain = unit.gain_with(row.gain, row.gain_low, row.gain_high)
    gain = f"a room of {unit.rate(row.room)}{unit.gain_name} on {share} gains {gain}"
    shrunk = ""
    if is_shrunk(row):
        shrunk = f", {unit.gain_named(row.shrunk_gain)} when shrunk towards the other tags"
    return f"{start} {gain}{shrunk}{factor}."


def _factor(row: TagRow) -> str:
    product = row.importance * row.ease
    if product == 1:
        return ""
    return f", times {row.importance:g} for importance and {row.ease:g} for ease"


def _neighbours(row: TagRow, ranking: Ranking) -> str:
    """Return whether one step of importance or ease would change the tag's place."""
    others, place = rivals(ranking, row), row.rank or 0
    above = [each for each in others if (each.rank or 0) < place]
    below = [each for each in others if (each.rank or 0) > place]
    up = [each for each in above if before(moved(row, STEP), each)]
    down = [each for each in below if before(each, moved(row, 1 / STEP))]
    step = f"of importance or ease (a factor of {STEP:g})"
    said = []
    if up:
        said.append(f"One step more {step} would put it before {plain(up[0].tag)}.")
    if down:
        step = "" if up else f" {step}"
        said.append(f"One step less{step} would put it behind {plain(down[-1].tag)}.")
    return " ".join(said) or f"One step {step} leaves its place."


def _chance(row: TagRow, ranking: Ranking) -> str:
    if row.p_top is None:
        return ""
    chance = f"{100 * row.p_top:.0f} %"
    return f"It is among the first {ranking.top} with a probability of {chance}."


def _support(row: TagRow, ranking: Ranking) -> str:
    said = f"{plural(row.support, 'example')} {'has' if row.support == 1 else 'have'} the tag"
    whole = overall(ranking.rows)
    if too_few(row, whole):
        return f"{said}, {marks(row, whole)[0]}."
    return f"{said}, enough to see a doubling of errors."


def shared_errors(ranking: Ranking, common: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Return, for tags that share most errors with a tag of higher rank, a sentence that says so.

    Parameters
    ----------
    ranking : Ranking
    common : mapping from (tag, tag) to float
        The errors that two tags have in common, each two once, in any order.

    Returns
    -------
    dict
        From the tag to the sentence, which names the tag that shares the most.
    """
    rows = {row.tag: row for row in tags(ranking)}
    most: dict[str, tuple[float, str]] = {}
    for pair, errors in common.items():
        first, second = sorted((rows[tag] for tag in pair), key=lambda row: row.rank or 0)
        part = errors / second.errors if second.errors > 0 else 0.0
        if part >= MOST and part > most.get(second.tag, (0.0, ""))[0]:
            most[second.tag] = (part, first.tag)
    return {
        tag: f"{100 * min(part, 1.0):.0f} % of its errors are also errors of {plain(other)}, which"
        " ranks before it."
        for tag, (part, other) in most.items()
    }
