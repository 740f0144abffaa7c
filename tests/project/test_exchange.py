"""Tags from files and to files: what goes out comes back in, and nothing is written by halves."""

import csv
import json

import pytest

from tagline.exceptions import InputError
from tagline.project import Project

ROWS = {
    "example_id": ["1", "2", "3", "4"],
    "text": ["on", "off", "on", "off"],
    "y": ["on", "on", "off", "off"],
    "said": ["on", "off", "off", "on"],
}


@pytest.fixture
def make(tmp_path):
    made = []

    def project(name):
        opened = Project.init(tmp_path / name)
        opened.add_predictions(ROWS, run="first", label="y", prediction="said")
        made.append(opened)
        return opened

    yield project
    for each in made:
        each.close()


def said(project):
    return {
        (row["example_id"], row["tag"], row["value"]) for row in project.tags.to_arrow().to_pylist()
    }


def write(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("name", ["tags.csv", "tags.xlsx", "tags.json"])
def test_what_goes_out_comes_back_in(make, tmp_path, name):
    one, two = make("one"), make("two")
    for tag in ("dim", "car noise"):
        one.tags.add(tag, by="ann")
    one.tags.decide("1", {"dim": True, "car noise": False}, by="ann")
    one.tags.decide("2", {"dim": False}, by="ann")  # "car noise" is unknown there
    one.tags.note("2", "=1+1, odd", by="ann")
    one.tags.export_file(tmp_path / name)
    columns = () if name.endswith("json") else ("dim", "car noise")
    done = two.tags.import_file(tmp_path / name, columns=columns, by="ann")
    assert done.new_tags == ("dim", "car noise")
    assert said(two) == said(one)
    version = two.tags.store.version
    two.tags.import_file(tmp_path / name, columns=columns, by="ann")
    assert two.tags.store.version == version  # the same file twice changes nothing


def test_label_studio_gets_tasks_with_annotations(make, tmp_path):
    project = make("one")
    project.tags.add("dim", by="ann")
    project.tags.decide("1", {"dim": True}, by="ann")
    assert project.tags.export_file(tmp_path / "ls.json", kind="label-studio") == 1
    task = json.loads((tmp_path / "ls.json").read_text())[0]
    assert task["data"]["text"] == "on"
    assert task["annotations"][0]["result"][0]["value"] == {"choices": ["dim"]}
    other = make("two")
    other.tags.import_file(tmp_path / "ls.json")
    assert said(other) == {("1", "dim", True)}


def test_unknown_examples_and_untouched_rows_are_counted(make, tmp_path):
    project = make("one")
    sheet = write(
        tmp_path / "s.csv",
        [["file", "dim", "why"], ["1", "x", "odd"], ["2", "", ""], ["9", "x", ""]],
    )
    done = project.tags.import_file(sheet, id="file", columns=["dim"], note="why", by="ann")
    assert (done.decisions, done.notes, done.unknown, done.untouched) == (1, 1, 1, 1)
    assert "1 example that the project does not have" in done.message
    assert [note.text for note in project.tags.notes] == ["odd"]


def test_cells_list_tags(make, tmp_path):
    project = make("one")
    sheet = write(tmp_path / "s.csv", [["example_id", "tags"], ["1", "dim;loud"], ["2", "loud"]])
    project.tags.import_file(sheet, cells="tags", by="ann")
    assert {(e, t) for e, t, value in said(project) if value} == {
        ("1", "dim"),
        ("1", "loud"),
        ("2", "loud"),
    }


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        ([["example_id", "dim"], ["1", "perhaps"]], {"columns": ["dim"]}, "Row 1 of s.csv"),
        ([["example_id", "dim"], ["1", "x"]], {"columns": ["dmi"]}, "Did you mean 'dim'"),
        ([["example_id", "dim"], ["1", "x"]], {}, "called like a tag"),
        ([["name", "dim"], ["1", "x"]], {"columns": ["dim"]}, "no column 'example_id'"),
        ([["example_id", "dim"], ["a", "x"], ["b", "x"]], {"columns": ["dim"]}, "None of the 2"),
        ([["example_id", "short"], ["1", "x"]], {"columns": ["short"]}, "is a rule of tagline"),
    ],
)
def test_what_cannot_be_taken_over_writes_nothing(make, tmp_path, rows, options, words):
    project = make("one")
    project.tags.accept("short", "length(text) < 3")
    version = project.tags.store.version
    with pytest.raises(InputError, match=words):
        project.tags.import_file(write(tmp_path / "s.csv", rows), by="ann", **options)
    assert (project.tags.store.version, said(project)) == (version, set())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{not json", r"x\.json is not JSON"),
        ('[{"tag": "a", "value": true}]', "Entry 1 of x.json lacks its `example_id`"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply|has no `annotations`"),
    ],
)
def test_a_file_that_is_no_json_of_ours_is_one_sentence(make, tmp_path, text, words):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=words):
        make("one").tags.import_file(tmp_path / "x.json")
