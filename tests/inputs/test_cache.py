"""What was computed is not computed again, unless it changed; an interrupted run goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pytest

from tagline.exceptions import InputError
from tagline.inputs import STATISTICS, describe_inputs
from tagline.inputs import statistic as register


@pytest.fixture
def calls():
    """The heights of the images that a statistic of the test was computed on."""
    seen = []

    @register("image", unit="pixels")
    def seen_height(picture):
        """Return the height."""
        seen.append(picture.pixels.shape[0])
        return picture.pixels.shape[0]

    yield seen
    del STATISTICS["image"]["seen_height"]


def described(folder, **options):
    found = describe_inputs(folder, statistics=["seen_height", "brightness"], **options)
    return found.examples


def test_the_same_content_is_computed_once(pictures, calls):
    first = described(pictures, workers=1)
    assert len(calls) == 5  # six images, two of them the same
    assert described(pictures).equals(first)
    assert len(calls) == 5
    os.utime(pictures / "0.png")
    (pictures / "1.png").rename(pictures / "renamed.png")
    described(pictures)
    assert len(calls) == 5


def test_an_unchanged_file_is_not_read(pictures, calls, monkeypatch):
    first = described(pictures)
    monkeypatch.setattr("tagline.inputs.places.Places.open", None)
    assert described(pictures).equals(first)


def test_a_changed_file_is_computed_again(pictures, calls, image_bytes):
    described(pictures)
    calls.clear()
    (pictures / "1.png").write_bytes(image_bytes(np.full((9, 6, 3), 200)))
    assert described(pictures)["seen_height"].to_pylist()[1] == 9
    assert calls == [9]


def test_another_statistic_is_added(pictures, calls):
    describe_inputs(pictures, statistics=["brightness"])
    assert calls == []
    described(pictures)
    assert len(calls) == 5
    calls.clear()
    describe_inputs(pictures, statistics=["brightness"])
    described(pictures)
    assert calls == []


def test_no_value_is_remembered(tmp_path, image_bytes):
    (tmp_path / "x.png").write_bytes(image_bytes(np.zeros((2, 2))))
    for _ in range(2):
        found = describe_inputs(tmp_path, statistics=["sharpness"])
        assert (found.rows[0].missing, found.n_broken) == (1, 0)


def test_without_a_cache(pictures, calls, cache):
    described(pictures, cache=False)
    described(pictures, cache=False)
    assert len(calls) == 12
    assert not cache.exists()


def test_a_folder_that_is_no_cache(pictures, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "inputs-1.sqlite").write_bytes(b"this is no database, but long enough" * 100)
    with pytest.raises(InputError, match="is no cache: delete it"):
        describe_inputs(pictures, cache=folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        describe_inputs(pictures, cache=tmp_path / "file")


def test_a_broken_row_is_computed_again(pictures, calls, cache):
    first = described(pictures)
    calls.clear()
    with sqlite3.connect(cache / "inputs-1.sqlite") as database:
        database.execute("UPDATE found SET numbers = '[1' WHERE error IS NULL")
    database.close()
    # a row that is no JSON cannot be patched: it is replaced
    assert described(pictures).equals(first)
    assert len(calls) == 5


SLOW = """
import sys, time
from tagline.inputs import describe_inputs, statistic
@statistic("image", unit="s")
def slow(picture):
    "Take a while."
    time.sleep(0.01)
    return 1.0
found = describe_inputs(sys.argv[1], statistics=["slow"], workers=2, out=sys.argv[2])
print(found.n_examples, found.n_broken, flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_goes_on(how, tmp_path, image_bytes, cache):
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(400):
        (folder / f"{i:03}.png").write_bytes(image_bytes([[i % 256, i // 256]]))
    out = tmp_path / "out.parquet"
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    call = [sys.executable, script, str(folder), str(out)]
    run = subprocess.Popen(call, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    while remembered(cache) < 60:
        time.sleep(0.02)
        assert run.poll() is None
    run.send_signal(how)
    _, said = run.communicate(timeout=30)
    assert run.returncode != 0
    assert not out.exists()
    if how == signal.SIGINT:
        assert b"KeyboardInterrupt" in said
        assert list(tmp_path.glob(".*.part")) == []
    kept = remembered(cache)
    assert 60 <= kept < 400
    again = subprocess.run(call, capture_output=True, text=True, check=True)
    assert again.stdout == "400 0\n"
    assert remembered(cache) == 400
    assert out.exists()


def remembered(cache):
    path = cache / "inputs-1.sqlite"
    if not path.exists():
        return 0
    database = sqlite3.connect(path, timeout=5)
    try:
        return database.execute("SELECT count(*) FROM files").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()
