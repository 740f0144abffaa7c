import datetime as dt
import decimal
import os
import time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tagline.exceptions import ConflictError, InputError
from tagline.project import Project
from tagline.store.lake import ChangedMeanwhileError

FIRST = {
    "example_id": [1, 2, 3],
    "text": ["a", "b", None],
    "y": [1, 0, 1],
    "yhat": ["1", "0", "0"],
    "boxes": [[1.5, 2.0], [3.0], []],
}


def first(**changes):
    return {key: value for key, value in {**FIRST, **changes}.items() if value is not None}


def add(project, data, run="first", label="y", prediction="yhat", **options):
    return project.add_predictions(data, run=run, label=label, prediction=prediction, **options)


def table(project, run=None):
    expr = project.predictions(run)
    return project.connection.fetch(expr.order_by("example_id"))


def state(project):
    """What the project knows: nothing of it may change when an import is refused."""
    tables = ["examples", *(f"predictions/{p.name}" for p in folders(project))]
    return [(name, project.lake.version(name)) for name in tables], project.runs, project.imports


def folders(project):
    root = project.path / ".tagline" / "lake" / "predictions"
    return sorted(root.iterdir()) if root.exists() else []


def test_a_score_among_the_columns_of_the_examples_is_told_how_to_come(project):
    """The first run brought its scores as columns of the example; the second has others."""
    add(project, first(proba=[0.9, 0.8, 0.7]))
    other = first(proba=[0.1, 0.2, 0.3])
    with pytest.raises(ConflictError, match=r"if 'proba' is what the run says.*`scores='proba'`"):
        add(project, other, "second")
    add(project, other, "second", scores="proba")
    several = first(proba=[0.1, 0.2, 0.3], text=["a", "x", "y"])
    with pytest.raises(ConflictError) as caught:
        add(project, several, "third")
    assert "'text' (on 1 example), 'proba' (on 3 examples)" in str(caught.value)
    assert "import with `scores='proba'`, and correct 'text'" in str(caught.value)
    with pytest.raises(ConflictError, match=r"in 'y': 0 before, 1 now.*a label is a part of the"):
        add(project, {**several, "y": [1, 1, 1]}, "third")


def test_a_run_on_other_examples_than_all_before_says_so(project):
    assert "earlier run" not in add(project, FIRST).message
    apart = add(project, first(example_id=[11, 12, 13]), "second").message
    assert "No example is one of an earlier run" in apart
    assert "earlier run" not in add(project, first(example_id=[1, 22, 3]), "third").message
    assert "earlier run" not in add(project, first(example_id=[31, 32, 33]), "third").message


def test_a_first_import(project):
    done = add(project, FIRST)
    assert (done.examples_new, done.examples_known) == (3, 0)
    assert (done.predictions_new, done.predictions_known) == (3, 0)
    assert done.message == "Run 'first': 3 new predictions, 3 new examples."
    assert table(project).to_pylist() == [
        {"example_id": "1", "text": "a", "y": 1, "boxes": [1.5, 2.0], "yhat": "1"},
        {"example_id": "2", "text": "b", "y": 0, "boxes": [3.0], "yhat": "0"},
        {"example_id": "3", "text": None, "y": 1, "boxes": [], "yhat": "0"},
    ]
    (run,) = project.runs
    assert (run.name, run.label, run.prediction, run.predictions) == ("first", "y", "yhat", 3)
    assert not project.lake.schema("examples").field("example_id").nullable
    assert run.examples_fingerprint == project.lake.fingerprint("examples", run.examples_version)


def test_the_same_rows_twice_change_nothing(project):
    add(project, FIRST)
    before = state(project)
    done = add(project, pd.DataFrame(FIRST).iloc[::-1])
    assert (done.examples_known, done.predictions_known) == (3, 3)
    assert done.message == "Run 'first': all 3 predictions were known; nothing changed."
    after = state(project)
    assert after[:2] == before[:2]
    assert len(after[2]) == 2


def test_the_log_tells_equal_content_from_other_content(project):
    add(project, FIRST)
    add(project, pa.table(FIRST).to_reader(max_chunksize=1))
    add(project, first(example_id=[1, 2, 4]))
    one, two, three = (each.fingerprint for each in project.imports)
    assert one == two != three


def test_more_rows_are_added_to_a_run(project):
    add(project, FIRST)
    done = add(project, {"example_id": [3, 4], "y": [1, 0], "yhat": ["0", "0"]})
    assert (done.predictions_new, done.predictions_known, done.examples_new) == (1, 1, 1)
    assert table(project)["example_id"].to_pylist() == ["1", "2", "3", "4"]
    assert project.runs[0].predictions == 4


