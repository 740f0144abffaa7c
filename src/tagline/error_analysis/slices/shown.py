"""The slices as tables and text: terminal, Markdown, notebook, page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tagline.display.tables import Column, escape_markdown, fit, to_html, to_markdown, to_rich
from tagline.display.units import Unit
from tagline.display.words import number, percent, plain, plural

if TYPE_CHECKING:
    from rich.console import Group

    from tagline.error_analysis.slices.clusters import Cluster
    from tagline.error_analysis.slices.results import Slices

__all__ = ["headline", "markdown", "notebook", "notes", "page", "terminal", "unit"]

_LEAST_P = 0.0001
_STYLE = """td:first-child { white-space: normal; min-width: 12rem }
.ways code { user-select: all; overflow-wrap: anywhere }"""  # rules are long


def unit(result: Slices) -> Unit:
    """Return how the numbers of a result are written."""
    rates = [result.error_rate, *(row.error_rate for row in result.rows)]
    return Unit.of(rates, [row.gain for row in result.rows], percent=result.percent)


def headline(result: Slices) -> str:
    """Return which slice to look at first, what it costs, and on which rows that was seen."""
    held = plural(result.n_held_back, "row")
    if not result.tested:
        return (
            f"No slice stands out in the half that suggests: there was nothing to test on {held}."
        )
    if not result.rows:
        tested = plural(result.tested, "candidate")
        return (
            f"No slice stands out: of {tested} none was confirmed on {held} that had not"
            " suggested them."
        )
    first, written = result.rows[0], unit(result)
    rate = written.rate_with(first.error_rate, first.error_rate_low, first.error_rate_high)
    return (
        f"Look first where {first.slice}: error rate {rate} against"
        f" {written.rate_named(result.error_rate)} of all, on {plural(first.support, 'row')} that"
        f" did not suggest it; at the rate of all it would gain {written.gain_named(first.gain)}."
    )


def notes(result: Slices) -> list[str]:
    """Return what stands below the table."""
    said = []
    if result.rows:
        said.append(
            "Gain: what all data gain if the slice comes down to the rate of all. Slices overlap:"
            " gains do not add up, and new errors are those in no slice above."
        )
    of = f" of {result.data}" if result.data else ""
    said.append(
        f"{plural(result.examined, 'slice')} of {plural(len(result.columns), 'column')} looked at"
        f" in one half of the data, {number(result.tested)} tested on the other"
        f" ({plural(result.n_held_back, 'row')}{of}); shown are those that hold there (q at most"
        " .05: of the slices shown at most one in 20 is expected to be chance), with their numbers"
        " on that half and 95 % intervals."
    )
    said += [_cluster_note(each) for each in result.clusters]
    said += [f"{name} left out: {why}" for name, why in result.columns_left_out.items()]
    said += [f"{number(count)} left out: {why}" for why, count in result.left_out.items()]
    return [plain(line) for line in said]


def _cluster_note(cluster: Cluster) -> str:
    """Say what is in a cluster, and how it becomes a tag."""
    traits = [
        f"{each.what} ({percent(each.share)} against {percent(each.share_of_all)})"
        for each in cluster.traits
    ]
    near = [str(each) for each in cluster.nearest]
    return ". ".join(
        [
            f"{cluster.name} ({plural(cluster.support, 'row')} of both halves)"
            + (f": more often {'; '.join(traits)}" if traits else ""),
            *([f"Nearest to its centre: {', '.join(near)}"] if near else []),
            "A cluster is no rule of SQL: .tags() gives its examples as a table of tags",
        ]
    )


def columns(result: Slices) -> list[Column]:
    """Return the columns of the table, for every place that it is shown in."""
    written, sign = unit(result), ", %" if result.percent else ""

    def span(row: Any) -> str:
        return written.span(row["error_rate_low"], row["error_rate_high"])

    rule = "The rule, which can become a tag."
    return [
        Column("slice", "slice", "left", plain, rule, 9, 30, wrap=True),
        Column("support", "rows", help="Held-back rows in the slice.", keep=5),
        Column("errors", "errors", format=_errors, help="The errors on them.", keep=2),
        Column(
            "added",
            "new\nerrors",
            format=_errors,
            help="The errors on rows that are in no slice above.",
            keep=4,
        ),
        Column("error_rate", f"error\nrate{sign}", format=written.rate, keep=8),
        Column("interval", "95 %\ninterval", format=span, whole_row=True, keep=6),
        Column(
            "gain",
            "gain" + (",\npoints" if result.percent else ""),
            format=written.gain,
            help="What all data gain if the slice comes down to the rate of all.",
            keep=7,
        ),
        Column("q_value", "q", format=_p, help="False discovery rate: .05 or less.", keep=3),
    ]


def _errors(value: float) -> str:
    return number(value, 0 if value == round(value) else 1)


def _p(value: float) -> str:
    return f"< {_LEAST_P}" if value < _LEAST_P else f"{value:.4f}"


def markdown(result: Slices) -> str:
    """Return headline, table and notes as GitHub's Markdown."""
    table = to_markdown(columns(result), _records(result)) if result.rows else ""
    lines = [f"**{escape_markdown(headline(result))}**", "", *([table, ""] if table else [])]
    lines += [f"- {escape_markdown(line)}" for line in notes(result)]
    return "\n".join(lines) + "\n"


