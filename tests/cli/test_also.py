"""`tagline errors --also`: what stands behind the table, as lists and as keys of the document."""

from __future__ import annotations

import json

import pytest

from tagline.cli.also import ALSO
from tagline.error_analysis import ErrorAnalysis

COLUMNS = ("--label", "y", "--prediction", "yhat", "--tags", "noisy,device")


def test_every_name_is_a_method_of_the_result():
    assert all(callable(getattr(ErrorAnalysis, name)) for name in ALSO)


def test_keys_of_the_document(tagline, preds):
    names = "adjusted,mistakes, overlaps,added"
    found = json.loads(tagline("errors", preds, *COLUMNS, "--also", names, "--json").out)
    adjusted = {row["tag"]: row for row in found["adjusted"]}
    assert adjusted["noisy"]["note"].startswith("its own: ")
    assert found["mistakes"][0] | {"tag": "noisy"} == {
        "tag": "noisy",
        "kind": "confused",
        "label": "a",
        "prediction": "b",
        "n": found["mistakes"][0]["n"],
        "total": found["mistakes"][0]["total"],
    }
    assert {row["tag"] for row in found["added"]} == {"noisy", "device=phone", "device=desk"}
    assert {"tag", "other", "both"} <= found["overlaps"][0].keys()
    assert "adjusted" not in json.loads(tagline("errors", preds, *COLUMNS, "--json").out)


def test_lists_below_the_table(tagline, preds):
    done = tagline("errors", preds, *COLUMNS, "--also", "adjusted,mistakes,added,overlaps")
    assert "Is it really this tag?\nnoisy: its own: " in done.out
    assert "noisy: b for a (24)" in done.out
    assert "noisy: 24 errors on 40 examples that no tag above has" in done.out
    assert "examples, 12 errors" in done.out
    text = tagline("errors", preds, *COLUMNS, "--also", "mistakes", "--markdown", "-").out
    assert "**What is most often taken for what**\n\n- noisy: b for a (24)" in text


def test_edits_and_calibration(tagline, folder):
    lines = "".join(f"{i},one two,one{' two' * (i % 3)},{i % 2 == 0}\n" for i in range(60))
    (folder / "words.csv").write_text("example_id,said,heard,loud\n" + lines)
    words = ("words.csv", "--label", "said", "--prediction", "heard", "--tags", "loud")
    done = tagline("errors", *words, "--measure", "wer", "--also", "edits")
    assert "loud: 0 substituted, 10 deleted, 10 inserted" in done.out
    lines = "".join(f"{i},{i % 5 == 0},{0.6 if i % 2 else 0.3},{i % 4 == 0}\n" for i in range(400))
    (folder / "sure.csv").write_text("example_id,y,p,night\n" + lines)
    words = ("sure.csv", "--label", "y", "--prediction", "p", "--tags", "night")
    done = tagline(
        "errors", *words, "--measure", "brier", "--also", "calibration", "--html", "p.html"
    )
    assert done.code == 0, done.err
    line = next(each for each in done.out.splitlines() if each.startswith("night: off by "))
    assert "Confidence" in (folder / "p.html").read_text()
    assert line.removeprefix("night: ") in (folder / "p.html").read_text()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("mistaks", "Did you mean 'mistakes'?"),
        ("calibration", "Calibration needs probabilities"),
        ("edits", "Edits can be counted for transcripts"),
    ],
)
def test_what_is_not_there_is_one_sentence(tagline, preds, name, says):
    done = tagline("errors", preds, *COLUMNS, "--also", name)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err
