"""Two runs on the same examples: what is counted, what is refused, how it shows itself."""

import io
import json
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import tagline
from tagline.exceptions import InputError
from tagline.stats import PairedCells, mcnemar, paired_interval

N = 400
COLUMNS = [
    "tag",
    "support",
    "before",
    "after",
    "change",
    "change_low",
    "change_high",
    "broken",
    "fixed",
    "p_value",
    "q_value",
    "verdict",
    "predicted_gain",
    "realised_gain",
    "note",
]


def predictions(seed=0, n=N):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, n)
    dim = rng.random(n) < 0.3

    def said(rate):
        return np.where(rng.random(n) < rate, (label + 1) % 3, label)

    return pd.DataFrame(
        {
            "example_id": np.arange(n),
            "y": label,
            "old": said(0.2),
            "new": said(0.15 + 0.3 * dim),
            "dim": dim,
            "device": rng.choice(["phone", "car"], n),
            "speaker": rng.integers(0, 40, n),
            "weight": rng.random(n) + 0.5,
        }
    )


def compare(data, **options):
    options = {"label": "y", "prediction": ("old", "new"), "tags": ["dim", "device"]} | options
    return tagline.compare_runs(data, **options)


def by_tag(result):
    return {row.tag: row for row in result.rows}


def masks(data):
    return {
        "dim": data.dim.to_numpy(),
        "device=car": (data.device == "car").to_numpy(),
        "device=phone": (data.device == "phone").to_numpy(),
        "(untagged)": ~data.dim.to_numpy(),
        "(all)": np.ones(len(data), bool),
    }


def test_the_four_cells_of_each_tag_on_each_engine(engine):
    data = predictions()
    before, after = data.old != data.y, data.new != data.y
    found = by_tag(compare(data, engine=engine))
    assert set(found) == set(masks(data))
    for tag, mask in masks(data).items():
        row, old, new = found[tag], before[mask], after[mask]
        assert (row.support, row.broken, row.fixed) == (
            mask.sum(),
            (~old & new).sum(),
            (old & ~new).sum(),
        )
        assert row.change == pytest.approx(new.mean() - old.mean(), abs=1e-12)


def test_the_interval_and_the_test_are_those_of_the_cells():
    data = predictions()
    old, new = (data[name] != data.y for name in ("old", "new"))
    cells = [(~old & ~new).sum(), (~old & new).sum(), (old & ~new).sum(), (old & new).sum()]
    whole = compare(data).whole
    low, high = paired_interval(PairedCells.of(*cells))
    assert (whole.change_low, whole.change_high) == pytest.approx((float(low), float(high)))
    assert whole.p_value == pytest.approx(float(mcnemar(cells[1], cells[2])))


@pytest.mark.parametrize("measure", ["accuracy", "mae", "f1(average='macro')"])
@pytest.mark.parametrize("group", [None, "speaker"])
@pytest.mark.parametrize("weight", [None, "weight"])
def test_weights_and_groups_change_rates_as_a_loop_does(measure, group, weight):
    data = predictions()
    found = by_tag(compare(data, measure=measure, group=group, sample_weight=weight))
    size = data.weight if weight else pd.Series(np.ones(N))
    if measure.startswith("f1"):
        assert found["(all)"].change is not None
        assert (found["(all)"].change_low is None) == (group is not None)
        return
    error = {
        name: (data[name] != data.y).astype(float)
        if measure == "accuracy"
        else (data[name] - data.y).abs()
        for name in ("old", "new")
    }
    for tag, mask in masks(data).items():
        rates = [np.average(error[name][mask], weights=size[mask]) for name in ("old", "new")]
        row = found[tag]
        assert (row.before, row.after) == pytest.approx(rates, abs=1e-9)
        assert row.broken == (error["new"] > error["old"])[mask].sum()
        assert row.fixed == (error["new"] < error["old"])[mask].sum()
        assert row.change_low < row.change < row.change_high


@given(st.integers(0, 10_000))
def test_changing_sides_turns_the_sign(seed):
    data = predictions(seed, n=60)
    there = by_tag(compare(data))
    back = by_tag(compare(data, prediction=("new", "old")))
    for tag, row in there.items():
        other = back[tag]
        assert (row.broken, row.fixed) == (other.fixed, other.broken)
        assert row.p_value == pytest.approx(other.p_value, nan_ok=True)
        if row.change is not None:
            ends = (row.change, row.change_low, row.change_high)
            turned = (-other.change, -other.change_high, -other.change_low)
            assert ends == pytest.approx(turned, abs=1e-12)


def two_tables(data):
    before = data.drop(columns="new").rename(columns={"old": "said"})
    after = data[["example_id", "new"]].rename(columns={"new": "said"})
    return before, after.sample(frac=1, random_state=1)


