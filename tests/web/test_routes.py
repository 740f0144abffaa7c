"""Every route, without login and in each role: nobody gets further than the role says."""

import re

import pytest
from starlette.routing import Route

from tagline.store.people_records import ROLES, may
from tagline.web import create_app
from tagline.web.app import role_of
from tagline.web.visitors import requires


def tried(app):
    """Yield role, method and an address of every route."""
    for route in app.routes:
        assert isinstance(route, Route), f"{route} is not tried: it may let anybody in"
        address = re.sub(r"\{\w*(id|number)\w*(:int)?\}", "1", route.path)
        address = re.sub(r"\{[^}]+\}", "x", address)
        for method in sorted(route.methods - {"HEAD"}):
            yield role_of(route), method, address


OPEN = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/enter/x"),
    ("GET", "/join/x"),
    ("POST", "/join/x"),
    ("GET", "/static/x/x"),
    ("GET", "/favicon.ico"),
}


def test_what_everybody_reaches_is_known(app):
    assert {(method, path) for role, method, path in tried(app) if role is None} == OPEN


def test_nobody_gets_in_without_login(app, browser):
    nobody = browser(follow_redirects=False)
    for role, method, path in tried(app):
        answer = nobody.request(method, path)
        if role is None:
            continue
        if path.startswith("/api/") or method != "GET":
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/login?next=%2F"), (method, path)


def test_a_token_that_is_none_opens_nothing(app, browser):
    program = browser(follow_redirects=False, headers={"Authorization": "Bearer tagline_wrong"})
    for role, method, path in tried(app):
        if role is not None:
            assert program.request(method, path).status_code in {303, 401}, (method, path)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_as_far_as_it_may(app, browser, role):
    person = browser(role, follow_redirects=False, raise_server_exceptions=False)
    token = person.csrf("/account")
    for needed, method, path in tried(app):
        if needed is None or path == "/account/logout-everywhere":
            continue
        answer = person.request(method, path, headers={"X-CSRF-Token": token})
        refused = answer.status_code == 403 and f"needs the role {needed}" in answer.text
        assert refused is not may(role, needed), (method, path, answer.status_code)
        assert answer.status_code < 500, (method, path, answer.text)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_changed_without_the_token_of_a_form(app, browser, role):
    person = browser(role, follow_redirects=False)
    for needed, method, path in tried(app):
        if method == "GET" or (needed is not None and not may(role, needed)):
            continue
        for given in ({}, {"data": {"csrf": "made.up"}}, {"headers": {"X-CSRF-Token": "made.up"}}):
            answer = person.request(method, path, **given)
            assert answer.status_code == 403, (method, path)
            assert "This form is too old or came from elsewhere" in answer.text


def test_the_token_of_another_browser_is_none(browser):
    one, two = browser("editor"), browser("admin")
    answer = two.post("/people/invitations", data={"role": "viewer", "csrf": one.csrf()})
    assert answer.status_code == 403


def test_a_form_of_another_site_is_refused_whatever_it_brings(browser):
    admin = browser("admin")
    for site, code in (("cross-site", 403), ("same-origin", 200)):
        data = {"role": "viewer", "csrf": admin.csrf()}
        answer = admin.post("/people/invitations", data=data, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == code


def test_a_route_that_declares_no_role_stops_the_server(project, monkeypatch):
    from types import SimpleNamespace

    from fastapi import APIRouter

    router = APIRouter()
    router.get("/forgotten")(lambda: "secret")
    monkeypatch.setattr("tagline.web.app.PAGES", (SimpleNamespace(router=router),))
    with pytest.raises(LookupError, match="/forgotten does not say who may use it"):
        create_app(project)
    router.routes.clear()
    router.get("/known", dependencies=[requires("viewer")])(lambda: "secret")
    create_app(project).state.server.close()
