"""The description of the API, for programs that read OpenAPI."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi

from tagline.web.visitors import requires

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["document"])


@router.get("/openapi.json", include_in_schema=False, dependencies=[requires("viewer")])
def document(request: Request) -> dict[str, Any]:
    """Return the OpenAPI document."""
    root = request.scope.get("root_path", "")
    servers = [{"url": root}] if root else None
    return get_openapi(title="Tagline", version="1", routes=request.app.routes, servers=servers)
