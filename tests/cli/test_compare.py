"""`tagline compare`: files, gates, and what is written for a pull request."""

from __future__ import annotations

import csv
import json
from xml.etree import ElementTree as ET

import pytest

COLUMNS = ("--label", "y", "--prediction", "yhat")
WORSE = "any tag worse by > 0.02"


NAMES = ("preds.csv", "after.csv")


@pytest.fixture
def after(folder, preds):
    """Of the 200 rows: `noisy` ones 16 newly broken, the others 4 newly fixed."""
    with preds.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        if 24 <= i < 40:
            row["yhat"] = "b"
        elif 40 <= i < 44:
            row["yhat"] = "a"
    path = folder / "after.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def document(done):
    found = json.loads(done.out)
    return found, {row["tag"]: row for row in found["tags"]}


def test_two_files(tagline, preds, after):
    done = tagline("compare", preds, after, *COLUMNS, "--tags", "noisy", "--json")
    found, rows = document(done)
    assert (done.code, done.err, found["examples"], found["gates"]) == (0, "", 200, [])
    assert (rows["noisy"]["broken"], rows["noisy"]["fixed"]) == (16, 0)
    assert (rows["noisy"]["verdict"], rows["(all)"]["fixed"]) == ("worse", 4)
    assert tagline("compare", preds, after, *COLUMNS, "--tags", "noisy").out.startswith("Worse")


def test_several_runs_a_side(tagline, preds, after, folder):
    (folder / "again.csv").write_text(after.read_text())
    (folder / "twin.csv").write_text(preds.read_text())
    sides = (f"{preds},twin.csv", "after.csv,again.csv")
    found, rows = document(tagline("compare", *sides, *COLUMNS, "--tags", "noisy", "--json"))
    assert (found["runs"], rows["noisy"]["after"]) == (2, 1.0)
    done = tagline("compare", *sides, *COLUMNS, "--csv", "again.csv")
    assert (done.code, "would overwrite" in done.err) == (2, True)


@pytest.mark.parametrize("given", [["old,new"], ["old", "new"]])
def test_one_file_with_two_predictions(tagline, folder, given):
    lines = "".join(f"{i},a,{'ab'[i % 5 == 0]},{'ab'[i % 4 == 0]},{i}\n" for i in range(100))
    (folder / "both.csv").write_text("example_id,y,old,new,n\n" + lines)
    options = [word for each in given for word in ("--prediction", each)]
    done = tagline(
        "compare", "both.csv", "--label", "y", *options, "--tag", "low = n < 20", "--json"
    )
    found, rows = document(done)
    assert (found["examples"], rows["low"]["support"]) == (100, 20)
    assert (rows["(all)"]["before"], rows["(all)"]["after"]) == (0.2, 0.25)


@pytest.mark.parametrize(
    ("gate", "strict", "wanted"),
    [
        (WORSE, False, (1, "failed")),
        ("any tag worse", False, (1, "failed")),
        ("worse[(untagged)] by > 0.02", False, (0, "passed")),
        ("worse by > 0.9", True, (0, "passed")),
        ("worse by > 0.06", False, (0, "undecided")),
        ("worse by > 0.06", True, (1, "undecided")),
        ("error_rate[noisy] > 0.7", False, (1, "failed")),
        ("change > 0.5", False, (0, "passed")),
    ],
)
def test_gates(tagline, after, gate, strict, wanted):
    done = tagline(
        *("compare", "preds.csv", after, *COLUMNS, "--tags", "noisy", "--json"),
        *("--fail-if", gate),
        *(["--strict"] if strict else []),
    )
    (found,) = json.loads(done.out)["gates"]
    assert ((done.code, found["verdict"]), found["text"]) == (wanted, gate)
    assert found["message"] in done.err


