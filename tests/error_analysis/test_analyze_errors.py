"""`analyze_errors` from end to end: kinds of tags and of human level, nulls, refusals."""

import numpy as np
import pyarrow as pa
import pytest

import tagline
from tagline.error_analysis.rows import COLUMNS
from tagline.exceptions import InputError

# examples with the tag, of which wrong; people's error rate
COURSE = {
    "clean speech": (6000, 360, 0.05),
    "car noise": (400, 44, 0.07),
    "people noise": (3000, 390, 0.11),
    "low bandwidth": (600, 180, 0.30),
}


def _course():
    kind = np.repeat(list(COURSE), [n for n, _, _ in COURSE.values()])
    wrong = np.concatenate([np.arange(n) < k for n, k, _ in COURSE.values()])
    return {
        "label": ["said"] * len(kind),
        "prediction": np.where(wrong, "misheard", "said").tolist(),
        **{tag: (kind == tag).tolist() for tag in COURSE},
    }


def _analyze(data, **options):
    return tagline.analyze_errors(data, **{"label": "label", "prediction": "prediction", **options})


def _row(result, tag):
    return next(row for row in result.rows if row.tag == tag)


SMALL = {
    "example_id": [10, 11, 12, 13, 14, 15, 16, 17],
    "label": ["a", "b", "a", None, "b", "a", "b", "a"],
    "prediction": ["a", "a", None, "a", "b", "a", "a", "b"],
    "person": ["a", "b", "b", "a", None, "a", "b", None],
    "dark": [True, True, None, False, False, False, True, False],
    "device": ["x", "y", "x", "y", None, "x", "y", "x"],
    "words": [["um"], [], None, ["um", "er"], ["er"], [], [], []],
    "n_words": [3, 8, 2, 9, 4, None, 7, 6],
    "score": [0.1, 0.9, 0.4, 0.2, 0.8, 0.7, 0.3, 0.5],
}


def test_the_worked_table_of_the_course():
    human = {tag: rate for tag, (_, _, rate) in COURSE.items()}
    result = _analyze(_course(), tags=list(COURSE), human=human)
    gains = {row.tag: (round(row.room, 12), round(row.gain, 12)) for row in result.rows[:4]}
    assert gains == {
        "clean speech": (0.01, 0.006),
        "car noise": (0.04, 0.0016),
        "people noise": (0.02, 0.006),
        "low bandwidth": (0.0, 0.0),
    }
    assert [row.tag for row in result.rows] == [
        "clean speech",
        "people noise",
        "car noise",
        "low bandwidth",
        "(untagged)",
        "(all)",
    ]


def test_it_works_from_nothing():
    result = _analyze(SMALL)
    names = [row.tag for row in result.rows]
    assert {"dark", "device=x", "device=y", "label=a", "label=b", "n_words=3"} <= set(names)
    assert names[-2:] == ["(untagged)", "(all)"]
    assert all(row.rank is not None and row.gain is None for row in result.rows[:-2])
    assert "no human level: ranked by the errors it holds" in result.rows[0].note
    assert "people" in result.headline


def test_nulls():
    result = _analyze(SMALL, tags=["dark", "device", "words"])
    assert result.n_examples == 7
    assert result.left_out == {"no label": 1}
    assert _row(result, "(all)").errors == 4  # a null prediction is an error
    assert _row(result, "dark").support == 3
    assert "1" in _row(result, "dark").note  # an unknown row
    assert _row(result, "(untagged)").support == 2


def test_json_has_exactly_the_columns():
    document = _analyze(SMALL, tags="dark").to_dict()
    assert [tuple(row) for row in document["tags"]] == [COLUMNS] * 3
    assert set(document) >= {
        "measure", "examples", "weight", "errors", "error_rate", "headline", "left_out", "tags",
    }  # fmt: skip


def test_arrays_stand_for_columns():
    by_name = _analyze(SMALL, tags="dark", human="person").to_dict()
    data = {key: SMALL[key] for key in ("example_id", "dark")}
    arrays = {key: SMALL[key] for key in ("label", "prediction")}
    by_array = tagline.analyze_errors(data, **arrays, human=SMALL["person"], tags="dark").to_dict()
    assert by_array == by_name


def test_a_person_who_answered():
    row = _row(_analyze(SMALL, tags="device", human="person"), "device=x")
    assert row.hlp_error == pytest.approx(1 / 3)
    assert "3" in row.note


