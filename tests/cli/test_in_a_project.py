"""`tagline init`, `tagline import` and `tagline errors` without a file."""

from __future__ import annotations

import json

import pytest

from tagline.exceptions import InputError
from tagline.project import Project

SETTINGS = """
[tags.low]
rule = "n < 20"
ease = 2

[tags.noisy]
importance = 3
"""


@pytest.fixture
def project(tagline, preds, folder, monkeypatch):
    """A project with a run, as the current folder."""
    assert tagline("init", "speech", "--name", "Speech").code == 0
    monkeypatch.chdir(folder / "speech")
    done = tagline("import", preds, "--label", "y", "--prediction", "yhat", "--run", "first")
    assert (done.code, done.out) == (0, "Run 'first': 200 new predictions, 200 new examples.\n")
    with (folder / "speech" / "tagline.toml").open("a") as file:
        file.write(SETTINGS)
    return folder / "speech"


def rows(done):
    return {row["tag"]: row for row in json.loads(done.out)["tags"]}


def set_errors(project, text):
    path = project / "tagline.toml"
    path.write_text(path.read_text().replace("[errors] ", f"[errors]\n{text}\n# "))


def test_init_says_where_and_refuses_a_second_time(tagline, folder):
    done = tagline("init", "speech")
    assert (done.code, "tagline.toml" in done.out) == (0, True)
    assert "\nNext: cd speech\n" in done.out
    done = tagline("init", "speech")
    assert (done.code, "already" in done.err) == (2, True)


def test_init_here_needs_no_cd(tagline):
    done = tagline("init")
    assert (done.code, "Next: tagline import" in done.out, "Next: cd" in done.out) == (
        0,
        True,
        False,
    )


def test_the_same_rows_change_nothing(tagline, project, preds):
    done = tagline(
        *("import", preds, "--label", "y", "--prediction", "yhat", "--run", "first", "--json")
    )
    assert json.loads(done.out)["predictions_known"] == 200
    assert "nothing changed" in done.err


def test_scores_and_ids(tagline, project, folder):
    (folder / "more.csv").write_text("key,yhat,p,q\n1,a,0.5,0.5\n")
    done = tagline(
        *("import", "../more.csv", "--prediction", "yhat", "--run", "second"),
        *("--id", "key", "--scores", "p,q", "--project", "."),
    )
    assert done.code == 0
    assert done.out.startswith(
        "Run 'second': 1 new prediction, 1 new example. No example is one of"
    )


def test_the_vocabulary_of_the_project_is_the_default(tagline, project):
    found = rows(tagline("errors", "--json"))
    assert set(found) == {"low", "noisy", "(untagged)", "(all)"}
    assert (found["low"]["ease"], found["noisy"]["importance"]) == (2, 3)


def test_flags_come_first_and_know_the_rules_of_the_project(tagline, project):
    done = tagline("errors", "--tags", "device,low", "--ease", "device=desk=4", "--json")
    found = rows(done)
    assert set(found) == {"device=desk", "device=phone", "low", "(untagged)", "(all)"}
    assert (found["low"]["ease"], found["device=desk"]["ease"]) == (2, 4)


def test_gates_of_the_project(tagline, project):
    set_errors(project, 'fail_if = ["error_rate[noisy] > 0.1"]')
    done = tagline("errors")
    assert (done.code, "failed: error_rate[noisy] > 0.1" in done.err) == (1, True)
    assert tagline("errors", "--fail-if", "error_rate[noisy] > 0.9").code == 0


@pytest.mark.parametrize(
    "text",
    ["tag,errors,asked\nnoisy,4,40\n", "example_id,anna\ne1,b\n"],
)
def test_people_in_a_file(tagline, project, folder, text):
    (folder / "people.csv").write_text(text)
    found = rows(tagline("errors", "--human", "../people.csv", "--json"))
    assert found["noisy"]["hlp_error"] == (0.1 if text.startswith("tag") else 1.0)


