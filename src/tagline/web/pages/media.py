"""Images and clips by signed addresses: nobody can ask for a path of their own."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from tagline.exceptions import InputError
from tagline.schema.relations import EXAMPLE_ID
from tagline.web import media
from tagline.web.medium_address import said_of_token
from tagline.web.server import Server, server_of
from tagline.web.views import run_view
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Visitor, requires("viewer")]
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=86400",
    "Content-Encoding": "identity",  # keeps the compression of pages away from ranges of bytes
}
_THUMBNAILS: OrderedDict[tuple[object, ...], media.Medium] = OrderedDict()
_KEPT = 2_000
_lock = Lock()


@router.get("/media/{kind}/{token}")
def medium(
    request: Request,
    visitor: Viewer,
    kind: Literal["image", "audio", "thumbnail"],
    token: str,
) -> Response:
    """Send an input, or a small copy of it."""
    server = server_of(request)
    said = said_of_token(server, token)
    if said is None:
        raise HTTPException(404, "This address of an input was not made by this project.")
    source = _source(server, said)
    if kind == "thumbnail":
        return _sent(request, _thumbnail(source))
    return _sent(request, media.image(source) if kind == "image" else media.audio(source))


def _source(server: Server, said: list[str]) -> Path | bytes:
    """Return the file, or the bytes that stand in the data."""
    project = server.served.project
    if len(said) == 1:
        return media.safe_file(media.data_root(project.path, project.settings), said[0])
    run, column, example = said
    view = run_view(server.served, run)
    if column not in view.binary:
        raise HTTPException(404, "The run has no such input any more.")
    with view.asking() as (connection, _):
        table = view.project.predictions(run)
        found = connection.fetch(table.filter(table[EXAMPLE_ID] == example).select(column))
    value = found[column][0].as_py() if found.num_rows else None
    if not value:
        raise InputError(f"The example {example!r} has no input.")
    if len(value) > media.MOST_BYTES:
        raise InputError(f"The input of {example!r} is too large to be shown.")
    return bytes(value)


def _thumbnail(source: Path | bytes) -> media.Medium:
    if isinstance(source, bytes):
        key: tuple[object, ...] = (hashlib.sha256(source).digest(),)
    else:
        seen = source.stat()
        key = (source, seen.st_mtime_ns, seen.st_size)
    with _lock:
        if key in _THUMBNAILS:
            _THUMBNAILS.move_to_end(key)
            return _THUMBNAILS[key]
    made = media.thumbnail(source)
    with _lock:
        _THUMBNAILS[key] = made
        while len(_THUMBNAILS) > _KEPT:
            _THUMBNAILS.popitem(last=False)
    return made


def _sent(request: Request, found: media.Medium) -> Response:
    if found.path is not None:
        return FileResponse(found.path, media_type=found.media_type, headers=_SAFE)
    tag = f'"{hashlib.sha256(found.content).hexdigest()[:24]}"'
    headers = {**_SAFE, "ETag": tag, "Accept-Ranges": "bytes"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    size = len(found.content)
    span = _range(request.headers.get("range", ""), size)
    if span is None:
        return Response(found.content, media_type=found.media_type, headers=headers)
    start, end = span
    if start >= end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Response(found.content[start:end], 206, headers, found.media_type)


def _range(said: str, size: int) -> tuple[int, int] | None:
    """Return the first byte of a range and the one behind it; None where none is asked for."""
    unit, _, span = said.partition("=")
    first, dash, last = span.partition("-")
    if unit != "bytes" or not dash or not (first + last).isdecimal():
        return None
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1 if last else size, size)
