"""What a measure cannot read is named: column, value, row and file, one sentence per cause."""

import polars as pl
import pytest

import tagline
from tagline.exceptions import InputError
from tagline.measures import MEASURES, CheckedPair, brier, measure

CLASSES = {
    "example_id": ["w", "x", "y", "z"],
    "y": ["cat", "dog", "bird", "cat"],
    "p_cat": [0.5, 0.5, 0.3, 87.0],
    "p_dog": [0.5, 0.5, 0.3, 0.0],
    "t": [True, False, True, False],
}


def refused(data, engine=None, **options):
    with pytest.raises(InputError) as caught:
        tagline.analyze_errors(data, tags=["t"], engine=engine, **options)
    return str(caught.value)


@pytest.mark.parametrize("name", ["brier", "log_loss"])
def test_percent_and_unknown_classes_are_two_causes(tmp_path, name):
    pl.DataFrame(CLASSES).write_csv(tmp_path / "scores.csv")
    assert refused(tmp_path / "scores.csv", label="y", measure=name) == (
        f"The measure {name!r} needs a column of probabilities for the class of every label. 'y'"
        " holds 'bird' in row 3 (example_id 'y') of scores.csv: correct the label, or add its"
        " column (there are those of 'cat', 'dog')."
    )
    found = refused(tmp_path / "scores.csv", label="y", measure=name, where="y <> 'bird'")
    assert found == (
        f"The measure {name!r} needs probabilities between 0 and 1. 'p_cat' holds 87.0 in row 4"
        " (example_id 'z') of scores.csv: divide percent by 100, and correct what is none."
    )


def test_both_engines_name_the_value(engine):
    rows = {"y": [1, 0, 1, 1], "p": [0.5, 87.5, 99.0, 0.2], "t": [True, False, True, False]}
    found = refused(pl.DataFrame(rows), engine, label="y", prediction="p", measure="brier")
    assert found.startswith("The measure 'brier' needs probabilities between 0 and 1. 'p' holds ")
    assert "the data frame (and so in 1 more row): divide percent by 100" in found
    if engine == "duckdb://":
        assert "'p' holds 87.5 in row 2 of the data frame" in found


def test_labels_that_are_not_0_and_1_are_a_cause_of_their_own():
    rows = {"y": [1, 2, 0], "p": [0.5, 0.5, 0.1], "t": [True, False, True]}
    assert refused(rows, label="y", prediction="p", measure="brier") == (
        "The measure 'brier' needs labels that are 0 and 1, or a class in `positive=`. 'y' holds 2"
        " in row 2 of the dictionary: correct it, or say which class counts."
    )


def test_a_verdict_and_a_weight_are_named_too():
    rows = {"p": ["pass", "maybe"], "w": [-2.0, 1.0], "t": [True, False]}
    found = refused(rows, prediction="p", measure="judged")
    assert "'p' holds 'maybe' in row 2 of the dictionary" in found
    found = refused(rows, prediction="p", measure="judged", sample_weight="w")
    assert "'w' holds -2.0 in row 1 of the dictionary" in found or "'maybe'" in found


def test_the_run_is_named_where_two_are_compared(tmp_path):
    for name, p in [("old", 0.5), ("new", 7.0)]:
        rows = {"example_id": ["a", "b"], "y": [1, 0], "p": [0.5, p], "t": [True, False]}
        pl.DataFrame(rows).write_csv(tmp_path / f"{name}.csv")
    with pytest.raises(InputError) as caught:
        tagline.compare_runs(
            tmp_path / "old.csv",
            tmp_path / "new.csv",
            label="y",
            prediction="p",
            tags=["t"],
            measure=brier(),
        )
    assert "'p' holds 7.0 in example_id 'b' of new.csv:" in str(caught.value)


def test_slices_name_the_value():
    rows = {"y": [1, 0] * 30, "p": [0.5, 87.5] * 30, "t": [True, False] * 30}
    with pytest.raises(InputError, match=r"'p' holds 87.5 in row 2 .* 29 more rows\)"):
        tagline.find_slices(rows, label="y", prediction="p", measure="brier")


def test_a_measure_of_ones_own_may_give_one_reason_for_all():
    @measure("odd answers", kind="bounded")
    def odd_answers(table):
        odd = (table.prediction % 2 == 1).fill_null(False)
        return CheckedPair(
            odd.ifelse(None, 0), 1, odd, "Answers must be even. They are not on {n}."
        )

    rows = {"y": [2, 2, 2], "p": [2, 3, 5], "t": [True, False, True]}
    try:
        said = refused(rows, label="y", prediction="p", measure=odd_answers)
    finally:
        del MEASURES["odd_answers"]
    assert said == (
        "Answers must be even. They are not on 2 rows. 'y' holds 2 and 'p' holds 3 in row 2 of the"
        " dictionary."
    )
