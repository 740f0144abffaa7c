"""Intervals of ratios: edges, and how often they hold the truth in simulations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from tagline.stats import (
    Moments,
    difference_interval,
    rate_difference,
    ratio_interval,
    student_quantile,
    tag_rate,
    wilson,
)

TRIALS = 2000


def in_tag(errors, weights):
    """Moments of trials x units, all of which have the tag."""
    none = np.zeros_like(weights, dtype=float)
    return Moments.of_units(np.stack([errors, weights, none, none], axis=-1))


def coverage(moments, truth, *, bounded, most=np.inf):
    rate = tag_rate(moments)
    low, high = ratio_interval(
        rate.value, rate.variance(moments), rate.effective, bounded=bounded, most=most
    )
    known = ~np.isnan(low)
    assert (high > low)[known].all()
    return ((low <= truth) & (truth <= high))[known].mean()


@pytest.mark.parametrize("rate", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("n", [10, 50, 200])
def test_coverage_of_wilson_on_zero_one_errors(rate, n):
    errors = np.random.default_rng(n).binomial(n, rate, 20 * TRIALS)
    low, high = wilson(errors, n)
    assert 0.92 <= ((low <= rate) & (rate <= high)).mean() <= 0.99


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.3])
@pytest.mark.parametrize("correlation", [0.05, 0.3])
@pytest.mark.parametrize("groups", [10, 30, 100])
def test_coverage_in_groups(groups, correlation, rate):
    rng = np.random.default_rng(groups)
    spread = 1 / correlation - 1
    own = rng.beta(rate * spread, (1 - rate) * spread, (TRIALS, groups))
    size = np.full((TRIALS, groups), 20)
    moments = in_tag(rng.binomial(size, own), size)
    assert coverage(moments, rate, bounded=True, most=20 * groups) >= 0.93


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("n", [30, 100, 400])
def test_coverage_with_sample_weights(n, rate):
    rng = np.random.default_rng(n)
    weights = rng.lognormal(0, 0.8, (TRIALS, n))
    errors = weights * (rng.random((TRIALS, n)) < rate)
    moments = in_tag(errors, weights)
    most = tag_rate(moments).effective
    assert coverage(moments, rate, bounded=True, most=most) >= 0.93


@pytest.mark.parametrize("rate", [0.04, 0.2])
@pytest.mark.parametrize("n", [100, 400])
def test_coverage_where_errors_were_sampled_more_often(n, rate):
    rng = np.random.default_rng(n)
    suspect = rng.random((TRIALS, n)) < 0.5
    weights = np.where(suspect, 0.2, 1.8)
    errors = rng.random((TRIALS, n)) < np.where(suspect, 3 * rate, rate * 0.7 / 0.9)
    moments = in_tag(errors * weights, weights)
    most = tag_rate(moments).effective
    assert coverage(moments, rate, bounded=True, most=most) >= 0.93


@pytest.mark.parametrize("shape", [0.3, 1, 4])
@pytest.mark.parametrize("n", [10, 30, 100])
def test_coverage_of_a_word_error_rate(n, shape):
    rng = np.random.default_rng(n)
    words = 1 + rng.poisson(9, (TRIALS, n))
    edits = rng.poisson(rng.gamma(shape, 0.1 / shape, (TRIALS, n)) * words)
    assert coverage(in_tag(edits, words), 0.1, bounded=False) >= 0.93


@pytest.mark.parametrize("n", [10, 100])
def test_coverage_of_a_mean_absolute_error(n):
    errors = np.abs(np.random.default_rng(n).standard_normal((TRIALS, n)))
    truth = np.sqrt(2 / np.pi)
    assert coverage(in_tag(errors, np.ones((TRIALS, n))), truth, bounded=False) >= 0.93


def test_coverage_of_a_difference():
    rng = np.random.default_rng(3)
    inside = np.arange(400) < 80
    errors = rng.gamma(1, size=(TRIALS, 400)) * np.where(inside, 2, 1)
    columns = [errors * inside, np.ones_like(errors) * inside, errors * ~inside]
    moments = Moments.of_units(np.stack([*columns, np.ones_like(errors) * ~inside], axis=-1))
    estimate = rate_difference(moments)
    low, high = difference_interval(estimate.value, estimate.variance(moments), estimate.effective)
    assert 0.93 <= ((low <= 1) & (high >= 1)).mean() <= 0.97


@given(st.integers(10, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_equal_weights_without_groups_give_wilson_but_for_t(count):
    k, n = count
    errors = np.repeat([1.0, 0.0], [k, n - k])
    moments = in_tag(errors, np.ones(n))
    rate = tag_rate(moments)
    low, high = ratio_interval(rate.value, rate.variance(moments), rate.effective, bounded=True)
    size = n - 1 if 0 < k < n else n  # the variance is divided by n - 1
    tail = ndtr(-float(student_quantile(0.95, n)))
    expected = wilson(size * k / n, size, 1 - 2 * tail)
    assert (low[0], high[0]) == pytest.approx([float(end) for end in expected])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1, 1e6))
def test_bounded_interval_lies_in_0_1_and_has_width(rate, variance, size):
    low, high = ratio_interval(rate, variance, size, bounded=True)
    assert 0 <= low <= rate <= high <= 1
    assert high > low


@given(st.floats(1e-6, 1e3), st.floats(0.01, 2), st.floats(2, 1e6))
def test_open_interval_holds_the_value_and_has_width(rate, relative, size):
    low, high = ratio_interval(rate, (rate * relative) ** 2, size, bounded=False)
    assert 0 <= low <= rate <= high
    assert high > low


def test_one_group_says_almost_nothing():
    moments = in_tag(np.array([7.0, 0.0]), np.array([20.0, 0.0]))
    rate = tag_rate(moments)
    args = rate.value, rate.variance(moments), rate.effective
    low, high = ratio_interval(*args, bounded=True)
    assert high[0] - low[0] > 0.9
    assert np.isnan(ratio_interval(*args, bounded=False)).all()


def test_no_row_at_all():
    low, high = ratio_interval(np.nan, np.nan, 0.0, bounded=True)
    assert (low, high) == (0, 1)
    assert np.isnan(ratio_interval(np.nan, np.nan, 0.0, bounded=False)).all()


def test_rows_cap_what_groups_can_claim():
    free = ratio_interval(0.3, 1e-9, 4.0, bounded=True)
    capped = ratio_interval(0.3, 1e-9, 4.0, bounded=True, most=40)
    assert capped[1] - capped[0] > 10 * (free[1] - free[0])