def terminal(result: Slices, width: int = 100) -> Group:
    """Return headline, table and notes for a console of so many characters."""
    from rich.console import Group
    from rich.text import Text

    found = _records(result)
    parts: list[Any] = [Text(plain(headline(result)), style="bold"), Text("")]
    if found:
        kept = fit(columns(result), found, width)
        styles = {"slice": "bold", "error_rate": "dark_orange3", "gain": "bold"}
        parts += [to_rich(kept, found, width=width, styles=styles), Text("")]
    return Group(*parts, *(Text(line, style="dim") for line in notes(result)))


def notebook(result: Slices) -> str:
    """Return headline, table and notes as plain HTML for the output of a notebook's cell."""
    table = to_html(columns(result), _records(result)) if result.rows else Markup("")
    below = Markup("").join(Markup("<p>{}</p>").format(line) for line in notes(result))
    return str(Markup("<p><b>{}</b></p>{}{}").format(plain(headline(result)), table, below))


def page(result: Slices, ways: Sequence[str] = ()) -> str:
    """Return the slices as one self-contained HTML document.

    Parameters
    ----------
    result : Slices
    ways : sequence of str, default ()
        Commands that make tags of the slices, to be copied.

    Returns
    -------
    str
    """
    from tagline.display.html import ChartBlock, chart_figure, document
    from tagline.error_analysis.slices.charts import CHARTED, slice_chart

    table = figure = Markup("")
    if result.rows:
        table = Markup('<section class="panel"><div class="scroll">{}</div></section>').format(
            to_html(columns(result), _records(result), stacked=True)
        )
        said = "Error rates with 95 % intervals; the line is the rate of all held-back rows."
        if len(result.rows) > CHARTED:
            said += f" The first {CHARTED} of {len(result.rows)}; the table has all."
        block = ChartBlock(slice_chart(result), "Where the errors are", said)
        figure = Markup('<section class="panel"><div class="charts">{}</div></section>').format(
            chart_figure(block, 1)
        )
    below = Markup("").join(Markup("<li>{}</li>").format(line) for line in notes(result))
    body = Markup(
        '<header class="top"><b>Tagline</b><span class="quiet">Slices</span></header>\n'
        '<main><h1>{}</h1>{}{}{}<section class="panel"><ul class="note">{}</ul></section></main>'
    ).format(plain(headline(result)), table, _ways(ways), figure, below)
    return document(body, title="Slices · Tagline", styles=[_STYLE], charts=bool(result.rows))


def _ways(ways: Sequence[str]) -> Markup:
    """Return the commands, each of which one click selects."""
    if not ways:
        return Markup("")
    lines = Markup("").join(Markup("<li><code>{}</code></li>").format(way) for way in ways)
    return Markup(
        '<section class="panel"><details><summary>Make a slice a tag</summary>'
        '<p class="quiet">Copy its line, and write a name for NAME.</p><ol class="ways">{}</ol>'
        "</details></section>"
    ).format(lines)


def _records(result: Slices) -> list[dict[str, Any]]:
    return [
        {**row.to_dict(), "added": added.errors}
        for row, added in zip(result.rows, result.added, strict=True)
    ]
