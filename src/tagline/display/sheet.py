"""A result that is one table with a headline and notes: every form of it, written once."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from tagline.display.records import Framed
from tagline.display.tables import Column, escape_markdown, fit, to_html, to_markdown, to_rich
from tagline.display.words import plain

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, Group, RenderResult

__all__ = ["Sheet"]


class Sheet(Framed):
    """What a plain table of results is made of; a subclass says its columns and words.

    Attributes
    ----------
    title : str
        Of the page.
    key : str
        Under which the rows stand in the JSON document.
    rows : sequence of `row_type`
    """

    title: ClassVar[str]
    key: ClassVar[str]

    @property
    @abstractmethod
    def headline(self) -> str:
        """The first line of every form: the answer."""

    @property
    def notes(self) -> Sequence[str]:
        """What stands below the table."""
        return ()

    @abstractmethod
    def columns(self) -> list[Column]:
        """Return what people see of the rows."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document as a dictionary."""
        rows = [asdict(row) for row in self.rows]
        return {"headline": self.headline, "notes": list(self.notes), self.key: rows}

    def to_json(self) -> str:
        """Return the JSON document; it holds no NaN."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, default=str)

    def to_markdown(self) -> str:
        """Return headline, table and notes as GitHub's Markdown."""
        table = to_markdown(self.columns(), self._cells()) if self.rows else ""
        lines = [
            f"**{escape_markdown(plain(self.headline))}**",
            "",
            *([table, ""] if table else []),
        ]
        lines += [f"- {escape_markdown(plain(line))}" for line in self.notes]
        return "\n".join(lines).rstrip() + "\n"

    def to_html(self, path: str | Path | None = None) -> str:
        """Return one self-contained page, and write it to `path` if one is given."""
        from tagline.display.html import document

        below = Markup("").join(Markup("<li>{}</li>").format(plain(line)) for line in self.notes)
        panel = (
            '<section class="panel"><div class="scroll">{}</div><ul class="note">{}</ul></section>'
        )
        body = Markup(
            '<header class="top"><b>Tagline</b><span class="quiet">{}</span></header>\n'
            f'<main><h1>{{}}</h1><section class="panel">{panel}</section></main>'
        ).format(self.title, plain(self.headline), self._table(), below)
        page = document(body, title=f"{self.title} · Tagline")
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def terminal(self, width: int = 100) -> Group:
        """Return what the terminal shows, for a console of so many characters."""
        from rich.console import Group
        from rich.text import Text

        parts: list[Any] = [Text(plain(self.headline), style="bold"), Text("")]
        if self.rows:
            found = self._cells()
            parts += [to_rich(fit(self.columns(), found, width), found, width=width), Text("")]
        return Group(*parts, *(Text(plain(line), style="dim") for line in self.notes))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.terminal(options.max_width)

    def _repr_html_(self) -> str:
        below = Markup("").join(Markup("<p>{}</p>").format(plain(line)) for line in self.notes)
        said = Markup("<p><b>{}</b></p>{}{}")
        return str(said.format(plain(self.headline), self._table(), below))

    def _cells(self) -> list[dict[str, Any]]:
        return [asdict(row) for row in self.rows]

    def _table(self) -> Markup:
        return to_html(self.columns(), self._cells()) if self.rows else Markup("")