def test_where_keeps_rows():
    result = _analyze(SMALL, tags="dark", where="n_words >= 4")
    assert result.n_examples == 4
    assert result.left_out == {"`where` does not hold": 3, "no label": 1}


def test_a_reader_is_read_once():
    table = pa.table(SMALL)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    result = _analyze(reader, tags="dark")
    assert result.examples("dark").num_rows == 2
    assert result.confusion("dark").to_pylist()


def test_looking_behind_the_counts(engine):
    result = _analyze(
        SMALL, tags=["dark", "device", "words", {"long": "n_words > 6"}], engine=engine
    )
    wrong = result.examples("device=y", wrong=True)
    assert sorted(wrong["example_id"].to_pylist()) == [11, 16]
    assert result.examples("um").num_rows == 0
    assert result.examples("um", wrong=False)["example_id"].to_pylist() == [10]
    confused = {
        (r["label"], r["prediction"]): r["n"] for r in result.confusion("(all)").to_pylist()
    }
    assert confused == {("a", "a"): 2, ("b", "a"): 2, ("a", None): 1, ("b", "b"): 1, ("a", "b"): 1}
    both = {frozenset((r["tag"], r["other"])): r["both"] for r in result.overlaps().to_pylist()}
    assert both[frozenset(("dark", "long"))] == 2
    added = result.added(top=8).to_pylist()
    assert sum(row["errors"] for row in added) <= 4


def test_a_user_own_measure():
    from tagline.measures import MEASURES, Pair, measure

    @measure("late", kind="binary", needs=())
    def late(table, *, limit=5):
        """Late."""
        return Pair((table.n_words > limit).fill_null(False).cast("int64"))

    try:
        result = tagline.analyze_errors(SMALL, tags="dark", measure="late(limit=6)")
    finally:
        del MEASURES["late"]
    assert result.errors == 3


def test_word_errors(engine):
    data = {
        "label": ["the cat sat", "a dog", "yes"],
        "prediction": ["the cat sat down", "a log", "yes"],
        "noisy": [True, True, False],
    }
    result = _analyze(data, tags="noisy", measure="wer", engine=engine)
    assert (result.errors, result.weight) == (2, 6)
    assert _row(result, "noisy").error_rate == pytest.approx(2 / 5)


