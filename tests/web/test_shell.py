"""What surrounds every request: headers, names, sizes, static files, failures."""

import re

import pytest
from fastapi import APIRouter

from tagline.exceptions import ConflictError, InputError, MissingExtraError
from tagline.web import Options, create_app
from tagline.web.server import server_of
from tagline.web.visitors import requires

ODD = "<script>alert(1)</script>"


@pytest.fixture
def served_by(project, browser_of):
    """What opens a browser at a server with other options, without login."""

    def open_server(**options):
        return browser_of(create_app(project, Options(login=False, **options)))

    return open_server


def raising(error):
    def fail():
        raise error

    return fail


@pytest.fixture
def failing(app):
    """Routes that fail in all ways, below / and below /api."""
    router = APIRouter(include_in_schema=False)
    failures = {
        "input": InputError(f"This is wrong: {ODD}."),
        "conflict": ConflictError("Somebody was faster."),
        "missing": MissingExtraError("Install it."),
        "fault": RuntimeError("the secret of the fault"),
    }
    for prefix in ("/fail", "/api/v1/fail"):
        for name, error in failures.items():
            router.get(f"{prefix}/{name}", dependencies=[requires("viewer")])(raising(error))
    app.router.routes.extend(router.routes)
    return app


def test_every_answer_is_protected(browser):
    person = browser("viewer")
    for path in ("/", "/nowhere", "/static/x/tagline.css", "/api/v1/runs", "/login"):
        headers = person.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


def test_no_page_has_script_or_style_in_it(browser, people):
    person = browser("admin")
    paths = ("/", "/account", "/people", "/login", "/nowhere")
    for path in paths:
        page = person.get(path).text
        assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
        assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//", page) == []


def test_pages_are_not_kept_and_files_are(browser):
    person = browser("viewer")
    page = person.get("/")
    assert page.headers["cache-control"] == "no-store"
    address = re.search(r'href="(/static/[^"]+tagline\.css)"', page.text)[1]
    css = person.get(address)
    assert css.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert css.headers["content-encoding"] == "gzip"
    assert "--model" in css.text
    assert "prefers-color-scheme: dark" in css.text
    plain = person.get(address, headers={"Accept-Encoding": "identity"})
    assert plain.text == css.text
    assert person.get("/static/old/tagline.css").headers["cache-control"] == "no-cache"
    assert person.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2Fapp.py", "%2e%2e/app.py", "/etc/passwd", "..%5capp.py", "%00", "x"]
)
def test_no_other_file_is_sent(browser, name):
    answer = browser().get(f"/static/v/{name}", follow_redirects=False)
    assert answer.status_code in {404, 303}
    assert "create_app" not in answer.text


def test_the_charts_bundle(browser):
    answer = browser().get("/static/v/charts.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert len(answer.text) > 500_000


@pytest.mark.parametrize(
    ("name", "code"), [("input", 422), ("conflict", 409), ("missing", 501), ("fault", 500)]
)
def test_failures_are_one_sentence(failing, browser, name, code):
    person = browser("viewer", raise_server_exceptions=False)
    page = person.get(f"/fail/{name}")
    assert (page.status_code, page.headers["content-type"]) == (code, "text/html; charset=utf-8")
    assert ODD not in page.text
    said = person.get(f"/api/v1/fail/{name}")
    assert (said.status_code, list(said.json())) == (code, ["error"])
    asked = person.get(f"/fail/{name}", headers={"Accept": "application/json"})
    assert list(asked.json()) == ["error"]


def test_a_fault_shows_nothing_but_the_number_of_its_report(failing, browser, project, capfd):
    page = browser("viewer").get("/fail/fault")
    assert "secret" not in page.text
    number = re.search(r"The report has the number (\w{8})", page.text)[1]
    report = project.path / ".tagline" / "faults" / f"{number}.txt"
    assert "RuntimeError: the secret of the fault" in report.read_text()
    assert f"Fault {number} of Tagline: see" in capfd.readouterr().err
    assert page.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/people/x/role"])
def test_what_is_not_there(browser, path):
    answer = browser("admin").get(path)
    assert answer.status_code in {404, 405}
    assert ("error" in answer.json()) if path.startswith("/api") else ("<h1>" in answer.text)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8000", "LOCALHOST:1", "[::1]", "[::1]:80"]
)
def test_a_name_of_this_machine(served_by, host):
    server = served_by(hosts=("localhost", "127.0.0.1", "[::1]"))
    assert server.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil", "", "[::2]"]
)
def test_another_name_that_leads_here_is_refused(served_by, host):
    server = served_by(hosts=("localhost", "127.0.0.1", "[::1]"))
    answer = server.get("/api/v1/runs", headers={"Host": host})
    assert answer.status_code == 421
    assert "This server is not called so" in answer.text


def test_a_body_has_a_size(served_by):
    server = served_by(largest_body=2_000, largest_import=5_000)
    headers = {"Authorization": "Bearer none", "Content-Type": "text/csv"}

    def chunks(number):
        return (b"x" * 1000 for _ in range(number))

    path = "/api/v1/imports?run=a&prediction=b"
    assert server.post("/logout", content=b"x" * 2001).status_code == 413
    assert server.post(path, content=b"x" * 5001, headers=headers).status_code == 413
    assert server.post(path, content=chunks(6), headers=headers).status_code == 413
    assert server.post(path, content=chunks(5), headers=headers).status_code == 422
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.post("/logout", content=chunks(3), headers=form).status_code in {400, 413}


def test_nothing_of_an_upload_stays(served_by, project):
    server = served_by(largest_import=5_000)
    headers = {"Authorization": "Bearer none", "Content-Type": "text/csv"}
    for body in (b"x" * 4000, (b"x" * 1000 for _ in range(9)), b"example_id,said\ne1,yes\n"):
        server.post("/api/v1/imports?run=a&prediction=said", content=body, headers=headers)
    assert list((project.path / ".tagline" / "scratch").glob("upload-*")) == []


@pytest.mark.parametrize("strips", [True, False])
def test_behind_a_proxy_that_serves_it_below_a_path(project, browser_of, people, strips):
    somebody = browser_of(create_app(project, Options(root_path="/lab")))
    before = "" if strips else "/lab"
    page = somebody.get(f"{before}/login")
    assert page.status_code == 200
    assert 'action="/lab/login"' in page.text
    assert re.search(r'src="/lab/static/\w+/tagline\.js"', page.text)
    answer = somebody.get(f"{before}/account", follow_redirects=False)
    assert answer.headers["location"] == "/lab/login?next=%2Faccount"
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]
    somebody.cookies.set("tagline_browser", page.headers["set-cookie"].split("=")[1].split(";")[0])
    given = {"name": "viewer", "password": "a horse and a battery", "csrf": token}
    answer = somebody.post(f"{before}/login", data=given, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lab/")
    assert "Path=/lab;" in answer.headers["set-cookie"]
    assert somebody.get(f"{before}/api/v1/runs", headers={"Accept": "*/*"}).status_code in {
        200,
        401,
    }


def test_large_answers_are_compressed(browser):
    page = browser("viewer").get("/account")
    assert page.headers["content-encoding"] == "gzip"


def test_the_server_of_a_request(app):
    from starlette.requests import Request

    assert server_of(Request({"type": "http", "app": app})) is app.state.server
