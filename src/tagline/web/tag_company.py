"""What an analysis finds in the data for all tags at once: kept for every page that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagline.error_analysis.behind.mistakes import mistakes_text
from tagline.error_analysis.company.explaining import AdjustedRow, adjusted_rows
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.error_analysis import ErrorAnalysis
    from tagline.web.served import Served

__all__ = ["FIRST", "Company", "company", "pairs"]

FIRST = 12  # tags whose pairs are counted: their number grows with the square
_ADJUSTED = 10
_MISTAKES = 5


@dataclass(frozen=True, slots=True)
class Company:
    """What stands behind the tags of an analysis.

    Attributes
    ----------
    mistakes : mapping from tag to str
        What was most often taken for what.
    adjusted : tuple of AdjustedRow
        Gaps of the first tags, raw and adjusted for the others.
    """

    mistakes: Mapping[str, str]
    adjusted: tuple[AdjustedRow, ...]


def company(served: Served, run: str, options: Mapping[str, Any]) -> Company:
    """Return mistakes and adjusted gaps of the tags; they are kept."""

    def make() -> Company:
        with served.behind(run, **options) as analysis:
            return Company(_mistakes(analysis), adjusted(analysis))

    return served.once(("company", run, repr(sorted(options.items()))), make)


def pairs(served: Served, run: str, options: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return `tag`, `other` and `both` of each two of the first tags; they are kept."""

    def make() -> tuple[Mapping[str, Any], ...]:
        with served.behind(run, **options) as analysis:
            return tuple(analysis.overlaps(FIRST).to_pylist())

    return served.once(("pairs", run, repr(sorted(options.items()))), make)


def adjusted(analysis: ErrorAnalysis, first: str | None = None) -> tuple[AdjustedRow, ...]:
    """Return the gaps of the first tags, adjusted for each other; `first` is one of them."""
    order = [row.tag for row in analysis.rows if row.rank is not None]
    if first is not None:
        order = [first, *(each for each in order if each != first)]
    if len(order) < 2 or analysis.look is None:
        return ()
    gaps = analysis.look.adjusted(order, _ADJUSTED, analysis.level) or []
    made = adjusted_rows(gaps, analysis.rows, percent=analysis.percent, level=analysis.level)
    return tuple(made)


def _mistakes(analysis: ErrorAnalysis) -> dict[str, str]:
    try:
        rows = analysis.mistakes(_MISTAKES).to_pylist()
    except InputError:  # no classes: nothing is taken for something else
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["tag"], []).append(row)
    texts = {tag: mistakes_text(own) for tag, own in found.items()}
    return {tag: text for tag, text in texts.items() if text}