def test_two_tables_are_joined_by_id(engine):
    data = predictions()
    before, after = two_tables(data)
    joined = compare(before, after=after, prediction="said", engine=engine)
    assert joined.to_dict()["tags"] == compare(data, engine=engine).to_dict()["tags"]
    assert joined.examples("dim").column_names[-4:] == [
        "before",
        "after",
        "error_before",
        "error_after",
    ]


def test_a_tag_may_be_a_column_of_the_second_table():
    before, after = two_tables(predictions())
    after["late"] = np.arange(N) % 4 == 0
    found = compare(before, after=after, prediction="said", tags=["late"])
    assert by_tag(found)["late"].support == N // 4


def test_a_run_that_says_nothing_is_wrong_there():
    data = predictions()
    data["new"] = data.new.astype("Int64").where(data.index >= 10)
    found = compare(data)
    assert found.silent == 10
    assert found.whole.support == N
    assert "on 10 examples a run predicted nothing, which counts as wrong" in found.to_markdown()


def test_where_one_run_gives_no_error_the_example_is_left_out():
    data = {"y": ["a b", "c", "d"], "old": ["a b", "c", "d"], "new": ["a", None, "d"]}
    found = compare(data, measure="wer", tags=[])
    assert found.left_out == {"no prediction": 1}
    assert found.whole.support == 2
    assert found.whole.after == pytest.approx(1 / 3)


def test_examples_are_those_that_moved():
    found = compare(predictions())
    broken = found.examples("dim", "broken", limit=5).to_pylist()
    assert len(broken) == 5
    assert all(row["dim"] and row["before"] == row["y"] != row["after"] for row in broken)
    fixed = found.examples(moved="fixed", limit=3).to_pylist()
    assert all(row["before"] != row["y"] == row["after"] for row in fixed)
    counts = found.confusion("dim").to_pylist()
    assert sum(row["n"] for row in counts) == found.row("dim").support
    assert sum(row["n"] for row in counts if row["label"] == row["before"] != row["after"]) == (
        found.row("dim").broken
    )


def test_what_was_promised_stands_beside_what_came():
    data = predictions()
    before = tagline.analyze_errors(
        data, label="y", prediction="old", tags=["dim", "device"], human=(4, 100)
    )
    found = compare(data).promised(before)
    stated = {row.tag: row for row in before.rows}
    for row in found.rows:
        assert row.predicted_gain == stated[row.tag].gain
        assert row.realised_gain == pytest.approx(-row.change * stated[row.tag].share)
    assert [promise.rank for promise in found.promises] == [1, 2, 3]
    assert "promised, points" in found.to_markdown()
    with pytest.raises(InputError, match="must be of the same measure"):
        compare(data, measure="mae").promised(before)


def test_without_an_analysis_there_is_no_promise_and_the_note_says_so():
    for row in compare(predictions()).rows:
        assert row.predicted_gain is None
        assert "no promise" in row.note


def test_equal_predictions_change_nothing_and_the_headline_says_so():
    found = compare(predictions().assign(copy=lambda data: data.old), prediction=("old", "copy"))
    assert all(row.change == 0 and row.p_value in {1, None} for row in found.rows)
    assert found.whole.verdict == "no relevant difference"
    assert found.headline == "The two runs are the same: every prediction is equal."
    assert not re.search(r"-0\.0(?!\d)", found.to_json() + found.to_csv())
    other = predictions().assign(copy=lambda data: np.where(data.old == data.y, data.old, 9))
    assert compare(other, prediction=("old", "copy")).headline.startswith("No relevant difference")


@pytest.mark.parametrize(
    ("make", "prediction"),
    [
        (lambda data, path: (data, None), ("old", "old")),
        (lambda data, path: (data, None), (["old", "old"], ["new", "copy"])),
        (lambda data, path: (data, data), "old"),
        (lambda data, path: (path, path), "old"),
        (lambda data, path: ([path, path], [data, data.copy()]), "old"),
    ],
)
def test_a_run_is_not_compared_with_itself(tmp_path, make, prediction):
    data = predictions()
    data.to_csv(tmp_path / "one.csv", index=False)
    before, after = make(data, str(tmp_path / "one.csv"))
    with pytest.raises(InputError, match=r"name[sd] .*twice"):
        compare(before, after=after, prediction=prediction)


def boxes(*places):
    return [{"x": float(x), "y": 0.0, "w": 2.0, "h": 2.0} for x in places]


