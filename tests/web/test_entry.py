"""In and out: the login, links, sessions, tokens, and what is written down of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tagline.store import Links, People
from tagline.store.people_tables import SessionRow
from tagline.web import create_app
from tagline.web.cookies import SESSION

PASSWORD = "a horse and a battery"
WRONG = "Name and password do not fit together."


def tidied(answer):
    return " ".join(answer.text.split())


def test_log_in_and_out(browser):
    somebody = browser()
    answer = somebody.log_in("Editor")
    assert (answer.status_code, answer.url.path) == (200, "/")
    assert "editor" in answer.text
    answer = somebody.submit("/logout")
    assert answer.url.path == "/login"
    assert "You are logged out." in answer.text
    assert somebody.get("/", follow_redirects=False).status_code == 303


def test_after_the_login_one_is_where_one_wanted_to_be(browser):
    somebody = browser()
    answer = somebody.get("/account?a=1&b=%C3%BC")
    next_ = re.search(r'name="next" value="([^"]+)"', answer.text)[1].replace("&amp;", "&")
    given = {"name": "viewer", "password": PASSWORD, "next": next_}
    assert str(somebody.submit("/login", given).url) == "http://localhost/account?a=1&b=%C3%BC"


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil.example", "/\nx", "", "/login"]
)
def test_a_login_leads_to_no_other_site(browser, next_):
    given = {"name": "viewer", "password": PASSWORD, "next": next_}
    answer = browser(follow_redirects=False).submit("/login", given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("name", "password"), [("viewer", "wrong"), ("nobody", PASSWORD), ("", ""), ("viewer", "")]
)
def test_a_wrong_name_or_password(browser, name, password):
    answer = browser().submit("/login", {"name": name, "password": password})
    assert answer.status_code == 403
    assert WRONG in answer.text
    assert SESSION not in answer.cookies


def test_guessing_is_slowed_down_for_all_servers_of_the_database(browser, project, people):
    from starlette.testclient import TestClient

    guesser = browser()
    for _ in range(5):
        assert guesser.log_in("viewer", "wrong").status_code == 403
    answer = guesser.log_in("viewer")
    assert answer.status_code == 429
    assert "wait a quarter of an hour" in answer.text
    other = create_app(project)
    again = type(guesser)(other, base_url="http://localhost")
    assert isinstance(again, TestClient)
    assert again.log_in("viewer").status_code == 429
    assert guesser.log_in("editor").status_code == 200
    other.state.server.close()


def test_who_has_no_password_or_is_disabled_does_not_get_in(browser, app):
    server = app.state.server
    server.people.person("Bob")
    assert browser().log_in("Bob", "").status_code == 403
    inside = browser("viewer")
    server.people.disable(server.people.find("viewer").id)
    assert browser().log_in("viewer").status_code == 403
    assert inside.get("/", follow_redirects=False).status_code == 303


def test_a_session_ends(browser, app):
    somebody = browser("viewer", follow_redirects=False)
    assert somebody.get("/").status_code == 200
    with app.state.server.project.store.writing() as session:
        for row in session.scalars(select(SessionRow)):
            row.seen_at -= timedelta(days=8)
    assert somebody.get("/").headers["location"] == "/login?next=%2F"
    answer = somebody.get("/api/v1/runs")
    assert answer.status_code == 401


def test_a_cookie_that_was_made_up_is_none(browser, app):
    somebody = browser(follow_redirects=False)
    for value in ("", "x", "a.b.c", "x" * 5000, app.state.server.signer.dumps("other", "x")):
        somebody.cookies.set(SESSION, value)
        assert somebody.get("/").status_code == 303
        somebody.cookies.clear()


def test_the_cookie_is_for_the_server_alone(browser):
    somebody = browser(follow_redirects=False)
    given = {"name": "viewer", "password": PASSWORD, "csrf": somebody.csrf()}
    cookie = somebody.post("/login", data=given).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    secure = browser(follow_redirects=False)
    secure.base_url = "https://localhost"
    given["csrf"] = secure.csrf()
    answer = secure.post("/login", data=given)
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_the_first_administrator_comes_by_a_link(project, browser_of):
    secret = Links(project.store).invite("admin", kind="first")
    somebody = browser_of(create_app(project))
    page = somebody.get(f"/join/{secret}")
    assert "The first administrator" in page.text
    given = {"name": "Ann", "password": PASSWORD, "again": PASSWORD}
    answer = somebody.submit(f"/join/{secret}", given)
    assert answer.url.path == "/"
    assert "Welcome, Ann." in answer.text
    assert "People" in answer.text
    assert "Welcome" not in somebody.get("/").text  # it is said once
    answer = somebody.get(f"/join/{secret}")
    assert answer.status_code == 422
    assert "it was used already" in answer.text


def test_somebody_is_invited(browser, app):
    admin = browser("admin")
    page = admin.submit("/people/invitations", {"role": "editor"})
    link = re.search(r'value="(http://localhost/join/[^"]+)"', page.text)[1]
    guest = browser()
    given = {"name": "Zo\u00eb <b>", "password": PASSWORD, "again": PASSWORD}
    assert guest.submit(link, given).status_code == 200
    person = app.state.server.people.find("zo\u00eb <b>")
    assert (person.role, person.can_log_in) == ("editor", True)
    page = admin.get("/people")
    assert "Zo\u00eb &lt;b&gt;" in page.text
    assert "<b>" not in page.text.replace("<b><a", "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"again": "another horse"}, "The two passwords differ."),
        ({"password": "short", "again": "short"}, "A password needs 10 characters or more"),
        ({"name": ""}, "A person&#39;s name has 1 to 100 printable characters"),
        ({"name": "ADMIN"}, "There is a person &#39;admin&#39; already"),
    ],
)
def test_a_link_that_was_not_used_rightly_still_works(browser, app, change, said):
    secret = app.state.server.links.invite("viewer")
    given = {"name": "Bob", "password": PASSWORD, "again": PASSWORD}
    guest = browser()
    answer = guest.submit(f"/join/{secret}", given | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert guest.submit(f"/join/{secret}", given).status_code == 200


def test_an_administrator_makes_a_link_for_a_new_password(browser, app, people):
    inside = browser("viewer", follow_redirects=False)
    page = browser("admin").submit(f"/people/{people['viewer']}/reset")
    link = re.search(r'value="(http://localhost/join/[^"]+)"', page.text)[1]
    new = {"password": "another horse, another day", "again": "another horse, another day"}
    answer = browser().submit(link, new)
    assert "The new password is set." in answer.text
    assert inside.get("/").status_code == 303
    assert browser().log_in("viewer").status_code == 403
    assert browser().log_in("viewer", new["again"]).status_code == 200


def test_a_new_password_logs_out_elsewhere(browser, app, people):
    me, elsewhere = browser("viewer"), browser("viewer", follow_redirects=False)
    new = {"new": "another horse, another day", "again": "another horse, another day"}
    answer = me.submit("/account/password", {"old": "wrong", **new})
    assert answer.status_code == 422
    assert "The old password is not right." in answer.text
    answer = me.submit("/account/password", {"old": PASSWORD, **new})
    assert "The new password is set; other browsers are logged out." in answer.text
    assert elsewhere.get("/").status_code == 303
    assert me.submit("/account/logout-everywhere").url.path == "/login"


def test_an_open_session_is_no_way_to_guess_the_password(browser):
    me = browser("viewer")
    codes = [
        me.submit(
            "/account/password", {"old": f"guess {each}", "new": "x", "again": "x"}
        ).status_code
        for each in range(6)
    ]
    assert codes == [422] * 5 + [429]


def test_people_are_changed(browser, app, people):
    admin = browser("admin")
    answer = admin.submit(f"/people/{people['viewer']}/role", {"role": "editor"})
    assert "viewer is an editor now." in answer.text
    assert (
        "viewer cannot log in any more." in admin.submit(f"/people/{people['viewer']}/disable").text
    )
    assert "viewer may log in again." in admin.submit(f"/people/{people['viewer']}/enable").text
    answer = admin.submit(f"/people/{people['admin']}/role", {"role": "viewer"})
    assert answer.status_code == 422
    assert "This is the last administrator" in answer.text
    assert admin.submit("/people/invitations", {"role": "boss"}).status_code == 422
    assert admin.submit("/people/99/disable").status_code == 422
    app.state.server.links.invite("viewer")
    number = app.state.server.links.invitations()[0].id
    assert "The link is withdrawn." in admin.submit(f"/people/invitations/{number}/withdraw").text


def test_a_token_acts_for_its_person(browser, app):
    me = browser("viewer")
    page = me.submit("/account/tokens", {"name": "laptop", "days": "30"})
    token = re.search(r'value="(tagline_[^"]+)"', page.text)[1]
    assert token not in me.get("/account").text
    program = browser(headers={"Authorization": f"Bearer {token}"}, follow_redirects=False)
    assert program.get("/api/v1/project").json()["person"] == "viewer"
    assert program.post("/api/v1/imports?run=a&prediction=b").status_code == 403  # a viewer
    number = app.state.server.bearers.tokens(me_id := app.state.server.people.find("viewer").id)[0]
    me.submit(f"/account/tokens/{number.id}/delete")
    assert program.get("/api/v1/project").status_code == 401
    assert app.state.server.bearers.tokens(me_id) == []
    assert me.submit("/account/tokens", {"name": " "}).status_code == 422
    assert me.submit("/account/tokens", {"name": "x", "days": "0"}).status_code == 422


def test_what_was_done_is_written_down_without_secrets(browser, app, people):
    admin = browser("admin")
    browser().log_in("viewer")
    browser().log_in("viewer", "a password typed wrong")
    browser().log_in("a password as the name", "x")
    admin.submit(f"/people/{people['viewer']}/role", {"role": "editor"})
    admin.submit("/account/tokens", {"name": "laptop"})
    lines = [(each.person, each.what) for each in app.state.server.people.audit()]
    assert lines == [
        ("admin", "token"),
        ("admin", "role"),
        ("viewer", "login failed"),
        ("viewer", "login"),
    ]
    said = str([each.detail for each in app.state.server.people.audit()])
    assert "password" not in said
    assert PASSWORD not in admin.get("/people").text


def test_without_login_everybody_is_the_administrator(open_server, project):
    assert open_server.get("/people").status_code == 200
    assert open_server.get("/api/v1/project").json() == {
        "name": "speech",
        "person": "ann",
        "role": "admin",
        "runs": 1,
    }
    assert open_server.post("/people/invitations", data={"role": "viewer"}).status_code == 403
    assert open_server.submit("/people/invitations", {"role": "viewer"}).status_code == 200
    program = {"Authorization": "Bearer none", "Content-Type": "text/csv"}
    body = "example_id,said\ne1,yes\n"
    answer = open_server.post(
        "/api/v1/imports?run=b&prediction=said", content=body, headers=program
    )
    assert answer.status_code == 201
    assert "This server runs without login" in open_server.get("/account").text


def test_a_link_to_enter(project, browser_of):
    from tagline.web.serving import _let_in

    app = create_app(project)
    secret = _let_in(app.state.server)
    somebody = browser_of(app)
    assert somebody.get(f"/enter/{secret}").url.path == "/"
    assert somebody.get("/people").status_code == 200
    assert somebody.get(f"/enter/{secret}").status_code == 200  # in already
    answer = browser_of(app).get(f"/enter/{secret}")
    assert answer.status_code == 422
    assert People(project.store).all[0].role == "admin"
