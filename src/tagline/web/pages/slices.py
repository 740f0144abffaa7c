"""Proposed slices: conditions on which the run fails more often, to be accepted as tags."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from tagline.display.figures import Mark, Scale, axis, gain_bar, rate_marks
from tagline.display.units import Unit
from tagline.error_analysis import Slices
from tagline.exceptions import InputError
from tagline.web.server import server_of
from tagline.web.slicing import found_slices
from tagline.web.templating import link, redirect, render
from tagline.web.visitors import Visitor, requires
from tagline.web.vocabulary import accept_slice

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Name = Annotated[str | None, Query(max_length=300)]
_AT_ONCE = 200_000  # examples: above, the search waits for a click


@router.get("/errors/slices")
def slices_page(
    request: Request,
    visitor: Annotated[Visitor, requires("viewer")],
    run: Name = None,
    measure: Name = None,
    search: bool = False,
) -> Response:
    """Show the slices that were confirmed."""
    served = server_of(request).served
    if not served.project.runs:
        return render(request, "errors_none.html.j2", what="Proposed slices")
    record = served.project.store.run(run or None)
    given: dict[str, Any] = {
        "run": record.name,
        "run_given": run or None,
        "measure": measure or None,
    }
    if record.predictions > _AT_ONCE and not search:
        return render(
            request, "slices.html.j2", found=None, wait=record.predictions, wrong=None, **given
        )
    try:
        found = found_slices(served, record.name, measure=measure or None)
    except InputError as error:
        return render(
            request, "slices.html.j2", status=422, found=None, wait=0, wrong=str(error), **given
        )
    tags = {tag.rule: tag.name for tag in served.project.tags if tag.rule is not None}

    def examples_at(rule: str, **more: str) -> str:
        return link(request, "/examples", run=run or None, where=rule, **more)

    return render(
        request,
        "slices.html.j2",
        found=found,
        wait=0,
        wrong=None,
        taken=tags,
        examples_at=examples_at,
        **_pictures(found),
        **given,
    )


@router.post("/errors/slices/accept")
def accept(
    request: Request,
    visitor: Annotated[Visitor, requires("editor")],
    *,
    rule: Annotated[str, Form(max_length=20_000)],
    name: Annotated[str, Form(max_length=200)] = "",
    description: Annotated[str, Form(max_length=2000)] = "",
    run: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Make a slice a tag."""
    name = name.strip()
    if not name:
        raise InputError("Give the slice a name: what do its examples have in common?")
    accept_slice(server_of(request), name, rule, description=description.strip())
    said = f"{name} is a tag now: its rule stands in tagline.toml."
    return redirect(request, "/tags/tag", say=said, name=name)


def _pictures(found: Slices) -> dict[str, Any]:
    rows = found.rows
    unit = Unit.of(
        [row.error_rate for row in rows], [row.gain for row in rows], percent=found.percent
    )
    rates = Scale.of(
        [*(row.error_rate for row in rows), found.error_rate], [r.error_rate_high for r in rows]
    )
    gains = Scale.of([row.gain for row in rows], width=120)
    return {
        "unit": unit,
        "axis": axis(rates, unit),
        "marks": {
            row.slice: (
                rate_marks(
                    rates, unit, Mark(row.error_rate, row.error_rate_low, row.error_rate_high)
                ),
                gain_bar(gains, unit, Mark(row.gain)),
            )
            for row in rows
        },
    }
