"""The ranked table of an error analysis in a notebook: HTML without style sheet or script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from tagline.display.tables import to_html
from tagline.display.words import number, plain, plural
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.ranked_table import MOST, columns, first, records
from tagline.error_analysis.shown.reading import QUESTIONS

__all__ = ["notebook"]


def notebook(
    headline: str,
    rows: Sequence[TagRow],
    *,
    percent: bool = True,
    top: int = 3,
    left_out: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
    questions: Mapping[str, str] = QUESTIONS,
) -> str:
    """Return the headline and the table as HTML for the output of a notebook's cell.

    Parameters
    ----------
    headline : str
    rows : sequence of TagRow
        By rank, then (untagged) and (all).
    percent : bool, default True
        Whether people read the rates in percent.
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
        At most 50 tags. Everything is escaped; the notebook's own style applies.
    """
    shown = first(rows, MOST)
    table = to_html(
        columns(rows, percent=percent, top=top, questions=questions),
        records(shown, rows),
        bare=True,
    )
    hidden = len(rows) - len(shown)
    lines = [f"… and {plural(hidden, 'more tag')}: to_pandas() or to_html() has all"] * bool(hidden)
    lines += [f"{number(count)} left out: {plain(why)}" for why, count in (left_out or {}).items()]
    lines += [plain(note) for note in notes]
    below = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    return str(
        Markup('<p><b>{}</b></p><div style="overflow-x: auto">{}</div>{}').format(
            plain(headline), table, below
        )
    )
