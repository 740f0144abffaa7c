"""`tagline tags`: the whole way from a new tag to a rate of all data, as somebody types it."""

import json

import pytest

ROWS = "example_id,n_words,y,said\n" + "".join(
    f"{i},{i % 9},on,{'off' if i % 5 == 0 else 'on'}\n" for i in range(60)
)


@pytest.fixture
def project(tagline, tmp_path):
    (tmp_path / "preds.csv").write_text(ROWS)
    tagline("init", "--name", "speech")
    tagline("import", "preds.csv", "--label", "y", "--prediction", "said", "--run", "first")
    return tagline


def test_from_a_new_tag_to_a_rate_of_all_data(project, tmp_path):
    assert project("tags", "add", "dim", "--by", "ann").code == 0
    assert project("tags", "accept", "short", "n_words < 3").code == 0
    drawn = project("tags", "sample", "first", "--size", "20", "--twice", "0", "--by", "ann")
    assert drawn.code == 0
    assert "of 12 wrong" in drawn.out
    sheet = ["example_id,dim"] + [f"{i},{'x' if i % 2 else 'no'}" for i in range(60)]
    (tmp_path / "ticks.csv").write_text("\n".join(sheet) + "\n")
    done = project("tags", "import", "ticks.csv", "--by", "ann", "--json")
    assert json.loads(done.out)["decisions"] == 60
    checked = json.loads(project("tags", "check", "--json").out)["tags"]
    assert [(row["tag"], row["yes"], row["unknown"]) for row in checked] == [
        ("short", 21, 0),
        ("dim", 30, 0),
    ]
    found = json.loads(project("errors", "--json").out)
    assert {"dim", "short"} <= {row["tag"] for row in found["tags"]}


def test_what_was_done_is_shown_and_undone(project):
    project("tags", "add", "dim", "--by", "ann")
    project("tags", "change", "dim", "--name", "dark", "--by", "ann")
    shown = project("tags", "history")
    assert [line.split(" · ")[3].split(":")[0] for line in shown.out.splitlines()] == [
        "rename",
        "new",
    ]
    assert "rename" in project("tags", "undo", "--by", "ann").out
    assert project("tags", "change", "dark", "--ease", "2").code == 2
    rows = json.loads(project("tags", "history", "--json").out)["actions"]
    assert [row["kind"] for row in rows] == ["undo", "rename", "new"]


def test_merge_split_and_retire(project):
    for tag in ("car", "bus", "noise"):
        project("tags", "add", tag, "--by", "ann")
    assert project("tags", "merge", "car,bus", "--into", "traffic", "--by", "ann").code == 0
    assert project("tags", "split", "noise", "--into", "loud,hum", "--by", "ann").code == 0
    assert project("tags", "retire", "hum", "--by", "ann").code == 0
    rows = json.loads(project("tags", "check", "--json").out)["tags"]
    assert [row["tag"] for row in rows] == ["traffic", "loud"]


def test_a_faulty_rule_is_named_with_exit_code_2(project, tmp_path):
    file = tmp_path / "tagline.toml"
    file.write_text(file.read_text() + '\n[tags.short]\nrule = "n_wrods < 5"\n')
    done = project("tags", "check")
    assert done.code == 2
    assert "n_words" in done.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["sample", "x", "--size", "0"], "whole number from 1"),
        (["estimate"], "no tag that people give"),
        (["learn", "dim"], "People give no tag 'dim'"),
        (["queue", "dim"], "People give no tag 'dim'"),
        (["group", "dim", "one"], "is no number of a note"),
        (["change", "dim"], "Nothing to change"),
        (["undo"], "nothing to undo"),
        (["import", "gone.csv"], "gone.csv"),
        (["export", "x.csv", "--format", "exel"], "There is no format 'exel'"),
    ],
)
def test_a_wrong_call_is_one_line(project, words, says):
    done = project("tags", *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err


def test_samples_notes_and_estimates_are_listed(project, tmp_path):
    assert "No sample yet" in project("tags", "samples").out
    assert "No note yet" in project("tags", "notes").out
    project("tags", "sample", "first", "--size", "10", "--twice", "0", "--by", "ann", "--blind")
    assert "0 of 10 done, drawn by chance, blind" in project("tags", "samples").out
    sheet = "example_id,why\n1,engine noise\n2,loud engine noise\n3,a child\n"
    (tmp_path / "notes.csv").write_text(sheet)
    project("tags", "import", "notes.csv", "--note", "why", "--by", "ann")
    groups = json.loads(project("tags", "notes", "--propose", "--json").out)["groups"]
    assert [group["name"] for group in groups] == ["engine noise"]
    numbers = ",".join(map(str, groups[0]["notes"]))
    assert "2 examples tagged 'engine'" in project("tags", "group", "engine", numbers).out
    assert "engine noise [engine]" in project("tags", "notes").out


def test_what_would_go_to_a_model_is_shown_and_not_sent(project, tmp_path):
    (tmp_path / "notes.csv").write_text("example_id,why\n1,engine noise\n")
    project("tags", "import", "notes.csv", "--note", "why", "--by", "ann")
    words = ("--propose", "--endpoint", "http://127.0.0.1:9/v1", "--model", "small")
    shown = project("tags", "notes", *words)
    assert json.loads(shown.out)["messages"][1]["content"] == "1. engine noise"
    assert "Nothing was sent" in shown.err
    assert "does not answer" in project("tags", "notes", *words, "--send").err
    assert project("tags", "notes", "--model", "small").code == 2
