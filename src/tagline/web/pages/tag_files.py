"""Files of tags: the form that brings one in, and the links that take one out."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.web.server import server_of
from tagline.web.tag_files import KINDS, bring_in, taken_out
from tagline.web.templating import redirect
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/tags", include_in_schema=False)
Column = Annotated[str, Form(max_length=2000)]


@router.post("/import")
def import_file(
    request: Request,
    visitor: Annotated[Visitor, requires("editor")],
    *,
    file: Annotated[UploadFile | None, File()] = None,
    id: Column = "example_id",
    columns: Column = "",
    cells: Column = "",
    note: Column = "",
) -> Response:
    """Take over a file of tags."""
    if file is None or not file.filename:
        raise InputError("Choose a file.")
    done = bring_in(
        server_of(request),
        file.filename,
        file.file.read(),
        by=visitor.name,
        id=id.strip() or "example_id",
        columns=[each.strip() for each in columns.split(",") if each.strip()],
        cells=cells.strip() or None,
        note=note.strip() or None,
    )
    return redirect(request, "/tags", say=done.message)


@router.get("/export")
def export_file(
    request: Request,
    visitor: Annotated[Visitor, requires("viewer")],
    kind: Literal["csv", "xlsx", "json", "label-studio"] = "csv",
) -> Response:
    """Send what people decided."""
    ending, media_type = KINDS[kind]
    name = "label-studio" if kind == "label-studio" else "tags"
    headers = {"Content-Disposition": f'attachment; filename="{name}{ending}"'}
    return Response(taken_out(server_of(request), kind), media_type=media_type, headers=headers)
