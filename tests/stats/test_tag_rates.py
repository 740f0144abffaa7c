"""Intervals of a tag's rate: what the complement adds, and how often they hold the truth."""

import numpy as np
import pytest

from tagline.stats import (
    Moments,
    ratio_interval,
    steadied_variance,
    tag_rate,
    tag_rate_interval,
    unseen_error_bound,
)

TRIALS, REST = 1000, 200


def beside(errors, weights, other_errors, other_weights):
    """Moments of trials x units with the tag, beside trials x units without it."""
    none, no_other = np.zeros(errors.shape), np.zeros(other_errors.shape)
    columns = [
        np.hstack(pair)
        for pair in (
            (errors, no_other),
            (weights, no_other),
            (none, other_errors),
            (none, other_weights),
        )
    ]
    return Moments.of_units(np.stack(columns, axis=-1).astype(float))


def coverage(moments, truth):
    low, high = tag_rate_interval(moments, bounded=False)
    assert (high > low).all()
    return ((low <= truth) & (truth <= high)).mean()


@pytest.mark.parametrize("shape", [0.3, 1])
@pytest.mark.parametrize("n", [5, 10, 30, 100])
def test_coverage_of_a_word_error_rate(n, shape):
    rng = np.random.default_rng(n)

    def utterances(count, rate):
        words = 1 + rng.poisson(9, (TRIALS, count))
        return rng.poisson(rng.gamma(shape, rate / shape, words.shape) * words), words

    assert coverage(beside(*utterances(n, 0.08), *utterances(REST, 0.05)), 0.08) >= 0.93


@pytest.mark.parametrize("n", [5, 10, 30])
def test_coverage_of_errors_with_a_long_tail(n):
    rng = np.random.default_rng(n)
    errors, rest = rng.lognormal(0, 1, (TRIALS, n)), rng.lognormal(0.5, 1, (TRIALS, REST))
    moments = beside(errors, np.ones_like(errors), rest, np.ones_like(rest))
    assert coverage(moments, np.exp(0.5)) >= 0.915


def test_the_complement_only_widens():
    rng = np.random.default_rng(0)
    errors, rest = rng.gamma(1, size=(200, 8)), rng.gamma(4, size=(200, REST))
    moments = beside(errors, np.ones_like(errors), rest, np.ones_like(rest))
    own = tag_rate(moments).variance(moments)
    assert (steadied_variance(moments) >= own).all()
    alone = Moments.of_units([[1, 1, 0, 0], [2, 1, 0, 0], [4, 1, 0, 0]])
    np.testing.assert_array_equal(steadied_variance(alone), tag_rate(alone).variance(alone))


def test_bounded_is_the_plain_interval():
    moments = Moments.of_units([[1, 2, 0, 0], [0, 3, 1, 1], [2, 2, 0, 4]])
    rate = tag_rate(moments)
    expected = ratio_interval(
        rate.value, rate.variance(moments), rate.effective, bounded=True, most=7
    )
    np.testing.assert_array_equal(tag_rate_interval(moments, bounded=True, most=7), expected)


def test_no_error_seen_in_an_open_measure():
    """10 utterances without an error, while those of the complement have 2 edits in 10 words."""
    rest = [[0, 0, edits, 10] for edits in (0, 0, 2, 0, 4, 2) * 20]
    moments = Moments.of_units([[0, 10, 0, 0]] * 10 + rest)
    bound = unseen_error_bound(moments)
    assert bound[0] == pytest.approx(0.3085 * (24 / 8) / 10, rel=1e-3)
    low, high = ratio_interval(0.0, 0.0, 10.0, bounded=False, at_zero=bound)
    assert (low[0], high[0]) == (0, bound[0])
    perfect = Moments.of_units([[0, 10, 0, 0], [0, 0, 0, 10]])
    assert np.isnan(unseen_error_bound(perfect)[0])
    assert np.isnan(ratio_interval(0.0, 0.0, 10.0, bounded=False)).all()
