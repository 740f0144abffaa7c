"""Two runs of a project compared; what was promised and what came stands in the ledger."""

import shutil

import numpy as np
import pytest

import tagline
from tagline.exceptions import InputError
from tagline.project import Project

N = 600
TAGS = ["t0", "t1", "t2", "t3", "t4"]
SETTINGS = 'human = "person"\ntags = ["t0", "t1", "t2", "t3", "t4"]\ntop = 2\n'


def examples(seed=0):
    """Examples with five tags and a person's answers; three runs, each better on one more tag."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, N)
    tags = {tag: rng.random(N) < 0.2 for tag in TAGS}

    def said(rate):
        return np.where(rng.random(N) < rate, (label + 1) % 3, label)

    hard = 0.05 + 0.3 * tags["t0"] + 0.2 * tags["t1"]
    runs = {
        "first": said(hard),
        "second": said(hard - 0.3 * tags["t0"]),
        "third": said(hard - 0.3 * tags["t0"] - 0.2 * tags["t1"]),
    }
    data = {"example_id": np.arange(N), "y": label, **tags, "person": said(0.02)}
    return data, runs


DATA, RUNS = examples()


def add(project, *names, label=None, **more):
    for name in names:
        rows = {"example_id": DATA["example_id"], "yhat": RUNS[name], **more}
        project.add_predictions(rows, run=name, label=label, prediction="yhat")


@pytest.fixture
def project(project):
    rows = {**DATA, "yhat": RUNS["first"]}
    project.add_predictions(rows, run="first", label="y", prediction="yhat")
    return project


@pytest.fixture(scope="module")
def three_runs(tmp_path_factory):
    """A folder with three runs; the tags and the person stand in `tagline.toml`."""
    folder = tmp_path_factory.mktemp("three") / "speech"
    with Project.init(folder) as project:
        first = {**DATA, "yhat": RUNS["first"]}
        project.add_predictions(first, run="first", label="y", prediction="yhat")
        add(project, "second", "third")
    settings = folder / "tagline.toml"
    settings.write_text(settings.read_text().replace('# tags = ["car_noise"', f"{SETTINGS}#"))
    return folder


@pytest.fixture
def speech(three_runs, tmp_path):
    """A copy of `three_runs`."""
    shutil.copytree(three_runs, tmp_path / "copy")
    with Project.open(tmp_path / "copy") as opened:
        yield opened


def by_tag(rows):
    return {row.tag: row for row in rows}


def test_the_last_two_runs_as_a_loop_counts_them(speech):
    found = speech.compare_runs()
    old, new = (RUNS[name] != DATA["y"] for name in ("second", "third"))
    assert {row.tag for row in found.rows} == {*TAGS, "(untagged)", "(all)"}
    for row in found.rows[:-2]:
        mask = DATA[row.tag]
        assert row.change == pytest.approx(new[mask].mean() - old[mask].mean(), abs=1e-12)
        assert row.broken == (mask & ~old & new).sum()


def test_it_is_what_two_tables_would_give(speech):
    found = speech.compare_runs("first", "third")
    tables = [{**DATA, "yhat": RUNS[name]} for name in ("first", "third")]
    same = tagline.compare_runs(*tables, label="y", prediction="yhat", tags=TAGS)
    changes = {row.tag: (row.change, row.change_low, row.p_value) for row in same.rows}
    assert {r.tag: (r.change, r.change_low, r.p_value) for r in found.rows} == changes


def test_beside_each_change_stands_what_the_analysis_promised(speech):
    promised = by_tag(speech.analyze_errors("first").rows)
    found = speech.compare_runs("first", "second")
    for row in found.rows:
        assert row.predicted_gain == promised[row.tag].gain
    made = by_tag(found.promises)
    assert made["t0"].rank == 1
    assert made["t0"].realised == pytest.approx(-found.row("t0").change * DATA["t0"].mean())


def test_which_runs(speech):
    def names(*given, **named):
        speech.compare_runs(*given, **named)
        last = speech.store.comparisons[-1]
        return last.before, last.after

    assert names() == ("second", "third")
    assert names(after="second") == ("first", "second")
    assert names("first") == ("first", "third")
    assert names("third", "first") == ("third", "first")


def test_examples_that_broke_can_be_looked_at(speech):
    broken = speech.compare_runs("first", "second").examples("t1", "broken", limit=5)
    assert {"before", "after", "y", "person"} <= set(broken.column_names)
    assert all(broken["t1"].to_pylist())


# The ledger


def test_the_ledger_of_several_comparisons(speech):
    assert speech.ledger.rows == ()
    speech.compare_runs("first", "second")
    speech.compare_runs()
    ledger = speech.ledger
    assert [(row.before, row.after) for row in ledger.rows[:: len(TAGS) + 1]] == [
        ("second", "third"),
        ("first", "second"),
    ]
    assert [row.rank for row in ledger.rows] == [1, 2, 3, 4, 5, None] * 2
    first, whole = ledger.summaries
    assert (first.tags, first.comparisons, first.rows) == ("first 2", 2, 4)
    assert (whole.rows, whole.within + whole.below + whole.above) == (10, 10)
    assert 0 < first.delivered < 1.5
    assert whole.rank_correlation_low < whole.rank_correlation


def test_the_rows_are_those_of_the_comparison(speech):
    found = speech.compare_runs("first", "second")
    rows = by_tag(speech.ledger.rows)
    for made in found.promises:
        row = rows[made.tag]
        assert (row.predicted_gain, row.predicted_low) == (made.predicted, made.predicted_low)
        assert (row.realised_gain, row.realised_high) == (made.realised, made.realised_high)
        assert row.verdict == found.row(made.tag).verdict
        inside = made.predicted_low <= made.realised <= made.predicted_high
        assert (row.outcome == "within") == inside
    whole = rows["(all)"]
    assert (whole.realised_gain, whole.examples) == (-found.whole.change, N)
    assert (whole.examples_version, len(whole.examples_fingerprint)) == (1, 64)


def test_the_same_comparison_again_changes_nothing(speech):
    speech.compare_runs()
    before = speech.ledger.to_dict()
    speech.compare_runs()
    assert speech.ledger.to_dict() == before


def test_another_answer_takes_its_place_and_another_question_stands_beside_it(speech):
    speech.compare_runs()
    speech.compare_runs(tags=["t0"], human=0.03)
    assert [row.tag for row in speech.ledger.rows] == ["t0", "(all)"]
    speech.compare_runs(where="t1")
    speech.compare_runs(measure="f1(average='macro')", human=None)
    assert [(each.measure, each.where) for each in speech.store.comparisons] == [
        ("accuracy", None),
        ("accuracy", "t1"),
        ("f1(average='macro')", None),
    ]


def test_a_refused_comparison_leaves_no_row(speech):
    with pytest.raises(InputError, match="`margin` must be"):
        speech.compare_runs(margin=-1)
    with pytest.raises(InputError, match="importance"):
        speech.compare_runs(importance={"none": 2})
    assert speech.ledger.rows == ()


def test_without_people_there_are_ranks_and_no_promises(project):
    add(project, "second")
    found = project.compare_runs(tags=TAGS)
    assert found.promises == ()
    assert "no promise: no analysis of the first run was given" in found.rows[0].note
    rows = project.ledger.rows
    assert [row.rank for row in rows] == [1, 2, 3, 4, 5, None]
    assert {row.predicted_gain for row in rows} == {None}
    assert "none with a promise" in project.ledger.headline


# The data of both sides


def test_a_property_that_came_with_the_later_run_is_a_tag_of_both(project):
    add(project, "second", dim=DATA["t0"] & DATA["t1"])
    found = project.compare_runs(tags=["dim"], human=0.02)
    assert found.row("dim").support == (DATA["t0"] & DATA["t1"]).sum()
    assert found.row("dim").predicted_gain > 0
    assert project.ledger.rows[0].examples_version == 2


@pytest.mark.parametrize("gone", [None, float("nan")])
def test_without_a_bound_a_missing_prediction_is_left_out_of_the_promise_too(project, gone):
    partly = [gone if i < 9 else float(said) for i, said in enumerate(RUNS["second"])]
    rows = {"example_id": DATA["example_id"], "score": partly}
    project.add_predictions(rows, run="second", label=None, prediction="score")
    found = project.compare_runs(measure="mae", tags=TAGS, human=0.01)
    assert found.n_examples == N - 9
    assert found.row("t0").predicted_gain > 0


def test_runs_on_different_examples_are_refused_by_their_names(project):
    rows = {"example_id": DATA["example_id"][:-2], "yhat": RUNS["second"][:-2]}
    project.add_predictions(rows, run="second", label=None, prediction="yhat")
    message = (
        r"Two runs are compared on the same examples\. 2 of 600 in the run 'first' are missing"
        r" from the run 'second' \(such as '598', '599'\): take them out, or predict them too\."
    )
    with pytest.raises(InputError, match=message):
        project.compare_runs()


def test_two_labels_are_refused_unless_one_is_said(project):
    rows = {"example_id": DATA["example_id"], "truth": DATA["y"], "yhat": RUNS["second"]}
    project.add_predictions(rows, run="second", label="truth", prediction="yhat")
    with pytest.raises(InputError, match=r"The label is 'y' in the run 'first' and 'truth' in"):
        project.compare_runs()
    assert project.compare_runs(label="truth", tags=TAGS).n_examples == N


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"before": "frist"}, r"There is no run 'frist'\. Did you mean 'first'\?"),
        ({"after": "thirt"}, r"There is no run 'thirt'\. Did you mean 'third'\?"),
        ({"after": "first"}, r"No run was made before 'first': name another by `before`\."),
        (
            {"before": "third"},
            r"`before` and `after` are one run, 'third': .* has 'first', 'second', 'third'\.",
        ),
        ({"prediction": "yhat"}, "knows its own predictions: leave `prediction` away"),
        ({"engine": "duckdb://"}, "leave `engine` away"),
        ({"top": 0}, "`top` must be a whole number from 1"),
        ({"human": 5.0}, "human"),
        ({"tags": ["t9"]}, r"`tags` names .*'t9'"),
    ],
)
def test_a_wrong_call_is_one_sentence(speech, given, message):
    with pytest.raises(InputError, match=message):
        speech.compare_runs(**given)


def test_a_project_with_one_run_or_none(project, tmp_path):
    with pytest.raises(InputError, match=r"A comparison needs two runs, and the project .* has 1"):
        project.compare_runs()
    with Project.init(tmp_path / "empty") as empty, pytest.raises(InputError, match="has none"):
        empty.compare_runs()


@pytest.mark.needs("java")
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)
def test_spark_and_duckdb_write_the_same_ledger(speech, spark):
    speech.compare_runs(tags=["t0"])
    expected = speech.ledger.rows
    settings = speech.path / "tagline.toml"
    settings.write_text(settings.read_text().replace("[engine]\n", '[engine]\nurl = "local[2]"\n'))
    with Project.open(speech.path) as opened:
        opened.compare_runs(tags=["t0"])
        assert opened.connection.name == "pyspark"
        for row, same in zip(opened.ledger.rows, expected, strict=True):
            assert (row.tag, row.rank, row.verdict) == (same.tag, same.rank, same.verdict)
            assert row.realised_gain == pytest.approx(same.realised_gain, abs=1e-9)


@pytest.fixture
def seeds(speech):
    """Two runs of the first model and two of the third, which came from another column."""
    rng = np.random.default_rng(1)
    for name, like in (("first again", "first"), ("third again", "third")):
        other = np.where(rng.random(N) < 0.05, (DATA["y"] + 1) % 3, RUNS[like])
        rows = {"example_id": DATA["example_id"], "said": other}
        speech.add_predictions(rows, run=name, label=None, prediction="said")
        RUNS[name] = other
    yield speech
    for name in ("first again", "third again"):
        del RUNS[name]


def test_several_runs_a_side_are_tested_over_the_seeds(seeds):
    sides = ["first", "first again"], ["third again", "third"]
    found = seeds.compare_runs(*sides)
    rows = {**DATA, **{name: RUNS[name] for side in sides for name in side}}
    same = tagline.compare_runs(rows, label="y", prediction=sides, tags=TAGS)
    assert found.runs == 2
    for row in found.rows:
        other = same.row(row.tag)
        wanted = (other.change, other.change_low, other.change_high, other.broken)
        assert (row.change, row.change_low, row.change_high, row.broken) == pytest.approx(wanted)


def test_several_runs_make_no_promise_and_no_entry(seeds):
    before = len(seeds.store.comparisons)
    found = seeds.compare_runs(["first", "first again"], ["third", "third again"])
    assert (found.promises, len(seeds.store.comparisons)) == ((), before)
    with pytest.raises(InputError, match="`human` is of a promise, which is what the analysis"):
        seeds.compare_runs(["first", "first again"], ["third", "third again"], human=0.05)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (["first", "second"], ["third"], "Got 2 before and 1 after"),
        (["first", "first"], ["third", "second"], "'first' is named twice on one side"),
        (["first", "second"], ["second", "third"], "`before` and `after` are one run, 'second'"),
        (["first", "frist"], ["second", "third"], "There is no run 'frist'"),
    ],
)
def test_wrong_sides_are_one_sentence(speech, before, after, message):
    with pytest.raises(InputError, match=message):
        speech.compare_runs(before, after)


def test_the_margin_of_the_settings(three_runs, tmp_path):
    shutil.copytree(three_runs, tmp_path / "copy")
    settings = tmp_path / "copy" / "tagline.toml"
    settings.write_text(settings.read_text() + "\n[compare]\nmargin = 0.5\n")
    with Project.open(tmp_path / "copy") as project:
        assert project.compare_runs().margin == 0.5
        assert project.compare_runs(margin=0.02).margin == 0.02
