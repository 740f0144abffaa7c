"""Promise and delivery: what the analysis of the first run said a tag would gain, and what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from math import isclose
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir

from tagline.display.units import Unit
from tagline.display.words import plural
from tagline.engine import Connection
from tagline.error_analysis.asked.request import Data, Request
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.shown.wording import NOTE_STOP
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.results import RunComparison
    from tagline.error_analysis.results import ErrorAnalysis
    from tagline.error_analysis.rows import TagRow

__all__ = ["NO_PROMISE", "Promise", "beside", "first_run"]

_SAME = 1e-6  # of two sums over the same rows in another order
NO_PROMISE = "no promise: no analysis of the first run was given"


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised for a tag before the work, and what the work brought.

    Both are parts of the error rate of all data: the gain that human level would bring, and the
    fall of the tag's own error rate times its share. The interval of what was realised takes the
    share as it is: both runs saw the same examples.
    """

    tag: str
    rank: int | None
    predicted: float | None
    predicted_low: float | None
    predicted_high: float | None
    realised: float | None
    realised_low: float | None
    realised_high: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the promise as a dictionary."""
        return asdict(self)


def beside(
    comparison: RunComparison, analysis: ErrorAnalysis
) -> tuple[tuple[ChangeRow, ...], tuple[Promise, ...]]:
    """Return the rows with the promised gains, and the promises by rank.

    Raises
    ------
    InputError
        If the analysis is of other data, of another run or of another measure.
    """
    if analysis.measure != comparison.measure:
        raise InputError(
            f"The analysis counts {analysis.measure!r} and the comparison {comparison.measure!r}:"
            " a promise must be of the same measure."
        )
    if analysis.n_examples != comparison.n_examples:
        raise InputError(
            f"The analysis is of {analysis.n_examples:,} examples and the comparison of"
            f" {comparison.n_examples:,}: a promise must be of the same examples."
        )
    stated = {row.tag: row for row in analysis.rows}
    _check_same_rows(comparison, stated)
    rows = tuple(_row(row, stated.get(row.tag)) for row in comparison.rows)
    made = [_promise(row, stated[row.tag]) for row in comparison.rows if row.tag in stated]
    ranked = [each for each in made if each.rank is not None]
    return rows, tuple(sorted(ranked, key=lambda each: each.rank or 0))


def _check_same_rows(comparison: RunComparison, stated: Mapping[str, TagRow]) -> None:
    """Refuse an analysis that counted other examples or another run on any tag."""
    written = Unit.of([row.before for row in comparison.rows], percent=comparison.percent)
    for row in reversed(comparison.rows):
        other = stated.get(row.tag)
        if other is None or not (row.support or other.support):
            continue
        one, two = row.before, other.error_rate
        alike = one is None or two is None or isclose(one, two, rel_tol=_SAME, abs_tol=_SAME)
        if row.support == other.support and alike:
            continue
        here = f"{plural(row.support, 'example')} with {written.rate_named(one)}"
        there = f"{plural(other.support, 'example')} with {written.rate_named(two)}"
        raise InputError(
            f"The analysis is not of the first run on these examples: {row.tag} has {there} in it,"
            f" and {here} in the comparison. Analyse `before` with the same label, tags and others."
        )


@dataclass(frozen=True, eq=False)
class _Answered:
    """Data without the rows on which a column holds no answer."""

    data: Data
    column: str

    @property
    def describe(self) -> str:
        return self.data.describe

    @contextmanager
    def open(self) -> Iterator[tuple[Connection, ir.Table]]:
        with self.data.open() as (connection, table):
            said = table[self.column]
            answered = ~said.isnan() if said.type().is_floating() else said.notnull()
            yield connection, table.filter(answered)


def first_run(comparison: RunComparison, person: str | None) -> Request:
    """Return what asks for the analysis of the first run, on the examples that were compared.

    Parameters
    ----------
    comparison : RunComparison
        Of one run a side, with the way back to its data.
    person : str or None
        The column of people's answers.

    Returns
    -------
    Request
        It has the tags of the comparison. Where a missing prediction is left out, it is left out
        of both runs.
    """
    assert comparison.look is not None
    asked = comparison.look.request
    question = replace(asked.question, person=person, later=False)
    data, second = asked.data, asked.question.person
    if question.measure.kind == "open" and second is not None:
        data = _Answered(data, second)
    apart = (*question.apart, *([] if second is None else [second]))
    return replace(asked, data=data, question=replace(question, apart=apart), unique=True)


def _row(row: ChangeRow, stated: TagRow | None) -> ChangeRow:
    gain = None if stated is None else stated.gain
    notes = [each for each in row.note.split(NOTE_STOP) if each and each != NO_PROMISE]
    if gain is None:
        why = "is not in the analysis" if stated is None else "has no human level there"
        notes.append(f"no promise: the tag {why}")
    return replace(row, predicted_gain=gain, note=NOTE_STOP.join(notes))


def _promise(row: ChangeRow, stated: TagRow) -> Promise:
    share = stated.share

    def gained(change: float | None) -> float | None:
        return None if change is None or share is None else -change * share + 0.0  # -0.0 is 0

    return Promise(
        tag=row.tag,
        rank=stated.rank,
        predicted=stated.gain,
        predicted_low=stated.gain_low,
        predicted_high=stated.gain_high,
        realised=gained(row.change),
        realised_low=gained(row.change_high),
        realised_high=gained(row.change_low),
    )
