import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tagline.exceptions import InputError
from tagline.stats import (
    Moments,
    clopper_pearson_bound,
    decide_more,
    limit_p_value,
    ratio_decide_more,
    ratio_limit_p_value,
    tag_rate,
)

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.floats(0.001, 0.999))
def test_agrees_with_scipy(count, limit):
    above = binomtest(*count, limit, alternative="greater").pvalue
    below = binomtest(*count, limit, alternative="less").pvalue
    assert float(limit_p_value(*count, limit, side="above")) == pytest.approx(above, abs=1e-9)
    assert float(limit_p_value(*count, limit, side="below")) == pytest.approx(below, abs=1e-9)


@given(counts, st.floats(0.001, 0.999))
def test_small_exactly_where_the_bound_passes_the_limit(count, limit):
    p = limit_p_value(*count, limit, side="above")
    bound = clopper_pearson_bound(*count, 0.95, side="lower")
    if abs(bound - limit) > 1e-9:
        assert (p <= 0.05) == (bound > limit)


@given(counts.filter(lambda count: count[1] < 500), st.floats(0.02, 0.5))
def test_so_many_more_decide(count, limit):
    k, n = count
    more = decide_more(k, n, limit)
    if np.isnan(more) or more > 1e7:
        return
    rate, whole = k / n, n + more
    side = "above" if rate > limit else "below"
    assert limit_p_value(rate * whole, whole, limit, side=side) <= 0.05 + 1e-6
    if more > 1:
        assert limit_p_value(rate * (whole - 1), whole - 1, limit, side=side) > 0.05 - 1e-6


def test_edges():
    assert limit_p_value(0, 0, 0.1, side="above") == 1
    assert limit_p_value(0, 0, 0.1, side="below") == 1
    assert np.isnan(decide_more([0, 5], [0, 50], 0.1)).all()
    assert np.isnan(limit_p_value(np.nan, 10, 0.1, side="above"))
    assert decide_more([30, 0], [100, 400], 0.1).tolist() == [0, 0]


def test_side_is_a_known_word():
    with pytest.raises(InputError, match="Got 'over' instead"):
        limit_p_value(1, 10, 0.1, side="over")


def at_the_limit(errors, weights, *, bounded):
    """Return how often a gate at the true rate is wrongly called passed, on either side."""
    none = np.zeros(errors.shape)
    moments = Moments.of_units(np.stack([errors, weights, none, none], axis=-1))
    rate = tag_rate(moments)
    args = rate.value, rate.variance(moments), rate.effective, 0.1
    return [
        (ratio_limit_p_value(*args, side=side, bounded=bounded) <= 0.05).mean()
        for side in ("above", "below")
    ]


@pytest.mark.parametrize("groups", [10, 30, 100])
def test_gates_on_groups_are_rarely_wrong(groups):
    rng = np.random.default_rng(groups)
    rows = np.full((2000, groups), 20)
    errors = rng.binomial(rows, rng.beta(0.9, 8.1, rows.shape))
    assert max(at_the_limit(errors, rows, bounded=True)) <= 0.06


@pytest.mark.parametrize("n", [10, 100])
def test_gates_on_word_errors_are_rarely_wrong(n):
    rng = np.random.default_rng(n)
    words = 1 + rng.poisson(9, (2000, n))
    edits = rng.poisson(rng.gamma(1, 0.1, words.shape) * words)
    assert max(at_the_limit(edits, words, bounded=False)) <= 0.07


def test_nothing_is_shown_where_nothing_is_known():
    for bounded in (True, False):
        for value, variance, units in ((np.nan, np.nan, 0), (0.5, 0.0, 1), (0.5, 1e-30, 1)):
            p = ratio_limit_p_value(value, variance, units, 0.1, side="above", bounded=bounded)
            assert p > 0.05
    assert ratio_limit_p_value(0.0, 0.0, 50, 0.1, side="below", bounded=False) == 1


def test_more_of_a_ratio_agrees_with_counts():
    more = ratio_decide_more(0.14, 0.14 * 0.86 / 100, 100, 0.1)
    assert more == pytest.approx(float(decide_more(14, 100, 0.1)), rel=0.5)
    assert np.isnan(ratio_decide_more([0.1, 0.2], [0.01, 0.0], 100, 0.1)).all()
    with pytest.raises(InputError, match="Got 'over' instead"):
        ratio_limit_p_value(0.1, 0.01, 10, 0.1, side="over", bounded=True)