def test_an_example_breaks_by_its_own_rate_where_the_weight_depends_on_the_prediction(engine):
    """A detector that goes blind makes fewer errors on images with many false boxes."""
    label = boxes(0, 10, 20)
    noisy = boxes(0, 10, 40, 50, 60, 70)  # 2 found, 1 missed, 4 false: 5 of 9
    rows = pa.table(
        {
            "example_id": [0, 1, 2],
            "label": pa.array([label] * 3),
            "old": pa.array([noisy, boxes(0), noisy]),
            "new": pa.array([[], label, noisy]),
            "dim": [True, False, True],
        }
    )
    found = compare(rows, label="label", measure="unmatched_boxes", tags="dim", engine=engine)
    assert (found.whole.broken, found.whole.fixed) == (1, 1)
    assert (found.row("dim").broken, found.row("dim").fixed) == (1, 0)
    assert found.examples(moved="broken")["example_id"].to_pylist() == [0]
    assert found.examples(moved="fixed")["example_id"].to_pylist() == [1]
    (cells,) = found.cells("(all)").to_pylist()
    assert (cells["both_right"], cells["both_wrong"]) == (0, 1)
    with pytest.raises(InputError, match="single classes"):
        found.confusion()


@pytest.mark.parametrize("weight", [None, "weight"])
def test_both_runs_by_tag_are_the_cells_of_a_loop(weight):
    data = predictions()
    before, after = data.old != data.y, data.new != data.y
    found = compare(data, sample_weight=weight)
    cells = {row["tag"]: row for row in found.cells().to_pylist()}
    assert found.to_dict()["cells"] == found.cells().to_pylist()
    for tag, mask in masks(data).items():
        row, old, new = cells[tag], before[mask], after[mask]
        assert row["both_right"] == (~old & ~new).sum()
        assert row["both_wrong"] == (old & new).sum()
        assert (row["broken"], row["fixed"]) == ((~old & new).sum(), (old & ~new).sum())
    assert "both wrong" in found.to_html()


def test_tags_in_which_the_tables_differ_are_counted_and_said():
    before, after = two_tables(predictions())
    before = before.sort_values("example_id")
    before["dim"], after["dim"] = predictions().dim.to_numpy(), False
    after["dim"] = after.example_id.map(
        lambda number: bool(predictions().dim[number]) != (number < 5)
    )
    for tags in ("dim", {"dark": "dim and true"}, None):
        found = compare(before, after=after, prediction="said", tags=tags)
        assert found.to_dict()["tags_differ"] == {"dim": 5}
        assert "the two tables differ in dim on 5 examples" in found.to_markdown()
    assert compare(before, after=after, prediction="said", tags="device").sides.differing == {}


def test_a_promise_is_of_the_first_run_on_these_examples():
    data = predictions()
    found = compare(data)
    for other, options in (
        (data, {"prediction": "new"}),
        (data.assign(dim=~data.dim), {"prediction": "old"}),
    ):
        asked = {"label": "y", "tags": ["dim", "device"], "human": 0.05} | options
        with pytest.raises(InputError, match="not of the first run on these examples"):
            found.promised(tagline.analyze_errors(other, **asked))


def test_promises_stand_in_a_table_of_their_own_with_both_intervals():
    analysis = tagline.analyze_errors(
        predictions(), label="y", prediction="old", tags=["dim", "device"], human=0.05
    )
    found = compare(predictions()).promised(analysis)
    for text in (str(found), found.to_markdown(), found.to_html()):
        _, _, below = text.partition("Promise and delivery")
        assert below.count("interval") >= 2
    promise = next(each for each in found.promises if each.tag == "dim")
    assert f"{100 * promise.realised_low:.2f} to {100 * promise.realised_high:.2f}" in str(found)


def test_printing_shows_the_table():
    text = str(compare(predictions()))
    assert text.splitlines()[0].startswith(compare(predictions()).headline[:60])
    assert "old → new" in text
    assert "device=phone" in text


def test_a_narrow_terminal_keeps_change_interval_and_verdict():
    head = terminal(compare(predictions()), 80)
    for word in ("change", "interval", "verdict"):
        assert word in head
    assert " q " in terminal(compare(predictions()), 100)


def terminal(found, width):
    console = Console(width=width, file=io.StringIO())
    with console.capture() as shown:
        console.print(found)
    return shown.get()


def test_a_tag_in_one_group_is_not_promised_a_number_of_examples():
    data = predictions().assign(mine=lambda rows: rows.speaker == 3)
    row = compare(data, tags=["mine"], group="speaker").row("mine")
    assert "examples of other groups would decide" in row.note


