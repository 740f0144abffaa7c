"""What every report of an error analysis says in the same words: questions, marks, notes.

The four questions are those of A. Ng (2021), "Introduction to Machine Learning in Production",
week 2, "Error analysis example" and "Prioritizing what to work on", DeepLearning.AI.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tagline.display.units import Unit
from tagline.display.words import plural
from tagline.error_analysis.rows import ALL, UNTAGGED, TagRow

__all__ = [
    "HEADS",
    "MEANINGS",
    "QUESTIONS",
    "few",
    "gain_bound",
    "grouped_notes",
    "human_level_known",
    "is_base",
    "overall",
    "unit_of",
]

QUESTIONS = {
    "error_share": "What fraction of the errors has the tag?",
    "error_rate": "Of all data with the tag, what fraction is misclassified?",
    "share": "What fraction of all data has the tag?",
    "room": "How much room for improvement is there, against human level on that tag?",
}

HEADS = {  # of the columns that answer them
    "error_share": "of errors",
    "error_rate": "error rate",
    "share": "of data",
    "room": "room",
}

MEANINGS = {
    "share": "the tag's part of all the data, by the measure's weight",
    "error rate": "errors on the tag over weight on the tag",
    "of errors": "the tag's part of all errors; tags overlap, so the parts may pass 100 %",
    "room": "error rate minus people's error rate on the same examples, never below 0",
    "gain": "room times share: what the whole gains if the tag reaches human level",
    "priority": "gain (rates of small tags shrunk towards the others) x importance x ease",
    "in top": "probability that the tag is among the first, from draws of the same priority",
    "few": "too few examples to see even a doubling of the overall error rate",
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


def few(row: TagRow, whole: TagRow | None) -> str:
    """Return the mark of a tag with too little support, or an empty text.

    Parameters
    ----------
    row : TagRow
    whole : TagRow or None
        The row of (all).

    Returns
    -------
    str
        Marked are tags whose smallest detectable difference (`mde`) passes the overall error rate:
        even a doubling would not be seen. A tag whose difference is shown already is not marked,
        nor is one where either number is not known.
    """
    if is_base(row) or whole is None or whole.error_rate is None or row.mde is None:
        return ""
    if row.label_more == 0 or row.mde <= whole.error_rate or not whole.error_rate:
        return ""
    return f"few: label about {_rounded(row.label_more):,} more" if row.label_more else "few"


def gain_bound(row: TagRow) -> float | None:
    """Return the gain of no error at all on the tag, an upper bound; None where not known."""
    if row.error_rate is None or row.share is None:
        return None
    return row.error_rate * row.share


def grouped_notes(rows: Sequence[TagRow]) -> list[tuple[str, str]]:
    """Return each note once, with the tags that it is about.

    Parameters
    ----------
    rows : sequence of TagRow

    Returns
    -------
    list of (str, str)
        Tags ("car noise, dim and 3 more", or "all 12 tags"), and the note, in the order of rows.
    """
    tags_of: dict[str, list[str]] = {}
    for row in rows:
        if row.note:
            tags_of.setdefault(row.note, []).append(row.tag)
    n_tags = sum(not is_base(row) for row in rows)
    return [(_listed(tags, n_tags), note) for note, tags in tags_of.items()]


def unit_of(rows: Sequence[TagRow], *, percent: bool = True) -> Unit:
    """Return how the numbers of these rows are written."""
    gains = [row.gain if row.gain is not None else gain_bound(row) for row in rows]
    tags = [gain for gain, row in zip(gains, rows, strict=True) if not is_base(row)]
    return Unit.of([row.error_rate for row in rows], tags, percent=percent)


def _listed(tags: list[str], n_tags: int) -> str:
    named = [tag for tag in tags if tag not in {ALL, UNTAGGED}]
    if len(named) == n_tags > 3:
        return f"all {plural(n_tags, 'tag')}"
    shown = tags if len(tags) <= 3 else tags[:2]
    more = f" and {len(tags) - 2} more" if len(tags) > 3 else ""
    return ", ".join(shown) + more


def _rounded(count: int) -> int:
    """Return the count to two digits: it is an estimate."""
    step = int(10 ** max(len(str(count)) - 2, 0))
    return -(-count // step) * step
