"""The one boundary: sentences, exit codes, the report of a fault, and what `--help` loads."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import pytest

import tagline as package
from tagline.cli.bug_report import masked
from tagline.exceptions import InputError, MissingExtraError


def test_help_lists_the_commands(tagline):
    for words in ([], ["--help"], ["-h"]):
        done = tagline(*words)
        assert (done.code, done.err) == (0, "")
        assert {"errors", "import", "init", "demo"} <= set(done.out.split())


def test_version(tagline):
    assert tagline("--version").out == f"tagline {package.__version__}\n"


def test_help_loads_nothing_heavy():
    code = (
        "import json, sys; sys.argv = ['tagline', 'errors', '--help']\n"
        "from tagline.cli import main; main(); print(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & {"ibis", "duckdb", "numpy", "pandas", "pyarrow", "scipy", "sqlalchemy"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["error"], "Did you mean 'errors'?"),
        (["errors", "x.csv", "--lable", "y"], "No such option: --lable. Did you mean --also or"),
        (["errors", "x.csv", "--tga", "y"], "Did you mean --tag or --tags or --top?\n"),
        (["import", "x.csv"], "--prediction"),
        (["errors", "x.csv", "--top", "many"], "'--top'"),
        (["errors", "x.csv", "y.csv"], "y.csv"),
    ],
)
def test_a_wrong_call_is_one_line(tagline, words, says):
    done = tagline(*words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_help_shows_brackets(tagline):
    assert "error_rate[car_noise]" in tagline("errors", "--help").out


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (InputError("No column\x1b[31m."), 2, "No column\ufffd[31m.\n"),
        (MissingExtraError("Install it."), 2, "Install it.\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
    ],
)
def test_expected_errors(tagline, monkeypatch, error, code, says):
    fail(monkeypatch, error)
    done = tagline("init")
    assert (done.code, done.out, done.err) == (code, "", says)


def test_a_fault_of_ours_names_a_report(tagline, monkeypatch, folder):
    fail(monkeypatch, RuntimeError("at postgresql://me:secret@host/base"))
    done = tagline("init", "private-folder", "--name", "private-name")
    (report,) = folder.glob("tagline-fault-*.txt")
    assert (done.code, done.out, done.err.count("\n")) == (3, "", 1)
    assert str(report) in done.err
    text = report.read_text()
    assert "command: tagline init *** --name ***" in text
    assert "RuntimeError" in text
    assert "in init" in text  # the traceback
    assert f"tagline: {package.__version__}" in text
    assert not {"private", "secret"} & set(text.replace("-", " ").replace(":", " ").split())
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_the_report_is_written_here_where_there_is_no_temporary_folder(
    tagline, monkeypatch, folder
):
    monkeypatch.setattr("tempfile.tempdir", str(folder / "gone"))
    fail(monkeypatch, RuntimeError("x"))
    assert tagline("init").code == 3
    assert len(list(folder.glob("tagline-fault-*.txt"))) == 1


def test_values_are_masked():
    words = ["errors", "--where", "name = 'Ann'", "-", "--label=age", "x=y", "--Name", "demo"]
    shown = "tagline errors --where *** *** --label=*** *** *** ***"
    assert masked(words) == shown


def fail(monkeypatch, error):
    def init(*_, **__):
        raise error

    monkeypatch.setattr("tagline.project.Project.init", init)
