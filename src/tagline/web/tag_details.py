"""What is behind one tag of a ranking: the worst examples, mistakes, adjusted gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import Request

from tagline.error_analysis.rows import ALL, UNTAGGED
from tagline.error_analysis.shown.report import overlapping
from tagline.exceptions import InputError, did_you_mean
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.asked import Ask
from tagline.web.ranked import Ranked, shown
from tagline.web.showing import Example, examples_of
from tagline.web.tag_company import adjusted, company, pairs
from tagline.web.views import run_view

if TYPE_CHECKING:
    from tagline.error_analysis.company.explaining import AdjustedRow
    from tagline.error_analysis.shown.page_parts import Overlap
    from tagline.error_analysis.shown.page_rows import RowView
    from tagline.web.input_column import InputColumn
    from tagline.web.served import Served

__all__ = ["Details", "details"]

_CARDS = 12
_AT_ONCE = 100_000  # examples: above, what takes long to count comes when it is asked for


@dataclass(frozen=True, slots=True)
class Details:
    """What the page of a tag shows.

    Attributes
    ----------
    view : RowView
        Its row, ready to be printed.
    why : str
    adjusted : mapping or None
        The gap, raw and adjusted, in words.
    overlaps : tuple of Overlap
        Tags that it often comes with.
    examples : tuple of Example
        The worst first.
    column : InputColumn or None
        What the examples show of the input.
    waits : bool
        Whether mistakes, adjusted gap and overlaps are still to be counted.
    before, after : str or None
        The tags above and below it in the ranking.
    """

    view: RowView
    why: str
    context: Mapping[str, Any]
    adjusted: Mapping[str, str] | None = None
    overlaps: tuple[Overlap, ...] = ()
    examples: tuple[Example, ...] = ()
    column: InputColumn | None = None
    waits: bool = False
    before: str | None = None
    after: str | None = None
    columns: Sequence[str] = field(default=())


def details(
    request: Request, served: Served, ask: Ask, found: Ranked, tag: str, *, more: bool = False
) -> Details:
    """Return what is behind a tag.

    Parameters
    ----------
    request : Request
    served : Served
    ask : Ask
    found : Ranked
        Of the same question.
    tag : str
    more : bool, default False
        With what takes long to count, whatever the number of examples.

    Returns
    -------
    Details

    Raises
    ------
    InputError
        If there is no such tag in the ranking.
    """
    from tagline.web.input_column import input_column

    names = [row.tag for row in found.found.rows]
    if tag not in names:
        raise InputError(f"There is no tag {tag!r} in this ranking. {did_you_mean(tag, names)}")
    run, options = found.run.name, ask.options()
    whole = more or found.found.n_examples <= _AT_ONCE
    mistakes, rows_adjusted, own = _company(served, run, options, tag) if whole else ("", (), [])
    ids = served.once(
        ("worst", run, repr(sorted(options.items())), tag),
        lambda: _worst(served, run, options, tag),
    )
    seen = run_view(served, run)
    column = input_column(served, seen)
    rows = _rows(seen, ids)
    order = {each: place for place, each in enumerate(ids)}
    cards = sorted(examples_of(request, seen, rows, column), key=lambda card: order[card.id])
    context = shown(
        found,
        mistakes={tag: mistakes} if mistakes else {},
        adjusted=[row for row in rows_adjusted if row.tag == tag],
        why={tag: found.found.why(tag)},
    )
    view = next(v for v in (*context["view"].tags, *context["view"].bases) if v.row.tag == tag)
    ranks = [row.tag for row in found.found.rows if row.rank is not None]
    place = ranks.index(tag) if tag in ranks else None
    return Details(
        view=view,
        why=view.why,
        context=context,
        adjusted=next((row for row in context["view"].adjusted if row["tag"] == view.name), None),
        overlaps=tuple(overlapping(found.found.rows, own)),
        examples=tuple(cards),
        column=column,
        waits=not whole,
        before=ranks[place - 1] if place else None,
        after=ranks[place + 1] if place is not None and place + 1 < len(ranks) else None,
    )


def _company(
    served: Served, run: str, options: Mapping[str, Any], tag: str
) -> tuple[str, Sequence[AdjustedRow], list[Mapping[str, Any]]]:
    """Return what is mistaken for what, gaps adjusted for other tags, and pairs of tags."""
    if tag in {ALL, UNTAGGED}:
        return "", (), []
    known = company(served, run, options)
    gaps = known.adjusted
    if all(row.tag != tag for row in gaps):
        kind = repr(sorted(options.items()))
        gaps = served.once(
            ("adjusted", run, kind, tag), lambda: _adjusted(served, run, options, tag)
        )
    own = [each for each in pairs(served, run, options) if tag in {each["tag"], each["other"]}]
    return known.mistakes.get(tag, ""), gaps, own


def _worst(served: Served, run: str, options: Mapping[str, Any], tag: str) -> tuple[str, ...]:
    with served.behind(run, **options) as analysis:
        if not any(row.tag == tag and row.errors > 0 for row in analysis.rows):
            return ()
        return tuple(analysis.examples(tag, limit=_CARDS)[EXAMPLE_ID].to_pylist())


def _adjusted(
    served: Served, run: str, options: Mapping[str, Any], tag: str
) -> tuple[AdjustedRow, ...]:
    with served.behind(run, **options) as analysis:
        return adjusted(analysis, tag)


def _rows(view: Any, ids: Sequence[str]) -> Any:
    from tagline.web.browsing import rows_of

    with view.asking() as (connection, _):
        return rows_of(view, connection, list(ids))