def test_a_second_run_shares_the_examples(project):
    add(project, FIRST)
    done = add(project, {"example_id": [2, 1], "score": [0.5, 0.25]}, "second", prediction="score")
    assert (done.examples_new, done.examples_known, done.predictions_new) == (0, 2, 2)
    assert table(project, "second").select(["example_id", "text", "y", "score"]).to_pylist() == [
        {"example_id": "1", "text": "a", "y": 1, "score": 0.25},
        {"example_id": "2", "text": "b", "y": 0, "score": 0.5},
    ]
    assert [run.name for run in project.runs] == ["first", "second"]


def test_a_run_keeps_the_version_that_it_used(project):
    add(project, FIRST)
    before = table(project, "first")
    add(project, {"example_id": [1, 9], "dim": [True, False], "p": [1, 2]}, "second", None, "p")
    assert table(project, "first").equals(before)
    assert table(project, "second")["dim"].to_pylist() == [True, False]


def test_a_later_import_completes_an_example(project):
    add(project, FIRST)
    done = add(project, first(text=["a", None, "c"], dim=[True, False, None]))
    assert (done.examples_filled, done.examples_new, done.predictions_known) == (3, 0, 3)
    assert done.message == "Run 'first': 0 new predictions, 3 known, 3 examples completed."
    assert table(project)["text"].to_pylist() == ["a", "b", "c"]
    assert table(project)["dim"].to_pylist() == [True, False, None]


def test_two_models_in_one_table(project):
    both = {"example_id": [1, 2], "y": [0, 1], "old": [0, 0], "new": [0, 1]}
    add(project, both, "old", prediction="old")
    add(project, both, "new", prediction="new")
    assert table(project, "old").to_pydict() == {
        "example_id": ["1", "2"],
        "y": [0, 1],
        "old": [0, 0],
    }
    assert table(project, "new").to_pydict() == {
        "example_id": ["1", "2"],
        "y": [0, 1],
        "new": [0, 1],
    }


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, None],
        [0.5, float("inf"), None],
        ["ü", "", None],
        [True, False, None],
        [[1, 2], [], None],
        [["a"], [None], None],
        [{"x": 1.0, "label": "car"}, {"x": None, "label": "b"}, None],
        [[{"x": 1.0}], [], None],
        [b"\x00\xff", b"", None],
        [dt.date(2026, 1, 2), dt.date(1, 1, 1), None],
        [dt.datetime(2026, 1, 2, 3, 4, 5, 6), dt.datetime(2026, 1, 2), None],
        [decimal.Decimal("1.50"), decimal.Decimal("-2.25"), None],
        [None, None, None],
    ],
    ids=lambda values: type(values[0]).__name__ if values[0] != [] else "list",
)
def test_predictions_of_any_type(project, values):
    data = pa.table({"example_id": ["a", "b", "c"], "y": values, "yhat": values})
    add(project, data)
    add(project, data)
    assert table(project)["yhat"].to_pylist() == values
    assert table(project)["example_id"].to_pylist() == ["a", "b", "c"]


