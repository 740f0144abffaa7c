"""Draws of the gain: edges, and how often the intervals hold the truth in simulations."""

import numpy as np
import pytest

from tagline.stats import (
    Moments,
    answered_gain_draws,
    draws_interval,
    effective_units,
    estimated_gain_draws,
    human_gain,
    jeffreys_draws,
    pair_gain_draws,
    stated_gain_draws,
    tag_rate,
    tag_share,
)

TRIALS, DRAWS = 400, 600
RATES = [(0.2, 0.1), (0.1, 0.02), (0.1, 0.1)]


def coverage(draws, value, truth):
    low, high = draws_interval(draws, np.maximum(value, 0))
    assert (low <= np.maximum(value, 0)).all()
    return ((low <= truth) & (truth <= high)).mean()


def counted(seed, tagged=100, rows=2000):
    rng = np.random.default_rng(seed)
    n = rng.binomial(rows, tagged / rows, TRIALS)
    return rng, n, jeffreys_draws(n, rows, rng, DRAWS), tagged / rows


@pytest.mark.parametrize(("model", "human"), RATES)
def test_coverage_with_a_column_of_answers(model, human):
    rng, n, share, truth = counted(0)
    both = model * human + 0.3 * np.sqrt(model * (1 - model) * human * (1 - human))
    cells = rng.multinomial(n, [both, model - both, human - both, 1 - model - human + both])
    draws = answered_gain_draws(cells[:, 1], cells[:, 2], n, share=share, rng=rng)
    value = (cells[:, 1] - cells[:, 2]) / n * n / 2000
    assert coverage(draws, value, truth * (model - human)) >= 0.92


@pytest.mark.parametrize(("model", "human"), RATES)
def test_coverage_with_a_pair(model, human):
    rng, n, share, truth = counted(1)
    k, missed = rng.binomial(n, model), rng.binomial(50, human, TRIALS)
    draws = pair_gain_draws(k, n, missed, np.full(TRIALS, 50), share=share, rng=rng)
    assert coverage(draws, k / 2000 - missed / 50 * n / 2000, truth * (model - human)) >= 0.92


@pytest.mark.parametrize(("model", "human"), RATES)
def test_coverage_with_a_bare_number(model, human):
    rng, n, share, truth = counted(2)
    k = rng.binomial(n, model)
    draws = stated_gain_draws(k, n, np.full(TRIALS, human), share=share, rng=rng)
    assert coverage(draws, (k / n - human) * n / 2000, truth * (model - human)) >= 0.92


def columns(model, people, weight, tag):
    inside, outside, known = model * tag, model * ~tag, weight * tag
    return np.stack(
        [inside, known, outside, weight * ~tag, inside, known, people * tag, known], axis=-1
    )


@pytest.mark.parametrize(("model", "human"), RATES)
@pytest.mark.parametrize("groups", [10, 30])
def test_coverage_in_groups(groups, model, human):
    rng = np.random.default_rng(groups)
    own = rng.beta(model * 9, (1 - model) * 9, (TRIALS, groups, 1))
    luck = rng.random((TRIALS, groups, 20))
    other = np.where(rng.random(luck.shape) < 0.5, luck, rng.random(luck.shape))
    wrong, missed = luck < own, other < own * human / model
    rows = columns(wrong, missed, np.ones(luck.shape), rng.random(luck.shape) < 0.3)
    moments = Moments.of_units(rows.sum(axis=2))
    draws = estimated_gain_draws(moments, rng, DRAWS, most=moments.total[:, 5])
    assert coverage(draws, human_gain(moments).value, 0.3 * (model - human)) >= 0.92


@pytest.mark.parametrize(("model", "human"), RATES)
def test_coverage_with_sample_weights(model, human):
    rng = np.random.default_rng(4)
    shape = (TRIALS, 500)
    weight = rng.lognormal(0, 0.7, shape)
    wrong, missed = rng.random(shape) < model, rng.random(shape) < human
    rows = columns(wrong, missed, np.ones(shape), rng.random(shape) < 0.3) * weight[..., None]
    moments = Moments.of_units(rows)
    draws = estimated_gain_draws(moments, rng, DRAWS, most=effective_units(moments, [5]))
    assert coverage(draws, human_gain(moments).value, 0.3 * (model - human)) >= 0.92


