"""A small file with predictions, and a way to run a command."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from tagline.cli import main


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, which is the current one; fault reports go there, too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "140")
    return tmp_path


@pytest.fixture
def tagline(folder, monkeypatch, capsys):
    """Runs a command: `tagline("errors", "preds.csv")`."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["tagline", *map(str, words)])
        code = main()
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture
def preds(folder):
    """200 rows: `noisy` ones are wrong in 24 of 40 cases, the others in 8 of 160."""
    lines = ["example_id,y,yhat,person,noisy,device,n,margin"]
    for i in range(200):
        noisy = i < 40
        wrong = i < 24 or 40 <= i < 48
        person = "b" if i % 20 == 0 else "a"
        device = "phone" if i % 2 else "desk"
        lines.append(
            f"e{i},a,{'b' if wrong else 'a'},{person},{str(noisy).lower()},{device},{i},{i / 200}"
        )
    path = folder / "preds.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def after(preds, folder):
    """The same rows as another run has them: three that were wrong are right."""
    path = folder / "after.csv"
    path.write_text(preds.read_text().replace(",a,b,", ",a,a,", 3))
    return path
