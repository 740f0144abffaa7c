"""People: who may come in and as what, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.store import PersonRecord
from tagline.store.people_records import ROLES
from tagline.web.navigation import Entry
from tagline.web.server import server_of
from tagline.web.templating import redirect, render
from tagline.web.visitors import Visitor, requires

__all__ = ["ENTRY", "router"]

ENTRY = Entry("People", "/people", "admin")
router = APIRouter(prefix="/people", include_in_schema=False)
Me = Annotated[Visitor, requires("admin")]
Number = Annotated[int, Path(ge=0, lt=2**31)]
Role = Annotated[str, Form()]


@router.get("")
def people_page(request: Request, me: Me) -> Response:
    """Show everybody, the open links and the audit log."""
    return _page(request)


@router.post("/invitations")
def invite(request: Request, me: Me, role: Role = "annotator") -> Response:
    """Make a link for a new person, and show it this once."""
    if role not in ROLES:
        raise InputError(f"There is no role {role!r}.")
    server = server_of(request)
    secret = server.links.invite(role, invited_by=me.id)
    server.people.log("invite", person=me.id, detail={"role": role})
    return _page(request, secret=secret, purpose=f"The link for a new {role}")


@router.post("/invitations/{number}/withdraw")
def withdraw(request: Request, me: Me, number: Number) -> Response:
    """Make a link useless."""
    server_of(request).links.withdraw(number)
    server_of(request).people.log("withdraw", person=me.id, detail={"invitation": number})
    return redirect(request, "/people", say="The link is withdrawn.")


@router.post("/{number}/role")
def change_role(request: Request, me: Me, number: Number, role: Role) -> Response:
    """Give a person another role."""
    person = _changed(request, number, me, what="role", role=role)
    return redirect(request, "/people", say=f"{person.name} is {_a(person.role)} now.")


@router.post("/{number}/reset")
def reset(request: Request, me: Me, number: Number) -> Response:
    """Make a link by which a person sets a new password."""
    server = server_of(request)
    person = server.people.get(number)
    secret = server.links.invite(person.role, kind="reset", person=number, invited_by=me.id)
    server.people.log("reset", person=me.id, detail={"person": person.name})
    purpose = f"The link by which {person.name} sets a password"
    return _page(request, secret=secret, purpose=purpose)


@router.post("/{number}/disable")
def disable(request: Request, me: Me, number: Number) -> Response:
    """Let a person in no more."""
    person = _changed(request, number, me, what="disable")
    return redirect(request, "/people", say=f"{person.name} cannot log in any more.")


@router.post("/{number}/enable")
def enable(request: Request, me: Me, number: Number) -> Response:
    """Let a person in again."""
    person = _changed(request, number, me, what="enable")
    return redirect(request, "/people", say=f"{person.name} may log in again.")


def _changed(
    request: Request, number: int, me: Visitor, *, what: str, role: str = ""
) -> PersonRecord:
    """Change a person, write it into the log, and return the person."""
    people = server_of(request).people
    if what == "role":
        people.change_role(number, role)
    elif what == "disable":
        people.disable(number)
    else:
        people.enable(number)
    person = people.get(number)
    people.log(what, person=me.id, detail={"person": person.name, "role": person.role})
    return person


def _page(request: Request, *, secret: str | None = None, purpose: str = "") -> Response:
    server = server_of(request)
    return render(
        request,
        "people.html.j2",
        people=server.people.all,
        invitations=server.links.invitations(),
        audit=server.people.audit(100),
        roles=ROLES,
        secret=secret and f"{str(request.base_url).rstrip('/')}/join/{secret}",
        purpose=purpose,
    )


def _a(role: str) -> str:
    return f"an {role}" if role[0] in "ae" else f"a {role}"
