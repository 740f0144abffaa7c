"""A description of inputs as tables and text: terminal, Markdown, notebook, page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tagline.display.tables import Column, escape_markdown, fit, to_html, to_markdown, to_rich
from tagline.display.words import number, plain, plural

if TYPE_CHECKING:
    from rich.console import Group

    from tagline.inputs.results import InputDescription

__all__ = ["headline", "markdown", "notebook", "page", "terminal"]

_NOUNS = {
    "text": "text",
    "image": "image",
    "audio": "clip",
    "row": "row",
    "chat": "conversation",
}
_SMALL = 0.001
_FEW = 5  # reasons, and examples of each, below a table


def headline(result: InputDescription) -> str:
    """Return how many inputs were read, and why the others were not."""
    noun = _NOUNS[result.kind]
    if not result.n_broken:
        return f"{plural(result.n_examples, noun)} described, all of them readable."
    read = result.n_examples - result.n_broken
    first = next(iter(result.reasons))
    often = "" if len(result.reasons) == 1 else ", most often"
    return (
        f"{plural(read, noun)} described; {number(result.n_broken)} could not be read{often}:"
        f" {first}."
    )


def notes(result: InputDescription) -> list[str]:
    """Return what stands below the table."""
    said = []
    for reason, count in list(result.reasons.items())[:_FEW]:
        names = [each.example for each in result.broken if each.reason == reason][:_FEW]
        more = ", ..." if count > len(names) else ""
        said.append(f"{number(count)} {reason}: {', '.join(names)}{more}")
    if len(result.reasons) > _FEW:
        said.append(f"{plural(len(result.reasons) - _FEW, 'more reason')} in `input_error`")
    if any(row.missing for row in result.rows):
        said.append("Missing: the input was read, but the statistic has no value for it.")
    if result.out is not None:
        said.append(f"The data with these columns are in {result.out}.")
    return [plain(line) for line in (*said, *result.said)]


def columns(result: InputDescription) -> list[Column]:
    """Return the columns of the table, for every place that it is shown in."""
    missing = Column("missing", "missing", help="Inputs that were read but have no value.", keep=3)
    return [
        Column("statistic", "statistic", "left", plain, "The name of the column.", keep=9),
        Column("unit", "unit", "left", plain, keep=5),
        Column("count", "inputs", help="Inputs with a value.", keep=6),
        *([missing] if any(row.missing for row in result.rows) else []),
        Column("min", "min", format=_number, keep=7),
        Column("q25", "25 %", format=_number, keep=4),
        Column("median", "median", format=_number, keep=8),
        Column("q75", "75 %", format=_number, keep=4),
        Column("max", "max", format=_number, keep=7),
        Column("mean", "mean", format=_number, keep=6),
    ]


def _number(value: float) -> str:
    if value == round(value) and abs(value) < 1e15:
        return number(value)
    size = abs(value)
    if size < _SMALL:
        return f"{value:.1g}"
    return number(value, 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3)


def _records(result: InputDescription) -> list[dict[str, Any]]:
    return [row.to_dict() for row in result.rows]


def markdown(result: InputDescription) -> str:
    """Return headline, table and notes as GitHub's Markdown."""
    table = to_markdown(columns(result), _records(result))
    lines = [f"**{escape_markdown(headline(result))}**", "", table, ""]
    lines += [f"- {escape_markdown(line)}" for line in notes(result)]
    return "\n".join(lines) + "\n"


def terminal(result: InputDescription, width: int = 100) -> Group:
    """Return headline, table and notes for a console of so many characters."""
    from rich.console import Group
    from rich.text import Text

    found = _records(result)
    kept = fit(columns(result), found, width)
    table = to_rich(kept, found, width=width, styles={"statistic": "bold", "median": "bold"})
    below = [Text(line, style="dim") for line in notes(result)]
    parts: list[Any] = [Text(plain(headline(result)), style="bold"), Text(""), table]
    return Group(*parts, *([Text("")] if below else []), *below)


def notebook(result: InputDescription) -> str:
    """Return headline, table and notes as plain HTML for the output of a notebook's cell."""
    table = to_html(columns(result), _records(result))
    below = Markup("").join(Markup("<p>{}</p>").format(line) for line in notes(result))
    return str(Markup("<p><b>{}</b></p>{}{}").format(plain(headline(result)), table, below))


def page(result: InputDescription) -> str:
    """Return the description as one self-contained HTML document."""
    from tagline.display.html import ChartBlock, chart_figure, document
    from tagline.inputs.charts import statistic_charts

    table = Markup('<section class="panel"><div class="scroll">{}</div></section>').format(
        to_html(columns(result), _records(result))
    )
    figure = Markup("")
    if result.bars:
        said = "How often each statistic takes which values."
        block = ChartBlock(statistic_charts(result.bars), "Values", said)
        figure = Markup('<section class="panel"><div class="charts">{}</div></section>').format(
            chart_figure(block, 1)
        )
    lines = Markup("").join(Markup("<li>{}</li>").format(line) for line in notes(result))
    below = Markup('<section class="panel"><ul class="note">{}</ul></section>').format(lines)
    body = Markup(
        '<header class="top"><b>Tagline</b><span class="quiet">Inputs</span></header>\n'
        "<main><h1>{}</h1>{}{}{}</main>"
    ).format(plain(headline(result)), table, figure, below if lines else "")
    return document(body, title="Inputs · Tagline", charts=bool(result.bars))