def test_an_undecided_tag_whose_interval_leaves_out_0_says_why():
    data = predictions().assign(many=lambda rows: rows.example_id % 40)
    found = compare(data, tags=["many"], margin=0)
    odd = [r for r in found.rows[:-2] if r.change_low > 0 or r.change_high < 0]
    undecided = [row for row in odd if row.verdict == "undecided"]
    assert undecided
    assert all("the interval leaves out 0, but q" in row.note for row in undecided)
    assert all("leaves out 0" not in row.note for row in found.rows if row not in undecided)


def test_every_form_holds_the_rows():
    found = compare(predictions())
    document = json.loads(found.to_json())
    assert [list(row) for row in document["tags"]] == [COLUMNS] * 5
    assert found.to_arrow().column_names == COLUMNS
    assert found.to_pandas()["tag"].tolist() == found.to_polars()["tag"].to_list()
    assert found.to_csv().splitlines()[0] == ",".join(COLUMNS)
    for text in (found.to_markdown(), found.to_html(), found._repr_html_()):
        assert "One run a side" in text
        assert "dim" in text
    assert found.chart().to_dict()["layer"]


def test_names_are_escaped_on_the_page():
    data = predictions().rename(columns={"dim": "<script>x</script>"})
    assert "<script>x" not in compare(data, tags=["<script>x</script>"]).to_html()


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (lambda b, a: (b, a[5:]), {}, r"5 of 400 in `before` are missing from `after` \(such as"),
        (lambda b, a: (b[5:], a), {}, r"5 of 400 in `after` are missing from `before` \(such as"),
        (lambda b, a: (b, pd.concat([a, a[:1]])), {}, r"in `after` \(rows 1 and 401\)"),
        (lambda b, a: (b, a.assign(y=1)), {}, "The label 'y' differs between"),
        (lambda b, a: (b, a.drop(columns="example_id")), {}, "which `after` does not have"),
        (lambda b, a: (b, a.rename(columns={"said": "sayd"})), {}, "Did you mean 'sayd'"),
        (lambda b, a: (b, a.astype({"example_id": str})), {}, "convert one of the two"),
        (lambda b, a: (b, a), {"margin": -1}, "`margin` must be a number of at least 0"),
        (lambda b, a: (b, a), {"margin": "1 %"}, "`margin` must be a number of at least 0"),
        (lambda b, a: (b, a), {"margin": 5}, r"`margin` must be .* write 0\.05 for 5 %"),
        (lambda b, a: (b, a), {"tags": ["device=car"]}, "one level of the column 'device'"),
        (lambda b, a: (b, a.rename(columns={"example_id": "id"})), {}, "rename its column 'id'"),
        (lambda b, a: (b, a), {"prediction": None}, "`prediction` must name the column"),
        (lambda b, a: (b, None), {}, "Two runs need two predictions"),
        (lambda b, a: (b, a), {"level": 2}, "between 0 and 1"),
        (lambda b, a: (b, a), {"prediction": ("said", np.ones(N))}, "an array has no ids"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(make, options, message):
    before, after = make(*two_tables(predictions()))
    with pytest.raises(InputError, match=message):
        compare(before, after=after, **({"prediction": "said"} | options))


def test_a_tag_that_is_not_there():
    found = compare(predictions())
    with pytest.raises(InputError, match="There is no tag 'dimm'"):
        found.row("dimm")
    with pytest.raises(InputError, match="`moved` must be one of broken"):
        found.examples(moved="worse")


def test_a_tag_on_every_row_with_weights():
    """Weighted cells are differences of sums, which rounding may bring below 0."""
    for seed in range(20):
        data = predictions(seed).assign(every=True)
        row = by_tag(compare(data, sample_weight="weight", tags=["every"]))["every"]
        assert row.change == pytest.approx(compare(data, sample_weight="weight").whole.change)


def test_gates_are_asked_in_a_test():
    found = compare(predictions())
    with pytest.raises(InputError, match="takes gates as texts"):
        found.check(["worse", "worse"])
    assert [each.verdict for each in found.check("any tag worse by > 0.9")] == ["passed"]
    with pytest.raises(AssertionError, match=r"any tag worse by > 0\.02: dim is"):
        found.check("any tag worse by > 0.02")


@pytest.mark.parametrize(
    ("argument", "given"), [("tags", ["dmi"]), ("label", "dmi"), ("group", "dmi")]
)
def test_a_column_that_no_table_has_names_the_tables(tmp_path, argument, given):
    files = []
    for name in ("old.csv", "new.csv"):
        files.append(tmp_path / name)
        files[-1].write_text("example_id,y,p,dim\n1,0,0,true\n2,1,0,false\n")
    options = {"label": "y", "prediction": "p", argument: given}
    says = f"`{argument}` names a column 'dmi' that neither .*old.csv nor .*new.csv has. Did you"
    with pytest.raises(InputError, match=says):
        tagline.compare_runs(*map(str, files), **options)
