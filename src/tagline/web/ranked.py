"""The ranking as the pages show it: an analysis with the weights that the address asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from tagline.error_analysis.rows import ALL, UNTAGGED
from tagline.error_analysis.shown.page import ErrorPage, page_context
from tagline.error_analysis.shown.reading import unit_notes
from tagline.error_analysis.shown.wording import most_gain
from tagline.exceptions import InputError
from tagline.measures import MEASURES, find_measure
from tagline.web.asked import Ask

if TYPE_CHECKING:
    from tagline.error_analysis import ErrorAnalysis
    from tagline.error_analysis.rows import TagRow
    from tagline.error_analysis.shown.page_rows import RowView
    from tagline.store import RunRecord
    from tagline.tags import Tag
    from tagline.web.served import Served

__all__ = ["STEPS", "Ranked", "in_order", "measures", "ranked", "shown", "steps"]

STEPS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
_UP = frozenset({"tag"})  # columns that are read from the small end first


@dataclass(frozen=True, eq=False)
class Ranked:
    """An analysis with the weights that are asked for.

    Attributes
    ----------
    found : ErrorAnalysis
        Without a way back to its data.
    run : RunRecord
    tags : mapping from name to Tag
        The vocabulary.
    saved : mapping from tag to (importance, ease)
        What the vocabulary says.
    partial : tuple of str
        People's tags that are decided for a part of the examples only, and so left out.
    """

    found: ErrorAnalysis
    run: RunRecord
    tags: Mapping[str, Tag]
    saved: Mapping[str, tuple[float, float]]
    partial: tuple[str, ...]

    @property
    def changed(self) -> dict[str, tuple[float, float]]:
        """The tags whose weights are others than the vocabulary's, with these."""
        rows = ((r.tag, (r.importance, r.ease)) for r in self.found.rows if r.tag in self.saved)
        return {tag: now for tag, now in rows if now != self.saved[tag]}

    @property
    def flags(self) -> list[str]:
        """The tags that count for ``(untagged)``: not the levels of a column."""
        names = [row.tag for row in self.found.rows if row.tag not in {ALL, UNTAGGED}]
        return [name for name in names if name in self.tags or "=" not in name]

    @property
    def guessed(self) -> bool:
        """Whether the tags are columns that nobody named: there is no vocabulary yet."""
        return not self.tags


def ranked(served: Served, ask: Ask) -> Ranked:
    """Return the analysis that is asked for; but for its weights it is kept.

    Parameters
    ----------
    served : Served
    ask : Ask

    Returns
    -------
    Ranked

    Raises
    ------
    InputError
        If what is asked does not fit.
    """
    project = served.project
    run = project.store.run(ask.run)
    found = served.analysis(run.name, **ask.options())
    rows = [row for row in found.rows if row.rank is not None]
    saved = {row.tag: (row.importance, row.ease) for row in rows}
    if ask.importance or ask.ease:
        importance = {tag: each[0] for tag, each in saved.items()} | ask.importance
        ease = {tag: each[1] for tag, each in saved.items()} | ask.ease
        found = found.reweight(importance, ease)
    tags = served.once(("vocabulary",), lambda: {tag.name: tag for tag in project.tags})
    partial = () if ask.sample is not None else _partial(served, run.name)
    return Ranked(found, run, tags, saved, partial)


def _partial(served: Served, run: str) -> tuple[str, ...]:
    def make() -> tuple[str, ...]:
        with served.desk() as desk:
            return desk.tagged(run).partial

    return served.once(("partial", run), make) if served.project.tags.people else ()


def shown(asked: Ranked, **parts: Any) -> dict[str, Any]:
    """Return what the report's templates get of an analysis; `view` holds its rows.

    Parameters
    ----------
    asked : Ranked
    **parts
        Further fields of `ErrorPage`.

    Returns
    -------
    dict
    """
    found = asked.found
    described = {name: tag.description for name, tag in asked.tags.items() if tag.description}
    page = ErrorPage(
        headline=found.headline,
        rows=found.rows,
        gaps=found.gaps,
        measure_title=found.title,
        percent=found.percent,
        level=found.level,
        top=found.top,
        left_out=found.left_out,
        questions=found.questions,
        notes=unit_notes(found.measure),
        descriptions=described,
        **parts,
    )
    return page_context(page)


def in_order(views: Sequence[RowView], ask: Ask) -> list[RowView]:
    """Return rows in the order that is asked for; what is not known comes last."""
    if ask.sort == "priority" and ask.order in {None, "down"}:
        return list(views)
    down = (ask.order or ("up" if ask.sort in _UP else "down")) == "down"
    known = [view for view in views if _value(view.row, ask.sort) is not None]
    known.sort(key=lambda view: _value(view.row, ask.sort), reverse=down)
    return known + [view for view in views if _value(view.row, ask.sort) is None]


def _value(row: TagRow, column: str) -> Any:
    if column == "gain":
        return most_gain(row)
    if column == "priority":
        return None if row.rank is None else -row.rank
    value = getattr(row, column)
    return value.casefold() if isinstance(value, str) else value


def steps(value: float) -> list[float]:
    """Return the weights to choose from, with the one that stands.

    Examples
    --------
    >>> steps(1.2)[2:5]
    [1.0, 1.2, 1.5]
    """
    return sorted({*STEPS, value})


@cache
def measures() -> tuple[tuple[str, str], ...]:
    """Return the measures that need no parameters: name and title."""
    found = []
    for name in MEASURES:
        try:
            found.append((name, find_measure(name).title))
        except InputError:  # it needs parameters
            continue
    return tuple(found)
