"""The confusion of two runs: on how many examples both are right, both wrong, or one each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tagline.display.tables import Column
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["CELL_COLUMNS", "RunCells", "run_cells"]


@dataclass(frozen=True, slots=True)
class RunCells:
    """The examples of one tag by what the two runs made of them; the four add up to `support`."""

    tag: str
    support: int
    both_right: int  # no error in either run
    broken: int  # a higher rate of its own after than before: right before, wrong after
    fixed: int
    both_wrong: int  # wrong in both, equally

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dictionary in the order of the columns."""
        return asdict(self)


CELL_COLUMNS = [
    Column("tag", "tag", "left"),
    Column("support", "examples"),
    Column("both_right", "both right"),
    Column("broken", "only before right", help="Newly broken: its own rate rose."),
    Column("fixed", "only after right", help="Newly fixed: its own rate fell."),
    Column("both_wrong", "both wrong", help="Wrong in both runs, equally."),
]


def run_cells(result: RunComparison) -> tuple[RunCells, ...]:
    """Return the cells of every row of a comparison, in its order.

    Parameters
    ----------
    result : RunComparison

    Returns
    -------
    tuple of RunCells

    Raises
    ------
    InputError
        If the comparison does not hold what was counted.
    """
    found = result.evidence
    if found is None:
        raise InputError(
            "This comparison does not hold what was counted: run `compare_runs` on the data again."
        )
    places = {tag: place for place, tag in enumerate(result.evidence_tags)}
    cells = []
    for row in result.rows:
        place = places[row.tag]
        right, broken, fixed = (
            int(each[place]) for each in (found.both_right, found.broken, found.fixed)
        )
        rest = row.support - right - broken - fixed
        cells.append(RunCells(row.tag, row.support, right, broken, fixed, rest))
    return tuple(cells)
