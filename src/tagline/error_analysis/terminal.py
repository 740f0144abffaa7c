"""The ranked table of an error analysis for the terminal, and as Markdown.

The headline comes first. In a narrow terminal the less important columns go, never the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagline.display.tables import Column, escape_markdown, fit, to_markdown, to_rich
from tagline.display.units import Unit
from tagline.display.words import DASH, number, plain, plural
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.wording import (
    HEADS,
    MEANINGS,
    QUESTIONS,
    few,
    gain_bound,
    grouped_notes,
    human_level_known,
    is_base,
    overall,
    unit_of,
)

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["columns", "markdown", "records", "terminal"]

_TIMES = "\N{MULTIPLICATION SIGN}"
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
    most: int | None = None,
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
    most : int, optional
        Only the first so many tags are shown; the last line says how many more there are.
    legend : bool, default True
        Name the four questions under the table.

    Returns
    -------
    rich.console.Group
        Print it with a console of the same width.
    """
    from rich.console import Group
    from rich.text import Text

    shown = _first(rows, most)
    found = records(shown, rows)
    kept = fit(columns(rows, percent=percent, top=top), found, width)
    table = to_rich(kept, found, width=width, muted=lambda row: bool(row["base"]), styles=_STYLES)
    below = _below(rows, left_out or {}, notes, len(rows) - len(shown))
    if legend:
        below = [*_legend([column.name for column in kept], rows, level), *below]
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

    Returns
    -------
    str
        Ends with a line break.
    """
    shown = columns(rows, percent=percent, top=top)
    below = [
        *_legend([column.name for column in shown], rows, level),
        *_below(rows, left_out or {}, notes, 0),
    ]
    lines = [
        f"**{escape_markdown(headline)}**",
        "",
        to_markdown(shown, records(rows, rows)),
        "",
        *(f"- {escape_markdown(line)}" for line in below),
    ]
    return "\n".join(lines).rstrip() + "\n"


def columns(rows: Sequence[TagRow], *, percent: bool = True, top: int = 3) -> list[Column]:
    """Return the columns of the ranked table, those that these rows have something to say in.

    Parameters
    ----------
    rows : sequence of TagRow
    percent : bool, default True
        Whether people read the rates in percent.
    top : int, default 3

    Returns
    -------
    list of Column
        ``keep`` says which stay in a narrow terminal. Rows are dictionaries of a TagRow's fields
        with ``base``, ``few``, ``bound`` and ``weights`` beside them.
    """
    unit = unit_of(rows, percent=percent)
    sign = ", %" if percent else ""
    human = human_level_known(rows)
    weighed = any(row.importance != 1 or row.ease != 1 for row in rows if not is_base(row))
    made = [
        _of_tags("rank", "#", number, 13),
        Column("tag", "tag", "left", keep=99, least=16),
        Column("support", "examples", format=_support, keep=15, whole_row=True),
        Column("share", "of\ndata, %", format=_hundred(1), help=QUESTIONS["share"], keep=10),
        _interval("error_rate", f"error rate{sign}", unit.rate, QUESTIONS["error_rate"], 18),
        _interval("hlp_error", f"people{sign}", unit.rate, "people's error rate on the tag", 12),
        Column("room", "room", format=unit.rate, help=QUESTIONS["room"], keep=14),
        Column(
            "error_share",
            "of\nerrors, %",
            format=_hundred(0),
            help=QUESTIONS["error_share"],
            keep=16,
        ),
        _gain_column(unit, human),
        _of_tags("weights", f"importance\n{_TIMES} ease", str, 7),
        _of_tags("priority", "priority", unit.gain, 8),
        _of_tags("p_top", f"in\ntop {top}, %", _hundred(0), 9),
    ]
    absent = set() if human else {"hlp_error", "room", "p_top"}
    absent |= set() if weighed else {"weights", "priority"}
    return [column for column in made if column.name not in absent]


def _support(row: Mapping[str, Any]) -> str:
    return f"{'few ' if row['few'] else ''}{number(row['support'])}"


def _of_tags(name: str, header: str, write: Callable[[float], str], keep: int) -> Column:
    """Return a column that stays blank for (all) and (untagged)."""

    def text(row: Mapping[str, Any]) -> str:
        return " " if row["base"] else "" if row[name] is None else write(row[name])

    return Column(name, header, format=text, keep=keep, whole_row=True)


def _interval(
    name: str, header: str, write: Callable[[float | None], str], help: str, keep: int
) -> Column:
    """Return a column of a rate with its interval beside it."""

    def text(row: Mapping[str, Any]) -> str:
        if row[name] is None:
            return ""
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        span = "" if low is None or high is None else f" ({write(low)}{DASH}{write(high)})"
        return write(row[name]) + span

    return Column(name, header, format=text, help=help, keep=keep, whole_row=True)


def _gain_column(unit: Unit, human: bool) -> Column:
    def text(row: Mapping[str, Any]) -> str:
        if row["base"]:
            return " "
        if row["gain"] is None:
            bound = "" if row["bound"] is None else unit.gain(row["bound"])
            return f"≤ {bound}" if bound else ""
        span = unit.gain_span(row["gain_low"], row["gain_high"]).replace(" to ", DASH)
        return unit.gain(row["gain"]) + (f" ({span})" if span else "")

    header = f"gain{',' if unit.percent else ''}{unit.gain_name}"
    header = header if human else header.replace("gain", "gain at\nmost")
    return Column("gain", header, format=text, keep=19, whole_row=True)


def _hundred(digits: int) -> Callable[[float], str]:
    """Return how a share is written: small ones with more digits."""
    return lambda value: Unit.of([value], least=digits).rate(value)


def records(shown: Sequence[TagRow], rows: Sequence[TagRow]) -> list[dict[str, Any]]:
    """Return the rows as dictionaries, with what the columns need besides.

    Parameters
    ----------
    shown, rows : sequence of TagRow
        Those to print, and all of the report.

    Returns
    -------
    list of dict
    """
    whole = overall(rows)
    return [
        row.to_dict()
        | {"base": is_base(row), "few": few(row, whole), "bound": gain_bound(row)}
        | {"weights": f"{row.importance:.3g} {_TIMES} {row.ease:.3g}"}
        for row in shown
    ]


def _first(rows: Sequence[TagRow], most: int | None) -> list[TagRow]:
    tags = [row for row in rows if not is_base(row)]
    return [*tags[:most], *(row for row in rows if is_base(row))]


def _legend(names: Sequence[str], rows: Sequence[TagRow], level: float) -> list[str]:
    """Return the questions that the columns answer, by name."""
    said = [f"{HEADS[name]}: {question}" for name, question in QUESTIONS.items() if name in names]
    gain = "gain: room times share, what the whole gains if the tag reaches human level."
    if not human_level_known(rows):
        gain = "gain at most: what the whole gains with no error at all on the tag."
    return [*said, gain, f"Intervals: {100 * level:g} %. Tags overlap: gains do not add up."]


def _below(
    rows: Sequence[TagRow], left_out: Mapping[str, int], notes: Sequence[str], hidden: int
) -> list[str]:
    """Return the lines under the table: what is not shown, what was left out, the notes."""
    lines = [f"{plural(hidden, 'more tag')} not shown."] if hidden else []
    lines += [f"{number(count)} left out: {plain(reason)}" for reason, count in left_out.items()]
    lines += _few_lines(rows)
    lines += [plain(note) for note in notes]
    return lines + [f"{plain(tags)}: {plain(note)}" for tags, note in grouped_notes(rows)]


def _few_lines(rows: Sequence[TagRow]) -> list[str]:
    """Return what the mark `few` means, with how many more examples the first such tags need."""
    whole = overall(rows)
    marked = [(row, mark) for row in rows if (mark := few(row, whole))]
    needs = [f"{plain(row.tag)} {mark[5:]}" for row, mark in marked if len(mark) > 3][:3]
    asked = f" ({'; '.join(needs)})" if needs else ""
    return [f"few: {MEANINGS['few']}{asked}."] if marked else []
