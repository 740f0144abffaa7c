"""`tagline errors --also`: what stands behind the table, in the forms of a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagline.cli.arguments import split_names
from tagline.exceptions import InputError, did_you_mean

if TYPE_CHECKING:
    from rich.console import Group

    from tagline.error_analysis import ErrorAnalysis

__all__ = ["ALSO", "WithMore", "read_also"]

Row = Mapping[str, Any]

_MOST = 20  # lines of one kind on a terminal; the JSON document holds all


def read_also(given: Sequence[str]) -> tuple[str, ...]:
    """Return what is asked for, each once.

    Parameters
    ----------
    given : sequence of str
        With commas between.

    Returns
    -------
    tuple of str

    Raises
    ------
    InputError
        If one is not known.

    Examples
    --------
    >>> read_also(["mistakes, adjusted", "mistakes"])
    ('mistakes', 'adjusted')
    """
    names = tuple(dict.fromkeys(split_names(given)))
    for name in names:
        if name not in ALSO:
            raise InputError(
                f"--also takes {', '.join(ALSO)}. Got {name!r}. {did_you_mean(name, ALSO)}"
            )
    return names


@dataclass(frozen=True)
class WithMore:
    """An error analysis, and what was asked for beside its table.

    Attributes
    ----------
    result : ErrorAnalysis
    more : mapping from a name of `ALSO` to rows
    """

    result: ErrorAnalysis
    more: Mapping[str, Sequence[Row]]

    @classmethod
    def of(cls, result: ErrorAnalysis, names: Sequence[str]) -> WithMore:
        """Ask the result.

        Parameters
        ----------
        result : ErrorAnalysis
        names : sequence of str
            Of `ALSO`.

        Returns
        -------
        WithMore

        Raises
        ------
        InputError
            If the measure, or the columns, do not have what is asked for.
        """
        return cls(result, {name: getattr(result, name)().to_pylist() for name in names})

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document, with a key for each name."""
        more = {name: [_plain(row) for row in rows] for name, rows in self.more.items()}
        return {**self.result.to_dict(), **more}

    def to_csv(self) -> str:
        """Return the rows of the table."""
        return self.result.to_csv()

    def to_html(self) -> str:
        """Return the page, which shows all of it in any case."""
        return self.result.to_html()

    def to_markdown(self) -> str:
        """Return the table, and a list for each name."""
        from tagline.display.tables import escape_markdown

        parts = [self.result.to_markdown()]
        for name in self.more:
            lines = "".join(f"- {escape_markdown(line)}\n" for line in self._lines(name))
            parts.append(f"\n**{ALSO[name][0]}**\n\n{lines}")
        return "".join(parts)

    def terminal(self, width: int) -> Group:
        """Return what the terminal shows."""
        from rich.console import Group
        from rich.text import Text

        parts: list[Any] = [self.result.terminal(width)]
        for name in self.more:
            lines = self._lines(name)
            hidden = len(lines) - _MOST
            more = [f"… and {hidden} more: --json shows all."] if hidden > 0 else []
            parts += [Text(""), Text(ALSO[name][0], style="bold")]
            parts += [Text(line) for line in (*lines[:_MOST], *more)]
        return Group(*parts)

    def _lines(self, name: str) -> list[str]:
        from tagline.display.words import plain

        return [plain(line) for line in ALSO[name][1](self.more[name])] or ["none"]


def _plain(row: Row) -> dict[str, Any]:
    """Return a row as JSON knows it: a class may be a date."""
    known = (str, int, float, bool, type(None))
    return {name: each if isinstance(each, known) else str(each) for name, each in row.items()}


def _adjusted(rows: Sequence[Row]) -> list[str]:
    return [f"{row['tag']}: {row['note']}" for row in rows]


def _added(rows: Sequence[Row]) -> list[str]:
    from tagline.display.words import number, plural

    return [
        f"{row['tag']}: {number(row['errors'])} errors on {plural(row['rows'], 'example')} that no"
        " tag above has"
        for row in rows
    ]


def _calibration(rows: Sequence[Row]) -> list[str]:
    from tagline.error_analysis.behind.calibrating import calibration_text

    return [f"{row['tag']}: {calibration_text(row)}" for row in rows]


def _edits(rows: Sequence[Row]) -> list[str]:
    from tagline.error_analysis.behind.mistakes import edits_text

    return [f"{row['tag']}: {edits_text(row)}" for row in rows]


def _mistakes(rows: Sequence[Row]) -> list[str]:
    from tagline.error_analysis.behind.mistakes import mistakes_text

    by_tag: dict[str, list[Row]] = {}
    for row in rows:
        by_tag.setdefault(row["tag"], []).append(row)
    said = {tag: mistakes_text(own) for tag, own in by_tag.items()}
    return [f"{tag}: {text}" for tag, text in said.items() if text]


def _overlaps(rows: Sequence[Row]) -> list[str]:
    from tagline.display.words import number, plural

    return [
        f"{row['tag']} and {row['other']}: {plural(row['both'], 'example')},"
        f" {number(row['errors'])} errors"
        for row in rows
        if row["both"]
    ]


ALSO: dict[str, tuple[str, Callable[[Sequence[Row]], list[str]]]] = {
    "adjusted": ("Is it really this tag?", _adjusted),
    "added": ("What each tag adds to those above it", _added),
    "calibration": ("Confidence", _calibration),
    "edits": ("Edits", _edits),
    "mistakes": ("What is most often taken for what", _mistakes),
    "overlaps": ("Tags that come together", _overlaps),
}
"""What can be asked for: the method of `ErrorAnalysis`; its heading, and its rows in words."""
