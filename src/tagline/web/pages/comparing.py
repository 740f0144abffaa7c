"""Two runs side by side: before, after, what changed, and which examples moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from tagline.error_analysis import RunComparison
from tagline.error_analysis.comparison.rows import ChangeRow
from tagline.error_analysis.comparison.wording import notes, signed, unit
from tagline.error_analysis.rows import ALL, UNTAGGED
from tagline.exceptions import InputError
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.browsing import rows_of
from tagline.web.change_pictures import ChangeScale, change_mark
from tagline.web.input_column import input_column
from tagline.web.ranked import measures
from tagline.web.served import Served
from tagline.web.server import server_of
from tagline.web.showing import examples_of
from tagline.web.templating import link, render
from tagline.web.views import run_view
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Visitor, requires("viewer")]
Name = Annotated[str | None, Query(max_length=300)]
Where = Annotated[str | None, Query(max_length=20_000)]
Moved = Literal["broken", "fixed", "both wrong", "both right"]
_SHOWN = 60  # examples that moved


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One row of the table, ready to be printed."""

    row: ChangeRow
    base: bool
    before: str
    after: str
    change: str
    span: str
    picture: Markup
    promised: str
    gained: str


@router.get("/errors/compare")
def compare_page(
    request: Request,
    visitor: Viewer,
    *,
    before: Name = None,
    after: Name = None,
    measure: Name = None,
    where: Where = None,
) -> Response:
    """Show what changed between two runs, tag by tag."""
    served = server_of(request).served
    runs = [run.name for run in served.project.runs][::-1]
    if len(runs) < 2:
        return render(request, "compare.html.j2", found=None, runs=runs, wrong=None)
    asked = _asked(measure, where)
    after = after or runs[0]
    if before is None and after in runs:
        before = next(name for name in [*runs[runs.index(after) + 1 :], *runs] if name != after)
    stated = served.project.settings.errors.given()
    given: dict[str, Any] = {"runs": runs, "before": before, "after": after, "where": where}
    given |= {"measures": measures(), "measure": measure or str(stated.get("measure", "accuracy"))}
    try:
        found = served.comparison(before, after, **asked)
    except InputError as error:
        return render(request, "compare.html.j2", status=422, found=None, wrong=str(error), **given)
    given |= {"measure_given": measure or None}
    first, _, rest = found.headline.rstrip(".").partition("; ")
    views = _views(found)

    def moved(tag: str, how: str) -> str:
        kept = {"before": before, "after": after, "measure": measure or None, "where": where}
        return link(request, "/errors/compare/examples", tag=tag, moved=how, **kept)

    return render(
        request,
        "compare.html.j2",
        found=found,
        wrong=None,
        headline=first,
        lead=f"{rest[:1].upper()}{rest[1:]}." if rest else "",
        views=views,
        percent=found.percent,
        promised=bool(found.promises),
        notes=notes(found),
        moved=moved,
        **given,
    )


@router.get("/errors/compare/examples")
def moved_page(
    request: Request,
    visitor: Viewer,
    *,
    before: Annotated[str, Query(max_length=300)],
    after: Annotated[str, Query(max_length=300)],
    tag: Annotated[str, Query(max_length=300)] = ALL,
    moved: Moved = "broken",
    measure: Name = None,
    where: Where = None,
) -> Response:
    """Show examples that one run got right and the other wrong."""
    served = server_of(request).served
    asked = _asked(measure, where)
    said = _moved(served, (before, after), tag, moved, asked)
    seen = run_view(served, after)
    column = input_column(served, seen)
    with seen.asking() as (connection, _):
        rows = rows_of(seen, connection, list(said))
    order = list(said)
    cards = examples_of(request, seen, rows, column)
    cards.sort(key=lambda card: order.index(card.id))
    found = served.comparison(before, after, **asked)
    row = found.row(tag)
    total = row.to_dict().get(moved)
    return render(
        request,
        "moved.html.j2",
        tag=tag,
        moved=moved,
        before=before,
        after=after,
        where=where,
        measure=measure,
        cards=cards,
        said=said,
        total=total,
        most=_SHOWN,
        column=column,
    )


def _asked(measure: str | None, where: str | None) -> dict[str, Any]:
    given = {"measure": measure or None, "where": (where or "").strip() or None}
    return {name: value for name, value in given.items() if value is not None}


def _moved(
    served: Served, runs: tuple[str, str], tag: str, moved: str, asked: dict[str, Any]
) -> dict[str, str]:
    """Return what the first run said of the examples that moved, by example."""

    def make() -> dict[str, str]:
        with served.desk() as desk:
            found = desk.compare_runs(*runs, **asked)
            rows = found.examples(None if tag == ALL else tag, moved, limit=_SHOWN).to_pylist()
        return {row[EXAMPLE_ID]: str(row.get("before", "")) for row in rows}

    return served.once(("moved", runs, tag, moved, repr(sorted(asked.items()))), make)


def _views(found: RunComparison) -> list[ChangeView]:
    written, rows = unit(found), [row for row in found.rows if row.support]
    ends = [end for row in rows for end in (row.change_low, row.change_high)]
    scale = ChangeScale.of([row.change for row in rows], ends, found.margin)
    return [
        ChangeView(
            row=row,
            base=row.tag in {ALL, UNTAGGED},
            before=written.rate(row.before),
            after=written.rate(row.after),
            change=signed(row.change, written),
            span=written.gain_span(row.change_low, row.change_high),
            picture=change_mark(
                scale,
                written,
                row.change,
                row.change_low,
                row.change_high,
                margin=found.margin,
                verdict=row.verdict,
            ),
            promised=written.gain(row.predicted_gain),
            gained=written.gain(row.realised_gain),
        )
        for row in rows
    ]
