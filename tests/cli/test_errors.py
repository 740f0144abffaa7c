"""`tagline errors`: what is printed where, what is written, and what the options mean."""

from __future__ import annotations

import csv
import json
import stat

import pytest

COLUMNS = ("--label", "y", "--prediction", "yhat")


def tags(done):
    return {row["tag"]: row for row in json.loads(done.out)["tags"]}


def test_from_nothing(tagline, preds):
    done = tagline("errors", preds, *COLUMNS)
    assert done.code == 0
    assert "noisy" in done.out
    assert "no human level" in done.out
    assert done.err == ""


def test_json_is_all_that_goes_to_standard_output(tagline, preds):
    done = tagline("errors", preds, *COLUMNS, "--tags", "noisy,device", "--json")
    document = json.loads(done.out)
    assert list(document)[:7] == [
        *("measure", "examples", "weight", "errors", "error_rate", "headline", "left_out")
    ]
    assert (document["examples"], document["errors"]) == (200, 32)
    assert set(tags(done)) == {"noisy", "device=desk", "device=phone", "(untagged)", "(all)"}


def test_rules_where_and_factors(tagline, preds):
    done = tagline(
        *("errors", preds, *COLUMNS, "--json", "--tags", "noisy", "--tags", "device"),
        *("--tag", "low = n < 20", "--tag", "even id = n % 2 = 0", "--where", "n < 100"),
        *("--importance", "low=3", "--ease", "device=phone=2", "--seed", "7", "--top", "1"),
    )
    rows = tags(done)
    assert rows["low"]["support"] == 20
    assert rows["even id"]["support"] == 50
    assert rows["(all)"]["support"] == 100
    assert rows["low"]["importance"] == 3
    assert rows["device=phone"]["ease"] == 2


def test_a_table_of_tags(tagline, preds, folder):
    (folder / "tags.csv").write_text("example_id,tag\ne1,dim\ne2,dim\ne3,far\n")
    rows = tags(tagline("errors", preds, *COLUMNS, "--tags", "tags.csv", "--json"))
    assert (rows["dim"]["support"], rows["far"]["support"]) == (2, 1)
    done = tagline("errors", preds, *COLUMNS, "--tags", "tags.csv,noisy")
    assert (done.code, "no other tag beside it" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("human", "rate"),
    [("0.05", 0.05), ("4/40", 0.1), ("person", 0.05)],
)
def test_human_level(tagline, preds, human, rate):
    found = tagline("errors", preds, *COLUMNS, "--tags", "noisy", "--human", human, "--json")
    assert tags(found)["noisy"]["hlp_error"] == pytest.approx(rate)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("tag,error_rate\nnoisy,0.05\n", 0.05),
        ("tag,errors,asked\nnoisy,4,40\n", 0.1),
        ("example_id,anna\n" + "".join(f"e{i},{'ab'[i < 2]}\n" for i in range(20)), 0.1),
    ],
)
def test_people_in_a_file(tagline, preds, folder, text, rate):
    (folder / "people.csv").write_text(text)
    done = tagline("errors", preds, *COLUMNS, "--tags", "noisy", "--human", "people.csv", "--json")
    assert tags(done)["noisy"]["hlp_error"] == pytest.approx(rate)
    assert tags(done)["(all)"]["support"] == 200


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tag,rate\nnoisy,0.05\n", "`tag,error_rate`"),
        ("who,what\nnoisy,0.05\n", "`tag,error_rate`"),
        ("tag,error_rate\nnoisy,0.05\nnoisy,0.1\n", "row 2: the tag 'noisy' stands there twice"),
        ("tag,error_rate\nnoisy,\n", "row 1: a tag with error_rate must stand there"),
        ("tag,errors,asked\nnoisy,0.5,40\n", "row 1: errors and asked must be whole numbers"),
        ("example_id,anna\ne1,a\ne1,a\n", "two answers for the example 'e1'"),
        ("example_id,anna\ne1,a\nx9,a\n", "names the example 'x9', which is not in the data"),
        ("example_id,anna\n1,a\n2,a\n", "names the example '1', which is not in the data"),
    ],
)
def test_people_in_a_file_that_is_wrong(tagline, preds, folder, text, says):
    (folder / "people.csv").write_text(text)
    done = tagline("errors", preds, *COLUMNS, "--tags", "noisy", "--human", "people.csv")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_files_are_written_and_named(tagline, preds, folder):
    done = tagline(
        *("errors", preds, *COLUMNS, "--tags", "noisy"),
        *("--html", "r.html", "--csv", "r.csv", "--markdown", "r.md"),
    )
    assert done.code == 0
    assert done.err.splitlines() == ["Wrote r.html.", "Wrote r.csv.", "Wrote r.md."]
    assert (folder / "r.html").read_text().startswith("<!doctype html>")
    with (folder / "r.csv").open(newline="") as file:
        assert [row["tag"] for row in csv.DictReader(file)] == ["noisy", "(untagged)", "(all)"]
    headline = (folder / "r.md").read_text().splitlines()[0]
    assert "noisy" in headline


