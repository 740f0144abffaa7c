"""The columns of the ranked table, for the terminal, Markdown and the notebook alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tagline.display.tables import Column
from tagline.display.units import Unit
from tagline.display.words import DASH, number
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.reading import QUESTIONS
from tagline.error_analysis.shown.wording import (
    gain_bound,
    human_level_known,
    is_base,
    is_shrunk,
    is_weighed,
    overall,
    too_few,
    unit_of,
)

__all__ = ["MOST", "STAR", "columns", "first", "records"]

MOST = 50  # tags in a terminal or notebook
STAR = "*"  # before the examples of a tag with too few
_TIMES = "\N{MULTIPLICATION SIGN}"


def columns(
    rows: Sequence[TagRow],
    *,
    percent: bool = True,
    top: int = 3,
    questions: Mapping[str, str] = QUESTIONS,
) -> list[Column]:
    """Return the columns of the ranked table, those that these rows have something to say in.

    Parameters
    ----------
    rows : sequence of TagRow
    percent : bool, default True
        Whether people read the rates in percent.
    top : int, default 3
    questions : mapping of str to str, optional

    Returns
    -------
    list of Column
        ``keep`` says which stay in a narrow terminal. Rows are dictionaries of a TagRow's fields
        with ``base``, ``too_few``, ``bound`` and ``weights`` beside them.
    """
    unit = unit_of(rows, percent=percent)
    sign = ", %" if percent else ""
    human = human_level_known(rows)
    weighed = is_weighed(rows)
    shrunk = any(is_shrunk(row) for row in rows)
    made = [
        _of_tags("rank", "#", number, 13),
        Column("tag", "tag", "left", keep=99, least=16),
        Column("support", "examples", format=_support, keep=15, whole_row=True),
        Column("share", "of\ndata, %", format=_hundred(1), help=questions["share"], keep=10),
        _interval("error_rate", f"error rate{sign}", unit.rate, questions["error_rate"], 18),
        _interval("hlp_error", f"people{sign}", unit.rate, "people's error rate on the tag", 12),
        Column("room", "room", format=unit.rate, help=questions["room"], keep=14),
        Column(
            "error_share",
            "of\nerrors, %",
            format=_hundred(0),
            help=questions["error_share"],
            keep=16,
        ),
        _gain_column(unit, human),
        _of_tags("weights", f"importance\n{_TIMES} ease", str, 7),
        _of_tags("priority", "priority", unit.gain, 8),
        _of_tags("p_top", f"in\ntop {top}, %", _hundred(0), 9),
    ]
    absent = set() if human else {"hlp_error", "room", "p_top"}
    absent |= set() if weighed else {"weights"}
    absent |= set() if weighed or shrunk else {"priority"}
    return [column for column in made if column.name not in absent]


def _support(row: Mapping[str, Any]) -> str:
    return f"{STAR if row['too_few'] else ''}{number(row['support'])}"


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
        | {"base": is_base(row), "too_few": too_few(row, whole), "bound": gain_bound(row)}
        | {"weights": f"{row.importance:.3g} {_TIMES} {row.ease:.3g}"}
        for row in shown
    ]


def first(rows: Sequence[TagRow], most: int | None) -> list[TagRow]:
    """Return the first so many tags (all for None), and always (untagged) and (all)."""
    tags = [row for row in rows if not is_base(row)]
    return [*tags[:most], *(row for row in rows if is_base(row))]