@pytest.mark.parametrize("how", ["answers", "number", "draws"])
def test_coverage_where_errors_were_sampled_more_often(how):
    """Often no row of much weight is wrong: a stratum without hits must widen the interval."""
    rng = np.random.default_rng(10)
    shape = (TRIALS, 150)
    suspect = rng.random(shape) < 0.5
    weight = np.where(suspect, 0.2, 1.8)
    wrong = rng.random(shape) < np.where(suspect, 0.15, 0.035 / 0.9)
    missed = rng.random(shape) < 0.02
    rows = columns(wrong, missed, np.ones(shape), rng.random(shape) < 0.3) * weight[..., None]
    moments = Moments.of_units(rows)
    people = rng.binomial(50, 0.02, TRIALS)
    human, point = {
        "answers": (None, human_gain(moments).value),
        "number": (np.full(TRIALS, 0.02), (tag_rate(moments).value - 0.02) * 0.3),
        "draws": (
            jeffreys_draws(people, 50, rng, DRAWS),
            (tag_rate(moments).value - people / 50) * 0.3,
        ),
    }[how]
    most = effective_units(moments, [5])
    draws = estimated_gain_draws(moments, rng, DRAWS, human=human, most=most)
    assert coverage(draws, point, 0.3 * 0.03) >= 0.92


@pytest.mark.parametrize("human", [0.05, 0.12])
def test_coverage_of_a_word_error_rate(human):
    rng = np.random.default_rng(5)
    shape = (TRIALS, 200)
    words = 1 + rng.poisson(9, shape)
    hard = rng.gamma(1, size=shape)
    edits, missed = rng.poisson(0.12 * hard * words), rng.poisson(human * hard * words)
    moments = Moments.of_units(columns(edits, missed, words, rng.random(shape) < 0.3) * 1.0)
    draws = estimated_gain_draws(moments, rng, DRAWS)
    assert coverage(draws, human_gain(moments).value, 0.3 * (0.12 - human)) >= 0.92


def test_moments_with_a_bare_number():
    rng = np.random.default_rng(6)
    edits, words = rng.poisson(1, (TRIALS, 300)), np.full((TRIALS, 300), 10.0)
    tag = rng.random((TRIALS, 300)) < 0.3
    rows = np.stack([edits * tag, words * tag, edits * ~tag, words * ~tag], axis=-1)
    moments = Moments.of_units(rows)
    draws = estimated_gain_draws(moments, rng, DRAWS, human=np.full(TRIALS, 0.06))
    value = (tag_rate(moments).value - 0.06) * tag_share(moments).value
    assert coverage(draws, value, 0.3 * 0.04) >= 0.92


def test_no_error_seen_still_leaves_a_width():
    clean = [[0, 10, 0, 0, 0, 10, 0, 10]] * 20
    rest = [[0, 0, edits, 10, 0, 0, 0, 0] for edits in (0, 2) * 50]
    moments = Moments.of_units(clean + rest)
    rng = np.random.default_rng(7)
    low, high = draws_interval(estimated_gain_draws(moments, rng, 2000), 0.0)
    assert low[0] == 0
    assert 0.001 < high[0] < 0.02


def test_unknown_is_nan():
    rng = np.random.default_rng(8)
    share = jeffreys_draws([5, 5], 100, rng, 10)
    assert np.isnan(answered_gain_draws([0, 1], 0, [0, 5], share=share, rng=rng)[:, 0]).all()
    assert np.isnan(pair_gain_draws([0, 1], 5, 0, [0, 5], share=share, rng=rng)[:, 0]).all()
    stated = stated_gain_draws([0, 1], 5, [np.nan, 0.1], share=share, rng=rng)
    assert np.isnan(stated[:, 0]).all()
    assert np.isfinite(stated[:, 1]).all()
    perfect = Moments.of_units([[0, 1, 0, 0, 0, 1, 0, 1], [0, 0, 0, 1, 0, 0, 0, 0]] * 5)
    assert np.isnan(estimated_gain_draws(perfect, rng, 10)).all()


def test_same_seed_same_draws():
    def once():
        rng = np.random.default_rng(9)
        return stated_gain_draws(5, 50, 0.02, share=jeffreys_draws(50, 500, rng, 20), rng=rng)

    np.testing.assert_array_equal(once(), once())
