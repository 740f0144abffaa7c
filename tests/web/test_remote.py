"""A project on a server, as a script and as `tagline import` see it: over a socket of loopback."""

import json
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import uvicorn

from tagline.cli.boundary import run as command
from tagline.exceptions import ConflictError, InputError
from tagline.project import Project
from tagline.project.remote import RemoteProject
from tagline.web import create_app

MORE = {"example_id": ["e0", "e1", "new"], "said": ["no", "yes", "no"], "p": [0.1, 0.9, 0.5]}


@pytest.fixture
def url(app):
    """The address of the server of `app`, which runs in a thread."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(100)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, args=([bound],))
    thread.start()
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    bound.close()


@pytest.fixture
def token(app):
    people = app.state.server.people
    return app.state.server.bearers.make_token(people.find("editor").id, "laptop")


@pytest.fixture(autouse=True)
def no_token_in_the_environment(monkeypatch):
    for name in ("TAGLINE_TOKEN", "TAGLINE_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_what_goes_there_and_comes_back(url, token, project):
    with Project.open(url, token=token) as remote:
        assert isinstance(remote, RemoteProject)
        assert (remote.name, repr(remote)) == ("speech", f"RemoteProject('speech', '{url}')")
        assert remote.runs == project.runs
        assert remote.imports == project.imports
        done = remote.add_predictions(MORE, run="b", label=None, prediction="said", scores="p")
        assert (done.predictions_new, done.examples_new) == (3, 1)
        again = remote.add_predictions(MORE, run="b", label=None, prediction="said", scores="p")
        assert again.message == "Run 'b': all 3 predictions were known; nothing changed."
        assert project.imports[-1].source == "the dictionary"


def test_errors_of_a_server_are_those_of_the_project(url, token, project):
    found = Project.open(url, token=token).analyze_errors(
        tags=["noisy", "device"], human=(1, 10), importance={"noisy": 2.0}
    )
    expected = project.analyze_errors(
        tags=["noisy", "device"], human=(1, 10), importance={"noisy": 2.0}
    )
    assert found.rows == expected.rows
    assert found.headline == expected.headline
    assert json.loads(found.to_json()) == json.loads(expected.to_json())
    assert found.to_pandas().equals(expected.to_pandas())
    assert found.to_csv() == expected.to_csv()


def test_the_server_says_what_is_wrong(url, token):
    remote = Project.open(url, token=token)
    with pytest.raises(InputError, match=r"There is no run 'frist'\. Did you mean 'first'\?"):
        remote.analyze_errors("frist")
    with pytest.raises(ConflictError, match="e0"):
        rows = {"example_id": ["e0"], "said": ["no"], "device": ["zzz"]}
        remote.add_predictions(rows, run="b", label=None, prediction="said")
    with pytest.raises(InputError, match="printable name"):
        remote.add_predictions(MORE, run="", label=None, prediction="said")


def test_tokens(url, token, tmp_path, monkeypatch):
    for wrong in ("tagline_wrong", "", "nonsense"):
        with pytest.raises(InputError, match="does not take the token: make one under My account"):
            Project.open(url, token=wrong)
    with pytest.raises(InputError, match="does not take the token"):
        Project.open(url)
    monkeypatch.setenv("TAGLINE_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(InputError, match=r"token, which TAGLINE_TOKEN_FILE names, cannot be read"):
        Project.open(url)
    (tmp_path / "token").write_text(f"{token}\n")
    assert Project.open(url).name == "speech"
    monkeypatch.setenv("TAGLINE_TOKEN", token)
    monkeypatch.setenv("TAGLINE_TOKEN_FILE", "/nowhere")
    assert Project.open(f"{url}/").name == "speech"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://127.0.0.1:1", r"http://127\.0\.0\.1:1 cannot be reached: connection refused\."),
        ("http://name.invalid", "cannot be reached"),
        ("http://", "The address of a server is http://HOST"),
        ("https://ann:secret@host", "without name and password"),
    ],
)
def test_no_server_there(address, message):
    with pytest.raises(InputError, match=message) as error:
        Project.open(address, token="tagline_secret")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("code", [200, 302, 404, 500])
def test_a_server_that_is_no_tagline_gets_no_further(code):
    asked = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(code)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=server.serve_forever).start()
    try:
        with pytest.raises(InputError, match="does not answer as a Tagline server does"):
            Project.open(f"http://127.0.0.1:{server.server_port}", token="t")
    finally:
        server.shutdown()
        server.server_close()
    assert asked == ["/api/v1/project"]


def test_the_command_sends_a_file_to_a_server(url, token, tmp_path, monkeypatch, capsys):
    file = tmp_path / "more.csv"
    file.write_text("example_id,said\ne0,no\ne1,yes\n")
    monkeypatch.setenv("TAGLINE_TOKEN", token)
    call = ["import", str(file), "--prediction", "said", "--run", "b", "--project", url]
    assert command(call) == 0
    assert capsys.readouterr().out == "Run 'b': 2 new predictions.\n"
    assert [run.name for run in Project.open(url, token=token).runs] == ["first", "b"]
    monkeypatch.setenv("TAGLINE_TOKEN", "wrong")
    assert command(call) == 2
    assert "does not take the token" in capsys.readouterr().err


def test_a_server_below_a_path_of_a_proxy(project):
    from tagline.project.talking import Server

    server = Server("https://team.example/speech/", "t")
    assert server.url == "https://team.example/speech"
    create_app(project).state.server.close()


def test_a_viewers_token_imports_nothing(url, app):
    server = app.state.server
    token = server.bearers.make_token(server.people.find("viewer").id, "laptop")
    with pytest.raises(InputError, match=re.escape("needs the role editor")):
        Project.open(url, token=token).add_predictions(MORE, run="b", label=None, prediction="said")
