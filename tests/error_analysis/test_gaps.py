"""The gap to people: its intervals against other implementations, and how often they hold."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

import tagline

TRIALS = 400  # simulated tags of one call


def measured(model, human, **more):
    """Analyse errors of 0 or 1 of the model and a person on the same rows."""
    data = {"label": np.zeros(len(model), int), "said": model, "person": human, **more}
    columns = {"label": "label", "prediction": "said", "tags": {"t": "label = 0"}}
    return tagline.analyze_errors(pd.DataFrame(data), **columns, human="person")


def ends(gap):
    return gap.gap_low, gap.gap, gap.gap_high


def gap_of(result, tag="t"):
    return next(gap for gap in result.gaps if gap.tag == tag)


def stated(errors, n, human, **more):
    said = np.arange(n) < errors
    data = {"label": np.zeros(n, int), "said": said.astype(int)}
    columns = {"label": "label", "prediction": "said", "tags": {"t": "label = 0"}}
    return gap_of(tagline.analyze_errors(data, **columns, human={"t": human}, **more))


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize(
    ("errors", "n", "missed", "asked"),
    [(30, 200, 5, 100), (0, 40, 3, 30), (7, 25, 0, 50), (3, 300, 12, 80)],
)
def test_a_pair_has_newcombe_s_interval_of_two_proportions(errors, n, missed, asked, level):
    gap = stated(errors, n, (missed, asked), level=level)
    expected = confint_proportions_2indep(
        errors, n, missed, asked, method="newcomb", compare="diff", alpha=1 - level
    )
    assert (gap.gap_low, gap.gap_high) == pytest.approx(expected, abs=1e-9)
    assert gap.gap == pytest.approx(errors / n - missed / asked)
    assert not gap.note


def test_a_column_has_newcombe_s_paired_interval():
    # Newcombe (1998), Statistics in Medicine 17, 2635-2650: the cells 36, 12, 2, 0
    cells = [(1, 1, 36), (1, 0, 12), (0, 1, 2)]
    model = np.concatenate([np.full(count, m) for m, _, count in cells])
    human = np.concatenate([np.full(count, h) for _, h, count in cells])
    assert ends(gap_of(measured(model, human))) == pytest.approx((0.0569, 0.2, 0.3404), abs=5e-5)


def test_a_bare_number_shifts_the_interval_of_the_rate():
    gap = stated(30, 200, 0.1)
    result = tagline.analyze_errors(
        {"label": [0] * 200, "said": [1] * 30 + [0] * 170},
        label="label", prediction="said", tags={"t": "label = 0"},
    )  # fmt: skip
    row = result.rows[0]
    assert ends(gap) == pytest.approx((row.error_rate_low - 0.1, 0.05, row.error_rate_high - 0.1))
    assert "bare number" in gap.note


def test_only_answered_rows_count_and_the_note_says_how_many():
    model, human = [1, 1, 1, 0, 0, 0, 0, 0], [1.0, 0.0, None, None, 0, 0, 0, 0]
    whole = gap_of(measured(np.array(model), pd.array(human, dtype="Int64")))
    part = [place for place, answer in enumerate(human) if answer is not None]
    alone = measured(np.array(model)[part], np.array([human[place] for place in part], dtype=int))
    assert ends(whole) == pytest.approx(ends(gap_of(alone)))
    assert whole.note == "on the 6 rows that people answered"


def test_a_tag_without_human_level_has_no_gap_and_says_so():
    data = {"label": [0] * 9, "said": [0, 1, 1] * 3, "a": [True] * 5 + [False] * 4}
    columns = {"label": "label", "prediction": "said", "tags": ["a"]}
    nobody = tagline.analyze_errors(data, **columns)
    assert {(gap.gap, gap.note) for gap in nobody.gaps} == {(None, "no human level")} | (
        {(None, "no example has the tag")} if not nobody.rows[-2].support else set()
    )
    some = tagline.analyze_errors(data, **columns, human={"(all)": (1, 20)})
    assert gap_of(some, "a").note == "no human level"
    assert gap_of(some, "(all)").gap_low < gap_of(some, "(all)").gap_high


def test_the_document_has_the_gaps_beside_rows_that_stay_as_they_were():
    found = json.loads(measured(np.array([1, 1, 0, 0] * 5), np.array([1, 0, 0, 0] * 5)).to_json())
    assert [gap["tag"] for gap in found["gaps"]] == [row["tag"] for row in found["tags"]]
    assert list(found["gaps"][0]) == ["tag", "gap", "gap_low", "gap_high", "note"]
    assert not {"gap", "gap_low", "gap_high"} & set(found["tags"][0])
    assert found["gaps"][0]["gap"] == pytest.approx(found["tags"][0]["room"])


def test_other_importances_leave_the_gaps_and_order_them_anew():
    rows = {"label": [0] * 40, "said": [1, 1, 0, 0] * 10, "a": [True, False] * 20}
    columns = {"label": "label", "prediction": "said", "tags": {"a": "a", "b": "not a"}}
    result = tagline.analyze_errors(rows, **columns, human=0.1)
    turned = result.reweight(importance={result.rows[1].tag: 50})
    assert [gap.tag for gap in turned.gaps] == [row.tag for row in turned.rows]
    assert set(turned.gaps) == set(result.gaps)


answers = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=40)


@settings(max_examples=25)
@given(answers, st.sampled_from([None, "sample_weight", "group"]))
def test_swapping_model_and_people_turns_the_gap_around(rows, how):
    model, human = (np.array(each) for each in zip(*rows, strict=True))
    if (model == 0).all() or (human == 0).all():  # a perfect person is refused as the label itself
        return
    extra = np.arange(len(rows)) % 5 + 1
    columns = {"label": "label", "prediction": "said", "tags": {"t": "label = 0"}}
    found = []
    for one, other in ((model, human), (human, model)):
        data = {"label": 0 * one, "said": one, "person": other, "extra": extra}
        by = {} if how is None else {how: "extra"}
        found.append(gap_of(tagline.analyze_errors(data, **columns, human="person", **by)))
    there, back = found
    assert there.gap == pytest.approx(-back.gap)
    assert (there.gap_low is None) == (back.gap_high is None)
    if there.gap_low is not None:
        assert there.gap_low == pytest.approx(-back.gap_high, abs=1e-9)
        assert -1 <= there.gap_low <= there.gap <= there.gap_high <= 1


def errors(rng, n, model, human):
    """Draw errors of the model and a person who find the same rows hard: (TRIALS, n) each."""
    hard, own = rng.random((2, TRIALS, n))
    person = np.where(rng.random((TRIALS, n)) < 0.4, hard, own)
    return (hard < model).astype(int), (person < human).astype(int)


def coverage(data, truth, **columns):
    """Return how often the intervals of the tags `trial=0`, `trial=1` ... hold the truth."""
    frame = {name: np.asarray(column).ravel() for name, column in data.items()}
    n = len(frame["said"]) // TRIALS
    frame |= {"label": np.zeros(TRIALS * n), "trial": np.repeat(np.arange(TRIALS), n)}
    result = tagline.analyze_errors(
        frame, label="label", prediction="said", tags="trial", **columns
    )
    gaps = [gap for gap in result.gaps if gap.tag.startswith("trial")]
    return np.mean([gap.gap_low <= truth <= gap.gap_high for gap in gaps])


@pytest.mark.parametrize(("n", "model", "human"), [(30, 0.3, 0.3), (100, 0.1, 0.02)])
def test_coverage_with_a_column_of_answers(n, model, human):
    said, person = errors(np.random.default_rng(0), n, model, human)
    covered = coverage({"said": said, "person": person}, model - human, human="person")
    assert covered >= 0.93


@pytest.mark.parametrize(("n", "model", "human"), [(30, 0.3, 0.3), (100, 0.1, 0.02)])
def test_coverage_with_pairs(n, model, human):
    rng = np.random.default_rng(1)
    said, _ = errors(rng, n, model, human)
    missed = rng.binomial(50, human, TRIALS)
    asked = {f"trial={i}": (int(missed[i]), 50) for i in range(TRIALS)}
    assert coverage({"said": said}, model - human, human=asked) >= 0.93


def test_coverage_with_sample_weights():
    rng = np.random.default_rng(2)
    said, person = errors(rng, 100, 0.1, 0.05)
    data = {"said": said, "person": person, "w": rng.lognormal(0, 1, said.shape)}
    assert coverage(data, 0.05, human="person", sample_weight="w") >= 0.93


def test_coverage_in_groups():
    rng = np.random.default_rng(3)
    hard = rng.beta(0.9, 8.1, (TRIALS, 20, 1))  # 20 speakers a tag, 10 rows each
    said, person = (rng.random((2, TRIALS, 20, 10)) < [hard, hard / 2]).astype(int)
    group = np.repeat(np.arange(TRIALS * 20), 10)
    data = {"said": said, "person": person, "speaker": group}
    assert coverage(data, 0.05, human="person", group="speaker") >= 0.93


@pytest.mark.parametrize("n", [10, 50])
def test_coverage_of_another_measure(n):
    rng = np.random.default_rng(4)
    hard = rng.gamma(2, 0.5, (TRIALS, n))
    said, person = (hard * rng.gamma(2, mean / 2, (TRIALS, n)) for mean in (3.0, 2.0))
    covered = coverage({"said": said, "person": person}, 1.0, human="person", measure="mae")
    assert covered >= 0.92  # errors with a long tail
