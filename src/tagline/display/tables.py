"""One list of columns for every place a table appears: the terminal, Markdown, HTML.

A column knows its name in the row, its header, its alignment and how a value is written. A value
that is not known is None in the row and a dash in the table; the row's note says why.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from tagline.display.words import DASH, number, plain, shorten_middle

if TYPE_CHECKING:
    from rich.table import Table

__all__ = [
    "Column",
    "cells",
    "escape_markdown",
    "fit",
    "to_html",
    "to_markdown",
    "to_rich",
    "written",
]

Row = Mapping[str, Any]
_GAP = 2  # characters between two columns in the terminal


def written(value: Any) -> str:
    """Return any value as text: whole numbers with separators, the rest as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return f"{value:,.4g}" if isinstance(value, float) else plain(value)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        Key of the value in a row.
    header : str
        For people. A line break in it is one in the terminal only.
    align : {"left", "right"}, default "right"
    format : callable
        From a value (never None) to text.
    help : str
        One sentence that says what the column answers.
    keep : int, default 0
        In a narrow terminal the columns with the smallest number go first.
    least : int, default 0
        Characters to which the column may be cut before others are dropped; 0: never cut.
    whole_row : bool, default False
        Give `format` the whole row instead of the value.
    wrap : bool, default False
        In a narrow terminal the text goes on in a further line instead of being cut.
    """

    name: str
    header: str
    align: Literal["left", "right"] = "right"
    format: Callable[[Any], str] = written
    help: str = ""
    keep: int = 0
    least: int = 0
    whole_row: bool = False
    wrap: bool = False

    def text(self, row: Row) -> str:
        """Return the cell of a row as text, a dash where the value is None or missing."""
        if self.whole_row:
            return self.format(row) or DASH
        value = row.get(self.name)
        return DASH if value is None or _is_nan(value) else self.format(value)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def cells(columns: Sequence[Column], rows: Sequence[Row]) -> list[list[str]]:
    """Return the text of every cell, row by row.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of mapping

    Returns
    -------
    list of list of str
        Shape (n_rows, n_columns); one line each, without control characters.
    """
    return [[plain(column.text(row)) for column in columns] for row in rows]


def fit(columns: Sequence[Column], rows: Sequence[Row], width: int) -> list[Column]:
    """Return the columns that fit into so many characters, the most wanted first.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of mapping
    width : int
        Characters of the terminal.

    Returns
    -------
    list of Column
        In the given order. At least one remains.

    Examples
    --------
    >>> columns = [Column("tag", "tag", keep=9), Column("errors", "errors")]
    >>> [each.name for each in fit(columns, [{"tag": "dim", "errors": 12}], 10)]
    ['tag']
    """
    widths = _widths(columns, rows)
    kept: set[str] = set()
    left = width + _GAP
    for column in sorted(columns, key=lambda each: -each.keep):
        taken = min(widths[column.name], column.least or width) + _GAP
        if taken <= left or not kept:
            kept.add(column.name)
            left -= taken
    return [column for column in columns if column.name in kept]


def _widths(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, int]:
    """Return how many characters each column takes in full."""
    from rich.cells import cell_len

    texts = cells(columns, rows)
    return {
        column.name: max(map(cell_len, [*column.header.split("\n"), *(line[i] for line in texts)]))
        for i, column in enumerate(columns)
    }


def to_rich(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    width: int | None = None,
    muted: Callable[[Row], bool] | None = None,
    styles: Mapping[str, str] | None = None,
) -> Table:
    """Return a table for the terminal.

    Parameters
    ----------
    columns : sequence of Column
        See `fit` for a narrow terminal.
    rows : sequence of mapping
    width : int, optional
        Characters of the terminal: columns with ``least`` are cut to fit.
    muted : callable, optional
        Says of a row whether it is printed dim.
    styles : mapping of str to str, optional
        Rich style by column name.

    Returns
    -------
    rich.table.Table
        Texts are printed as they are: nothing in them is read as markup.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    styles = styles or {}
    widths = _widths(columns, rows)
    left = sum(widths.values()) + _GAP * (len(columns) - 1) - (width or 10**9)
    # the box draws one of the spaces between two columns
    table = Table(box=box.SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), pad_edge=False, show_edge=False)
    for column in columns:
        cut = min(max(left, 0), max(widths[column.name] - column.least, 0)) if column.least else 0
        left -= cut
        table.add_column(
            Text(column.header),
            justify=column.align,
            style=styles.get(column.name, ""),
            no_wrap=not column.wrap,
            overflow="fold" if column.wrap else "ellipsis",
            width=widths[column.name] - cut,
            vertical="bottom",
        )
    for row, texts in zip(rows, cells(columns, rows), strict=True):
        shown = [
            text if own.wrap else shorten_middle(text, column.width or 1)
            for text, column, own in zip(texts, table.columns, columns, strict=True)
        ]
        table.add_row(*map(Text, shown), style="dim" if muted and muted(row) else None)
    return table


def to_markdown(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    r"""Return a table in GitHub's Markdown.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of mapping

    Returns
    -------
    str
        Cells are escaped, so that a name can hold a pipe, a star or a tag of HTML.

    Examples
    --------
    >>> columns = [Column("tag", "tag", "left"), Column("n", "n")]
    >>> print(to_markdown(columns, [{"tag": "a|b", "n": 1200}]))
    | tag | n |
    | :--- | ---: |
    | a\|b | 1,200 |
    """
    lines = [
        [escape_markdown(column.header) for column in columns],
        [":---" if column.align == "left" else "---:" for column in columns],
        *([escape_markdown(text) for text in line] for line in cells(columns, rows)),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escape_markdown(text: str) -> str:
    r"""Return text in which nothing is read as Markdown or HTML, on one line.

    Examples
    --------
    >>> escape_markdown("*dim* <b>")
    '\\*dim\\* &lt;b&gt;'
    """
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in "\\`*_[]|~#$@" else char for char in text)


def to_html(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    caption: str = "",
    bare: bool = False,
    stacked: bool = False,
) -> Markup:
    """Return a plain table in HTML, with each column's help on its header.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of mapping
        A dash gets the row's ``note`` as its title.
    caption : str, optional
    bare : bool, default False
        No style sheet will be there: cells say themselves that they stay on one line, and where
        they are aligned.

    Returns
    -------
    Markup
    """
    look = _style if bare else _class
    head = Markup("").join(
        Markup('<th scope="col"{}{}>{}</th>').format(
            look(column), _title(column.help), plain(column.header)
        )
        for column in columns
    )
    cell = _stacked if stacked else look
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td{}{}>{}</td>").format(
                    Markup(' class="tag"') if stacked and not place else cell(column),
                    _title(row.get("note", "") if text == DASH else ""),
                    text,
                )
                for place, (column, text) in enumerate(zip(columns, line, strict=True))
            )
        )
        for row, line in zip(rows, cells(columns, rows), strict=True)
    )
    above = Markup("<caption>{}</caption>").format(caption) if caption else Markup("")
    kind = Markup(' class="stacked"') if stacked else Markup("")
    return Markup("<table{}>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        kind, above, head, body
    )


def _style(column: Column) -> Markup:
    return Markup(' style="text-align: {}; white-space: nowrap"').format(column.align)


def _class(column: Column) -> Markup:
    return Markup(' class="n"') if column.align == "right" else Markup("")


def _stacked(column: Column) -> Markup:
    return _class(column) + Markup(' data-label="{}"').format(plain(column.header))


def _title(text: str) -> Markup:
    return Markup(' title="{}"').format(text) if text else Markup("")
