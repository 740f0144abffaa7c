"""A comparison as tables and text: terminal, Markdown, notebook."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tagline.display.tables import (
    Column,
    escape_markdown,
    fit,
    to_html,
    to_markdown,
    to_rich,
)
from tagline.display.units import Unit
from tagline.display.words import plain, plural
from tagline.error_analysis.comparison.wording import headline, notes, signed, unit
from tagline.error_analysis.rows import ALL, UNTAGGED

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

    from tagline.error_analysis.comparison.results import RunComparison
    from tagline.error_analysis.comparison.rows import ChangeRow

__all__ = [
    "PROMISES",
    "columns",
    "headline",
    "markdown",
    "notebook",
    "promise_columns",
    "promise_records",
    "records",
    "terminal",
]

PROMISES = "Promise and delivery"

_MOST = 50  # tags in a notebook
_MOST_NOTES = 12
_LEAST_P = 0.0001
_STYLES = {"tag": "bold", "change": "bold"}


def columns(result: RunComparison) -> list[Column]:
    """Return the columns of the table, for every place that it is shown in; the promises apart."""
    written, sign = unit(result), ",\n%" if result.percent else ""
    points = ",\npoints" if result.percent else ""

    def span(row: Any) -> str:
        return written.gain_span(row["change_low"], row["change_high"])

    def change(value: float) -> str:
        return signed(value, written)

    return [
        Column("tag", "tag", "left", keep=99, least=22),
        Column("support", "examples", help="Examples with the tag.", keep=4),
        Column("before", f"before{sign}", format=written.rate, help="Error rate.", keep=8),
        Column("after", f"after{sign}", format=written.rate, help="Error rate.", keep=9),
        Column("change", f"change{points}", format=change, help="After minus before.", keep=13),
        Column("interval", "interval", format=span, whole_row=True, keep=12),
        Column("broken", "broken", help="Examples whose own error rate rose.", keep=6),
        Column("fixed", "fixed", help="Examples whose own error rate fell.", keep=7),
        Column("q_value", "q", format=_p, help="Over all tags.", keep=11),
        Column("verdict", "verdict", "left", keep=14),
    ]


def promise_columns(result: RunComparison) -> list[Column]:
    """Return the columns of promise and delivery."""
    gains = [gain for each in result.promises for gain in (each.predicted, each.realised)]
    written = Unit.of([], [abs(gain) for gain in gains if gain], percent=result.percent)
    points = ",\npoints" if result.percent else ""

    def span(kind: str) -> Any:
        return lambda row: written.gain_span(row[f"{kind}_low"], row[f"{kind}_high"])

    promised = (
        "What human level on the tag would bring the whole, by the analysis of the first run."
    )
    gained = "What the whole gained on the tag: the fall of its rate times its share."
    return [
        Column("tag", "tag", "left", keep=99, least=22),
        Column("rank", "rank", help="In the analysis of the first run.", keep=5),
        Column("predicted", f"promised{points}", format=written.gain, help=promised, keep=8),
        Column("predicted_low", "interval", format=span("predicted"), whole_row=True, keep=6),
        Column("realised", f"gained{points}", format=written.gain, help=gained, keep=9),
        Column("realised_low", "interval", format=span("realised"), whole_row=True, keep=7),
    ]


def promise_records(result: RunComparison, tags: Container[str] | None = None) -> list[Any]:
    """Return the rows of promise and delivery: where a promise is, of all tags or of some."""
    made = [each for each in result.promises if each.predicted is not None]
    return [each.to_dict() for each in made if tags is None or each.tag in tags]


def _p(value: float) -> str:
    return f"< {_LEAST_P}" if value < _LEAST_P else f"{value:.4f}"


def records(rows: Sequence[ChangeRow]) -> list[dict[str, Any]]:
    """Return rows as a table takes them."""
    return [{**row.to_dict(), "base": row.tag in {ALL, UNTAGGED}} for row in rows]


def _first(result: RunComparison, most: int | None) -> tuple[ChangeRow, ...]:
    """Return the first tags, and (untagged) and (all)."""
    tags, base = result.rows[:-2], result.rows[-2:]
    return (*tags[:most], *(row for row in base if row.support))


def _cut(lines: list[str]) -> list[str]:
    if len(lines) <= _MOST_NOTES:
        return lines
    hidden = len(lines) - _MOST_NOTES
    return [*lines[:_MOST_NOTES], f"… and {hidden} more notes: --json or the page shows all."]


def terminal(result: RunComparison, width: int, most: int | None = _MOST) -> Group:
    """Return headline, table and notes for a console of so many characters."""
    from rich.console import Group
    from rich.text import Text

    rows = _first(result, most)
    found = records(rows)
    kept = fit(columns(result), found, width)
    table = to_rich(kept, found, width=width, muted=lambda row: bool(row["base"]), styles=_STYLES)
    below = _cut(notes(result))
    hidden = len(result.rows) - 2 - (len(result.rows) - 2 if most is None else most)
    if hidden > 0:
        below = [f"… and {plural(hidden, 'more tag')}: --json or the page shows all.", *below]
    parts: list[RenderableType] = [Text(plain(headline(result)), style="bold")]
    parts += [Text(result.sides.line)] if result.sides.line else []
    parts += [Text(""), table, Text("")]
    if promised := promise_records(result)[:most]:
        own = fit(promise_columns(result), promised, width)
        parts += [Text(PROMISES, style="bold"), to_rich(own, promised, width=width), Text("")]
    return Group(*parts, *(Text(line, style="dim") for line in below))


def markdown(result: RunComparison) -> str:
    """Return headline, table and notes as GitHub's Markdown."""
    rows = _first(result, None)
    table = to_markdown(columns(result), records(rows))
    parts = [f"**{escape_markdown(headline(result))}**"]
    parts += [escape_markdown(result.sides.line)] if result.sides.line else []
    parts.append(table)
    if promised := promise_records(result):
        parts += [f"**{PROMISES}**", to_markdown(promise_columns(result), promised)]
    parts.append("\n".join(f"- {escape_markdown(line)}" for line in notes(result)))
    return "\n\n".join(parts) + "\n"


def notebook(result: RunComparison) -> str:
    """Return headline, table and notes as plain HTML for the output of a notebook's cell."""
    table = to_html(columns(result), records(_first(result, _MOST)), bare=True)
    lines = [*([result.sides.line] if result.sides.line else []), *_cut(notes(result))]
    below = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    if promised := promise_records(result)[:_MOST]:
        own = to_html(promise_columns(result), promised, caption=PROMISES, bare=True)
        below = Markup('<div style="overflow-x: auto">{}</div>{}').format(own, below)
    return str(
        Markup('<p><b>{}</b></p><div style="overflow-x: auto">{}</div>{}').format(
            plain(headline(result)), table, below
        )
    )
