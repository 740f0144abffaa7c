"""`tagline` as a process: a reader that goes away, Ctrl-C, and what a terminal says of itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

COMMAND = [sys.executable, "-c", "import sys; from tagline.cli import main; sys.exit(main())"]
COLUMNS = ("--label", "y", "--prediction", "yhat")


def start(folder, *words, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*COMMAND, *map(str, words)], cwd=folder, **{**pipes, **options})


@pytest.mark.parametrize(
    "words",
    [
        ("errors", "preds.csv", *COLUMNS),
        ("errors", "preds.csv", *COLUMNS, "--json", "--fail-if", "error_rate > 0.9"),
        ("compare", "preds.csv", "after.csv", *COLUMNS, "--json", "--fail-if", "worse"),
        ("plan", "error_rate > 0.1"),
        ("errors", "--help"),
    ],
)
def test_who_stops_reading_is_left_alone(after, folder, words):
    reading, writing = os.pipe()
    os.close(reading)
    process = start(folder, *words, stdout=writing)
    os.close(writing)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (141, "")


def test_the_files_are_written_even_if_nobody_reads_the_table(preds, folder):
    reading, writing = os.pipe()
    os.close(reading)
    process = start(folder, "errors", preds, *COLUMNS, "--csv", "r.csv", stdout=writing)
    os.close(writing)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (141, "Wrote r.csv.\n")
    assert (folder / "r.csv").read_text().startswith("tag,support,")


@pytest.fixture
def slow(folder):
    """A folder with a project's settings and data that take seconds to count."""
    import duckdb

    said = ", ".join(f"repeat('word' || (i % {n}) || ' ', 150) AS {name}" for n, name in SPOKEN)
    path = folder / "slow.parquet"
    duckdb.sql(f"COPY (SELECT i AS example_id, {said} FROM range(200000) t(i)) TO '{path}'")
    settings = (
        '[project]\nname = "x"\n[errors]\nlabel = "y"\nprediction = "yhat"\nmeasure = "wer"\n'
    )
    (folder / "tagline.toml").write_text(settings)
    return folder


SPOKEN = ((7, "y"), (5, "yhat"))


def test_ctrl_c_is_one_line_and_leaves_nothing_behind(slow):
    before = sorted(slow.iterdir())
    (slow / "tmp").mkdir()
    away = {**os.environ, "TMPDIR": str(slow / "tmp")}
    process = start(slow, "errors", "slow.parquet", "--html", "r.html", env=away)
    assert process.stderr.readline().endswith("tagline.toml.\n")  # now it starts to count
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out, said) == (130, "", "Interrupted.\n")
    assert list((slow / "tmp").iterdir()) == []
    (slow / "tmp").rmdir()
    assert sorted(slow.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "width"),
    [
        *((("errors", "preds.csv", *COLUMNS), width) for width in (40, 80, 120, 200)),
        *((("compare", "preds.csv", "after.csv", *COLUMNS), width) for width in (40, 80)),
        (("plan", "any tag worse by > 0.02"), 40),
    ],
)
def test_nothing_is_wider_than_the_terminal(after, folder, words, width):
    plain = {**os.environ, "COLUMNS": str(width), "NO_COLOR": "1", "FORCE_COLOR": ""}
    process = start(folder, *words, env=plain)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert max(map(len, out.splitlines())) <= width
    assert "\x1b" not in out
