"""Is it really this tag? What the adjusted gaps say, row by row and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from tagline.display.units import Unit
from tagline.display.words import percent, plain
from tagline.error_analysis.company.adjusted import COMPARABLE, EXPLAINED, MOST_TAGS, Gap, TagGaps
from tagline.error_analysis.rows import TagRow
from tagline.error_analysis.shown.wording import unit_of
from tagline.exceptions import InputError
from tagline.stats import benjamini_hochberg

if TYPE_CHECKING:
    import pyarrow as pa

    from tagline.error_analysis.forms import Look, Shown

__all__ = ["AdjustedRow", "adjusted_rows", "adjusted_table", "arrow", "sentences"]


@dataclass(frozen=True, slots=True)
class AdjustedRow:
    """A tag's gap to its complement beside the same gap adjusted for other tags.

    Gaps are error rates with the tag minus without it, in the unit of the rate. A value that cannot
    be known is None.
    """

    tag: str
    gap: float | None  # raw
    gap_low: float | None
    gap_high: float | None
    adjusted: float | None  # for all the other tags
    adjusted_low: float | None
    adjusted_high: float | None
    p_value: float | None  # of no gap but that of the other tags
    comparable: float | None  # of the tag's rows, the fraction with a counterpart among the others
    explained_by: str | None  # the tag that explains most of the gap
    remaining: float | None  # the gap that is left when adjusted for that tag alone
    remaining_low: float | None
    remaining_high: float | None
    note: str


def adjusted_table(result: Shown, look: Look, top: int) -> pa.Table:
    """Return the gap of each of the first tags, raw and adjusted for the others of them.

    Parameters
    ----------
    result : Shown
    look : Look
    top : int
        How many tags, from 2 to `MOST_TAGS`.

    Returns
    -------
    pyarrow.Table
        The columns of `AdjustedRow`.

    Raises
    ------
    InputError
        If `top` is out of range, or the measure is a mean over classes.
    """
    if not isinstance(top, int) or not 2 <= top <= MOST_TAGS:
        raise InputError(
            f"`top` must be a whole number from 2 to {MOST_TAGS} here. Got {top!r} instead."
        )
    order = [row.tag for row in result.rows if row.rank is not None]
    found = look.adjusted(order, top, result.level)
    if found is None:
        raise InputError(
            f"The measure {result.measure!r} is a mean over classes, whose errors cannot be"
            " adjusted for other tags: choose another, such as 'accuracy'."
        )
    return arrow(adjusted_rows(found, result.rows, percent=result.percent, level=result.level))


def adjusted_rows(
    gaps: Iterable[TagGaps], rows: Sequence[TagRow], *, percent: bool = True, level: float = 0.95
) -> list[AdjustedRow]:
    """Return the rows with what they say in words.

    Parameters
    ----------
    gaps : iterable of TagGaps
    rows : sequence of TagRow
        Of the analysis: whether the raw gap may be chance, they say.
    percent : bool, default True
        Whether people read the rates in percent.
    level : float, default 0.95
        A raw gap counts as shown where its q value is at most 1 - level.

    Returns
    -------
    list of AdjustedRow
    """
    unit, known, found = unit_of(rows, percent=percent), {row.tag: row for row in rows}, list(gaps)
    p_values = [
        np.nan if each.adjusted.p_value is None else each.adjusted.p_value for each in found
    ]
    own = benjamini_hochberg(p_values) <= 1 - level
    said = _Words(unit, 1 - level)
    return [
        _row(each, known[each.tag], said, bool(mine)) for each, mine in zip(found, own, strict=True)
    ]


def arrow(rows: Sequence[AdjustedRow]) -> pa.Table:
    """Return the rows as an Arrow table."""
    import pyarrow as pa

    texts = {"tag", "explained_by", "note"}
    names = [each.name for each in fields(AdjustedRow)]
    schema = pa.schema([(n, pa.string() if n in texts else pa.float64()) for n in names])
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=schema)


def sentences(rows: Iterable[AdjustedRow]) -> dict[str, str]:
    """Return a sentence for each tag that says whose its gap is, where there is a gap.

    Parameters
    ----------
    rows : iterable of AdjustedRow

    Returns
    -------
    dict
        From the tag to the sentence.
    """
    return {row.tag: f"Its gap to the rest is {row.note}." for row in rows if row.gap is not None}


@dataclass(frozen=True, slots=True)
class _Words:
    """How the figures of one report are written."""

    unit: Unit
    alpha: float

    def figures(self, raw: Gap, left: Gap, more: str = "") -> str:
        return f"{self.points(raw)} raw, {self.unit.rate(left.value)} adjusted{more}"

    def points(self, gap: Gap) -> str:
        return f"{self.unit.rate(gap.value)}{self.unit.gain_name}"


def _row(gaps: TagGaps, row: TagRow, said: _Words, own: bool) -> AdjustedRow:
    shown = row.q_value is not None and row.q_value <= said.alpha
    explained = shown and gaps.beside is not None and _explains(gaps.raw, gaps.beside)
    explained = explained and not _denied(gaps.raw, gaps.adjusted)
    beside = gaps.beside if explained else None
    raw, adjusted = gaps.raw, gaps.adjusted
    note = _of_all(gaps, said, shown, own) if beside is None else _of_one(gaps, beside, said)
    return AdjustedRow(
        tag=gaps.tag,
        gap=raw.value,
        gap_low=raw.low,
        gap_high=raw.high,
        adjusted=adjusted.value,
        adjusted_low=adjusted.low,
        adjusted_high=adjusted.high,
        p_value=adjusted.p_value,
        comparable=adjusted.comparable,
        explained_by=gaps.other if beside else None,
        remaining=beside.value if beside else None,
        remaining_low=beside.low if beside else None,
        remaining_high=beside.high if beside else None,
        note=note + _taken_for_one(gaps),
    )


def _explains(raw: Gap, left: Gap) -> bool:
    """Return whether at most half of a gap is left, and less than the whole beyond doubt."""
    if not raw.value or left.value is None or left.low is None or left.high is None:
        return False
    if not _enough(left) or left.value / raw.value > EXPLAINED:
        return False
    return left.high < raw.value if raw.value > 0 else left.low > raw.value


def _hides(raw: Gap, adjusted: Gap) -> bool:
    """Return whether a gap is at least twice as large as it seems, and larger beyond doubt."""
    if not raw.value or adjusted.value is None or adjusted.low is None or adjusted.high is None:
        return False
    beyond = adjusted.low > raw.value if raw.value > 0 else adjusted.high < raw.value
    return beyond and adjusted.value / raw.value >= 1 / EXPLAINED


def _denied(raw: Gap, adjusted: Gap) -> bool:
    """Return whether most of a gap is left, beyond doubt, where all other tags are held fixed."""
    if not _enough(adjusted) or not raw.value or adjusted.value is None:
        return False
    return adjusted.value / raw.value > EXPLAINED and _clear(adjusted, raw)


def _enough(gap: Gap) -> bool:
    return gap.value is not None and (gap.comparable or 0.0) >= COMPARABLE


def _of_one(gaps: TagGaps, beside: Gap, said: _Words) -> str:
    """Return the words for a tag whose gap another one explains."""
    mostly = _mostly(plain(gaps.other), gaps.raw, beside, said)
    both = "; or the other way round: they come together too often to tell" if gaps.mutual else ""
    return mostly + both


def _of_all(gaps: TagGaps, said: _Words, shown: bool, own: bool) -> str:
    """Return the words for a tag whose gap no single other tag explains."""
    raw, adjusted = gaps.raw, gaps.adjusted
    if raw.value is None:
        return "nothing to compare with"
    if not shown and not (own and _enough(adjusted)):
        return f"perhaps chance: {said.points(raw)} raw"
    if not _enough(adjusted):
        share = percent(adjusted.comparable or 0.0, 0)
        return f"not to be told from its company: {share} of the examples have a counterpart"
    return _of_comparable(raw, adjusted, said, shown)


def _of_comparable(raw: Gap, adjusted: Gap, said: _Words, shown: bool) -> str:
    if shown and _explains(raw, adjusted):
        return _mostly("the other tags together", raw, adjusted, said)
    figures = said.figures(raw, adjusted, " for the other tags")
    if _hides(raw, adjusted) or (not shown and not _clear(adjusted, raw)):
        return f"hidden by other tags: {figures}"
    if _clear(adjusted, raw):
        if not _clear(raw, raw):
            return f"clear only beside the other tags: {figures}; the raw gap may be chance"
        return f"its own: {figures}"
    return f"undecided: {said.figures(raw, adjusted)}" + _span(adjusted, said.unit)


def _mostly(what: str, raw: Gap, left: Gap, said: _Words) -> str:
    turned = (raw.value or 0.0) * (left.value or 0.0) < 0 and _clear(left, left)
    return f"{'turned round by' if turned else 'mostly'} {what}: {said.figures(raw, left)}"


def _clear(gap: Gap, like: Gap) -> bool:
    """Return whether the interval of a gap lies on the side of 0 on which the other one is."""
    if gap.low is None or gap.high is None or like.value is None:
        return False
    return gap.low > 0 if like.value > 0 else gap.high < 0


def _taken_for_one(gaps: TagGaps) -> str:
    if not gaps.same:
        return ""
    return f"; taken for one with {', '.join(map(plain, gaps.same))}: nearly the same examples"


def _span(gap: Gap, unit: Unit) -> str:
    span = unit.span(gap.low, gap.high)
    return f" ({span})" if span else ""