def test_a_file_takes_what_is_not_given_from_the_settings(tagline, project):
    set_errors(project, 'label = "y"\nprediction = "yhat"\nwhere = "n < 100"')
    found = rows(tagline("errors", "../preds.csv", "--json"))
    assert set(found) == {"low", "noisy", "(untagged)", "(all)"}
    assert found["(all)"]["support"] == 100


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["errors"], "label, measure, tags, importance, ease and fail_if come"),
        (["errors", "--measure", "accuracy"], "label, tags, importance, ease and fail_if come"),
        (["errors", "--tags", "noisy"], "label, measure, importance and fail_if come"),
        (["errors", "--tags", "device"], "label, measure and fail_if come"),
        (
            ["errors", "../preds.csv", "--label", "y", "--fail-if", "error_rate > 1"],
            "prediction, measure, tags, importance and ease come",
        ),
    ],
)
def test_what_comes_from_the_settings_is_said(tagline, project, words, names):
    gate = 'fail_if = ["error_rate > 0.9"]'
    set_errors(project, f'label = "y"\nprediction = "yhat"\nmeasure = "accuracy"\n{gate}')
    done = tagline(*words)
    assert done.code == 0
    first = done.err.splitlines()[0]
    assert first == f"{names} from {project / 'tagline.toml'}."


def test_nothing_is_said_where_nothing_is_taken(tagline, project):
    assert tagline("errors", "--tags", "device").err == ""


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        ("example_id,k,yhat\n1,2,x\n", ["--id", "k"], "or leave --id away."),
    ],
)
@pytest.mark.usefixtures("project")
def test_advice_names_the_options_of_the_command(tagline, folder, content, options, says):
    (folder / "odd.csv").write_text(content)
    call = ("import", "../odd.csv", "--prediction", "yhat", "--run", "odd")
    done = tagline(*call, *options)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.endswith(f"{says}\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["errors", "--run", "frist"], "first"),
        (["errors", "--engine", "duckdb://"], "--engine goes with a FILE"),
        (["import", "../gone.csv", "--prediction", "yhat", "--run", "x"], "gone.csv"),
        (["import", "../preds.csv", "--prediction", "yha", "--run", "x"], "yhat"),
    ],
)
def test_mistakes(tagline, project, words, says):
    done = tagline(*words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


@pytest.fixture
def two_runs(tagline, project, folder):
    """A second run on the same examples: the first 24, all noisy, are right now."""
    lines = (folder / "preds.csv").read_text().splitlines()
    rows = [line.split(",")[:3] for line in lines[1:]]
    text = "".join(f"{i},{y},{y if n < 24 else said}\n" for n, (i, y, said) in enumerate(rows))
    (folder / "second.csv").write_text(f"example_id,y,yhat\n{text}")
    call = ("import", "../second.csv", "--label", "y", "--prediction", "yhat", "--run", "second")
    assert tagline(*call).code == 0
    return project


@pytest.mark.usefixtures("two_runs")
@pytest.mark.parametrize(
    ("words", "fixed"),
    [
        ([], 24),
        (["--before", "first"], 24),
        (["--before", "first", "--after", "second"], 24),
        (["--before", "second", "--after", "first"], 0),
    ],
)
def test_two_runs_of_the_project_are_compared(tagline, words, fixed):
    found = rows(tagline("compare", *words, "--json"))
    assert set(found) == {"low", "noisy", "(untagged)", "(all)"}
    assert found["noisy"]["fixed"] == fixed


def test_gates_of_the_project_on_two_runs(tagline, two_runs):
    with (two_runs / "tagline.toml").open("a") as file:
        file.write('\n[[gate]]\nfail_if = "change[noisy] > -0.9"\n')
    done = tagline("compare")
    assert (done.code, "tags, importance, ease and gate come from" in done.err) == (1, True)
    assert "failed: change[noisy] > -0.9: noisy is 60.00 points better" in done.err


FEW = ("--min-support", "5", "--json")


@pytest.mark.usefixtures("two_runs")
def test_slices_of_a_run(tagline):
    found = json.loads(tagline("slices", "--run", "first", "--columns", "noisy", *FEW).out)
    assert [row["slice"] for row in found["slices"]] == ["noisy"]
    second = tagline("slices", "--columns", "noisy", *FEW)
    assert json.loads(second.out)["slices"] == []


@pytest.mark.usefixtures("two_runs")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["compare", "--before", "frist"], "Did you mean 'first'"),
        (["compare", "--after", "first"], "name another by --before"),
        (["compare", "--before", "second"], "--before and --after are one run, 'second'"),
        (["compare", "--prediction", "yhat"], "--prediction goes with files"),
        (["compare", "--engine", "duckdb://"], "--engine goes with a FILE"),
        (["slices", "--run", "frist"], "Did you mean 'first'"),
    ],
)
def test_mistakes_with_two_runs(tagline, words, says):
    done = tagline(*words)
    assert (done.code, done.out) == (2, "")
    assert says in done.err.splitlines()[-1]  # what comes from the settings may be said before


