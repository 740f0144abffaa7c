"""Next: the front page of a project. What to fix, and what is missing to know it better."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.web.asked import Ask
from tagline.web.navigation import Entry
from tagline.web.next_steps import first_steps, next_steps
from tagline.web.ranked import ranked, shown
from tagline.web.server import server_of
from tagline.web.tag_addresses import examples_address
from tagline.web.templating import link, render
from tagline.web.visitors import Visitor, requires

__all__ = ["ENTRY", "router"]

ENTRY = Entry("Next", "/", "viewer")
router = APIRouter(include_in_schema=False)
_TOP = 5  # tags
_RUNS = 8


@router.get("/")
def front_page(request: Request, visitor: Annotated[Visitor, requires("viewer")]) -> Response:
    """Show the headline, the top of the ranking, the data, and what is missing."""
    served = server_of(request).served
    project = served.project
    runs = project.runs[::-1]
    if not runs:
        return render(request, "front.html.j2", runs=[], steps=first_steps(), found=None, wrong="")
    ask = Ask()
    given: dict[str, Any] = {"found": None, "wrong": ""}
    try:
        found = ranked(served, ask)
    except InputError as error:
        found, given["wrong"] = None, str(error)
    if found is not None:
        context = shown(found)
        view = context["view"]

        def to(tag: str, **more: Any) -> str:
            return examples_address(request, ask, found.run, tag, found.flags, **more)

        given |= {**context, "found": found, "view": view, "tags": view.tags[:_TOP]}
        given |= {"examples_at": to, "more": len(view.tags) - _TOP}
    ledger = [row for row in project.ledger.rows if row.tag != "(all)" and row.outcome]
    steps = next_steps(served, found, lambda path, **query: link(request, path, **query))
    return render(
        request,
        "front.html.j2",
        runs=runs[:_RUNS],
        more_runs=max(len(runs) - _RUNS, 0),
        imports=project.imports[::-1][:1],
        steps=steps,
        kept=sum(row.outcome in {"within", "above"} for row in ledger),
        promised=len(ledger),
        **given,
    )
