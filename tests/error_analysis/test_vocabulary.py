"""Predictions that are not written as the labels are: refused with the reason, not counted."""

import numpy as np
import pytest

import tagline
from tagline.exceptions import InputError

RNG = np.random.default_rng(0)
N = 60
LABELS = RNG.choice(["<=50K", ">50K"], N).tolist()
BINARY = [int(label == ">50K") for label in LABELS]


def analyze(label, prediction, **options):
    data = {"y": label, "p": prediction, "device": ["a", "b"] * (len(label) // 2)}
    return tagline.analyze_errors(data, label="y", prediction="p", **options)


@pytest.mark.parametrize(
    ("label", "prediction", "measure", "says"),
    [
        (LABELS, [f"{y}." for y in LABELS], "accuracy", "by the mark at the end"),
        (LABELS, [f" {y}" for y in LABELS], "accuracy", "by white space around them"),
        (LABELS, [y.lower() for y in LABELS], "accuracy", "by upper and lower case"),
        (LABELS, [f"{y.lower()}. " for y in LABELS], "accuracy", "by case, white space or marks"),
        (LABELS, [f"{y}." for y in LABELS], "f1(average='macro')", "by the mark at the end"),
        (LABELS, [f"{y}." for y in LABELS], "precision(positive='>50K')", "by the mark at the end"),
        (LABELS, ["Male", "Female"] * (N // 2), "accuracy", "name other columns"),
        (LABELS, RNG.random(N).astype(str).tolist(), "accuracy", "numbers between 0 and 1"),
        (BINARY, RNG.random(N).tolist(), "accuracy", r"log_loss\(probability='p'\)"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_likely_reason(label, prediction, measure, says):
    with pytest.raises(InputError, match=says) as caught:
        analyze(label, prediction, measure=measure)
    assert "'y'" in str(caught.value)
    assert "'p'" in str(caught.value)


def test_the_sentence_names_values_and_columns(engine):
    data = {"y": LABELS, "p": [f"{y}." for y in LABELS]}
    with pytest.raises(InputError, match="no prediction equals any label") as caught:
        tagline.analyze_errors(_frame(data), label="y", prediction="p", tags=[], engine=engine)
    assert "'<=50K'" in str(caught.value)
    assert "'<=50K.'" in str(caught.value)


def _frame(data):
    import pyarrow as pa

    return pa.table(data)


def test_few_rows_or_one_class_may_be_all_wrong():
    result = analyze(["a", "b"], ["c", "d"], tags="device")
    assert result.error_rate == 1
    (remark,) = result.remarks
    assert remark.startswith("no prediction equals any label: the labels in 'y' are 'a', 'b'")
    assert remark in result.to_dict()["remarks"]
    assert remark in result.to_markdown()
    assert analyze(["a"] * N, ["b"] * N).error_rate == 1  # as after `where` on one class
    assert not analyze(LABELS, LABELS[::-1]).remarks


def test_both_sides_of_a_comparison_and_the_search_for_slices_refuse_it():
    data = {"y": LABELS, "old": LABELS, "new": [f"{y}." for y in LABELS], "d": ["a", "b"] * 30}
    for pair in (("old", "new"), ("new", "old")):
        with pytest.raises(InputError, match="predictions in 'new'"):
            tagline.compare_runs(data, label="y", prediction=pair, tags="d")
    with pytest.raises(InputError, match="by the mark at the end"):
        tagline.find_slices(data, label="y", prediction="new", columns="d", min_support=5)