def test_the_margin_comes_from_the_settings(tagline, two_runs):
    with (two_runs / "tagline.toml").open("a") as file:
        file.write("\n[compare]\nmargin = 0.5\n")
    done = tagline("compare", "--json")
    assert (json.loads(done.out)["margin"], "margin" in done.err) == (0.5, True)
    assert json.loads(tagline("compare", "--margin", "0.1", "--json").out)["margin"] == 0.1


@pytest.mark.usefixtures("two_runs")
def test_the_ledger_of_the_project(tagline, folder):
    assert "No comparison yet" in tagline("ledger").out
    assert tagline("compare", "--human", "0.05").code == 0
    document = json.loads(tagline("ledger", "--json").out)
    assert document["comparisons"] == 1
    assert {row["tag"] for row in document["rows"]} == {"low", "noisy", "(all)"}
    assert tagline("ledger").out.startswith(document["headline"][:40])
    done = tagline("ledger", "--csv", "-", "--html", "ledger.html")
    assert (done.code, done.out.splitlines()[0][:13]) == (0, "before,after,")
    assert "**" in tagline("ledger", "--markdown", "-").out


def test_a_ledger_needs_a_project(tagline, folder):
    done = tagline("ledger")
    assert (done.code, done.out, "tagline init" in done.err) == (2, "", True)


@pytest.mark.usefixtures("two_runs")
def test_several_runs_of_the_project(tagline, folder):
    for name, source in (("first again", "preds.csv"), ("second again", "second.csv")):
        call = ("import", f"../{source}", "--label", "y", "--prediction", "yhat", "--run", name)
        assert tagline(*call).code == 0
    words = ("--before", "first,first again", "--after", "second,second again")
    assert json.loads(tagline("compare", *words, "--json").out)["runs"] == 2


@pytest.mark.parametrize("command", [["errors"], ["errors", "../preds.csv"]])
def test_a_misspelt_tag_is_looked_for_in_the_vocabulary(project, tagline, command):
    done = tagline(*command, "--label", "y", "--prediction", "yhat", "--tags", "device,lo")
    assert (done.code, done.out) == (2, "")
    assert "neither a tag of the project (tagline.toml) nor a column of the data." in done.err
    assert done.err.endswith("Did you mean 'low'?\n")
    assert tagline(*command, "--label", "y", "--prediction", "yhat", "--tags", "low").code == 0


def test_python_names_tags_of_the_vocabulary_too(project):
    with Project.open(project) as opened:
        found = opened.analyze_errors(tags=["device", "low"])
        assert {"device=desk", "low"} <= {row.tag for row in found.rows}
        assert opened.analyze_errors(tags="low").rows[0].tag == "low"
        with pytest.raises(InputError, match="Did you mean 'noisy'"):
            opened.analyze_errors(tags="nosy")


def test_the_column_of_ids_is_named_as_it_was_asked_for(project, tagline):
    words = ["--label", "y", "--prediction", "yhat", "--run", "second", "--id", "exampleid"]
    done = tagline("import", "../preds.csv", *words)
    said = (
        "--id names a column 'exampleid' that preds.csv does not have. Did you mean 'example_id'?"
    )
    assert (done.code, said in done.err) == (2, True)


def test_a_repeated_id_is_named_with_its_rows(project, tagline, folder):
    (folder / "twice.csv").write_text("example_id,y,yhat,n\na,a,a,1\nb,a,a,1\na,a,b,1\na,a,b,1\n")
    done = tagline("import", "../twice.csv", "--prediction", "yhat", "--run", "other")
    said = "The id 'a' occurs 3 times in 'example_id' (rows 1 and 3 of twice.csv)"
    assert (done.code, said in done.err) == (2, True)
    done = tagline("errors", "../twice.csv", "--label", "y", "--prediction", "yhat")
    said = "example_id 'a' stands 3 times in twice.csv (first in rows 1 and 3)"
    assert (done.code, said in done.err) == (2, True)


def test_rows_of_the_same_content_are_counted_in_the_outcome(project, tagline, folder):
    (folder / "texts.csv").write_text("text,y,yhat\nhi,a,a\nbye,a,a\nhi,a,b\n")
    words = ("import", "../texts.csv", "--label", "y", "--prediction", "yhat", "--run", "texts")
    done = tagline(*words)
    assert done.out.startswith(
        "Run 'texts': 3 new predictions, 3 new examples. 1 row repeats the content of another and"
        " is an example of its own, by number."
    )
    assert "nothing changed" in tagline(*words).out
