"""Pages out of templates: what every page gets, and the redirect that ends a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tagline.display.html import environment
from tagline.web.cookies import BROWSER, SAID, drop_cookie, set_cookie
from tagline.web.server import path_of, server_of
from tagline.web.visitors import CSRF_FIELD, Visitor, visitor_of

__all__ = ["link", "redirect", "render", "render_plain"]


def link(request: Request, path: str, **query: Any) -> str:
    """Return the address of a page as a browser sees it, also behind a proxy.

    Parameters
    ----------
    request : Request
    path : str
        Such as ``"/errors"``.
    **query
        What stands behind the question mark; None is left out, a list is repeated.

    Returns
    -------
    str
    """
    given = {key: value for key, value in query.items() if value is not None}
    root = request.scope.get("root_path", "").rstrip("/")
    return f"{root}{path}" + (f"?{urlencode(given, doseq=True)}" if given else "")


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    request : Request
    template : str
        Of `web/templates`; it extends ``base.html.j2``.
    status : int, default 200
    **context
        What the template gets besides `link`, `static`, `csrf_field`, `visitor`, `navigation`,
        `here`, `project` and `said`.

    Returns
    -------
    HTMLResponse
    """
    server, visitor = server_of(request), visitor_of(request)
    said = server.signer.loads(SAID, request.cookies.get(SAID))
    given = _common(request, visitor) | {"said": said} | context
    response = HTMLResponse(
        environment("tagline.web").get_template(template).render(given), status_code=status
    )
    response.headers["Cache-Control"] = "no-store"
    if visitor.new_browser:
        set_cookie(request, response, BROWSER, server.signer.dumps(BROWSER, visitor.bearer))
    if said is not None:
        drop_cookie(request, response, SAID)
    return response


def render_plain(request: Request, template: str, *, status: int, **context: Any) -> HTMLResponse:
    """Return a page that needs nothing of the store: for when even that may have failed."""
    version = server_of(request).static.version
    context["link"] = lambda path: link(request, path)
    context["static"] = lambda name: link(request, f"/static/{version}/{name}")
    text = environment("tagline.web").get_template(template).render(context)
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})


def redirect(request: Request, path: str, *, say: str | None = None, **query: Any) -> Response:
    """Send the browser to another page of ours, after a form.

    Parameters
    ----------
    request : Request
    path : str
        As in `link`.
    say : str, optional
        What that page says once.
    **query
        As in `link`.

    Returns
    -------
    Response
        303.
    """
    response = RedirectResponse(link(request, path, **query), status_code=303)
    if say is not None:
        signed = server_of(request).signer.dumps(SAID, say[:1000])
        set_cookie(request, response, SAID, signed, seconds=60)
    return response


def _common(request: Request, visitor: Visitor) -> dict[str, Any]:
    server = server_of(request)
    token = server.signer.form_token(visitor.bearer)
    return {
        "link": lambda path, **query: link(request, path, **query),
        "static": lambda name: link(request, f"/static/{server.static.version}/{name}"),
        "csrf": token,
        "csrf_field": Markup('<input type="hidden" name="{}" value="{}">').format(
            CSRF_FIELD, token
        ),
        "visitor": visitor,
        "navigation": [n for n in request.app.state.navigation if visitor.may(n.role)],
        "here": path_of(request.scope),
        "project": server.name,
        "login": server.options.login,
    }
