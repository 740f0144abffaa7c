"""In and out: log in, use a link that works once, log out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.store import PersonRecord, TooManyAttemptsError
from tagline.web.cookies import SESSION, drop_cookie, set_cookie
from tagline.web.passwords import SHORTEST, fits, hash_password
from tagline.web.server import server_of
from tagline.web.templating import redirect, render
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_WRONG = "Name and password do not fit together."
Name = Annotated[str, Form(max_length=300)]
Password = Annotated[str, Form(max_length=2000)]


@router.get("/login")
def login_page(
    request: Request, visitor: Annotated[Visitor, requires(None)], next: str = "/"
) -> Response:
    """Ask for name and password; who is logged in is sent on."""
    if visitor.person is not None:
        return redirect(request, _local(next))
    return render(request, "login.html.j2", next=_local(next), name="", wrong=None)


@router.post("/login")
def log_in(
    request: Request,
    visitor: Annotated[Visitor, requires(None)],
    name: Name = "",
    password: Password = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Check name and password and begin a session."""
    server, address = server_of(request), _address(request)

    def again(wrong: str, status: int) -> Response:
        given = {"next": _local(next), "name": name, "wrong": wrong}
        return render(request, "login.html.j2", status=status, **given)

    try:
        server.attempts.enter(name, address)
    except TooManyAttemptsError as error:
        return again(str(error), 429)
    person = server.people.find(name)
    known = person if person is not None and person.can_log_in else None
    if not fits(password, known.password_hash if known else None) or known is None:
        if person is not None:
            server.people.log("login failed", person=person.id, detail={"address": address})
        return again(_WRONG, 403)
    server.attempts.succeeded(name, address)
    server.people.log("login", person=known.id, detail={"address": address})
    return _begin(request, known, redirect(request, _local(next)))


@router.get("/enter/{secret}")
def enter(request: Request, visitor: Annotated[Visitor, requires(None)], secret: str) -> Response:
    """Log in by a link that works once; who is in already is sent on."""
    if visitor.person is not None:
        return redirect(request, "/")
    person = server_of(request).links.enter(secret)
    server_of(request).people.log("login", person=person.id, detail={"link": "enter"})
    return _begin(request, person, redirect(request, "/"))


@router.post("/logout")
def log_out(request: Request, visitor: Annotated[Visitor, requires(None)]) -> Response:
    """End this session."""
    server = server_of(request)
    if visitor.via == "session":
        server.bearers.end_session(visitor.bearer)
        server.people.log("logout", person=visitor.id)
    response = redirect(request, "/login", say="You are logged out.")
    drop_cookie(request, response, SESSION)
    return response


@router.get("/join/{secret}", dependencies=[requires(None)])
def join_page(request: Request, secret: str) -> Response:
    """Show what a link is for, and ask for a name and a password."""
    return _join(request, secret)


@router.post("/join/{secret}", dependencies=[requires(None)])
def join(
    request: Request,
    secret: str,
    name: Name = "",
    password: Password = "",
    again: Password = "",
) -> Response:
    """Use a link: make the person, or set the new password, and log in."""
    server = server_of(request)
    invited = server.links.invitation(secret)
    try:
        if password != again:
            raise InputError("The two passwords differ.")
        known = hash_password(password, invited.person or name)
        person = server.links.accept(secret, name, known)
    except InputError as error:
        return _join(request, secret, name=name, wrong=str(error), status=422)
    server.people.log("join", person=person.id, detail={"link": invited.kind, "role": person.role})
    said = f"Welcome, {person.name}." if invited.kind != "reset" else "The new password is set."
    return _begin(request, person, redirect(request, "/", say=said))


def _join(
    request: Request, secret: str, *, name: str = "", wrong: str | None = None, status: int = 200
) -> Response:
    invited = server_of(request).links.invitation(secret)
    given = {"invited": invited, "name": name, "wrong": wrong, "shortest": SHORTEST}
    return render(request, "join.html.j2", status=status, **given)


def _begin(request: Request, person: PersonRecord, response: Response) -> Response:
    """Begin a new session; the cookie from before, whoever set it, is not used on."""
    server = server_of(request)
    secret = server.bearers.begin_session(person.id)
    set_cookie(request, response, SESSION, server.signer.dumps(SESSION, secret))
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _local(path: str) -> str:
    """Return a path of ours to go on to: never another site."""
    odd = "\\" in path or not path.isprintable() or path.startswith(("//", "/login"))
    return "/" if odd or not path.startswith("/") else path
