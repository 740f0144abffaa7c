"""`tagline slices`: a planted slice is found, and the line below it makes it a tag."""

from __future__ import annotations

import csv
import json
import os
import shlex

import pytest

COLUMNS = ("--label", "y", "--prediction", "yhat")


@pytest.fixture
def planted(folder):
    """1,200 rows: device b with n of 5 and more is wrong on each second row, others on few."""
    lines = ["example_id,y,yhat,device,n"]
    for i in range(1200):
        device, n = "abcd"[i % 4], i // 4 % 10
        wrong = i // 40 % 2 == 0 if device == "b" and n >= 5 else i % 29 == 0
        lines.append(f"e{i},1,{int(not wrong)},{device},{n}")
    path = folder / "planted.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_slice_is_found_and_becomes_a_tag(tagline, planted):
    done = tagline("slices", planted, *COLUMNS, "--json")
    (first, *_) = json.loads(done.out)["slices"]
    assert (done.code, done.err) == (0, "")
    assert "device = 'b'" in first["slice"]
    shown = tagline("slices", planted, *COLUMNS).out
    line = next(each for each in shown.splitlines() if each.startswith("To make it a tag: "))
    rule = shlex.split(line)[-1].replace("NAME", "found")
    again = tagline("errors", planted, *COLUMNS, "--tag", rule, "--json")
    rows = {row["tag"]: row for row in json.loads(again.out)["tags"]}
    assert rows["found"]["error_rate"] > 0.2


def test_a_line_for_each_slice_that_no_terminal_breaks(tagline, planted, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    call = ("slices", planted, *COLUMNS, "--rules")
    rules = [row["slice"] for row in json.loads(tagline(*call, "--json").out)["slices"]]
    lines = tagline(*call).out.splitlines()
    start = lines.index("To make a slice a tag:") + 1
    assert [shlex.split(line)[-1] for line in lines[start:]] == [f"NAME = {each}" for each in rules]
    assert rules


def test_in_a_project_the_line_puts_the_slice_among_its_tags(tagline, planted):
    assert tagline("init", "p").code == 0
    done = tagline(
        "import", planted, "--run", "r", "--prediction", "yhat", "--label", "y", "--project", "p"
    )
    assert done.code == 0, done.err
    os.chdir("p")
    shown = tagline("slices")
    assert shown.code == 0, shown.err
    line = shown.out.splitlines()[-1]
    words = shlex.split(line.partition(": ")[2])
    assert words[:4] == ["tagline", "tags", "accept", "NAME"]
    assert tagline(*words[1:3], "worse", words[4]).code == 0
    rows = {row["tag"]: row for row in json.loads(tagline("errors", "--json").out)["tags"]}
    assert rows["worse"]["error_rate"] > 0.2


def test_the_page_has_a_line_for_each_slice(tagline, planted, folder):
    tagline("slices", planted, *COLUMNS, "--html", "s.html")
    page = (folder / "s.html").read_text()
    assert "tagline errors ... --tag" in page
    assert "planted.csv" in page
    assert "stacked" in page


def test_excluded_columns_make_no_slices(tagline, planted):
    found = json.loads(tagline("slices", planted, *COLUMNS, "--exclude", "n", "--json").out)
    assert found["columns"] == ["device"]
    done = tagline("slices", planted, *COLUMNS, "--exclude", "m")
    assert (done.code, done.err.startswith("--exclude names a column 'm'")) == (2, True)


def test_new_errors_stay_at_120_characters_and_the_interval_at_80(tagline, planted, monkeypatch):
    for width, heads in (("120", ("errors", "interval", "gain")), ("80", ("interval", "gain"))):
        monkeypatch.setenv("COLUMNS", width)
        table = tagline("slices", planted, *COLUMNS).out.split("──")[0]
        assert all(head in table for head in heads)


def test_options(tagline, planted):
    call = ("slices", planted, *COLUMNS, "--columns", "device,n", "--depth", "1", "--seed", "3")
    found = json.loads(tagline(*call, "--min-support", "50", "--json").out)
    assert found["columns"] == ["device", "n"]
    assert all(len(row["columns"]) == 1 and row["support"] >= 50 for row in found["slices"])


def test_files(tagline, planted, folder):
    files = ("--html", "s.html", "--csv", "s.csv", "--markdown", "s.md")
    assert tagline("slices", planted, *COLUMNS, *files).code == 0
    with (folder / "s.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert "device" in row["columns"].split(",")
    assert "To make it a tag" in (folder / "s.md").read_text()
    assert (folder / "s.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--columns", "devcie"], "Did you mean 'device'"),
        (["--depth", "9"], "depth"),
        (["--run", "first"], "--run names a run of the project"),
        (["--csv", "planted.csv"], "would overwrite"),
    ],
)
def test_a_wrong_call_is_one_sentence(tagline, planted, options, says):
    done = tagline("slices", planted, *COLUMNS, *options)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_without_file_and_project(tagline):
    done = tagline("slices")
    assert (done.code, "tagline init" in done.err) == (2, True)
