"""The application: every page and every area of the API is listed here once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware

from tagline.project import Project
from tagline.web.api import AREAS
from tagline.web.failures import answer_failures
from tagline.web.pages import PAGES
from tagline.web.server import Options, Server
from tagline.web.shell import Shell
from tagline.web.visitors import Requires

__all__ = ["create_app", "role_of"]


def create_app(project: Project, options: Options | None = None) -> FastAPI:
    """Return the server of a project as an ASGI application.

    Parameters
    ----------
    project : Project
        Open; it stays open for whoever opened it.
    options : Options, optional

    Returns
    -------
    FastAPI
        Its `state.server` is the `Server`.
    """
    options = options or Options()
    server = Server(project, options)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        server.close()

    app = FastAPI(
        title="Tagline",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.server = server
    app.state.navigation = [page.ENTRY for page in PAGES if hasattr(page, "ENTRY")]
    for module in (*PAGES, *AREAS):
        _add(app, module)
    answer_failures(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Shell, options=options, faults=project.path / ".tagline" / "faults")
    return app


def role_of(route: APIRoute) -> str | None:
    """Return the role that a route needs; None: none.

    Raises
    ------
    LookupError
        If the route does not declare it.
    """
    return _requires(route.dependant, route.path).role


def _add(app: FastAPI, module: Any) -> None:
    """Put the routes of a page or area into the application; each must say who may use it."""
    for route in module.router.routes:
        _requires(route.dependant, route.path)
        app.router.routes.append(route)


def _requires(dependant: Dependant, path: str) -> Requires:
    found = [each.call for each in dependant.dependencies if isinstance(each.call, Requires)]
    if not found:
        raise LookupError(f"The route {path} does not say who may use it: see `requires`.")
    return found[0]