def test_the_junit_file(tagline, preds, after, folder):
    gates = [WORSE, "worse by > 0.06", "change > 0.5", "error_rate[noisy] > 0.99999"]
    options = [word for gate in gates for word in ("--fail-if", gate)]
    call = ("compare", preds, after, *COLUMNS, "--tags", "noisy", *options, "--junit", "g.xml")
    assert tagline(*call).code == 1
    suite = ET.parse(folder / "g.xml").getroot().find("testsuite")
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "errors": "0", "skipped": "2"}
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == gates
    assert {case.get("classname") for case in cases} == {"tagline.compare"}
    kinds = [[child.tag for child in case] for case in cases]
    assert kinds == [["failure"], ["skipped"], ["system-out"], ["skipped"]]
    assert "noisy is 40.00 points worse" in cases[0].find("failure").text
    assert tagline(*call, "--strict").code == 1
    suite = ET.parse(folder / "g.xml").getroot().find("testsuite")
    assert (suite.get("failures"), suite.get("skipped")) == ("3", "0")


def test_the_comment_on_a_pull_request(tagline, preds, after):
    done = tagline(
        *("compare", preds, after, *COLUMNS, "--tags", "noisy,device"),
        *("--fail-if", WORSE, "--fail-if", "change > 0.9", "--markdown", "-"),
    )
    first, *lines = done.out.splitlines()
    assert first.startswith("### ❌ 1 gate failed. Worse on all data: ")
    assert [line[:13] for line in lines if line.startswith("- ")][:2] == [
        *("- ❌ **failed*", "- ✅ **passed*")
    ]
    table = [line for line in lines if line.startswith("| ")]
    assert table[2].startswith("| noisy | 40 | 60.0 | 100.0 | +40.00 |")
    assert "<details><summary>16 newly broken with noisy, 3 of them</summary>" in lines
    assert "<details><summary>4 newly fixed, 3 of them</summary>" in lines
    broken = lines[
        lines.index("| example\\_id | person | device | n | margin | y | before | after |") :
    ]
    assert broken[2] == "| e24 | a | desk | 24 | 0.12 | a | a | b |"


def test_values_of_the_data_are_escaped_in_the_comment(tagline, folder):
    evil = "<img src=x onerror=alert(1)> @everyone #12 | `rm` [x](http://y) " + "z" * 500
    row = '{},a,{},"' + evil + '",true\n'
    for name, said in (("before.csv", "a"), ("after.csv", "b")):
        text = "".join(row.format(i, said) for i in range(30))
        (folder / name).write_text(f"example_id,y,yhat,text,<b>@t'*g\n{text}")
    files = ("before.csv", "after.csv")
    done = tagline("compare", *files, *COLUMNS, "--tags", "<b>@t'*g", "--markdown", "-")
    assert done.code == 0
    for bad in ("<img", "<b>", "@everyone", "@t", "#12", " | `", "[x]", "http://", "z" * 80):
        assert bad not in done.out
    assert "| &lt;b&gt;\\@\u200bt'\\*g |" in done.out
    assert "<summary>30 newly broken with &lt;b&gt;@\u200bt&#39;*g, 3 of them</summary>" in done.out


