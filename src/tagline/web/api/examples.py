"""The examples of a run, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from tagline.web.api.answers import Condition, Name, document, json_rows
from tagline.web.api.failures import FAILURES
from tagline.web.examples import example_page
from tagline.web.server import server_of
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["examples"], responses=FAILURES)
Text = Annotated[str, Query(max_length=300)]


@router.get("/examples")
def examples(
    request: Request,
    visitor: Annotated[Visitor, requires("viewer")],
    *,
    run: Name = None,
    where: Condition = None,
    columns: Annotated[list[Text], Query(max_length=500)] = [],  # noqa: B006 - FastAPI copies it
    offset: Annotated[int, Query(ge=0, le=10**12)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Response:
    """Return examples of a run in the order of their ids, with its predictions.

    Times are ISO 8601, bytes base64, numbers that are none null.
    """
    page = example_page(
        server_of(request).served, run, where=where, columns=columns, offset=offset, limit=limit
    )
    found = {"run": page.run, "total": page.total, "offset": page.offset}
    return document({**found, "examples": json_rows(page.rows)})