def test_a_time_keeps_its_moment(project):
    summer = dt.datetime(2026, 7, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    add(project, pa.table({"example_id": ["a"], "y": [summer], "yhat": [0]}))
    (path,) = project.lake.files("examples")
    assert pq.read_table(path)["y"].to_pylist() == [summer]


@pytest.mark.parametrize(
    "data",
    [
        pd.DataFrame({"example_id": [1, 2], "y": ["a", "b"], "yhat": ["a", "a"]}),
        pl.DataFrame({"example_id": [1, 2], "y": ["a", "b"], "yhat": ["a", "a"]}),
        pl.DataFrame({"example_id": [1, 2], "y": ["a", "b"], "yhat": ["a", "a"]}).with_columns(
            pl.col("y", "yhat").cast(pl.Categorical)
        ),
        pa.table(
            {
                "example_id": pa.array([1, 2], pa.uint8()),
                "y": pa.array(["a", "b"]).dictionary_encode(),
                "yhat": pa.array(["a", "a"], pa.large_string()),
            }
        ),
    ],
    ids=["pandas", "polars", "categorical", "arrow"],
)
def test_frames_of_different_types_say_the_same(project, data):
    add(project, {"example_id": ["1", "2"], "y": ["a", "b"], "yhat": ["a", "a"]})
    done = add(project, data)
    assert (done.examples_known, done.predictions_known, done.examples_filled) == (2, 2, 0)


def test_files(project, tmp_path):
    (tmp_path / "p.csv").write_text("example_id,y,yhat\n1,cat,dog\n2,dog,dog\n")
    assert add(project, tmp_path / "p.csv").predictions_new == 2
    pd.DataFrame({"example_id": [3], "y": ["cat"], "yhat": ["cat"]}).to_parquet(
        tmp_path / "q.parquet"
    )
    assert add(project, str(tmp_path / "q.parquet")).predictions_new == 1
    assert [each.source for each in project.imports] == ["p.csv", "q.parquet"]


def test_whole_numbers_and_floats_go_together_where_nothing_is_lost(project):
    add(project, first(n=[1, 2, 3], f=[0.5, 1.0, 2.0]))
    done = add(project, first(n=[1.0, 2.0, np.nan], f=pd.array([None, 1, 2], "Int32")))
    assert (done.examples_filled, done.examples_known) == (0, 3)


def test_the_ids_of_another_column(project):
    add(project, {"key": [7, 8], "y": [0, 1], "yhat": [0, 0]}, example_id="key")
    assert table(project)["example_id"].to_pylist() == ["7", "8"]
    assert "key" not in table(project).column_names


def test_an_input_names_the_example(project):
    add(
        project,
        {"path": ["a.wav", "b.wav"], "y": [0, 1], "p": [0, 0]},
        "one",
        "y",
        "p",
        input="path",
    )
    done = add(project, {"path": ["b.wav"], "p": [1]}, "two", None, "p", input="path")
    assert (done.examples_known, done.examples_new) == (1, 0)
    assert table(project, "two")["y"].to_pylist() == [1]


def test_the_row_names_the_example_where_nothing_else_does(project):
    rows = {"a": [1, 2], "b": ["x", None], "y": [0, 1]}
    add(project, {**rows, "p": [0, 0]}, "one", "y", "p")
    done = add(project, {"y": [1, 0], "p": [1, 1], "b": [None, "x"], "a": [2, 1]}, "two", "y", "p")
    assert (done.examples_known, done.examples_new) == (2, 0)


def test_scores_belong_to_the_run(project):
    data = first(confidence=[0.9, 0.8, 0.7])
    add(project, data, scores=["confidence"])
    other = first(confidence=[0.1, 0.2, 0.3])
    add(project, other, "second", scores=["confidence"])
    assert table(project, "first")["confidence"].to_pylist() == [0.9, 0.8, 0.7]
    assert table(project, "second")["confidence"].to_pylist() == [0.1, 0.2, 0.3]
    with pytest.raises(
        ConflictError, match=r"another value in 'confidence': 0\.9 before, 0\.1 now"
    ):
        add(project, other, "first", scores=["confidence"])
    with pytest.raises(InputError, match="was imported with the score 'confidence'"):
        add(project, FIRST, "first")


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (
            first(y=[1, 1, 1]),
            ConflictError,
            r"The example '2' is known with another value in 'y': 0 before, 1 now\. Nothing was",
        ),
        (
            first(yhat=["1", "1", "0"]),
            ConflictError,
            r"The run 'first' on the example '2' is known with another prediction: 0 before, 1 now",
        ),
        (first(yhat=["1", None, "0"]), ConflictError, r"another prediction: 0 before, null now"),
        (first(boxes=[[1.5, 2.0], [4.0], []]), ConflictError, r"'2' .* another value in 'boxes'"),
        (
            first(y=[1, 0.5, 1]),
            InputError,
            r"'y' holds 0\.5 here and whole numbers in the examples",
        ),
        (first(y=["1", "0", "1"]), InputError, r"'y' holds string here and int64 in the examples"),
        (
            first(yhat=[1, 0, 0]),
            InputError,
            r"'yhat' holds int64 here and string in the run 'first'",
        ),
        (
            first(example_id=[1, 4, 4]),
            InputError,
            r"The id '4' occurs 2 times .*\(rows 2 and 3 of ",
        ),
        (first(example_id=[1, None, 4]), InputError, r"The id in 'example_id' is missing in row 2"),
        (first(example_id=["a", " ", "c"]), InputError, r"is missing in row 2"),
        (
            first(example_id=[0.5, 1.5, 2]),
            InputError,
            r"ids .* must be integers or text. Got double",
        ),
        (first(yhat=None), InputError, r"`prediction` names a column 'yhat' that the"),
        (first(when=[dt.timedelta(1)] * 3), InputError, r"'when' has the type .*cannot keep"),
        (pa.table(FIRST).slice(0, 0), InputError, r"There are no rows in"),
    ],
)
def test_what_is_refused_changes_nothing(project, data, error, message):
    add(project, FIRST)
    before = state(project)
    with pytest.raises(error, match=message) as caught:
        add(project, data)
    assert "\n" not in str(caught.value)
    assert state(project) == before
    assert list((project.path / ".tagline" / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        ({"t": ["a", None], "p": [1, 1]}, {"input": "t"}, r"input 't' is missing in row 2"),
        ({"p": [1, 1]}, {}, r"cannot be told apart: the data hold nothing but what the run said"),
        (
            {"t": ["a"], "p": [1]},
            {"label": "p"},
            r"'p' cannot be both what the run said and a part",
        ),
        ({"t": ["a"], "p": [1]}, {"label": "q"}, r"`label` names a column 'q' that"),
        ({"t": ["a"], "p": [1]}, {"scores": ["q"]}, r"`scores` names a column 'q' that"),
        (
            {"t": ["a"], "p": [1]},
            {"run": " "},
            r"`run` must be a printable name .* Got ' ' instead",
        ),
        ({"t": ["a"], "p": [1]}, {"run": "a\x00"}, r"`run` must be a printable name"),
        ({"t": ["a"], "p": [1]}, {"run": "a" * 201}, r"`run` must be a printable name"),
        (
            {"example_id": [1], "t": ["a"], "p": [1]},
            {"example_id": "t"},
            r"a column 'example_id' beside 't'",
        ),
    ],
)
def test_a_call_that_is_refused(project, data, options, message):
    with pytest.raises(InputError, match=message):
        add(project, data, **{"label": None, "prediction": "p", **options})
    assert project.lake.version("examples") is None
    assert project.runs == []