def test_files_are_written(tagline, preds, after, folder):
    done = tagline(
        *("compare", preds, after, *COLUMNS, "--tags", "noisy", "--margin", "0.9"),
        *("--html", "c.html", "--csv", "c.csv", "--markdown", "c.md"),
    )
    assert done.err.splitlines() == ["Wrote c.html.", "Wrote c.csv.", "Wrote c.md."]
    assert (folder / "c.html").read_text().startswith("<!doctype html>")
    with (folder / "c.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["verdict"] == "no relevant difference"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--prediction", "a,b,c"], "one column of both runs or one of each"),
        (["--fail-if", "any tag wrose"], "cannot be read"),
        (["--fail-if", "change[nosy] > 0.1"], "Did you mean 'noisy'"),
        (["--fail-if", "worse by > 5"], "0.1 for 10 %"),
        (["--margin", "-1"], "--margin must be a number of at least 0"),
        (["--margin", "5%"], "--margin takes a fraction: write 0.05 for 5%"),
        (["--margin", "5"], "--margin must be a fraction below 1, not percent"),
        (["--margin", "much"], "--margin takes a number"),
        (["--before", "first"], "name runs of the project"),
        (["--csv", "after.csv"], "would overwrite"),
        (["--junit", "-"], "takes the name of a file"),
        (["--human", "5"], "write 0.05 for 5 %"),
    ],
)
def test_a_wrong_call_is_one_sentence(tagline, preds, after, options, says):
    done = tagline("compare", preds, after, *COLUMNS, "--tags", "noisy", *options)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_advice_is_in_the_words_of_the_command(tagline, preds, folder):
    done = tagline("compare", preds, *COLUMNS)
    assert (done.code, "one with --prediction old,new" in done.err) == (2, True)
    for words in (["--prediction", "yhat,yhat"], []):
        files = [preds] if words else [preds, preds]
        done = tagline("compare", *files, "--label", "y", *(words or ["--prediction", "yhat"]))
        assert (done.code, "twice" in done.err, "`" in done.err) == (2, True, False)
    (folder / "seed1.csv").write_text(preds.read_text())
    (folder / "seed2.csv").write_text(preds.read_text())
    done = tagline("compare", "seed*.csv", preds, *COLUMNS)
    assert (done.code, "write runs (seeds) with commas" in done.err) == (2, True)


def test_an_id_of_another_name_is_said(tagline, preds, after):
    for path in (preds, after):
        path.write_text(path.read_text().replace("example_id", "id", 1))
    done = tagline("compare", preds, after, *COLUMNS)
    assert "name it by --id id, or rename it to 'example_id'" in done.err
    done = tagline("compare", preds, after, *COLUMNS, "--id", "id", "--tags", "noisy", "--json")
    found, rows = document(done)
    assert (rows["noisy"]["broken"], found["before"], found["after"]) == (16, *NAMES)
    assert "There is id, y" in tagline("compare", preds, after, *COLUMNS, "--id", "ix").err


def test_strict_without_a_gate_is_said(tagline, preds, after):
    for words in (["compare", preds, after], ["errors", preds]):
        done = tagline(*words, *COLUMNS, "--tags", "noisy", "--strict")
        assert (done.code, "no gate was asked" in done.err) == (0, True)


def test_both_runs_are_named_and_the_page_holds_the_gates(tagline, preds, after, folder):
    words = ["compare", preds.name, after.name, *COLUMNS, "--tags", "noisy", "--fail-if", WORSE]
    done = tagline(*words, "--html", "c.html")
    page = (folder / "c.html").read_text()
    for text in (done.out, page):
        assert "preds.csv → after.csv" in text
    assert "failed: " in page
    assert page.count("stacked") > 3
    document_ = json.loads(tagline(*words, "--json").out)
    assert (document_["before"], document_["after"]) == ("preds.csv", "after.csv")


def test_the_default_terminal_shows_promise_and_gain_or_neither(tagline, preds, after, folder):
    words = ["compare", preds, after, *COLUMNS, "--tags", "noisy", "--human", "0.05"]
    for form in ([], ["--markdown", "-"]):
        text = tagline(*words, *form).out
        _, _, below = text.partition("Promise and delivery")
        assert below.index("promised") < below.index("gained")


def test_without_file_and_project(tagline):
    done = tagline("compare")
    assert (done.code, "tagline init" in done.err) == (2, True)


def test_a_change_is_no_gate_of_one_run(tagline, preds):
    done = tagline("errors", preds, *COLUMNS, "--fail-if", WORSE)
    assert (done.code, "tagline compare" in done.err) == (2, True)


def test_errors_write_a_junit_file_too(tagline, preds, folder):
    gate = ("--fail-if", "error_rate[noisy] > 0.1", "--junit", "g.xml")
    assert tagline("errors", preds, *COLUMNS, "--tags", "noisy", *gate).code == 1
    assert ET.parse(folder / "g.xml").find(".//failure").get("type") == "failed"


