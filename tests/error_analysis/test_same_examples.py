"""Tags on the same examples, tags that are nearly all data, columns that say what models say."""

import numpy as np
import pyarrow as pa
import pytest

import tagline
from tagline.exceptions import InputError

N = 400
RNG = np.random.default_rng(1)
YEARS = RNG.choice([9, 10, 13], N, p=[0.6, 0.3, 0.1])
LABEL = RNG.choice(["good", "bad"], N)
WRONG = RNG.random(N) < np.where(YEARS == 9, 0.4, 0.1)
DATA = {
    "label": LABEL.tolist(),
    "prediction": np.where(WRONG, "other", LABEL).tolist(),
    "school": [{9: "low", 10: "middle", 13: "high"}[year] for year in YEARS],
    "years": YEARS.tolist(),
    "early": (YEARS == 9).tolist(),
    "late": (RNG.random(N) < 0.2).tolist(),
}


def analyze(data=DATA, engine=None, **options):
    return tagline.analyze_errors(
        pa.table(data), label="label", prediction="prediction", engine=engine, **options
    )


def note(result, tag):
    return next(row.note for row in result.rows if row.tag == tag)


def test_the_second_name_of_the_same_examples_says_so(engine):
    result = analyze(tags=["school", "years", "early", "late"], engine=engine)
    assert len(result.rows) == 10
    notes = [row.note.split("; ")[0] for row in result.rows]
    assert sum(each.startswith("the same examples as ") for each in notes) == 4
    assert note(result, "years=10").startswith("the same examples as school=middle")
    assert "the same" not in note(result, "late")
    assert "years=10 is school=middle" in result.to_markdown()


def test_the_headline_does_not_take_the_same_examples_for_a_rival():
    line = analyze(tags=["school", "years"]).headline
    assert "tied" not in line
    assert "school=middle would" in line or "years=10 would" in line


def test_equal_counts_on_other_examples_are_not_the_same():
    half = {"one": [True, False] * (N // 2), "two": [False, True] * (N // 2)}
    right = {**DATA, "prediction": DATA["label"], **half}
    result = analyze(right, tags=["one", "two"])
    assert not any("the same examples" in row.note for row in result.rows)


def test_a_tag_that_is_nearly_all_data_is_named_so():
    whole = {**DATA, "most": (np.arange(N) % 10 != 0).tolist()}
    line = analyze(whole, tags=["most", "late"]).headline
    assert "most is 90 % of the data, little different from all" in line
    human = analyze(whole, tags=["most", "late"], human=0.01).headline
    assert human.startswith("Fix most next")
    assert "most is 90 % of the data" in human
    assert "of the data, little" not in analyze(tags=["early", "late"]).headline


def test_most_errors_without_a_tag_come_first_in_the_headline():
    line = analyze(tags=["late"]).headline
    share = next(row.error_share for row in analyze(tags=["late"]).rows if row.tag == "(untagged)")
    assert line.startswith(f"Most errors ({100 * share:.0f} %) have none of these tags: look at")
    assert "Of the tags look at late first" in line
    assert "look at (untagged)" in analyze(tags=["late"], human=0.01).headline


def models(**more):
    """Another model's answers, right on 85 % of the rows, and a count that has as many values."""
    flip = RNG.random(N) < 0.15
    new = np.where(flip, np.where(LABEL == "good", "bad", "good"), LABEL)
    return {**DATA, "new": new.tolist(), "side": RNG.choice(["good", "bad"], N).tolist(), **more}


def test_another_models_predictions_are_no_tag_unless_somebody_names_them(engine):
    result = analyze(models(), engine=engine)
    names = {row.tag for row in result.rows}
    assert not {"new=good", "new=bad"} & names
    assert {"side=good", "late", "label=good"} <= names  # by chance alike: kept
    (remark,) = result.remarks
    assert remark.startswith("new is no tag here: it looks like predictions of 'label'")
    assert "new=good" in {row.tag for row in analyze(models(), tags=["new"]).rows}


def test_flags_beside_a_binary_label_stay_tags():
    label = (LABEL == "good").astype(int)
    noisy = np.where(RNG.random(N) < 0.35, 1 - label, label)  # a property, related to the label
    data = {
        "label": label.tolist(),
        "prediction": np.where(WRONG, 1 - label, label).tolist(),
        "urgent": noisy.tolist(),
        "second": np.where(RNG.random(N) < 0.05, 1 - label, label).tolist(),
    }
    names = {row.tag for row in analyze(data).rows}
    assert "urgent=1" in names
    assert "second=1" not in names


def test_exclude_leaves_columns_out():
    names = {row.tag.partition("=")[0] for row in analyze(exclude=["school", "label"]).rows}
    assert names == {"years", "early", "late", "(untagged)", "(all)"}
    named = analyze(tags=["school", "late"], exclude="school")
    assert [row.tag for row in named.rows] == ["late", "(untagged)", "(all)"]
    with pytest.raises(InputError, match=r"`exclude` names a column 'scool'.*'school'"):
        analyze(exclude="scool")
    with pytest.raises(InputError, match="`exclude` must be names of columns"):
        analyze(exclude=3)
