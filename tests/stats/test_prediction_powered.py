"""Prediction-powered rates: they cover whatever the classifier is worth, and shrink with it."""

import itertools

import numpy as np
import pytest

from tagline.exceptions import InputError
from tagline.stats import (
    SampleDesign,
    ScoreSums,
    TagSample,
    predicted_error_rate,
    predicted_error_share,
    predicted_gain,
    predicted_share,
    sampled_ratio,
)

ROWS = 4000


def world(rng, share, quality):
    """A data set: wrong rows, tags twice as frequent on them, and a classifier's scores."""
    wrong = (rng.random(ROWS) < 0.1).astype(float)
    tag = (rng.random(ROWS) < share * np.where(wrong == 1, 2, 0.8 / 0.9)).astype(float)
    if quality == "useless":
        return wrong, tag, rng.random(ROWS)
    if quality == "fair":
        return wrong, tag, 1 / (1 + np.exp(2 - 2 * (2 * tag + rng.standard_normal(ROWS)) + 1))
    if quality == "inverted":
        return wrong, tag, 0.9 - 0.8 * tag
    return wrong, tag, np.where(rng.random(ROWS) < 0.005, 1 - tag, tag)


def looked_at(rng, wrong, n, mixed):
    if not mixed:
        rows = rng.choice(ROWS, n, replace=False)
        return rows, SampleDesign.of(np.full(n, n / ROWS), size=[ROWS])
    strata = [np.flatnonzero(wrong == 1), np.flatnonzero(wrong == 0)]
    rows = np.concatenate([rng.choice(each, n // 2, replace=False) for each in strata])
    size = [len(each) for each in strata]
    chance = np.repeat([n / 2 / each for each in size], n // 2)
    return rows, SampleDesign.of(chance, np.repeat([0, 1], n // 2), size)


def one(rng, share, n, quality, mixed):
    wrong, tag, score = world(rng, share, quality)
    rows, design = looked_at(rng, wrong, n, mixed)
    sample = TagSample.of(design, tag[rows], score[rows], wrong[rows])
    return sample, ScoreSums(ROWS, wrong.sum(), score.sum(), (score * wrong).sum())


@pytest.mark.parametrize("quality", ["useless", "fair", "great", "inverted"])
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize(("share", "n"), [(0.1, 300), (0.03, 300)])
def test_coverage(share, n, quality, mixed):
    rng = np.random.default_rng([int(100 * share), n, mixed, len(quality)])
    truths = (share, 0.2, 2 * share, 0.15 * share)
    hits = []
    for _ in range(200):
        sample, sums = one(rng, share, n, quality, mixed)
        found = [
            predicted_share(sample, sums),
            predicted_error_rate(sample, sums),
            predicted_error_share(sample, sums),
            predicted_gain(sample, sums, 0.05),
        ]
        assert all(each.high > each.low for each in found[:3])
        hits.append([each.low <= t <= each.high for each, t in zip(found, truths, strict=True)])
    assert (np.mean(hits, axis=0) >= 0.9).all()  # 200 trials: .95 less 3 standard deviations


def test_the_interval_shrinks_as_one_tags_and_with_a_better_classifier():
    rng = np.random.default_rng(1)

    def width(n, quality):
        found = [predicted_share(*one(rng, 0.1, n, quality, False)) for _ in range(30)]
        return np.mean([each.high - each.low for each in found])

    widths = [width(n, "fair") for n in (150, 300, 600, 1200)]
    assert all(after < before for before, after in itertools.pairwise(widths))
    assert width(300, "great") < 0.5 * width(300, "useless")


def test_a_useless_classifier_costs_nothing():
    rng = np.random.default_rng(2)
    ratio = []
    for _ in range(50):
        sample, sums = one(rng, 0.1, 300, "useless", False)
        with_scores = predicted_share(sample, sums)
        alone = sampled_ratio(sample.design, sample.tag, sample.weight)
        ratio.append((with_scores.high - with_scores.low) / (alone.high - alone.low))
    assert np.mean(ratio) < 1.01


def test_no_bias_where_the_classifier_is_biased():
    """Scores that are twice too high: their mean says 20 %, the truth is 10 %."""
    rng = np.random.default_rng(3)
    values = []
    for _ in range(150):
        tag = (rng.random(ROWS) < 0.1).astype(float)
        score = np.clip(0.15 + 0.5 * tag, 0, 1)
        rows, design = looked_at(rng, tag, 200, False)
        sample = TagSample.of(design, tag[rows], score[rows], np.zeros(200))
        values.append(predicted_share(sample, ScoreSums(ROWS, 0, score.sum(), 0)).value)
    assert np.mean(values) == pytest.approx(0.1, abs=0.002)


def test_few_tagged_rows_fall_back():
    rng = np.random.default_rng(4)
    sample, sums = one(rng, 0.005, 100, "great", False)
    found = predicted_share(sample, sums)
    assert found.power == 0
    assert "the classifier's scores are not used" in found.note
    alone = sampled_ratio(sample.design, sample.tag, sample.weight)
    assert (found.value, found.low, found.high) == (alone.value, alone.low, alone.high)


def test_a_human_level_with_variance_widens_the_gain():
    rng = np.random.default_rng(5)
    sample, sums = one(rng, 0.3, 600, "fair", True)
    sure = predicted_gain(sample, sums, 0.05)
    unsure = predicted_gain(sample, sums, 0.05, human_variance=0.03**2)
    assert unsure.value == sure.value
    assert unsure.low < sure.low and unsure.high > sure.high
    assert predicted_gain(sample, sums, 0.9).high == 0


def test_words_as_weight():
    """Word errors: e and w are counts; the rate is no fraction."""
    rng = np.random.default_rng(6)
    words = rng.integers(5, 20, ROWS).astype(float)
    tag = (rng.random(ROWS) < 0.2).astype(float)
    edits = rng.poisson(words * np.where(tag == 1, 0.3, 0.1)).astype(float)
    score = np.clip(tag * 0.7 + 0.1 + 0.05 * rng.standard_normal(ROWS), 0, 1)
    rows, design = looked_at(rng, tag, 400, False)
    sample = TagSample.of(design, tag[rows], score[rows], edits[rows], words[rows], bounded=False)
    sums = ScoreSums(words.sum(), edits.sum(), (score * words).sum(), (score * edits).sum())
    found = predicted_error_rate(sample, sums)
    assert found.low < 0.3 < found.high < 0.4
    assert found.power > 0.5


def test_bad_decisions():
    design = SampleDesign.of([0.5, 0.5])
    with pytest.raises(InputError, match="undecided rows"):
        TagSample.of(design, [1, np.nan], [0.5, 0.5], [0, 0])
    with pytest.raises(InputError, match="did not see it"):
        TagSample.of(design, [1, 0], [0.5, np.nan], [0, 0])
    with pytest.raises(InputError, match="one number per decided row"):
        TagSample.of(design, [1, 0, 1], [0.5, 0.5, 0.5], [0, 0, 0])
