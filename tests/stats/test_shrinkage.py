import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.stats import shrink_counts, shrink_estimates, wilson

tags = st.lists(
    st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=30,
)


@given(tags)
def test_shrunk_rates_lie_between_the_tag_and_the_common_rate(counts):
    k, n = np.array(counts, dtype=float).T
    posterior = shrink_counts(k, n)
    used = n > 0
    assert np.isnan(posterior.mean[~used]).all()
    if used.sum() >= 5:
        raw, common = k[used] / n[used], k.sum() / n.sum()
        low, high = np.minimum(raw, common), np.maximum(raw, common)
        assert (low - 1e-9 <= posterior.mean[used]).all()
        assert (posterior.mean[used] <= high + 1e-9).all()
    else:
        np.testing.assert_allclose(posterior.mean[used], (k[used] + 0.5) / (n[used] + 1))


@given(tags)
def test_normal_posteriors_lie_between_as_well(counts):
    k, n = np.array(counts, dtype=float).T
    n = n + 1
    rate = k / n
    posterior = shrink_estimates(rate, rate * (1 - rate) / n, n, n)
    assert (posterior.variance >= 0).all()
    if len(n) >= 5:
        common = (n * rate).sum() / n.sum()
        assert (np.minimum(rate, common) - 1e-9 <= posterior.mean).all()
        assert (posterior.mean <= np.maximum(rate, common) + 1e-9).all()
    else:
        np.testing.assert_array_equal(posterior.mean, rate)


def test_the_prior_is_found_again():
    rng = np.random.default_rng(0)
    n = rng.integers(20, 400, 4000)
    k = rng.binomial(n, rng.beta(3, 27, 4000))
    posterior = shrink_counts(k, n)
    assert posterior.strength == pytest.approx(30, rel=0.1)
    prior_mean = (posterior.alpha - k) / posterior.strength
    np.testing.assert_allclose(prior_mean, 0.1, rtol=0.05)


def test_the_normal_prior_is_found_again():
    rng = np.random.default_rng(1)
    variance = rng.uniform(0.5, 4, 4000)
    value = rng.normal(rng.normal(7, 2, 4000), np.sqrt(variance))
    posterior = shrink_estimates(value, variance, 1 / variance)
    assert posterior.between == pytest.approx(4, rel=0.1)


def test_tags_that_differ_by_chance_only_share_one_rate():
    posterior = shrink_counts([10, 11, 9, 10, 10], [100] * 5)
    np.testing.assert_allclose(posterior.mean, 0.1, atol=1e-6)
    assert np.isfinite(posterior.strength)
    normal = shrink_estimates([0.10, 0.11, 0.09, 0.10, 0.10], 0.001, 100)
    np.testing.assert_allclose(normal.mean, 0.1, atol=1e-6)


def test_a_tiny_tag_is_pulled_further():
    posterior = shrink_counts([2, 90, 30, 4, 60, 100], [4, 900, 200, 400, 200, 500])
    assert abs(posterior.mean[0] - 0.5) > 0.15
    assert abs(posterior.mean[1] - 0.1) < 0.01


def test_no_error_anywhere():
    posterior = shrink_counts([0] * 6, [10] * 6)
    np.testing.assert_allclose(posterior.mean, 0, atol=1e-12)
    assert (posterior.draw(np.random.default_rng(0), 10) >= 0).all()
    assert (shrink_estimates([0.0] * 6, 0.0, 10, 10).mean == 0).all()


def test_a_variance_from_two_units_is_not_believed():
    value, variance = [0.9, 0.1, 0.12, 0.09, 0.2, 0.15], [1e-9, 0.01, 0.01, 0.01, 0.01, 0.01]
    believed = shrink_estimates(value, variance, 10)
    moderated = shrink_estimates(value, variance, 10, [2, 10, 10, 10, 10, 10])
    assert believed.mean[0] == pytest.approx(0.9, abs=1e-3)
    assert moderated.mean[0] < 0.9


def test_draws_have_the_posterior_moments():
    rng = np.random.default_rng(2)
    counts = shrink_counts([2, 90, 0, 30, 4, 60], [4, 900, 0, 200, 400, 200])
    draws = counts.draw(rng, 20_000)
    assert draws.shape == (20_000, 6)
    np.testing.assert_allclose(draws.mean(axis=0), counts.mean, atol=0.01)
    normal = shrink_estimates([0.5, 0.1, 0.15, 0.04, 0.3], [0.06, 0.001, 0.001, 0.001, 0.001], 9)
    draws = normal.draw(rng, 20_000)
    np.testing.assert_allclose(draws.var(axis=0), normal.variance, rtol=0.05)


def test_picking_tags_by_shrunk_gain_reaches_most():
    """The trial of the design: 60 tags, 3,000 rows, pick 5; people were asked 20 times a tag."""
    rng = np.random.default_rng(3)
    reached = {"shrunk": [], "raw": [], "error share": [], "lower bound": [], "error rate": []}
    for _ in range(60):
        share = np.clip(rng.lognormal(np.log(0.03), 0.9, 60), 0.003, 0.4)
        human = rng.beta(2, 30, 60)
        rate = np.clip(human + rng.beta(1, 12, 60) - 0.03, 0.005, 0.9)
        n = np.maximum(rng.binomial(3000, share), 1)
        k, missed = rng.binomial(n, rate), rng.binomial(20, human)
        asked = np.full(60, 20)
        shrunk = shrink_counts(k, n).mean - shrink_counts(missed, asked).mean
        bound = wilson(k, n)[0] - wilson(missed, asked)[1]
        scores = [n * shrunk, n * (k / n - missed / 20), k, n * bound, k / n]
        gain = np.maximum(rate - human, 0) * share
        for name, score in zip(reached, scores, strict=True):
            first = np.argsort(-score, kind="stable")[:5]
            reached[name].append(gain[first].sum() / np.sort(gain)[-5:].sum())
    mean = {name: float(np.mean(values)) for name, values in reached.items()}
    assert mean["shrunk"] > 0.88
    assert mean["shrunk"] > mean["raw"] + 0.01
    assert mean["raw"] > mean["error rate"] + 0.15
    assert mean["shrunk"] > mean["lower bound"] + 0.15
