"""What every report of an error analysis says in the same words: heads, marks, notes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from tagline.display.units import Unit
from tagline.display.words import plural, rough
from tagline.error_analysis.rows import ALL, UNTAGGED, TagRow

__all__ = [
    "HEADS",
    "MEANINGS",
    "NOTE_STOP",
    "NO_TAG",
    "SAME",
    "TOO_FEW",
    "answered_in_part",
    "gain_bound",
    "grouped_notes",
    "human_level_known",
    "is_base",
    "is_shrunk",
    "is_weighed",
    "marks",
    "most_gain",
    "overall",
    "passes_errors",
    "too_few",
    "unit_of",
]

HEADS = {  # of the columns that answer the four questions; see `reading`
    "error_share": "of errors",
    "error_rate": "error rate",
    "share": "of data",
    "room": "room",
}

_PAIRS = 3  # of such names in a line

TOO_FEW = "too few to tell"
NOTE_STOP = "; "  # between the notes of a row
SAME = "the same examples as "  # begins the note of a tag that another one repeats
NO_TAG = "no tag: neither ranked nor tested"  # of (untagged) and (all)
_PLAIN = {NO_TAG, "no human level"}  # notes of these two that nobody need read below a table

MEANINGS = {
    "share": "the tag's part of all the data where it is known, by the measure's weight",
    "error rate": "errors on the tag over weight on the tag",
    "of errors": "the tag's part of all errors; tags overlap, so the parts may pass 100 %",
    "room": "error rate minus people's error rate on the same examples, never below 0",
    "gain": "room times share: what the whole gains if the tag reaches human level",
    "priority": "gain (rates of small tags shrunk towards the others) x importance x ease",
    "in top": "probability that the tag is among the first, from draws of the same priority; a draw"
    " without a gain is never among them",
    TOO_FEW: "too few examples to see a difference from the rest, even if it were as large"
    " as the error rate of all data",
}


def is_base(row: TagRow) -> bool:
    """Return whether the row is no tag but (untagged) or (all)."""
    return row.tag in {ALL, UNTAGGED}


def overall(rows: Iterable[TagRow]) -> TagRow | None:
    """Return the row of (all), if it is there."""
    return next((row for row in rows if row.tag == ALL), None)


def human_level_known(rows: Iterable[TagRow]) -> bool:
    """Return whether any row has a human level."""
    return any(row.hlp_error is not None for row in rows)


def is_weighed(rows: Iterable[TagRow]) -> bool:
    """Return whether any tag was given an importance or an ease."""
    return any(row.importance != 1 or row.ease != 1 for row in rows if not is_base(row))


def is_shrunk(row: TagRow) -> bool:
    """Return whether the rank of a tag rests on another number than its gain."""
    if row.gain is None or row.shrunk_gain is None:
        return False
    return not math.isclose(row.gain, row.shrunk_gain, rel_tol=1e-9, abs_tol=1e-12)


def too_few(row: TagRow, whole: TagRow | None) -> bool:
    """Return whether a tag has too few examples to tell anything.

    Parameters
    ----------
    row : TagRow
    whole : TagRow or None
        The row of (all).

    Returns
    -------
    bool
        True where the smallest difference from the rest that could be seen (`mde`) passes the error
        rate of all: even a doubling would not be seen. A tag whose difference is shown already is
        not meant, nor is one where either number is not known.
    """
    if is_base(row) or whole is None or not whole.error_rate or row.mde is None:
        return False
    return row.label_more != 0 and row.mde > whole.error_rate


def passes_errors(row: TagRow) -> bool:
    """Return whether the room passes all the errors that there are on the tag.

    People then answered examples that the model gets wrong more often than the rest.
    """
    if row.room is None or row.error_rate is None:
        return False
    return row.room > row.error_rate * (1 + 1e-9)  # equal but for rounding where people are perfect


def answered_in_part(row: TagRow) -> bool:
    """Return whether the room is of the answered rows alone, so that it is not the gap shown."""
    if row.room is None or row.error_rate is None or row.hlp_error is None:
        return False
    gap = max(0.0, row.error_rate - row.hlp_error)
    return not math.isclose(gap, row.room, rel_tol=1e-6, abs_tol=1e-9)


def marks(row: TagRow, whole: TagRow | None) -> list[str]:
    """Return the warnings that stand beside the name of a tag, each of a few words.

    Parameters
    ----------
    row : TagRow
    whole : TagRow or None
        The row of (all).

    Returns
    -------
    list of str
    """
    said = []
    if too_few(row, whole):
        more = f": label about {rough(row.label_more)} more" if row.label_more else ""
        said.append(f"{TOO_FEW}{more}")
    if passes_errors(row) and not is_base(row):
        said.append("gain above all its errors")
    return said


def gain_bound(row: TagRow) -> float | None:
    """Return the gain of no error at all on the tag, an upper bound; None where not known."""
    if row.error_rate is None or row.share is None:
        return None
    return row.error_rate * row.share


def most_gain(row: TagRow) -> float | None:
    """Return the gain, or its upper bound where no human level is known."""
    return gain_bound(row) if row.gain is None else row.gain


def grouped_notes(rows: Sequence[TagRow]) -> list[tuple[str, str]]:
    """Return each note once, with the tags that it is about; a row's note may hold several.

    Parameters
    ----------
    rows : sequence of TagRow

    Returns
    -------
    list of (str, str)
        Tags ("car noise, dim and 3 more", or "all 12 tags"), and the note. Notes about many tags
        come first, else the order is that of the rows. Which tags repeat another is one note.
    """
    tags_of: dict[str, list[str]] = {}
    same: list[str] = []
    for row in rows:
        for note in filter(None, row.note.split(NOTE_STOP)):
            if note.startswith(SAME):
                same.append(f"{row.tag} is {note.removeprefix(SAME)}")
            elif not (is_base(row) and note in _PLAIN):
                tags_of.setdefault(note, []).append(row.tag)
    n_tags = sum(not is_base(row) for row in rows)
    found = sorted(tags_of.items(), key=lambda each: -len(each[1]))
    more = f" and {len(same) - _PAIRS} more" if len(same) > _PAIRS else ""
    repeated = [("the same examples twice", ", ".join(same[:_PAIRS]) + more)] if same else []
    return [*repeated, *((_listed(tags, n_tags), note) for note, tags in found)]


def unit_of(rows: Sequence[TagRow], *, percent: bool = True) -> Unit:
    """Return how the numbers of these rows are written."""
    gains = [most_gain(row) for row in rows if not is_base(row)]
    return Unit.of([row.error_rate for row in rows], gains, percent=percent)


def _listed(tags: list[str], n_tags: int) -> str:
    named = [tag for tag in tags if tag not in {ALL, UNTAGGED}]
    if len(named) == n_tags > 3:
        return f"all {plural(n_tags, 'tag')}"
    shown = tags if len(tags) <= 3 else tags[:2]
    more = f" and {len(tags) - 2} more" if len(tags) > 3 else ""
    return ", ".join(shown) + more