def test_markdown_and_csv_can_be_printed(tagline, preds):
    options = ("errors", preds, *COLUMNS, "--tags", "noisy")
    assert tagline(*options, "--csv", "-").out.startswith("tag,support,")
    assert tagline(*options, "--markdown", "-").out.startswith("**")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--csv", "preds.csv"], "would overwrite"),
        (["--csv", "x", "--markdown", "x"], "would overwrite"),
        (["--csv", "no/such/r.csv"], "there is no folder"),
        (["--html", "."], "is a folder"),
        (["--html", "-"], "takes the name of a file"),
        (["--json", "--csv", "-"], "Only one of"),
        (["--tags", "margin"], 'Write a rule, such as --tag "high = margin > 0.5".'),
        (["--tag", "n < 5"], 'takes "name = rule"'),
        (["--tag", "n <= 5"], 'takes "name = rule"'),
        (["--tag", "a = n < 5", "--tag", "a = n < 6"], "twice"),
        (["--tag", "a = system('x')"], "system"),
        (["--human", "5%"], "write 0.05 for 5 %"),
        (["--human", "nobody"], "nobody"),
        (["--human", "gone.csv"], "gone.csv"),
        (["--importance", "noisy"], "takes TAG=NUMBER"),
        (["--importance", "noise=2"], "Did you mean 'noisy'"),
        (["--run", "first"], "--run names a run of the project"),
        (["--label", "Y"], "Y"),
        (["--level", "95"], "level"),
        (["--level", "high"], "'--level'"),
        (["--measure", "acuracy"], "Did you mean 'accuracy'"),
        (["--fail-if", "error_rate[nosy] > 0.1"], "Did you mean 'noisy'"),
        (["--fail-if", "error_rate[noisy] > 10"], "0.1 for 10 %"),
    ],
)
def test_a_wrong_call_is_one_sentence(tagline, preds, options, says):
    done = tagline("errors", "preds.csv", *COLUMNS, "--tags", "noisy", *options)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_without_file_and_project(tagline):
    done = tagline("errors")
    assert (done.code, "tagline init" in done.err) == (2, True)


# Gates

BAD, GOOD, OPEN = "error_rate[noisy] > 0.1", "error_rate[noisy] < 0.1", "error_rate > 0.15"


@pytest.mark.parametrize(
    ("gates", "strict", "code"),
    [
        ([BAD], False, 1),
        ([GOOD], False, 0),
        ([GOOD], True, 0),
        ([OPEN], False, 0),
        ([OPEN], True, 1),
        ([GOOD, OPEN, BAD], False, 1),
        (["any tag > 0.3"], False, 1),
    ],
)
def test_gates(tagline, preds, gates, strict, code):
    options = [word for gate in gates for word in ("--fail-if", gate)]
    done = tagline(
        *("errors", preds, *COLUMNS, "--tags", "noisy", "--json", *options),
        *(["--strict"] if strict else []),
    )
    assert done.code == code
    assert json.loads(done.out)["examples"] == 200
    for gate in gates:
        assert gate in done.err
    assert ("more examples would decide" in done.err) == (OPEN in gates)


def test_the_documents_hold_the_verdicts(tagline, preds, folder):
    gates = ("--fail-if", BAD, "--fail-if", OPEN)
    call = ("errors", preds, *COLUMNS, "--tags", "noisy", *gates)
    done = tagline(*call, "--json", "--markdown", "r.md")
    bad, open_ = json.loads(done.out)["gates"]
    assert list(bad) == [
        *("text", "verdict", "tag", "limit", "error_rate", "change", "bound", "p_value", "more"),
        *("undecided", "message"),
    ]
    assert (bad["text"], bad["verdict"], bad["error_rate"]) == (BAD, "failed", 0.6)
    assert bad["limit"] < bad["bound"] < bad["error_rate"]
    assert bad["p_value"] < 0.05 < open_["p_value"]
    assert (open_["verdict"], open_["tag"]) == ("undecided", "(all)")
    assert open_["bound"] < open_["limit"] < open_["error_rate"]
    assert open_["message"] in done.err
    end = (folder / "r.md").read_text().partition("**Gates**")[2]
    assert end.count("\n- ") == 2
    assert tagline(*call, "--markdown", "-").out.endswith(end)


def test_without_gates_the_list_is_empty(tagline, preds):
    assert json.loads(tagline("errors", preds, *COLUMNS, "--json").out)["gates"] == []


def test_a_file_keeps_its_rights_and_may_be_a_link(tagline, preds, folder):
    (folder / "kept.csv").touch(0o600)
    (folder / "r.csv").symlink_to("kept.csv")
    assert tagline("errors", preds, *COLUMNS, "--csv", "r.csv").code == 0
    assert (folder / "r.csv").is_symlink()
    assert stat.S_IMODE((folder / "kept.csv").stat().st_mode) == 0o600
    assert (folder / "kept.csv").read_text().startswith("tag,support,")


def test_exclude(tagline, preds):
    columns = ("--label", "y", "--prediction", "yhat")
    done = tagline("errors", preds, *columns, "--exclude", "device,y", "--json")
    names = {row["tag"].partition("=")[0] for row in json.loads(done.out)["tags"]}
    assert "noisy" in names
    assert not names & {"device", "label"}
