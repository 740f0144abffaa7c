"""`tagline serve`: what it says, whom it refuses, how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tagline.cli.boundary import run as command
from tagline.exceptions import InputError
from tagline.web import serving
from tagline.web.serving import Listening, serve

CSV = "example_id,y,said,noisy\n" + "".join(
    f"e{n},{n % 2},{n // 2 % 2},{n % 3 == 0}\n" for n in range(30)
)


@pytest.fixture
def started(tmp_path):
    """What starts `tagline` in a process; its first line of an address is waited for."""
    running = []

    def start(*arguments, **environment):
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import tagline.cli as t; raise SystemExit(t.main())",
                *arguments,
            ],
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(tmp_path), **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        said = ""
        while "Ctrl-C" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        return process, said

    yield start
    for process in running:
        process.kill()
        process.stderr.close()
        process.wait()


def open_url(address, jar):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with opener.open(address, timeout=60) as answer:
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGTERM])
def test_a_file_is_shown_once(started, tmp_path, ends):
    (tmp_path / "preds.csv").write_text(CSV)
    call = ("serve", "preds.csv", "--label", "y", "--prediction", "said", "--port", "0")
    process, said = started(*call, TAGLINE_STORE_URL="postgresql://nobody@127.0.0.1:1/none")
    address = re.search(r"http://127\.0\.0\.1:\d+/enter/\S+", said)[0]
    jar = CookieJar()
    status, page = open_url(address, jar)
    assert status == 200
    assert "preds" in page
    assert open_url(f"{address.partition('/enter')[0]}/api/v1/errors", jar)[0] == 200
    assert list(tmp_path.glob("tagline-serve-*"))
    process.send_signal(ends)
    assert process.wait(30) == 0
    assert process.stderr.read().endswith("Ended.\n")
    assert list(tmp_path.glob("tagline-serve-*")) == []


def test_the_first_start_of_a_project_prints_the_link(started, tmp_path):
    assert command(["init", str(tmp_path / "speech")]) == 0
    _, said = started("serve", "speech", "--port", "0")
    assert re.search(r"Tagline shows 'speech' at http://127\.0\.0\.1:\d+/\n", said)
    link = re.search(r"The first administrator .*\n  (http://\S+/join/\S+)\n", said)[1]
    assert "The first administrator" in open_url(link, CookieJar())[1]


def test_a_port_that_is_taken(project):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=rf"Port {port} of 127\.0\.0\.1 cannot be used \(addr"):
            serve(project, Listening(port=port))


@pytest.mark.parametrize(
    ("listening", "message"),
    [
        (Listening(host="0.0.0.0", login=False), "--no-login is for this machine only: 0.0.0.0"),
        (Listening(host="::", login=False), "--no-login is for this machine only"),
        (Listening(host="10.0.0.1", login=False), "--no-login is for this machine only"),
        (Listening(host="some.example", login=False), "--no-login is for this machine only"),
        (Listening(host="name.invalid"), "There is no host 'name.invalid'"),
        (Listening(host="192.0.2.1", port=0), "cannot be used"),
        (Listening(root_path="lab"), "--root-path must be a path such as /tagline"),
        (Listening(root_path="//lab"), "--root-path must be a path"),
    ],
)
def test_where_it_does_not_listen(project, listening, message):
    with pytest.raises(InputError, match=message):
        serve(project, listening)


def test_the_names_by_which_it_is_called():
    local = serving._options(Listening(hosts=("Tagline.Example",)))
    assert local.hosts == ("localhost", "127.0.0.1", "[::1]", "127.0.0.1", "tagline.example")
    assert serving._options(Listening(host="0.0.0.0")).hosts is None
    assert serving._options(Listening(host="0.0.0.0", hosts=("a",))).hosts == ("a",)
    assert serving._options(Listening(host="127.9.9.9", login=False)).login is False
    assert serving._options(Listening(root_path="/lab/")).root_path == "/lab"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["preds.csv"], "say which column holds what: tagline serve preds.csv --label y"),
        (["gone.csv", "--prediction", "said"], "There is no file 'gone.csv'"),
        (["preds.csv", "--prediction", "sad"], "Did you mean 'said'?"),
        ([], "There is no project in"),
        ([".", "--label", "y"], "--label goes with a FILE"),
    ],
)
def test_what_cannot_be_shown(tmp_path, monkeypatch, capsys, call, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", None)
    Path("preds.csv").write_text(CSV)
    assert command(["serve", *call]) == 2
    assert message in capsys.readouterr().err


def test_what_is_missing_is_said(monkeypatch, capsys):
    monkeypatch.setattr("tagline.cli.serve.find_spec", lambda name: None)
    assert command(["serve"]) == 2
    assert "pip install 'tagline[server]'" in capsys.readouterr().err
