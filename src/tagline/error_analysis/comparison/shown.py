"""A comparison as tables and text: terminal, Markdown, notebook, page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tagline.display.tables import (
    Column,
    escape_markdown,
    fit,
    to_html,
    to_markdown,
    to_rich,
    written,
)
from tagline.display.words import number, plain, plural
from tagline.error_analysis.comparison.wording import headline, notes, signed, tags_of, unit
from tagline.error_analysis.rows import ALL, UNTAGGED

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Group

    from tagline.error_analysis.comparison.results import RunComparison
    from tagline.error_analysis.comparison.rows import ChangeRow

__all__ = ["headline", "markdown", "notebook", "page", "terminal"]

_MOST = 50  # tags in a notebook
_MOST_NOTES = 12
_LETTERS = 200  # of one value of an example
_LEAST_P = 0.0001
_STYLES = {"tag": "bold", "change": "bold"}


def columns(result: RunComparison) -> list[Column]:
    """Return the columns of the table, for every place that it is shown in."""
    written, sign = unit(result), ", %" if result.percent else ""
    points = ", points" if result.percent else ""

    def span(row: Any) -> str:
        return written.gain_span(row["change_low"], row["change_high"])

    def change(value: float) -> str:
        return signed(value, written)

    made = [
        Column("tag", "tag", "left", keep=99, least=28),
        Column("support", "examples", help="Examples with the tag.", keep=4),
        Column("before", f"before{sign}", format=written.rate, help="Error rate.", keep=8),
        Column("after", f"after{sign}", format=written.rate, help="Error rate.", keep=9),
        Column("change", f"change{points}", format=change, help="After minus before.", keep=12),
        Column("interval", "interval", format=span, whole_row=True, keep=10),
        Column("broken", "broken", help="Examples whose error became larger.", keep=6),
        Column("fixed", "fixed", help="Examples whose error became smaller.", keep=7),
        Column("q_value", "q", format=_p, help="Over all tags.", keep=3),
        Column("verdict", "verdict", "left", keep=13),
    ]
    if result.promises:
        promised = Column(
            "predicted_gain",
            f"promised{points}",
            format=written.gain,
            help="What the analysis of the first run said the whole would gain.",
            keep=5,
        )
        gained = Column(
            "realised_gain",
            f"gained{points}",
            format=written.gain,
            help="What the whole gained on the tag: the fall of its rate times its share.",
            keep=5,
        )
        made[-1:-1] = [promised, gained]
    return made


def _p(value: float) -> str:
    return f"< {_LEAST_P}" if value < _LEAST_P else f"{value:.4f}"


def _records(rows: tuple[ChangeRow, ...]) -> list[dict[str, Any]]:
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
    found = _records(rows)
    kept = fit(columns(result), found, width)
    table = to_rich(kept, found, width=width, muted=lambda row: bool(row["base"]), styles=_STYLES)
    below = _cut(notes(result))
    hidden = len(result.rows) - 2 - (len(result.rows) - 2 if most is None else most)
    if hidden > 0:
        below = [f"… and {plural(hidden, 'more tag')}: --json or the page shows all.", *below]
    return Group(
        Text(plain(headline(result)), style="bold"),
        Text(""),
        table,
        Text(""),
        *(Text(line, style="dim") for line in below),
    )


def markdown(result: RunComparison) -> str:
    """Return headline, table and notes as GitHub's Markdown."""
    rows = _first(result, None)
    table = to_markdown(columns(result), _records(rows))
    below = [f"- {escape_markdown(line)}" for line in notes(result)]
    return "\n".join([f"**{escape_markdown(headline(result))}**", "", table, "", *below]) + "\n"


def notebook(result: RunComparison) -> str:
    """Return headline, table and notes as plain HTML for the output of a notebook's cell."""
    table = to_html(columns(result), _records(_first(result, _MOST)), bare=True)
    below = Markup("").join(Markup("<p>{}</p>").format(line) for line in _cut(notes(result)))
    return str(
        Markup('<p><b>{}</b></p><div style="overflow-x: auto">{}</div>{}').format(
            plain(headline(result)), table, below
        )
    )


def page(result: RunComparison) -> str:
    """Return the comparison as one self-contained HTML document."""
    from tagline.display.html import ChartBlock, chart_figure, document
    from tagline.error_analysis.comparison.charts import change_chart

    table = to_html(columns(result), _records(_first(result, None)))
    said = "Change of the error rate by tag, with intervals; the band is the margin."
    block = ChartBlock(change_chart(result), "What changed", said)
    parts: list[Markup] = [
        Markup('<section class="panel"><div class="charts">{}</div></section>').format(
            chart_figure(block, 1)
        ),
        Markup('<section class="panel"><div class="scroll">{}</div></section>').format(table),
        *_moved(result),
        _list("Notes", notes(result)),
    ]
    body = Markup(
        '<header class="top"><b>Tagline</b><span class="quiet">Two runs</span></header>\n'
        '<main><h1>{}</h1><p class="lead">{}.</p>{}</main>'
    ).format(*_lines(result), Markup("").join(parts))
    return document(body, title="Two runs · Tagline", styles=[], charts=True)


def _lines(result: RunComparison) -> tuple[str, str]:
    """Return the headline in two: all data, and the tags."""
    first, _, rest = plain(headline(result)).rstrip(".").partition("; ")
    return first, f"{rest[:1].upper()}{rest[1:]}"


def _moved(result: RunComparison) -> list[Markup]:
    """Return tables of examples newly broken and newly fixed: of all data, of the worst tags."""
    if result.look is None:
        return []
    wanted: list[tuple[str, str | None, str]] = [
        (f"Newly broken: {row.tag}", row.tag, "broken") for row in tags_of(result, "worse")[:3]
    ]
    wanted += [("Newly broken", None, "broken"), ("Newly fixed", None, "fixed")]
    parts = []
    for title, tag, how in wanted:
        found = result.examples(tag, how, limit=12)
        if not found.num_rows:
            continue
        shown = [_example(name) for name in _in_order(found)]
        total = (result.whole if tag is None else result.row(tag)).to_dict()[how] or 0
        more = f" ({number(found.num_rows)} of {number(total)})" if total > found.num_rows else ""
        parts.append(
            Markup(
                '<section class="panel"><h2>{}{}</h2><div class="scroll">{}</div></section>'
            ).format(plain(title), more, to_html(shown, found.to_pylist()))
        )
    return parts


def _in_order(found: pa.Table) -> list[str]:
    """Return the columns to show: id and what was said first, errors where they say more."""
    first = [n for n in ("example_id", "label", "before", "after") if n in found.column_names]
    errors = ["error_before", "error_after"]
    plain_errors = all(value in {0.0, 1.0} for name in errors for value in found[name].to_pylist())
    last = [] if plain_errors else errors
    rest = [name for name in found.column_names if name not in {*first, *errors}]
    return [*first, *last, *rest]


def _example(name: str) -> Column:
    return Column(name, plain(name), "left", format=_shortened)


def _shortened(value: Any) -> str:
    text = written(value) if isinstance(value, (float, str)) else str(value)
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


def _list(title: str, lines: list[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup('<section class="panel"><h2>{}</h2><ul class="note">{}</ul></section>').format(
        title, items
    )
