"""What stands in `note`: why a value of the row is null, and how its numbers are to be read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.display.words import percent, plural
from tagline.error_analysis.ranked.estimates import BASES, Estimates
from tagline.error_analysis.ranked.human_gains import Gains
from tagline.error_analysis.ranked.human_levels import People
from tagline.error_analysis.ranked.selection import Selection, selection
from tagline.error_analysis.ranked.shrinking import MIN_SHRUNK
from tagline.error_analysis.rows import ALL, UNTAGGED
from tagline.error_analysis.shown.wording import NO_TAG, NOTE_STOP
from tagline.measures.countable import Counts
from tagline.measures.registry import Measure

__all__ = ["NO_HUMAN", "in_percent", "notes"]

Floats = NDArray[np.float64]

NO_HUMAN = "no human level: ranked by the errors it holds"

_ABOUT_ERRORS = "people were asked about errors more often than by chance: the gain is too large"
_ABOUT_RIGHT = "people were asked about errors less often than by chance: the gain may be too small"
_ONLY_LEVELS = "not counted: only boolean, rule and list tags can be missing from an example"
_NOTHING = 1e-12  # a difference of rates below this is what rounding left of 0
_SOME = 0.01  # of the rows: where a tag is unknown on more of them, its share is to be read so
_PERCENT = {"wer", "cer"}  # errors per word or character may pass 100 %, and are read so


def in_percent(measure: Measure) -> bool:
    """Return whether people read the rates of a measure in percent."""
    return measure.bounded or measure.name in _PERCENT


def notes(
    counts: Counts, people: People, measure: Measure, plain: Estimates, human: Gains
) -> list[str]:
    """Return the note of each tag, in the order of the counts; empty where nothing is to be said.

    Parameters
    ----------
    counts : Counts
    people : People
    measure : Measure
    plain : Estimates
    human : Gains

    Returns
    -------
    list of str
    """
    chosen = selection(counts) if people.kind == "column" else None
    apart = stats.rate_difference(counts.moments).value
    return [
        NOTE_STOP.join(
            [
                *_of_counts(counts, plain, place),
                *_of_people(counts, people, measure, human, place),
                *(_answered(counts, measure, chosen, place) if chosen else []),
                *_of_measure(counts, measure, human, place),
                *_of_test(counts, plain, apart, place),
            ]
        )
        for place in range(len(counts.tags))
    ]


def _of_counts(counts: Counts, plain: Estimates, place: int) -> list[str]:
    said = []
    if not counts.support[place]:
        whole = counts.only_levels and counts.tags[place] == UNTAGGED
        said.append(_ONLY_LEVELS if whole else "no example " + _having(counts.tags[place]))
    elif np.isnan(plain.error_rate[place]):
        said.append("no weight: the measure counts nothing on these examples")
    elif np.isnan(plain.error_rate_low[place]) and not counts.family:
        said.append("no interval: too few independent rows or errors, or all of them alike")
    if unknown := int(counts.unknown[place]):
        part = unknown / counts.support[-1]
        much = f" ({percent(part)}): share and gain are of the other rows" if part > _SOME else ""
        said.append(f"unknown on {plural(unknown, 'row')}{much}")
    if not counts.family and np.isnan(plain.error_share[place]):
        said.append("no errors at all")
    return said


def _having(tag: str) -> str:
    return {UNTAGGED: "is without a tag", ALL: "is left to count"}.get(tag, "has the tag")


def _of_people(
    counts: Counts, people: People, measure: Measure, human: Gains, place: int
) -> list[str]:
    if np.isnan(human.hlp_error[place]):
        if not counts.support[place]:
            return []
        return [NO_HUMAN if place < len(counts.tags) - BASES else NO_HUMAN.partition(":")[0]]
    said = []
    if people.same_for_all:
        said.append("one human level for all tags, which hides how they differ")
    if people.kind == "stated" and not human.asked[place] > 0:
        bare = "the human level is a bare number: it has no interval, and the gain is not shrunk"
        said.append(bare)
    elif _unshrunk(counts, human, place):
        said.append(f"under {MIN_SHRUNK} tags with a measured human level: the gain is not shrunk")
    if human.model[place] - human.hlp_error[place] < -1e-12:
        said.append("the model is better than people here: no room")
    return said


def _unshrunk(counts: Counts, human: Gains, place: int) -> bool:
    """Return whether a tag was not shrunk for want of other tags."""
    if _blind(counts, place) or place >= len(counts.tags) - BASES or np.isnan(human.gain[place]):
        return False
    return not human.shrunk[place]


def _blind(counts: Counts, place: int) -> bool:
    """Return whether the variance of a tag's numbers cannot be known."""
    if counts.binary:
        return False
    moments = counts.moments
    return bool(np.isnan(moments.product[place]).any() or moments.units[place] < 2)


def _answered(counts: Counts, measure: Measure, chosen: Selection, place: int) -> list[str]:
    """Return where people answered, how the model does there, and whether chance chose the rows."""
    asked, rate, rest = (each[place] for each in (counts.answered, chosen.rate, chosen.rest))
    if not 0 < asked < counts.support[place] or np.isnan(rate):
        return []
    there, others = (
        percent(each) if in_percent(measure) else f"{each:,.4g}" for each in (rate, rest)
    )
    said = f"people answered {plural(int(asked), 'row')}, where the model's rate is {there}"
    said += "" if np.isnan(rest) else f", on the others {others}"
    if not chosen.selected[place]:
        return [said]
    return [said, _ABOUT_ERRORS if rate > rest else _ABOUT_RIGHT]


def _of_measure(counts: Counts, measure: Measure, human: Gains, place: int) -> list[str]:
    said = []
    if measure.first_order and not np.isnan(human.gain[place]):
        said.append("the gain is of first order: the weight depends on the prediction")
    if counts.family:
        said.append("errors of a mean over classes do not add up: no share of the errors")
        if _blind(counts, place):
            said.append("no interval, test or shrinking for a mean over classes by groups")
    return said


def _of_test(counts: Counts, plain: Estimates, apart: Floats, place: int) -> list[str]:
    if place >= len(counts.tags) - BASES:
        return [NO_TAG] if counts.support[place] else []
    if np.isnan(plain.error_rate[place]):
        return []
    if counts.support[place] >= counts.support[-1] - counts.unknown[place]:
        return ["every example has the tag: nothing to compare it with"]
    if _blind(counts, place):
        return [] if counts.family else ["a single independent unit: no test and no shrinking"]
    return _of_difference(plain, apart, place)


def _of_difference(plain: Estimates, apart: Floats, place: int) -> list[str]:
    if np.isnan(plain.mde[place]):
        return ["too few examples to show any difference"]
    if abs(apart[place]) < _NOTHING:
        return ["no difference from the rest"]
    if np.isnan(plain.label_more[place]):
        return ["no number of examples with the tag would show the difference seen"]
    return []
