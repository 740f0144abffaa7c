"""What a comparison says in words: the first line and the notes below the table."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from tagline.display.units import Unit
from tagline.display.words import number, plain, plural
from tagline.error_analysis.comparison.promises import NO_PROMISE
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.comparison.seeds import POWER
from tagline.error_analysis.rows import ALL, UNTAGGED

if TYPE_CHECKING:
    from tagline.error_analysis.comparison.results import RunComparison

__all__ = ["ONE_SEED", "headline", "notes", "signed", "tags_of", "unit"]

ONE_SEED = (
    "One run a side: the intervals are of the examples. Another random seed may move a run by more"
    " than that; several runs a side (seeds) would tell."
)
SAME = "The two runs are the same: every prediction is equal."
FEW_RUNS = 3  # a side: then the t quantile is large, and the spread of seeds hardly known
_NAMED = 3


def unit(result: RunComparison) -> Unit:
    """Return how the numbers of a comparison are written."""
    rates = [rate for row in result.rows for rate in (row.before, row.after)]
    changes = [None if row.change is None else abs(row.change) for row in result.rows]
    return Unit.of(rates, changes, percent=result.percent)


def signed(value: float | None, written: Unit) -> str:
    """Return a change with its sign, such as ``"+1.20"``."""
    text = written.gain(value)
    return f"+{text}" if value is not None and value > 0 else text


def tags_of(result: RunComparison, verdict: str) -> list[ChangeRow]:
    """Return the rows of tags with a verdict, in the order of the result."""
    return [row for row in result.rows if row.verdict == verdict and row.tag not in {ALL, UNTAGGED}]


def headline(result: RunComparison) -> str:
    """Return whether the second run is better on all data, and where it is worse."""
    if result.sides.same:
        return SAME
    written, whole = unit(result), result.whole
    rates = f"{written.rate_named(whole.before)} before, {written.rate_named(whole.after)} after"
    size = f"{signed(whole.change, written)}{written.gain_name}"
    span = written.gain_span(whole.change_low, whole.change_high)
    said = {
        "better": "Better on all data",
        "worse": "Worse on all data",
        "no relevant difference": "No relevant difference on all data",
    }.get(whole.verdict or "", "Undecided on all data")
    first = f"{said}: {rates} ({size}{', ' + span if span else ''})"
    return f"{first}; {_by_tag(result, written)}."


def _by_tag(result: RunComparison, written: Unit) -> str:
    worse, better = tags_of(result, "worse"), tags_of(result, "better")
    undecided = tags_of(result, "undecided")
    parts = []
    if worse:
        named = ", ".join(f"{row.tag} ({signed(row.change, written)})" for row in worse[:_NAMED])
        more = f" and {len(worse) - _NAMED} more" if len(worse) > _NAMED else ""
        parts.append(f"worse on {named}{more}")
    parts.append(f"better on {plural(len(better), 'tag') if better else 'no tag'}")
    if undecided:
        parts.append(f"undecided on {number(len(undecided))}")
    return ("" if worse else "worse on no tag, ") + ", ".join(parts)


def notes(result: RunComparison, *, tags: bool = True) -> list[str]:
    """Return what stands below the table.

    Parameters
    ----------
    result : RunComparison
    tags : bool, default True
        Whether the notes of single tags are among them.

    Returns
    -------
    list of str
    """
    written = unit(result)
    size = 100 * result.margin if written.percent else result.margin
    points = (" point" if size == 1 else " points") if written.percent else ""
    margin = f"{size:g}{points}"
    meaning = f"change: after minus before, below 0 is better, with {result.level:.0%} intervals"
    rule = f"a change within {margin} does not matter (margin)"
    most = f"{1 - result.level:.2g}"
    asked = f"Better and worse also ask a q, which allows for the number of tags, of at most {most}"
    said = [f"{meaning}; {rule}. {asked}."]
    if result.runs == 1:
        said.append(ONE_SEED)
    else:
        said.append(
            f"{result.runs} runs a side: the intervals are of the means over runs, and hold both"
            " the luck of the seeds and that of the examples. Broken and fixed are examples whose"
            " mean error rose or fell."
        )
        said += _plan(result, written)
    if result.silent:
        rows = plural(result.silent, "example")
        said.append(f"on {rows} a run predicted nothing, which counts as wrong")
    said += [f"{number(n)} left out: {reason}" for reason, n in result.left_out.items()]
    said += result.sides.notes
    if tags:
        said += _of_tags(result)
    return [plain(line) for line in said]


def _plan(result: RunComparison, written: Unit) -> list[str]:
    """Return what so few runs can show, and how the way out of "undecided" is reckoned."""
    plan = None if result.evidence is None else result.evidence.plan
    if plan is None:
        return []
    said = []
    smallest = float(plan.mde[-1])
    if isfinite(smallest):
        size = f"{written.gain(smallest)}{written.gain_name}"
        low = "low power: " if result.runs <= FEW_RUNS else ""
        said.append(
            f"{low}{result.runs} runs a side show a change of all data in {POWER:.0%} of cases only"
            f" from {size} on"
        )
    if any(row.verdict == "undecided" for row in result.rows):
        said.append(
            f"would decide: in {POWER:.0%} of cases if the change is as large as it was seen, by"
            " the t distribution, averaged over what the spread of the seeds may be"
        )
    return said


def _of_tags(result: RunComparison) -> list[str]:
    """Return the notes of the rows, each once, behind all tags that it is about."""
    whose: dict[str, list[str]] = {}
    for row in result.rows:
        if text := _own(row):
            whose.setdefault(text, []).append(row.tag)
    return [f"{', '.join(tags)}: {text}" for text, tags in whose.items()]


def _own(row: ChangeRow) -> str:
    silent = (NO_PROMISE, "no tag:", "q is over", "all data are")
    notes: Sequence[str] = [n for n in row.note.split("; ") if n and not n.startswith(silent)]
    return "; ".join(notes)
