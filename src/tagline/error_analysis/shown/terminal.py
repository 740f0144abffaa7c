"""The ranked table of an error analysis for the terminal, and as Markdown.

The headline comes first. In a narrow terminal the less important columns go, never the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tagline.display.tables import escape_markdown, fit, to_markdown, to_rich
from tagline.display.words import number, plain, plural
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.ranked_table import MOST, STAR, columns, first, records
from tagline.error_analysis.shown.reading import QUESTIONS
from tagline.error_analysis.shown.wording import (
    HEADS,
    MEANINGS,
    TOO_FEW,
    grouped_notes,
    human_level_known,
    is_shrunk,
    marks,
    overall,
    too_few,
)

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["markdown", "terminal"]

_MOST_NOTES = 12
_STYLES = {
    "tag": "bold",
    "error_rate": "dark_orange3",
    "hlp_error": "deep_sky_blue3",
    "gain": "bold",
}


def terminal(
    headline: str,
    rows: Sequence[TagRow],
    *,
    width: int,
    percent: bool = True,
    level: float = 0.95,
    top: int = 3,
    left_out: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
    questions: Mapping[str, str] = QUESTIONS,
    most: int | None = MOST,
    legend: bool = True,
) -> Group:
    """Return what the terminal shows: the headline, the table, what was left out, the notes.

    Parameters
    ----------
    headline : str
    rows : sequence of TagRow
        By rank, then (untagged) and (all).
    width : int
        Characters of the terminal; columns are left out until the rest fits.
    percent : bool, default True
        Whether people read the rates in percent.
    level : float, default 0.95
        Of the intervals.
    top : int, default 3
        The first so many count as top.
    left_out : mapping of str to int, optional
        Rows left out, by reason.
    notes : sequence of str, optional
        What holds for the whole report.
    questions : mapping of str to str, optional
        As the measure answers them; see `reading.questions`.
    most : int or None, default 50
        Only the first so many tags are shown, and a line says how many more there are; None shows
        all. (untagged) and (all) are always shown.
    legend : bool, default True
        Name the four questions under the table.

    Returns
    -------
    rich.console.Group
        Print it with a console of the same width.
    """
    from rich.console import Group
    from rich.text import Text

    shown = first(rows, most)
    found = records(shown, rows)
    kept = fit(columns(rows, percent=percent, top=top, questions=questions), found, width)
    table = to_rich(kept, found, width=width, muted=lambda row: bool(row["base"]), styles=_STYLES)
    below = _below(rows, shown, left_out or {}, notes)
    if len(below) > _MOST_NOTES:
        hidden = len(below) - _MOST_NOTES
        below = [*below[:_MOST_NOTES], f"… and {hidden} more notes: --json or the page shows all."]
    if legend:
        names = [column.name for column in kept]
        below = [*_legend(names, rows, level, top, questions), *below]
    if hidden := len(rows) - len(shown):
        more = f"… and {plural(hidden, 'more tag')}: --json or the page shows all."
        below = [more, "", *below]
    return Group(
        Text(plain(headline), style="bold"),
        Text(""),
        table,
        Text(""),
        *(Text(line, style="dim") for line in below),
    )


def markdown(
    headline: str,
    rows: Sequence[TagRow],
    *,
    percent: bool = True,
    level: float = 0.95,
    top: int = 3,
    left_out: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
    questions: Mapping[str, str] = QUESTIONS,
) -> str:
    """Return the analysis as GitHub's Markdown, the headline first.

    Parameters
    ----------
    headline : str
    rows : sequence of TagRow
        By rank, then (untagged) and (all).
    percent : bool, default True
        Whether people read the rates in percent.
    level : float, default 0.95
        Of the intervals.
    top : int, default 3
        The first so many count as top.
    left_out : mapping of str to int, optional
        Rows left out, by reason.
    notes : sequence of str, optional
        What holds for the whole report.
    questions : mapping of str to str, optional
        As the measure answers them; see `reading.questions`.

    Returns
    -------
    str
        Ends with a line break.
    """
    shown = columns(rows, percent=percent, top=top, questions=questions)
    below = [
        *_legend([column.name for column in shown], rows, level, top, questions),
        *_below(rows, rows, left_out or {}, notes),
    ]
    lines = [
        f"**{escape_markdown(headline)}**",
        "",
        to_markdown(shown, records(rows, rows)),
        "",
        *(f"- {escape_markdown(line)}" for line in below),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _legend(
    names: Sequence[str],
    rows: Sequence[TagRow],
    level: float,
    top: int,
    questions: Mapping[str, str],
) -> list[str]:
    """Return the questions that the columns answer, by name, and what else stands in the head."""
    said = [f"{HEADS[name]}: {question}" for name, question in questions.items() if name in names]
    gain = "gain: room times share, what the whole gains if the tag reaches human level."
    if not human_level_known(rows):
        gain = "gain at most: what the whole gains with no error at all on the tag."
    order = [f"Order: by priority, {MEANINGS['priority']}."] if any(map(is_shrunk, rows)) else []
    chance = [f"in top {top}: {MEANINGS['in top']}."] if "p_top" in names else []
    return [
        *said,
        gain,
        *order,
        *chance,
        f"Intervals: {100 * level:g} %. Tags overlap: gains do not add up.",
    ]


def _below(
    rows: Sequence[TagRow],
    shown: Sequence[TagRow],
    left_out: Mapping[str, int],
    notes: Sequence[str],
) -> list[str]:
    """Return the lines under the table: what was left out, what a star means, the notes."""
    lines = [f"{number(count)} left out: {plain(reason)}" for reason, count in left_out.items()]
    lines += [plain(note) for note in notes]
    lines += _star_lines(shown, overall(rows))
    return lines + [f"{plain(tags)}: {plain(note)}" for tags, note in grouped_notes(rows)]


def _star_lines(shown: Sequence[TagRow], whole: TagRow | None) -> list[str]:
    """Return what the star means, with how many more examples the first such tags need."""
    starred = [row for row in shown if too_few(row, whole)]
    needs = [f"{plain(row.tag)}{marks(row, whole)[0].removeprefix(TOO_FEW)}" for row in starred]
    needs = [need for need, row in zip(needs, starred, strict=True) if row.label_more][:3]
    asked = f" ({'; '.join(needs)})" if needs else ""
    return [f"{STAR} {TOO_FEW}: {MEANINGS[TOO_FEW]}{asked}."] if starred else []
