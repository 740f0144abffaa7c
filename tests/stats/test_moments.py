import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tagline import stats
from tagline.exceptions import InputError
from tagline.stats import Moments

FUNCTIONS = [
    stats.tag_rate,
    stats.complement_rate,
    stats.tag_share,
    stats.error_share,
    stats.answered_rate,
    stats.human_rate,
    stats.rate_difference,
    stats.human_room,
    stats.human_gain,
]
units = arrays(np.float64, st.tuples(st.integers(3, 30), st.just(8)), elements=st.floats(0.01, 10))


@pytest.mark.parametrize("function", FUNCTIONS)
@settings(max_examples=20)
@given(columns=units)
def test_gradient_agrees_with_finite_differences(function, columns):
    moments = Moments.of_units(columns)
    estimate = function(moments)
    for column in range(8):
        step = 1e-6 * moments.total[0, column]
        ends = []
        for sign in (1, -1):
            total = moments.total.copy()
            total[0, column] += sign * step
            ends.append(function(Moments(total, moments.product, moments.units)).value[0])
        slope = (ends[0] - ends[1]) / (2 * step)
        assert estimate.gradient[0, column] == pytest.approx(slope, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("function", FUNCTIONS)
@settings(max_examples=20)
@given(columns=units)
def test_variance_is_that_of_the_linearised_values(function, columns):
    moments = Moments.of_units(columns)
    estimate = function(moments)
    values = columns @ estimate.gradient[0]
    assert values.sum() == pytest.approx(0, abs=1e-9)  # ratios do not change when all doubles
    expected = len(columns) * np.var(values, ddof=1)
    assert estimate.variance(moments)[0] == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_rates_of_ones_and_zeros_have_the_binomial_variance():
    errors = np.repeat([1.0, 0.0], [12, 88])
    moments = Moments.of_units(np.stack([errors, np.ones(100), 0 * errors, 0 * errors], axis=1))
    estimate = stats.tag_rate(moments)
    assert estimate.value[0] == 0.12
    assert estimate.variance(moments)[0] == pytest.approx(0.12 * 0.88 / 99)
    assert estimate.effective[0] == 100


def test_variance_agrees_with_the_jackknife():
    rng = np.random.default_rng(1)
    columns = rng.gamma(2, size=(300, 8))
    moments = Moments.of_units(columns)
    for function in FUNCTIONS:
        without = np.array(
            [
                function(Moments.of_units(np.delete(columns, i, axis=0))).value[0]
                for i in range(0, 300, 3)
            ]
        )
        jackknife = 299 * np.var(without)
        assert function(moments).variance(moments)[0] == pytest.approx(jackknife, rel=0.35)


def test_tags_are_independent_of_each_other():
    rng = np.random.default_rng(2)
    columns = rng.gamma(2, size=(5, 40, 8))
    together = Moments.of_units(columns)
    for function in FUNCTIONS:
        alone = [function(Moments.of_units(one)).value[0] for one in columns]
        np.testing.assert_allclose(function(together).value, alone)


def test_nothing_known_is_nan():
    moments = Moments(np.zeros((2, 8)), np.zeros((2, 8, 8)), np.zeros(2))
    for function in FUNCTIONS:
        estimate = function(moments)
        assert np.isnan(estimate.value).all()
        assert np.isnan(estimate.variance(moments)).all()
        assert (estimate.effective == 0).all()


def test_people_are_asked_for_where_there_are_none():
    moments = Moments(np.ones((1, 4)), np.ones((1, 4, 4)), np.ones(1))
    assert not moments.has_people
    with pytest.raises(InputError, match="hold no answers of people"):
        stats.human_room(moments)


def test_shapes_must_fit():
    with pytest.raises(InputError, match=r"Got \(2, 4\), \(2, 4, 3\) and \(2,\) instead"):
        Moments(np.ones((2, 4)), np.ones((2, 4, 3)), np.ones(2))
