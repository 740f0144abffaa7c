"""My account: the password, and the tokens of programs that act for me."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.web.cookies import SESSION, set_cookie
from tagline.web.passwords import SHORTEST, fits, hash_password
from tagline.web.server import server_of
from tagline.web.templating import redirect, render
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/account", include_in_schema=False)
Me = Annotated[Visitor, requires("viewer")]
Number = Annotated[int, Path(ge=0, lt=2**31)]
Password = Annotated[str, Form(max_length=2000)]


@router.get("")
def account_page(request: Request, me: Me) -> Response:
    """Show the account."""
    return _page(request, me)


@router.post("/password")
def change_password(
    request: Request, me: Me, old: Password = "", new: Password = "", again: Password = ""
) -> Response:
    """Set a new password; all other browsers are logged out."""
    server, address = server_of(request), f"account {me.id}"
    person = server.people.get(me.id)
    server.attempts.enter(person.name, address)  # a session that was left open is no way to guess
    try:
        if not fits(old, person.password_hash):
            raise InputError("The old password is not right.")
        if new != again:
            raise InputError("The two new passwords differ.")
        server.people.set_password(me.id, hash_password(new, person.name))
    except InputError as error:
        return _page(request, me, wrong=str(error), status=422)
    server.attempts.succeeded(person.name, address)
    server.people.log("password", person=me.id)
    response = redirect(
        request, "/account", say="The new password is set; other browsers are logged out."
    )
    secret = server.bearers.begin_session(me.id)
    set_cookie(request, response, SESSION, server.signer.dumps(SESSION, secret))
    return response


@router.post("/logout-everywhere")
def log_out_everywhere(request: Request, me: Me) -> Response:
    """End all sessions of this person."""
    server_of(request).bearers.end_sessions(me.id)
    server_of(request).people.log("logout everywhere", person=me.id)
    return redirect(request, "/login", say="You are logged out everywhere.")


@router.post("/tokens")
def make_token(
    request: Request,
    me: Me,
    name: Annotated[str, Form(max_length=100)] = "",
    days: Annotated[int, Form(ge=1, le=3660)] = 90,
) -> Response:
    """Make a token, and show it this once."""
    server = server_of(request)
    if not name.strip():
        return _page(request, me, wrong="Give the token a name: where is it used?", status=422)
    secret = server.bearers.make_token(me.id, name.strip(), timedelta(days=days))
    server.people.log("token", person=me.id, detail={"name": name.strip(), "days": days})
    return _page(request, me, token=secret)


@router.post("/tokens/{number}/delete")
def delete_token(request: Request, me: Me, number: Number) -> Response:
    """Make a token useless."""
    server_of(request).bearers.delete_token(me.id, number)
    server_of(request).people.log("token deleted", person=me.id)
    return redirect(request, "/account", say="The token is deleted.")


def _page(
    request: Request,
    me: Visitor,
    *,
    wrong: str | None = None,
    token: str | None = None,
    status: int = 200,
) -> Response:
    tokens = server_of(request).bearers.tokens(me.id)
    given = {"tokens": tokens, "token": token, "wrong": wrong, "shortest": SHORTEST}
    return render(request, "account.html.j2", status=status, **given)