BAD = [
    ({"label": "lable"}, "Did you mean 'label'"),
    ({"prediction": "predicton"}, "Did you mean 'prediction'"),
    ({"tags": "drak"}, "Did you mean 'dark'"),
    ({"tags": "score"}, "cannot be tags"),
    ({"tags": {"x": "n_words + 1"}}, "must be true or false"),
    ({"tags": {"x": "sum(n_words) > 1"}}, "sum"),
    ({"tags": ["dark", {"dark": "n_words > 1"}]}, "stands twice"),
    ({"tags": ({"example_id": [99], "tag": ["t"]})}, "99"),
    ({"measure": "acuracy"}, "Did you mean 'accuracy'"),
    ({"human": 5}, "percent"),
    ({"human": {"drak": 0.1}, "tags": "dark"}, "Did you mean 'dark'"),
    ({"human": "label"}, "equals the label on every row"),
    ({"importance": {"drak": 2}, "tags": "dark"}, "Did you mean 'dark'"),
    ({"ease": {"dark": 0}, "tags": "dark"}, "dark"),
    ({"prediction": "n_words"}, "must be of one type"),
    ({"where": "n_words"}, "must be true or false"),
    ({"sample_weight": "device"}, "must be a column of numbers"),
    ({"level": 95}, "fraction between 0 and 1"),
    ({"top": 0}, "whole number from 1"),
    ({"label": [1, 2]}, "2"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_bad_input_is_one_sentence(options, message):
    with pytest.raises(InputError) as caught:
        _analyze(SMALL, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": [None] * 8}, "null in every row"),
        (
            {"example_id": [7, 1, 2, 3, 4, 1, 5, 1]},
            r"example_id 1 stands 3 times in the dictionary \(first in rows 2 and 6\)",
        ),
        ({"example_id": [None, 1, 2, 3, 4, 5, 6, 7]}, "has 1 row without .example_id. .of 8."),
        ({"example_id": list("aabcdefg")}, "example_id 'a' stands 2 times"),
        ({"weight": [-1.0, *[1.0] * 7]}, "must not be negative"),
    ],
)
def test_bad_data_is_one_sentence(change, message):
    options = {"sample_weight": "weight"} if "weight" in change else {}
    with pytest.raises(InputError, match=message):
        _analyze(SMALL | change, tags="dark", **options)


def test_no_rows():
    with pytest.raises(InputError, match="holds no rows"):
        _analyze(pa.table(SMALL).slice(0, 0), tags="dark")


def test_temporary_relations_are_gone():
    import duckdb

    con = duckdb.connect()
    con.register("mine", pa.table(SMALL))
    _analyze(con.table("mine"), tags="dark")
    _analyze(pa.table(SMALL), tags="dark", engine=con)
    names = {row[0] for row in con.execute("select view_name from duckdb_views()").fetchall()}
    assert not {name for name in names if name.startswith("tagline")}


def test_reproducible_by_seed():
    human = {"dark": (1, 4), "device=x": (0, 5)}
    first, again, other = (
        _analyze(SMALL, tags=["dark", "device"], human=human, seed=seed).to_json()
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_null_predictions_that_count_as_wrong_are_said():
    assert "1 null prediction counted as wrong" in _analyze(SMALL, tags="dark").rows[-1].note


def test_whole_numbers_and_text_name_the_same_examples():
    data = SMALL | {"example_id": [str(each) for each in SMALL["example_id"]]}
    result = _analyze(data, tags={"example_id": [10, 11], "tag": ["seen", "seen"]})
    assert _row(result, "seen").support == 2
    with pytest.raises(InputError, match="convert one of the two"):
        _analyze(SMALL, tags={"example_id": ["10"], "tag": ["seen"]})


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.0] * 8, "nothing is left to count"),
        (pa.array([float("nan")] * 8), "no sample weight on"),
        ([float("inf"), *[1.0] * 7], "negative or infinite"),
    ],
)
def test_weights_that_say_nothing(weights, message):
    with pytest.raises(InputError, match=message):
        _analyze(SMALL | {"weight": weights}, tags="dark", sample_weight="weight")


def test_a_label_is_no_prediction():
    with pytest.raises(InputError, match="name the same column"):
        _analyze(SMALL, prediction="label")


@pytest.mark.parametrize(("errors", "asked"), [(2, 100), (0, 60), (5, 5000)])
def test_what_would_halve_the_interval_does(errors, asked):
    """The headline's promise is kept when the analysis is made again at the promised size."""
    import re

    def run(n, errors, asked):
        wrong = round(n * 0.15)
        data = {
            "label": [1] * (n + 3000),
            "prediction": [0] * wrong + [1] * (n - wrong + 3000),
            "t": [True] * n + [False] * 3000,
        }
        result = _analyze(data, tags="t", human={"t": (errors, asked)})
        row = result.rows[0]
        return result.headline, (row.gain_high - row.gain_low) / row.share

    headline, width = run(600, errors, asked)
    number = r"([\d,]+) more "
    examples = re.search(number + "examples with the tag", headline)
    answers = re.search(number + "answers by people", headline)
    more, asks = (int(each[1].replace(",", "")) if each else 0 for each in (examples, answers))
    assert more or asks
    grown = (asked + asks) / asked
    _, narrower = run(600 + more, round(errors * grown), asked + asks)
    assert narrower / width == pytest.approx(0.5, abs=0.1)


def test_answers_on_the_wrong_rows_only_are_doubted():
    n = 400
    wrong = np.arange(n) < 20
    data = {
        "label": ["a"] * n,
        "prediction": np.where(wrong, "b", "a").tolist(),
        "person": ["b" if i < 4 else "a" if i < 20 else None for i in range(n)],
        "t": [True] * 300 + [False] * 100,
    }
    headline = _analyze(data, tags="t", human="person").headline
    assert "more than all errors on the tag" in headline


def test_gates_are_asked_in_a_test():
    rows = {"y": [1] * 60, "p": [0] * 30 + [1] * 30, "t": [True] * 30 + [False] * 30}
    found = tagline.analyze_errors(rows, label="y", prediction="p", tags="t")
    assert [each.verdict for each in found.check("error_rate[t] < 0.2")] == ["passed"]
    with pytest.raises(AssertionError, match=r"failed: error_rate\[t\] > 0\.5"):
        found.check("error_rate[t] > 0.5")
