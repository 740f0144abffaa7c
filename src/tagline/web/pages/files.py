"""Style sheet, scripts, icon: the same for everybody, kept by browsers for ever."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tagline.web.server import server_of
from tagline.web.visitors import requires

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/static/{version}/{name}", dependencies=[requires(None)])
def static_file(request: Request, version: str, name: str) -> Response:
    """Send a file of `web/static`."""
    static = server_of(request).static
    found = static.get(name)
    if found is None:
        raise HTTPException(404)
    headers = {"Vary": "Accept-Encoding"}
    headers["Cache-Control"] = _FOR_EVER if version == static.version else "no-cache"
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.zipped, media_type=found.media_type, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=headers)


@router.get("/favicon.ico", dependencies=[requires(None)])
def icon(request: Request) -> Response:
    """Send the icon to browsers that do not read the page."""
    return static_file(request, "", "favicon.svg")
