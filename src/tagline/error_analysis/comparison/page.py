"""A comparison as one page: chart, tables, gates, examples newly broken and fixed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tagline.display.tables import Column, to_html, written
from tagline.display.words import number, plain
from tagline.error_analysis.comparison.cells import CELL_COLUMNS, run_cells
from tagline.error_analysis.comparison.shown import (
    PROMISES,
    columns,
    promise_columns,
    promise_records,
    records,
)
from tagline.error_analysis.comparison.wording import headline, notes, tags_of
from tagline.error_analysis.gates.deciding import GateResult

if TYPE_CHECKING:
    import pyarrow as pa

    from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["page"]

_LETTERS = 200  # of one value of an example
_TAGS = 3  # of which examples are shown
_EXAMPLES = 12
_STYLE = ".examples td { white-space: normal; overflow-wrap: anywhere; max-width: 60ch }"


def page(result: RunComparison, gates: Sequence[GateResult] = ()) -> str:
    """Return the comparison as one self-contained HTML document.

    Parameters
    ----------
    result : RunComparison
    gates : sequence of GateResult, default ()

    Returns
    -------
    str
    """
    from tagline.display.html import ChartBlock, chart_figure, document
    from tagline.error_analysis.comparison.charts import change_chart

    rows = [row for row in result.rows if row.support or row not in result.rows[-2:]]
    said = "Change of the error rate by tag, with intervals; the band is the margin."
    block = ChartBlock(change_chart(result), "What changed", said)
    parts = [_panel(Markup('<div class="charts">{}</div>').format(chart_figure(block, 1)))]
    if gates:
        parts.insert(0, _list("Gates", [each.message for each in gates]))
    parts.append(_panel(_scroll(to_html(columns(result), records(rows), stacked=True))))
    if promised := promise_records(result):
        table = to_html(promise_columns(result), promised, stacked=True)
        parts.append(_panel(_scroll(table), PROMISES))
    if result.evidence is not None:
        cells = [row.to_dict() for row in run_cells(result) if row.support]
        parts.append(_panel(_scroll(to_html(CELL_COLUMNS, cells, stacked=True)), "Both runs"))
    parts += [*_moved(result), _list("Notes", notes(result))]
    first, rest = _lines(result)
    body = Markup(
        '<header class="top"><b>Tagline</b><span class="quiet">{}</span></header>\n'
        '<main><h1>{}</h1><p class="lead">{}</p>{}</main>'
    ).format(result.sides.line or "Two runs", first, rest, Markup("").join(parts))
    title = f"{result.sides.line or 'Two runs'} · Tagline"
    return document(body, title=title, styles=[_STYLE], charts=True)


def _panel(content: Markup, title: str = "", after: str = "") -> Markup:
    head = Markup("<h2>{}{}</h2>").format(plain(title), after) if title else Markup("")
    return Markup('<section class="panel">{}{}</section>').format(head, content)


def _scroll(table: Markup) -> Markup:
    return Markup('<div class="scroll">{}</div>').format(table)


def _lines(result: RunComparison) -> tuple[str, str]:
    """Return the headline in two: all data, and the tags."""
    first, _, rest = plain(headline(result)).rstrip(".").partition("; ")
    return first, f"{rest[:1].upper()}{rest[1:]}." if rest else ""


def _moved(result: RunComparison) -> list[Markup]:
    """Return tables of examples newly broken and fixed: of the tags that moved, of all data."""
    if result.look is None:
        return []
    wanted: list[tuple[str, str | None, str]] = [
        (f"Newly broken: {row.tag}", row.tag, "broken") for row in tags_of(result, "worse")[:_TAGS]
    ]
    better = tags_of(result, "better")[:_TAGS]
    wanted += [(f"Newly fixed: {row.tag}", row.tag, "fixed") for row in better]
    wanted += [("Newly broken", None, "broken"), ("Newly fixed", None, "fixed")]
    parts = []
    for title, tag, how in wanted:
        row = result.whole if tag is None else result.row(tag)
        total = row.to_dict()[how] or 0
        if not total:
            continue
        found = result.examples(tag, how, limit=_EXAMPLES)
        shown = [_example(name) for name in _in_order(result, found)]
        more = f" ({number(found.num_rows)} of {number(total)})" if total > found.num_rows else ""
        table = _scroll(to_html(shown, found.to_pylist(), stacked=True))
        wrapped = Markup('<div class="examples">{}</div>').format(table)
        parts.append(_panel(wrapped, title, more))
    return parts


def _in_order(result: RunComparison, found: pa.Table) -> list[str]:
    """Return the columns to show: id, label and what was said first, errors where they say more."""
    label = "label" if result.look is None else result.look.request.question.label or "label"
    wanted = dict.fromkeys(("example_id", label, "label", "before", "after"))
    first = [name for name in wanted if name in found.column_names]
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


def _list(title: str, lines: Sequence[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(plain(line)) for line in lines)
    return _panel(Markup('<ul class="note">{}</ul>').format(items), title)
