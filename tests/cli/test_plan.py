"""`tagline plan`: a table before any run, and what an expected rate comes to."""

from __future__ import annotations

import csv
import io
import json

import pytest

GATE = "error_rate[child] > 0.1"


def rows(done):
    return json.loads(done.out)["rows"]


def test_one_expected_rate_is_one_sentence(tagline):
    done = tagline("plan", GATE, "--expect", "0.07", "--share", "0.05")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("From 593 examples with the tag on, 11,860 in all, ")
    (row,) = rows(tagline("plan", GATE, "--expect", "0.07", "--share", "0.05", "--json"))
    assert row == {
        **{"expected": 0.07, "changed": None, "verdict": "passed"},
        **{"examples": 593, "in_all": 11860},
    }


def test_a_table_over_expected_rates(tagline):
    found = rows(tagline("plan", GATE, "--json"))
    assert {row["verdict"] for row in found if row["expected"] < 0.1} == {"passed"}
    assert {row["verdict"] for row in found if row["expected"] > 0.1} == {"failed"}
    sizes = [row["examples"] for row in found if row["expected"] < 0.1]
    assert sizes == sorted(sizes)
    harder = rows(tagline("plan", GATE, "--tests", "10", "--json"))
    assert all(b["examples"] > a["examples"] for a, b in zip(found, harder, strict=True))


def test_changes(tagline):
    found = rows(tagline("plan", "any tag worse by > 0.02", "--changed", "0.1", "--json"))
    verdicts = {row["expected"]: row["verdict"] for row in found}
    assert verdicts == {-0.02: "passed", 0.0: "passed", 0.01: "passed", 0.03: "failed"} | {
        0.04: "failed",
        0.06: "failed",
    }
    found = rows(tagline("plan", "any tag worse", "--expect", "0", "--changed", "0.1", "--json"))
    wide = ("any tag worse by > 0.01", "--expect", "0", "--changed", "0.1", "--json")
    assert found == rows(tagline("plan", *wide))


def test_csv_and_markdown(tagline):
    done = tagline("plan", GATE, "--csv", "-")
    assert len(list(csv.DictReader(io.StringIO(done.out)))) == 10
    done = tagline("plan", "worse by > 0.02", "--markdown", "-")
    assert done.out.startswith("**Examples that decide worse by &gt; 0.02 in 80% of cases:**")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["error_rat > 0.1"], "gates know `error_rate`, `change` and `worse` only"),
        ([GATE, "--expect", "0.1"], "At its limit"),
        ([GATE, "--expect", "7"], "--expect must be a fraction: write 0.07 for 7 %"),
        (["any tag worse", "--margin", "5%"], "write 0.05"),
        (["any tag worse", "--margin", "5"], "--margin must be a fraction below 1"),
        ([GATE, "--share", "5"], "`share` must be a fraction"),
        ([GATE, "--tests", "0"], "`tests` must be"),
        ([GATE, "--power", "80"], "`power` must be a fraction"),
        (["error_rate > 3"], "needs a limit between 0 and 1"),
        (["worse by > 0.02", "--expect", "0.3", "--changed", "0.1"], "cannot be"),
        ([], "Missing argument"),
    ],
)
def test_a_wrong_call_is_one_sentence(tagline, words, says):
    done = tagline("plan", *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_the_margin_of_the_project_is_taken(tagline, folder):
    words = ("plan", "any tag worse", "--expect", "0.0", "--changed", "0.1", "--json")
    usual = rows(tagline(*words))
    (folder / "tagline.toml").write_text('[project]\nname = "x"\n[compare]\nmargin = 0.05\n')
    done = tagline(*words)
    assert "margin comes from" in done.err
    assert rows(done)[0]["examples"] < usual[0]["examples"]
    assert rows(tagline(*words, "--margin", "0.01")) == usual
