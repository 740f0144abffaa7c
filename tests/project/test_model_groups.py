"""Groups of notes by a model of the user's own: nothing is sent unless asked for."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tagline.exceptions import InputError
from tagline.project import Project


class Model(BaseHTTPRequestHandler):
    """An endpoint that answers with what the test says, and keeps what it was sent."""

    answer: str = ""
    status = 200
    heard: list = []  # noqa: RUF012  # one server, one test at a time

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.heard.append((self.path, self.headers["Authorization"], self.rfile.read(length)))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.answer.encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def endpoint():
    Model.heard, Model.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tags(tmp_path):
    rows = {"example_id": ["1", "2", "3"], "y": ["a"] * 3, "said": ["a", "b", "a"]}
    with Project.init(tmp_path / "p") as project:
        project.add_predictions(rows, run="first", label="y", prediction="said")
        for example, text in (("1", "engine"), ("2", "motor in the back"), ("3", "a child")):
            project.tags.note(example, text, by="ann")
        yield project.tags


def said(content):
    return json.dumps({"choices": [{"message": {"content": content}}]})


def test_a_model_proposes_groups(tags, endpoint, monkeypatch):
    monkeypatch.setenv("TAGLINE_MODEL_KEY", "secret")
    Model.answer = said('Here: {"groups": [{"name": "car noise", "notes": [1, 2, 99]}]}')
    groups = tags.ask(endpoint, "small")
    assert [(group.name, group.notes) for group in groups] == [("car noise", (1, 2))]
    path, key, sent = Model.heard[0]
    assert (path, key) == ("/v1/chat/completions", "Bearer secret")
    assert json.loads(sent) == tags.question("small")
    assert tags.people == []  # proposals are only proposals


@pytest.mark.parametrize("answer", ["hm", said("no JSON"), said('{"groups": [1]}'), "{}"])
def test_an_answer_in_another_form_is_one_sentence(tags, endpoint, answer):
    Model.answer = answer
    with pytest.raises(InputError, match="JSON"):
        tags.ask(endpoint, "small")


def test_an_endpoint_that_refuses_or_is_not_there_is_one_sentence(tags, endpoint):
    Model.status, Model.answer = 401, "no"
    with pytest.raises(InputError, match="refuses with 401"):
        tags.ask(endpoint, "small")
    with pytest.raises(InputError, match="does not answer"):
        tags.ask("http://127.0.0.1:9/v1", "small")
    with pytest.raises(InputError, match="no address of a model"):
        tags.ask("file:///etc/passwd", "small")


def test_without_notes_nothing_is_asked(tags):
    tags.group([1, 2, 3], "noise", by="ann")
    with pytest.raises(InputError, match="1 to 1,000 notes"):
        tags.question("small")
