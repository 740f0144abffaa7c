"""A ledger as tables and text: terminal, Markdown, notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tagline.display.tables import Column, escape_markdown, fit, to_html, to_markdown, to_rich
from tagline.display.units import Unit
from tagline.display.words import number, percent, plain, plural
from tagline.error_analysis.rows import ALL

if TYPE_CHECKING:
    from rich.console import Group

    from tagline.error_analysis.comparison.ledger import Ledger, LedgerRow, LedgerSummary

__all__ = ["headline", "markdown", "notebook", "notes", "page", "terminal"]

CEILING = (
    "A promise is what human level on the tag would bring: a ceiling, not a forecast. Less than all"
    " of it is the rule, and a tag that nobody worked on owes nothing."
)
LUCK = (
    "Promise and gain both hold the error rate of the run before, so its luck flatters the ranking;"
    " gains of overlapping tags are counted twice in a sum, so the sums are no points of all data:"
    " what all data gained stands in the rows of (all)."
)
_MOST = 50  # rows in a notebook


def headline(ledger: Ledger) -> str:
    """Return how much of what was promised for the first tags came, measure by measure."""
    if not ledger.rows:
        return "No comparison yet: `project.compare_runs()` writes the first."
    said = [_line(ledger, each) for each in ledger.summaries[::2] if each.rows]
    if not said:
        count = plural(ledger.comparisons, "comparison")
        return f"{count}, none with a promise: that needs a human level (`errors.human`)."
    return " ".join(said)


def _line(ledger: Ledger, found: LedgerSummary) -> str:
    compared = plural(found.comparisons, "comparison")
    name = f"{plain(found.measure)}: of" if len(ledger.summaries) > 2 else "Of"
    came = "no share can be said" if found.delivered is None else _share(found.to_dict()) + " came"
    return f"{name} what was promised on the first {ledger.top} tags of {compared}, {came}."


def notes(ledger: Ledger) -> list[str]:
    """Return what stands below the tables."""
    if not ledger.rows:
        return []
    worked = (
        f"Which tags were worked on the project does not know: the first {ledger.top} of each"
        " ranking stand for them."
    )
    said = [CEILING, worked, LUCK]
    for reason in dict.fromkeys(ledger.apart.values()):
        names = [f"{b} → {a}" for (b, a, *_), why in ledger.apart.items() if why == reason]
        said.append(plain(f"Not in the sums, {reason}: {', '.join(names)}."))
    befores = {(row.before, row.measure) for row in ledger.rows}
    if len(befores) < ledger.comparisons:
        said.append("Comparisons with the same run before hold the same promises twice.")
    for each in ledger.summaries:
        name = f"{each.measure}, {each.tags}" if len(ledger.summaries) > 2 else each.tags
        said += [f"{name}: {plain(each.note)}"] if each.note else []
    return said


def _units(ledger: Ledger) -> dict[str, Unit]:
    made = {}
    for measure in dict.fromkeys(row.measure for row in ledger.rows):
        rows = [row for row in ledger.rows if row.measure == measure]
        gains = [abs(g) for row in rows for g in (row.predicted_gain, row.realised_gain) if g]
        made[measure] = Unit.of([], gains, percent=ledger.percent.get(measure, True))
    return made


def _points(units: dict[str, Unit]) -> str:
    return ", points" if units and all(unit.percent for unit in units.values()) else ""


def _summary_columns(ledger: Ledger) -> list[Column]:
    units = _units(ledger)
    points = _points(units)

    def whole(name: str, title: str, format: Any, said: str, keep: int) -> Column:
        return Column(name, title, format=format, help=said, keep=keep, whole_row=True)

    def gain(name: str, title: str, keep: int) -> Column:
        return whole(name, title + points, _gain(units, name), "Sum over the rows.", keep)

    spearman = "Spearman's, of promise and gain, within comparisons."
    held = "Gains in the predicted interval."
    return [
        *_measure(units),
        Column("tags", "tags", "left", keep=9),
        Column("comparisons", "comparisons", keep=1),
        Column("rows", "rows", help="Tags with a promise.", keep=2),
        gain("predicted_gain", "promised", 7),
        gain("realised_gain", "gained", 8),
        whole("delivered", "delivered", _share, "Gained / promised.", 9),
        whole("rank_correlation", "rank correlation", _order, spearman, 6),
        whole("within", "within", _within, held, 5),
    ]


def _row_columns(ledger: Ledger) -> list[Column]:
    units = _units(ledger)
    points = _points(units)

    def whole(name: str, title: str, format: Any, keep: int) -> Column:
        return Column(name, title, format=format, whole_row=True, keep=keep)

    return [
        Column("name", "comparison", "left", keep=10, least=12),
        *_measure(units),
        Column("rank", "rank", keep=4),
        Column("tag", "tag", "left", keep=11, least=12),
        whole("predicted_gain", f"promised{points}", _gain(units, "predicted_gain"), 8),
        whole("predicted_low", "interval", _span(units, "predicted"), 3),
        whole("realised_gain", f"gained{points}", _gain(units, "realised_gain"), 9),
        whole("realised_low", "interval", _span(units, "realised"), 5),
        Column("outcome", "outcome", "left", help="Gain against the promised interval.", keep=6),
        Column("verdict", "verdict", "left", keep=2),
    ]


def _measure(units: dict[str, Unit]) -> list[Column]:
    return [Column("measure", "measure", "left")] if len(units) > 1 else []


def _span(units: dict[str, Unit], kind: str) -> Any:
    def text(row: Any) -> str:
        return units[row["measure"]].gain_span(row[f"{kind}_low"], row[f"{kind}_high"])

    return text


def _gain(units: dict[str, Unit], name: str) -> Any:
    def text(row: Any) -> str:
        return "" if row[name] is None else units[row["measure"]].gain(row[name])

    return text


def _share(row: Any) -> str:
    if row["delivered"] is None:
        return ""
    low, high = row["delivered_low"], row["delivered_high"]
    span = "" if low is None else f" ({number(100 * low)} to {number(100 * high)})"
    return f"{percent(row['delivered'], 0)}{span}"


def _order(row: Any) -> str:
    if row["rank_correlation"] is None:
        return "n/a"
    ends = (row[f"rank_correlation_{end}"] for end in ("low", "high"))
    return f"{number(row['rank_correlation'], 2)} ({' to '.join(number(e, 2) for e in ends)})"


def _within(row: Any) -> str:
    of = row["within"] + row["below"] + row["above"]
    return f"{number(row['within'])} of {number(of)}" if of else ""


def _named(row: LedgerRow) -> dict[str, Any]:
    name = f"{row.before} → {row.after}"
    return {**row.to_dict(), "name": name if row.where is None else f"{name} where {row.where}"}


def _tables(ledger: Ledger, most: int | None) -> list[tuple[list[Column], list[dict[str, Any]]]]:
    summaries = [each.to_dict() for each in ledger.summaries if each.rows]
    rows = [_named(row) for row in ledger.rows[:most]]
    parts = [(_summary_columns(ledger), summaries), (_row_columns(ledger), rows)]
    return [part for part in parts if part[1]]


def terminal(ledger: Ledger, width: int, most: int | None = _MOST) -> Group:
    """Return headline, tables and notes for a console of so many characters."""
    from rich.console import Group
    from rich.text import Text

    parts: list[Any] = [Text(plain(headline(ledger)), style="bold")]
    for columns, rows in _tables(ledger, most):
        chosen = fit(columns, rows, width)
        table = to_rich(
            chosen,
            rows,
            width=width,
            muted=lambda row: row.get("tag") == ALL,
            styles={"tag": "bold"},
        )
        parts += [Text(""), table]
    hidden = len(ledger.rows) - len(ledger.rows[:most])
    below = [f"… and {plural(hidden, 'more row')}: --json shows all."] if hidden else []
    below += notes(ledger)
    parts += [Text(""), *(Text(line, style="dim") for line in below)] if below else []
    return Group(*parts)


def markdown(ledger: Ledger) -> str:
    """Return headline, tables and notes as GitHub's Markdown."""
    parts = [f"**{escape_markdown(headline(ledger))}**"]
    parts += [to_markdown(columns, rows) for columns, rows in _tables(ledger, None)]
    if below := notes(ledger):
        parts.append("\n".join(f"- {escape_markdown(line)}" for line in below))
    return "\n\n".join(parts) + "\n"


