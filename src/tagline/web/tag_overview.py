"""What the page of the tags shows: coverage as bars, overlaps as a picture, queues."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from tagline.display.words import number, percent
from tagline.exceptions import InputError
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.browsing import answers_of
from tagline.web.tag_company import FIRST, pairs

if TYPE_CHECKING:
    from tagline.project.tagging import TagTable
    from tagline.tags import Tag
    from tagline.web.served import Served

__all__ = ["Cell", "coverage", "coverage_bar", "overlap_rows", "stamp_of", "waiting"]

_WIDTH = 160  # pixels of a bar


def coverage(served: Served) -> TagTable:
    """Return how many examples each tag covers; it is kept."""

    def make() -> TagTable:
        with served.desk() as desk:
            return desk.tags.check()

    return served.once(("coverage",), make)


def coverage_bar(yes: int, no: int, unknown: int, colour: str = "") -> Markup:
    """Return a bar of yes, no and unknown.

    Parameters
    ----------
    yes, no, unknown : int
        Examples.
    colour : str
        Of the tag, ``"#rrggbb"``; empty: that of the style sheet.

    Returns
    -------
    Markup
        An SVG element with its numbers in ``aria-label``.
    """
    total = max(yes + no + unknown, 1)
    wide = max(_WIDTH * yes / total, 1.5) if yes else 0.0
    rest = min(_WIDTH * no / total, _WIDTH - wide)
    fill = Markup(' fill="{}"').format(colour) if colour else Markup("")
    parts = [
        Markup('<rect class="unknown" x="0" y="0" width="{}" height="10"/>').format(_WIDTH),
        Markup('<rect class="no" x="{}" y="0" width="{}" height="10"/>').format(
            round(wide, 1), round(rest, 1)
        ),
        Markup('<rect class="yes{}" x="0" y="0" width="{}" height="10"{}/>').format(
            " own" if colour else "", round(wide, 1), fill
        ),
    ]
    label = f"{number(yes)} yes, {number(no)} no, {number(unknown)} unknown"
    return Markup(
        '<svg class="coverage" viewBox="0 0 {} 10" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, label, Markup("").join(parts))


@dataclass(frozen=True, slots=True)
class Cell:
    """Of the examples with one tag, the part that has another.

    Attributes
    ----------
    other : str
    text : str
        In percent; empty on the diagonal.
    shade : int
        From 0 to 10.
    both : int
    """

    other: str
    text: str
    shade: int
    both: int


def overlap_rows(served: Served) -> list[tuple[str, list[Cell]]]:
    """Return, for the first tags of the newest run's ranking, how often they come together.

    Returns
    -------
    list of (tag, cells)
        Empty where there are no two tags.
    """
    if not served.project.runs:
        return []
    run = served.project.store.run(None).name
    try:
        analysis = served.analysis(run)
        found = pairs(served, run, {})
    except InputError:  # its measure does not fit, or the settings are wrong: Errors says how
        return []
    order = [row.tag for row in analysis.rows if row.rank is not None][:FIRST]
    support = {row.tag: row.support for row in analysis.rows}
    both = {(each["tag"], each["other"]): each["both"] for each in found}
    both |= {(other, tag): count for (tag, other), count in both.items()}
    return [(tag, _cells(tag, order, both, support[tag])) for tag in order]


def _cells(
    tag: str, order: Sequence[str], both: dict[tuple[str, str], int], support: int
) -> list[Cell]:
    made = []
    for other in order:
        count = both.get((tag, other), 0)
        share = count / support if support else 0.0
        text = "" if other == tag else percent(share, 0) if count else "0"
        made.append(Cell(other, text, 10 if other == tag else round(9 * share), count))
    return made


def waiting(served: Served) -> dict[str, int]:
    """Return, by tag of people, how many examples were looked at before it was there."""

    def make() -> dict[str, int]:
        answers = answers_of(served)
        decided: dict[str, set[str]] = {tag: set() for tag in answers.tags}
        looked_at: set[str] = set()
        examples = answers.decisions[EXAMPLE_ID].to_pylist()
        for example, tag in zip(examples, answers.decisions["tag"].to_pylist(), strict=True):
            looked_at.add(example)
            if tag in decided:
                decided[tag].add(example)
        return {tag: len(looked_at) - len(own) for tag, own in decided.items()}

    return served.once(("waiting",), make)


def stamp_of(tag: Tag) -> str:
    """Return what tells whether somebody changed a tag since a form was made."""
    values = (tag.description, tag.importance, tag.ease, tag.ease_reason, tag.colour, tag.rule)
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
