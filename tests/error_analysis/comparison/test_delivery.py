"""The arithmetic of promise and delivery against SciPy, by hand, and in its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from tagline.error_analysis.comparison.delivery import delivered, kept, rank_correlation

GAINS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.01, 0.02, 0.05]), st.floats(-0.1, 0.1)),
    min_size=5,
    max_size=30,
)


@given(GAINS)
def test_the_rank_correlation_of_one_comparison_is_spearmans(pairs):
    predicted, realised = (list(each) for each in zip(*pairs, strict=True))
    found = rank_correlation(predicted, realised, ["one"] * len(pairs))
    if len(set(predicted)) == 1 or len(set(realised)) == 1:
        assert (found.value, found.why) == (None, "all promises or all gains are alike")
        return
    assert found.value == pytest.approx(scipy_stats.spearmanr(predicted, realised)[0], abs=1e-12)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.high - found.low > 0.001


def test_its_interval_is_that_of_bonett_and_wright():
    rng = np.random.default_rng(3)
    predicted = rng.random(20)
    realised = predicted + rng.random(20)
    found = rank_correlation(predicted, realised, [0] * 20, level=0.9)
    score = math.atanh(found.value)
    half = scipy_stats.norm.ppf(0.95) * math.sqrt((1 + found.value**2 / 2) / 17)
    assert (found.low, found.high) == pytest.approx(
        (math.tanh(score - half), math.tanh(score + half))
    )


def test_gains_of_two_comparisons_are_not_ranked_against_each_other():
    predicted, realised = [1, 2, 3, 4, 5], [2, 1, 3, 5, 4]
    one = rank_correlation(predicted, realised, [0] * 5)
    shifted = [*realised, *(each - 100 for each in realised)]
    both = rank_correlation(predicted * 2, shifted, [0] * 5 + [1] * 5)
    assert both.value == pytest.approx(one.value)
    assert both.low > one.low  # twice the evidence


def test_comparisons_with_too_few_tags_count_for_nothing():
    few = rank_correlation([1, 2, 3, 4] * 3, [1, 2, 3, 4] * 3, [0] * 4 + [1] * 4 + [2] * 4)
    assert (few.value, few.low) == (None, None)
    assert few.why == "under 5 tags with a promise in each comparison"
    assert rank_correlation([], [], []).why == few.why


def test_what_was_delivered_by_hand():
    found = delivered([0.02, 0.01, 0.01], [0.012, 0.0, 0.0], [1, 2, 3])
    rest = np.array([0.012 - 0.3 * 0.02, -0.3 * 0.01, -0.3 * 0.01])
    spread = math.sqrt(1.5 * (rest**2).sum()) / 0.04
    half = scipy_stats.t.ppf(0.975, 2) * spread
    assert found.value == pytest.approx(0.3)
    assert (found.low, found.high) == pytest.approx((0.3 - half, 0.3 + half))


def test_tags_of_one_comparison_are_units_and_else_the_comparisons_are():
    predicted, realised = [0.02, 0.01, 0.02, 0.01], [0.02, 0.01, 0.001, 0.0]
    tags = delivered(predicted, realised, ["a"] * 4)
    comparisons = delivered(predicted, realised, ["a", "a", "b", "b"])
    assert tags.value == comparisons.value
    assert comparisons.high - comparisons.low > tags.high - tags.low


@pytest.mark.parametrize(
    ("predicted", "realised", "value", "why"),
    [
        ([], [], None, "no tag has a promise"),
        ([0.0, 0.0], [0.1, 0.0], None, "nothing was promised"),
        ([0.1], [0.05], 0.5, "no interval: a single tag"),
        ([0.1, 0.2], [0.05, 0.1], 0.5, "no interval: all tags delivered alike"),
    ],
)
def test_what_cannot_be_known_says_why(predicted, realised, value, why):
    found = delivered(predicted, realised, ["a"] * len(predicted))
    assert (found.value, found.low, found.why) == (value, None, why)


def test_the_intervals_that_held():
    found = kept([0.01, 0.01, 0.01, None, 0.0], [0.03, 0.03, 0.03, None, 0.0], [0.0, 0.01, 1, 0, 0])
    assert (found.within, found.below, found.above, found.of) == (2, 1, 1, 4)


def test_the_intervals_hold_the_truth():
    """Simulated: 3 comparisons of 6 tags; a true share of .4 and a true correlation of .5."""
    rng = np.random.default_rng(0)
    sets, held, rho = np.repeat(range(3), 6), np.zeros(2), 0.5
    truth = 6 / math.pi * math.asin(rho / 2)  # Spearman's of a binormal pair
    for _ in range(400):
        predicted = rng.lognormal(-4.5, 0.8, 18)
        realised = 0.4 * predicted + rng.normal(0, 0.003, 18)
        share = delivered(predicted, realised, sets)
        left = rng.normal(size=18)
        right = rho * left + math.sqrt(1 - rho**2) * rng.normal(size=18)
        order = rank_correlation(left, right, sets)
        held += [share.low <= 0.4 <= share.high, order.low <= truth <= order.high]
    assert held / 400 == pytest.approx(np.array([0.95, 0.95]), abs=0.035)
