"""Samples that are drawn, and files of tags that come in and go out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.web.api.failures import FAILURES
from tagline.web.filter_arguments import NO_NUL
from tagline.web.server import server_of
from tagline.web.tag_files import KINDS, bring_in, taken_out
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["tags"], responses=FAILURES)
Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]
Word = Annotated[str, Query(max_length=300, pattern=NO_NUL)]
_LARGEST = 50_000_000  # bytes of a file that comes in
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Draw(BaseModel):
    """Which examples to choose; see `project.tags.sample`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
    size: Annotated[int, Field(ge=1, le=100_000)] = 200
    run: Annotated[str | None, Field(max_length=300, pattern=NO_NUL)] = None
    by: Annotated[list[Text], Field(max_length=20)] = []
    wrong: Annotated[float | None, Field(ge=0, le=1)] = None
    first: Text | None = None
    blind: bool = False
    twice: Annotated[float, Field(ge=0, le=1)] = 0.1
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class Drawn(BaseModel):
    """A sample that was drawn."""

    name: str
    purposive: bool
    blind: bool
    items: int


class TagsIn(BaseModel):
    """What a file changed."""

    decisions: int
    notes: int
    new_tags: list[str]
    unknown: int
    untouched: int
    people: list[str]
    message: str


@router.post("/samples", status_code=201)
def draw(
    request: Request, visitor: Annotated[Visitor, requires("annotator")], given: Draw
) -> Drawn:
    """Choose examples to look at, and keep them under a name."""
    values = given.model_dump(exclude={"name"})
    with server_of(request).served.desk() as project:
        made = project.tags.sample(given.name, person=visitor.name, **values)
    return Drawn(name=made.name, purposive=made.purposive, blind=made.blind, items=made.items)


@router.post("/imports/tags", status_code=201, openapi_extra=_BODY)
async def import_tags(
    request: Request,
    visitor: Annotated[Visitor, requires("editor")],
    *,
    kind: Literal["csv", "tsv", "xlsx", "json"] = "csv",
    id: Word = "example_id",
    columns: Annotated[list[Word], Query(max_length=1000)] = [],  # noqa: B006 - FastAPI copies it
    cells: Word = "",
    note: Word = "",
) -> TagsIn:
    """Take over a file of tags, which is the body: all of it or nothing."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > _LARGEST:
            raise InputError(f"The file has more than {_LARGEST:,} bytes: bring it in in parts.")
    layout = {"id": id, "columns": columns, "cells": cells or None, "note": note or None}
    done = await run_in_threadpool(
        bring_in, server_of(request), f"tags.{kind}", bytes(content), by=visitor.name, **layout
    )
    return TagsIn(
        decisions=done.decisions,
        notes=done.notes,
        new_tags=list(done.new_tags),
        unknown=done.unknown,
        untouched=done.untouched,
        people=list(done.people),
        message=done.message,
    )


@router.get("/tags/export")
def export_tags(
    request: Request,
    visitor: Annotated[Visitor, requires("viewer")],
    kind: Literal["csv", "xlsx", "json", "label-studio"] = "csv",
) -> Response:
    """Return what people decided as a file."""
    return Response(taken_out(server_of(request), kind), media_type=KINDS[kind][1])