SETTINGS = """
[project]
name = "x"

[errors]
label = "y"
prediction = "yhat"
tags = ["noisy"]
human = 0.05
fail_if = ["error_rate > 0.9"]

[[gate]]
fail_if = "any tag worse by > 0.02"

[[gate]]
fail_if = "worse by > 0.06"
undecided = "fail"

[[gate]]
fail_if = "error_rate[noisy] > 0.1"

[[gate]]
fail_if = "error_rate > 0.95"
on = "compare"
"""


def test_gates_of_the_settings(tagline, preds, after, folder):
    (folder / "tagline.toml").write_text(SETTINGS)
    done = tagline("compare", preds, after, "--json")
    gates = json.loads(done.out)["gates"]
    assert done.err.startswith("label, prediction, human, tags and gate come from ")
    texts = ["any tag worse by > 0.02", "worse by > 0.06", "error_rate > 0.95"]
    assert [each["text"] for each in gates] == texts
    assert [each["undecided"] for each in gates] == ["pass", "fail", "pass"]
    assert "Asked by `tagline errors`, not here" in done.err
    assert '"error_rate > 0.9", "error_rate[noisy] > 0.1"' in done.err
    assert tagline("compare", preds, after, "--fail-if", "change > 0.9").code == 0
    done = tagline("errors", preds, "--json")
    assert done.err.startswith("label, prediction, human, tags, fail_if and gate come from ")
    texts = ["error_rate > 0.9", "error_rate[noisy] > 0.1"]
    assert [each["text"] for each in json.loads(done.out)["gates"]] == texts


def test_an_open_gate_fails_where_the_settings_say_so(tagline, preds, after, folder):
    gate = '[[gate]]\nfail_if = "worse by > 0.06"\n'
    for extra, code in (("", 0), ('undecided = "fail"\n', 1)):
        (folder / "tagline.toml").write_text(f'[project]\nname = "x"\n{gate}{extra}')
        assert tagline("compare", preds, after, *COLUMNS, "--tags", "noisy").code == code


@pytest.fixture
def people(folder, preds):
    """The files with a person's answers, who is wrong on one of 20."""
    rows = list(csv.DictReader(preds.read_text().splitlines()))
    lines = (
        f"{row['example_id']},{'b' if i % 20 == 0 else row['y']}\n" for i, row in enumerate(rows)
    )
    text = "".join(lines)
    (folder / "answers.csv").write_text(f"example_id,person\n{text}")
    (folder / "rates.csv").write_text("tag,error_rate\nnoisy,0.05\n")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("human", ["0.05", "10/200", "answers.csv", "rates.csv"])
def test_promises_beside_two_files(tagline, preds, after, human):
    done = tagline("compare", preds, after, *COLUMNS, "--tags", "noisy", "--human", human, "--json")
    found, rows = document(done)
    assert (done.code, [each["tag"] for each in found["promises"]]) == (0, ["noisy"])
    assert rows["noisy"]["predicted_gain"] > 0
    plain = tagline("errors", preds, *COLUMNS, "--tags", "noisy", "--human", human, "--json")
    assert document(plain)[1]["noisy"]["gain"] == rows["noisy"]["predicted_gain"]


def test_a_promise_is_of_one_run(tagline, preds, after, folder):
    (folder / "again.csv").write_text(after.read_text())
    (folder / "twin.csv").write_text(preds.read_text())
    sides = (f"{preds},twin.csv", "after.csv,again.csv")
    done = tagline("compare", *sides, *COLUMNS, "--human", "0.05")
    assert (done.code, "leave --human away to compare several" in done.err) == (2, True)


def test_a_persons_answers_are_no_tag_of_the_comparison(tagline, folder):
    lines = "".join(
        f"{i},a,{'ab'[i % 5 == 0]},{'ab'[i % 4 == 0]},{'ab'[i % 9 == 0]},{i % 3}\n"
        for i in range(100)
    )
    (folder / "both.csv").write_text("example_id,y,old,new,person,site\n" + lines)
    words = ("both.csv", "--label", "y", "--prediction", "old,new", "--human", "person")
    _, rows = document(tagline("compare", *words, "--json"))
    assert set(rows) == {"site=0", "site=1", "site=2", "label=a", "(untagged)", "(all)"}
