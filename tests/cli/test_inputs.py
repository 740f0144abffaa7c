"""`tagline inputs`: folders, tables and conversations; broken files do not stop it."""

from __future__ import annotations

import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def cache(folder, monkeypatch):
    monkeypatch.setenv("TAGLINE_CACHE", str(folder / "cache"))


@pytest.fixture
def images(folder):
    place = folder / "images"
    place.mkdir()
    for i in range(4):
        Image.fromarray(np.full((5, 7), 50 * i, np.uint8)).save(place / f"{i}.png")
    (place / "bad.png").write_bytes(b"no image")
    return place


@pytest.fixture
def messages(folder):
    path = folder / "messages.csv"
    path.write_text('example_id,text,device\n1,"Call NOW, please",a\n2,ok,b\n')
    return path


def test_a_folder(tagline, images, folder):
    done = tagline("inputs", images, "--json")
    document = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (document["kind"], document["examples"], document["broken"]) == ("image", 5, 1)
    assert document["broken_examples"] == [
        {"example": "bad.png", "reason": "is no image that is read here"}
    ]
    rows = {row["statistic"]: row for row in document["statistics"]}
    assert (rows["width"]["count"], rows["width"]["max"]) == (4, 7)
    shown = tagline("inputs", "images").out
    assert shown.startswith("4 images described; 1 could not be read: is no image")
    assert "brightness" in shown
    assert "bad.png" in shown


def test_out_becomes_tags(tagline, images, folder):
    assert tagline("inputs", images, "--out", "described.parquet").code == 0
    table = pq.read_table(folder / "described.parquet")
    assert table.column_names[:2] == ["example_id", "path"]
    table = table.append_column("y", [["a"] * 5]).append_column("p", [list("abaaa")])
    pq.write_table(table, folder / "runs.parquet")
    call = ("errors", "runs.parquet", "--label", "y", "--prediction", "p", "--json")
    found = json.loads(tagline(*call, "--tag", "dim = brightness < 0.25").out)
    assert {row["tag"]: row["support"] for row in found["tags"]}["dim"] == 2


def test_a_table_and_files(tagline, messages, folder):
    files = ("--html", "i.html", "--csv", "i.csv", "--markdown", "i.md")
    asked = ("--statistics", "n_words,upper_share")
    done = tagline("inputs", messages, "--input", "text", *asked, *files)
    assert done.code == 0
    with (folder / "i.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["statistic"] for row in rows] == ["n_words", "upper_share"]
    assert rows[0]["max"] == "3.0"
    assert (folder / "i.html").read_text().startswith("<!doctype html>")
    assert "n\\_words" in (folder / "i.md").read_text()


def test_rows_and_conversations(tagline, messages, folder):
    done = tagline("inputs", messages, "--kind", "row", "--reference", messages, "--json")
    assert [row["max"] for row in json.loads(done.out)["statistics"]] == [0, 0, 0]
    chat = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]
    (folder / "chats.jsonl").write_text(json.dumps({"messages": chat}) + "\n{\n")
    document = json.loads(tagline("inputs", "chats.jsonl", "--json").out)
    assert (document["kind"], document["examples"], document["broken"]) == ("chat", 2, 1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--input", "txt"], "There is no column 'txt' for --input. Did you mean 'text'"),
        (["--kind", "pictures"], "There is no kind of inputs"),
        (["--statistics", "n_word"], "Did you mean 'n_words'"),
        (["--statistics", "oov_share"], "needs --vocabulary"),
        (["--vocabulary", "gone.txt"], "--vocabulary 'gone.txt' cannot be read"),
        (["--out", "x.csv"], "--out must be a Parquet file"),
        (["--out", "messages.csv"], "--out must be a Parquet file"),
        (["--root", "gone"], "--root must be a folder"),
        (["--no-cache", "--cache", "x"], "leave it or --cache away"),
        (["--workers", "0"], "--workers must be at least 1"),
        (["--csv", "messages.csv"], "would overwrite"),
    ],
)
def test_a_wrong_call_is_one_sentence(tagline, messages, options, says):
    done = tagline("inputs", messages, *options)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_a_table_without_inputs_names_the_options(tagline, folder):
    (folder / "t.csv").write_text("a,b\n1,2\n")
    done = tagline("inputs", "t.csv")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "Name it by --input, or take the rows themselves by --kind row." in done.err


def test_nothing_outside_the_root_is_opened(tagline, folder, images):
    (images / "t.csv").write_text("path\n0.png\n../messages.csv\n../cache/inputs-1.sqlite\n")
    done = tagline("inputs", images / "t.csv", "--kind", "image", "--root", images, "--json")
    assert json.loads(done.out)["reasons"] == {"is outside the data root": 2}