def notebook(ledger: Ledger) -> str:
    """Return headline, tables and notes as plain HTML for the output of a notebook's cell."""
    tables = Markup("").join(
        Markup('<div style="overflow-x: auto">{}</div>').format(to_html(columns, rows, bare=True))
        for columns, rows in _tables(ledger, _MOST)
    )
    below = Markup("").join(Markup("<p>{}</p>").format(plain(line)) for line in notes(ledger))
    return str(Markup("<p><b>{}</b></p>{}{}").format(plain(headline(ledger)), tables, below))


def page(ledger: Ledger) -> str:
    """Return the ledger as one self-contained HTML document."""
    from tagline.display.html import ChartBlock, chart_figure, document
    from tagline.error_analysis.comparison.ledger_chart import ledger_chart

    parts = []
    if ledger.rows and ledger.pairs(ledger.rows[0].measure):
        said = "What was promised for each tag, and what came; on the dashed line all of it came."
        block = ChartBlock(ledger_chart(ledger), "Promise and delivery", said)
        parts.append(Markup('<div class="charts">{}</div>').format(chart_figure(block, 1)))
    for columns, rows in _tables(ledger, None):
        parts.append(Markup('<div class="scroll">{}</div>').format(to_html(columns, rows)))
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in notes(ledger))
    parts.append(Markup('<h2>Notes</h2><ul class="note">{}</ul>').format(items))
    panels = Markup("").join(Markup('<section class="panel">{}</section>').format(p) for p in parts)
    body = Markup(
        '<header class="top"><b>Tagline</b><span class="quiet">Ledger</span></header>\n'
        "<main><h1>{}</h1>{}</main>"
    ).format(plain(headline(ledger)), panels)
    return document(body, title="Ledger · Tagline", styles=[], charts=True)
