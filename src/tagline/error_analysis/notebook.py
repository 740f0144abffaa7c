"""The ranked table of an error analysis as a notebook shows it: plain HTML, no style or script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from tagline.display.tables import to_html
from tagline.display.words import number, plain
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.terminal import columns, records

__all__ = ["notebook"]


def notebook(
    headline: str,
    rows: Sequence[TagRow],
    *,
    percent: bool = True,
    top: int = 3,
    left_out: Mapping[str, int] | None = None,
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

    Returns
    -------
    str
        Everything is escaped; the notebook's own style applies.
    """
    table = to_html(columns(rows, percent=percent, top=top), records(rows, rows))
    below = Markup("").join(
        Markup("<p>{} left out: {}</p>").format(number(count), plain(reason))
        for reason, count in (left_out or {}).items()
    )
    return str(Markup("<p><b>{}</b></p>{}{}").format(plain(headline), table, below))
