"""How many examples fit: by tag, by answer, by level."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from tagline.exceptions import InputError, did_you_mean
from tagline.web.api.answers import Name
from tagline.web.api.failures import FAILURES
from tagline.web.browsing import counts
from tagline.web.filter_arguments import Asked, Word
from tagline.web.input_column import input_column
from tagline.web.server import server_of
from tagline.web.views import run_view
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["examples"], responses=FAILURES)


class CountsAnswer(BaseModel):
    """How many examples fit."""

    run: str
    total: int
    wrong: int
    right: int
    tags: dict[str, int]
    levels: dict[str, dict[str, int]]


@router.get("/examples/counts")
def example_counts(
    request: Request,
    visitor: Annotated[Visitor, requires("viewer")],
    filters: Asked,
    run: Name = None,
    columns: Annotated[list[Word], Query(max_length=10)] = [],  # noqa: B006 - FastAPI copies it
) -> CountsAnswer:
    """Count the examples of a run that fit, and among them each tag and the levels of columns."""
    served = server_of(request).served
    view = run_view(served, run)
    for name in columns:
        if name not in view.columns:
            raise InputError(f"There is no column {name!r}. {did_you_mean(name, view.columns)}")
    found = counts(served, view, filters, input_column(served, view), columns)
    return CountsAnswer(
        run=view.run.name,
        total=found.total,
        wrong=found.wrong,
        right=found.right,
        tags=found.tags,
        levels=found.levels,
    )