class Broken:
    """A lake that fails at a write, as a machine that is switched off."""

    def __init__(self, lake, at):
        self._lake, self._at, self._writes = lake, at, 0

    def __getattr__(self, name):
        return getattr(self._lake, name)

    def append(self, *args, **options):
        self._writes += 1
        if self._writes == self._at:
            raise KeyboardInterrupt
        return self._lake.append(*args, **options)


@pytest.mark.parametrize("at", [1, 2])
def test_an_import_that_was_cut_off_is_repaired_by_repeating_it(project, at):
    whole, project.lake = project.lake, Broken(project.lake, at)
    with pytest.raises(KeyboardInterrupt):
        add(project, FIRST)
    assert project.runs == []
    project.lake = whole
    add(project, FIRST)
    assert table(project)["yhat"].to_pylist() == ["1", "0", "0"]
    assert project.lake.rows("examples") == 3


def test_a_crash_before_the_record_is_repaired_too(project, monkeypatch):
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(
            project.store, "record_import", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        add(project, FIRST)
    assert project.runs == []
    done = add(project, FIRST)
    assert (done.predictions_known, done.examples_known) == (3, 3)
    assert project.runs[0].predictions == 3


def test_what_a_killed_import_left_is_swept_away_after_a_day(project):
    scratch = project.path / ".tagline" / "scratch"
    for name, hours in (("import-old", 25), ("import-now", 1)):
        (scratch / name).mkdir(parents=True)
        (scratch / name / "examples.parquet").touch()
        os.utime(scratch / name, (time.time() - hours * 3600,) * 2)
    add(project, FIRST)
    assert [folder.name for folder in scratch.iterdir()] == ["import-now"]


class Contended(Broken):
    """A lake into which somebody else imports just before we do."""

    def append(self, table, *args, **options):
        self._writes += 1
        if self._writes <= self._at:
            raise ChangedMeanwhileError(table)
        return self._lake.append(table, *args, **options)


def test_an_import_begins_again_when_another_came_between(project):
    project.lake = Contended(project.lake, 3)
    assert add(project, FIRST).predictions_new == 3


def test_it_gives_up_in_the_end(project):
    project.lake = Contended(project.lake, 1000)
    with pytest.raises(InputError, match="other imports into this project came in between"):
        add(project, FIRST)


def test_runs_whose_names_differ_little_do_not_meet(project):
    names = ["Run: A/B", "run a b", "run-a-b", "..", "CON", "ü" * 200]
    for number, name in enumerate(names):
        add(project, {"example_id": [1], "p": [number]}, name, None, "p")
    assert [table(project, name)["p"].to_pylist() for name in names] == [[n] for n in range(6)]
    assert len({folder.name.lower() for folder in folders(project)}) == 6
    assert all(len(folder.name) < 60 for folder in folders(project))


def test_projects_are_reopened_with_what_they_hold(project):
    add(project, FIRST)
    before = table(project)
    project.close()
    with Project.open(project.path) as again:
        assert table(again).equals(before)
