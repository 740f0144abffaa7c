"""Rates from samples with unequal probabilities: the issue's example, edges, coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.stats import (
    SampleDesign,
    StratifiedTags,
    merged_probability,
    neyman_allocation,
    residual_spread,
    sampled_ratio,
    selection_probability,
    stratified_error_rate,
    stratified_error_share,
    stratified_share,
    wilson,
)

TRIALS = 1000


def test_the_naive_rate_of_a_mix_and_the_right_one():
    """100 wrong + 100 right of 10,000 with 10 % wrong: read naively .858, the truth is .40."""
    rng = np.random.default_rng(5)
    wrong_tagged, right_tagged = 0.2, 0.2 * 0.1 * 0.6 / 0.4 / 0.9
    k = np.c_[rng.binomial(100, wrong_tagged, TRIALS), rng.binomial(100, right_tagged, TRIALS)]
    naive = k[:, 0].sum() / k.sum()
    assert naive == pytest.approx(0.858, abs=0.01)
    tags = StratifiedTags.of([1000, 9000], [1, 0], np.full_like(k, 100), k)
    value, low, high = stratified_error_rate(tags)
    assert np.nanmedian(value) == pytest.approx(0.4, abs=0.03)
    assert ((low <= 0.4) & (high >= 0.4)).mean() >= 0.94
    assert (high < naive).mean() > 0.7


@pytest.mark.parametrize("shares", [(0.2, 0.033), (0.86, 0.01), (0.05, 0.05), (0.02, 0.001)])
@pytest.mark.parametrize("drawn", [(100, 100), (50, 150)])
def test_coverage_of_strata(drawn, shares):
    """Of the data as a sample, by 4 data sets; a stratum without hits never has width 0."""
    rng = np.random.default_rng(7)
    hits = []
    for _ in range(4):
        wrong = max(rng.binomial(4000, 0.1), drawn[0])
        k = np.c_[[rng.binomial(n, p, 250) for n, p in zip(drawn, shares, strict=True)]].T
        tags = StratifiedTags.of([wrong, 4000 - wrong], [1, 0], np.broadcast_to(drawn, k.shape), k)
        whole = 0.1 * shares[0] + 0.9 * shares[1]
        truths = (whole, 0.1 * shares[0] / whole, shares[0])
        functions = (stratified_share, stratified_error_rate, stratified_error_share)
        for function, truth in zip(functions, truths, strict=True):
            _, low, high = function(tags)
            assert (high > low).all()
            hits.append((low <= truth) & (truth <= high))
    covered = np.reshape(hits, (4, 3, 250)).mean(axis=(0, 2))
    assert (covered >= 0.92).all()


@pytest.mark.parametrize("hits", [(20, 40), (172, 10), (8, 0), (100, 600)])
def test_coverage_for_these_rows_only(hits):
    rng = np.random.default_rng(8)
    size, drawn = np.array([200, 1800]), np.array([150, 100])
    k = np.c_[[rng.hypergeometric(h, n - h, m, TRIALS)
               for h, n, m in zip(hits, size, drawn, strict=True)]].T  # fmt: skip
    tags = StratifiedTags.of(size, [1, 0], np.broadcast_to(drawn, k.shape), k)
    for function, truth in (
        (stratified_share, sum(hits) / 2000),
        (stratified_error_rate, hits[0] / sum(hits)),
    ):
        _, low, high = function(tags, these_rows=True)
        assert ((low <= truth + 1e-9) & (truth - 1e-9 <= high)).mean() >= 0.91
        assert (high > low).all()


def test_all_decided_is_exact_for_these_rows_and_wilson_beyond_them():
    tags = StratifiedTags.of([100, 900], [1, 0], [100, 900], [30, 50])
    for end in stratified_share(tags, these_rows=True):
        assert end[0] == pytest.approx(0.08)
    value, low, high = stratified_share(tags)
    other = wilson(80, 1000)
    assert (low[0], high[0]) == pytest.approx((float(other[0]), float(other[1])), abs=0.003)
    assert value[0] == pytest.approx(0.08)


@settings(max_examples=25)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_strata_that_are_alike_give_wilson(count):
    n, k = count
    tags = StratifiedTags.of([1e6, 1e6], [0, 0], [n, n], [k, k])
    _, low, high = stratified_share(tags)
    expected = wilson(2 * k, 2 * n)
    assert (low[0], high[0]) == pytest.approx([float(end) for end in expected], abs=1e-6)


def test_a_stratum_where_nothing_is_decided_may_be_anything():
    tags = StratifiedTags.of([500, 500], [1, 0], [0, 100], [0, 20])
    value, low, high = stratified_share(tags)
    assert value[0] == pytest.approx(0.2)
    assert low[0] < 0.1 and high[0] > 0.6


def test_no_tagged_row():
    tags = StratifiedTags.of([100, 900], [1, 0], [50, 50], [0, 0])
    rate, low, high = stratified_error_rate(tags)
    assert np.isnan(rate[0]) and (low[0], high[0]) == (0, 1)
    assert stratified_share(tags)[2][0] > 0.03


def test_hajek_agrees_with_the_strata():
    tag = np.r_[np.repeat([1, 0], [20, 80]), np.repeat([1, 0], [3, 97])]
    wrong = np.repeat([1, 0], 100)
    design = SampleDesign.of(np.repeat([0.1, 1 / 90], 100), 1 - wrong, [1000, 9000])
    tags = StratifiedTags.of([1000, 9000], [1, 0], [100, 100], [20, 3])
    rate = sampled_ratio(design, wrong * tag, tag)
    assert rate.value == pytest.approx(stratified_error_rate(tags)[0][0])
    assert rate.low < 0.25 and rate.high > 0.65
    assert sampled_ratio(design, tag, np.ones(200)).value == pytest.approx(0.047)


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_coverage_of_hajek_with_probabilities_by_uncertainty(rate):
    rng = np.random.default_rng(11)
    hits = []
    for _ in range(400):
        unsure = rng.random(3000)
        tag = rng.random(3000) < rate * 2 * unsure
        chance = np.clip(300 * (0.2 + unsure) / (0.2 + unsure).sum(), 0, 1)
        taken = rng.random(3000) < chance
        design = SampleDesign.of(chance[taken])
        found = sampled_ratio(design, tag[taken], np.ones(taken.sum()))
        hits.append(found.low <= rate <= found.high)
        assert found.high > found.low
    assert np.mean(hits) >= 0.93


def test_two_samples_count_each_row_once():
    """400 at random and 200 of the unsure third: the union, weighted, has no bias."""
    rng = np.random.default_rng(3)
    values = []
    for _ in range(300):
        unsure = np.arange(3000) < 1000
        tag = rng.random(3000) < np.where(unsure, 0.5, 0.1)
        chances = np.array([np.full(3000, 400 / 3000), np.where(unsure, 0.2, 0.0)])
        taken = (rng.random((2, 3000)) < chances).any(axis=0)
        design = SampleDesign.of(merged_probability(chances[:, taken]))
        values.append(sampled_ratio(design, tag[taken], np.ones(taken.sum())).value)
    assert np.mean(values) == pytest.approx(0.7 / 3, abs=0.004)


def test_gain_may_be_negative():
    design = SampleDesign.of(np.full(100, 0.1), size=[1000])
    tag, wrong = np.arange(100) < 40, np.arange(100) < 2
    gain = sampled_ratio(design, (wrong - 0.1) * tag, np.ones(100), kind="any")
    assert gain.value == pytest.approx(-0.02)
    assert gain.low < -0.02 < gain.high


def test_uncovered_strata_are_named():
    design = SampleDesign.of([0.5, 0.5], [0, 0], [4, 12])
    assert "75.0%" in sampled_ratio(design, [1, 0], [1, 1]).note


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1)), min_size=1, max_size=8),
    st.integers(16, 4000),
)
def test_allocation_keeps_the_budget_and_the_sizes(strata, budget):
    size, spread = (np.array(each) for each in zip(*strata, strict=True))
    drawn = neyman_allocation(size, spread, budget)
    assert (drawn <= size).all() and (drawn >= np.minimum(size, 2)).all()
    assert drawn.sum() == min(budget, size.sum())
    chance = selection_probability(drawn, size)
    assert ((chance > 0) == (size > 0)).all() and (chance <= 1).all()


def test_neymans_mix_varies_least():
    rng = np.random.default_rng(2)
    size, shares = np.array([1000, 9000]), (0.2, 0.033)

    def spread(drawn):
        k = np.c_[[rng.binomial(n, p, 20_000) for n, p in zip(drawn, shares, strict=True)]].T
        part = k / drawn * size
        return np.nanstd(part[:, 0] / np.maximum(part.sum(axis=1), 1e-9))

    best = neyman_allocation(size, residual_spread(0.4, *shares), 200)
    assert spread(best) < spread([100, 100]) and spread(best) < spread([20, 180])


def test_bad_samples():
    for chance in (0, 1.2):
        with pytest.raises(InputError, match="above 0 and at most 1"):
            SampleDesign.of([chance])
    with pytest.raises(InputError, match="more decided rows"):
        SampleDesign.of([1, 1], [0, 0], [1])
    with pytest.raises(InputError, match="decide some rows"):
        SampleDesign.of([])
    with pytest.raises(InputError, match="split it"):
        StratifiedTags.of([10], [0.5], [5], [1])
    with pytest.raises(InputError, match="need at least 4 rows"):
        neyman_allocation([10, 10], 1.0, 3)
    with pytest.raises(InputError, match="kind"):
        sampled_ratio(SampleDesign.of([1]), [1], [1], kind="other")
