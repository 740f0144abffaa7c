"""Who asks, and whether they may: each route declares the role that it needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from tagline.store import PersonRecord
from tagline.store.people_records import may
from tagline.web.cookies import BROWSER, SESSION
from tagline.web.server import Server, server_of

__all__ = ["CSRF_FIELD", "CSRF_HEADER", "LoginNeededError", "Requires", "Visitor", "requires"]

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class LoginNeededError(Exception):
    """Nobody is logged in: a page sends people to the login, the API answers 401."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sent a request.

    Attributes
    ----------
    person : PersonRecord or None
        None where nobody is logged in.
    via : {"session", "token", "open", "nobody"}
        By a cookie; by the token of a program; on a server without login; not at all.
    bearer : str
        What the tokens of this browser's forms are bound to.
    new_browser : bool
        Whether the browser has to be given the cookie that says so.
    """

    person: PersonRecord | None
    via: Literal["session", "token", "open", "nobody"]
    bearer: str
    new_browser: bool = False

    def may(self, role: str) -> bool:
        """Return whether this visitor has a role, or one that includes it."""
        return self.person is not None and may(self.person.role, role)

    @property
    def name(self) -> str:
        """The person's name, or nothing."""
        return self.person.name if self.person is not None else ""

    @property
    def id(self) -> int:
        """The person's key; only where somebody is logged in."""
        if self.person is None:
            raise LoginNeededError
        return self.person.id


def visitor_of(request: Request) -> Visitor:
    """Return who sent a request; it is looked up once.

    Parameters
    ----------
    request : Request

    Returns
    -------
    Visitor
    """
    found: Visitor | None = getattr(request.state, "visitor", None)
    if found is None:
        found = request.state.visitor = _look_up(request, server_of(request))
    return found


def _look_up(request: Request, server: Server) -> Visitor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and not server.options.login:
        return Visitor(server.local_person, "token", "")  # no other site can send this header
    if scheme.lower() == "bearer":
        person = server.bearers.token_person(token.strip())
        return Visitor(person, "token" if person else "nobody", "")
    session = server.signer.loads(SESSION, request.cookies.get(SESSION))
    if session is not None and server.options.login:
        person = server.bearers.session_person(session)
        if person is not None:
            return Visitor(person, "session", session)
    browser = server.signer.loads(BROWSER, request.cookies.get(BROWSER))
    bearer = browser or secrets.token_urlsafe(16)
    if not server.options.login:
        return Visitor(server.local_person, "open", bearer, new_browser=browser is None)
    return Visitor(None, "nobody", bearer, new_browser=browser is None)


class Requires:
    """The dependency that lets a request through; see `requires`.

    Attributes
    ----------
    role : str or None
        None: also for people who are not logged in.
    """

    def __init__(self, role: str | None) -> None:
        self.role = role

    async def __call__(
        self, request: Request, visitor: Annotated[Visitor, Depends(visitor_of)]
    ) -> Visitor:
        """Return the visitor, or refuse.

        Raises
        ------
        LoginNeededError
            If nobody is logged in and somebody must be.
        HTTPException
            403: another role is needed, or the form is none of ours.
        """
        if self.role is not None and visitor.person is None:
            raise LoginNeededError
        if self.role is not None and not visitor.may(self.role):
            raise HTTPException(403, f"This needs the role {self.role}: ask an administrator.")
        if request.method not in _READS and visitor.via != "token":
            await _check_form(request, visitor)
        return visitor


def requires(role: str | None) -> Any:
    """Return the dependency that every route must have: it declares who may use it.

    Requests that change something must come from one of our pages (the field ``csrf`` or the header
    ``X-CSRF-Token``), or bring the token of a program.

    Parameters
    ----------
    role : {"viewer", "annotator", "editor", "admin"} or None
        None: everybody, also without a login.

    Returns
    -------
    FastAPI dependency
        Its value is the `Visitor`.
    """
    return Depends(Requires(role))


async def _check_form(request: Request, visitor: Visitor) -> None:
    token = request.headers.get(CSRF_HEADER)
    if token is None and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(CSRF_FIELD)
        token = field if isinstance(field, str) else None
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") == "cross-site"
    signer = server_of(request).signer
    if elsewhere or token is None or not signer.form_token_fits(visitor.bearer, token):
        raise HTTPException(
            403, "This form is too old or came from elsewhere: load the page again and repeat it."
        )
