import numpy as np
import pytest
from scipy.special import betainc, gammainc, ndtri

from tagline.stats import beta_draws, gamma_draws, jeffreys_draws

SHAPES = [0.5, 3.0, 99.0, 100.0, 1000.0, 1e6]


def uniform_distance(probabilities):
    """Return the largest distance from a uniform distribution (Kolmogorov)."""
    ordered = np.sort(probabilities, axis=0)
    steps = np.arange(len(ordered))[:, None] / len(ordered)
    return np.abs(ordered - steps).max(axis=0)


def test_gamma_draws_have_their_distribution():
    draws = gamma_draws(SHAPES, np.random.default_rng(0), 100_000)
    assert (uniform_distance(gammainc(SHAPES, draws)) < 0.008).all()


@pytest.mark.parametrize("beta", SHAPES)
def test_beta_draws_have_their_distribution(beta):
    draws = beta_draws(SHAPES, beta, np.random.default_rng(1), 100_000)
    assert (uniform_distance(betainc(SHAPES, beta, draws)) < 0.008).all()


def test_transformed_draws_are_exact_to_the_promised_part():
    """Without noise: the transform of normal quantiles."""

    class Quantiles:
        def standard_normal(self, size):

            return np.broadcast_to(
                ndtri((np.arange(size[0]) + 0.5) / size[0])[:, None], size
            ).copy()

    gammas = gamma_draws([100, 1000], Quantiles(), 20_000)
    assert uniform_distance(gammainc([100, 1000], gammas)).max() < 1e-3
    for beta in (100, 300, 1e5):
        betas = beta_draws([100, 1000], beta, Quantiles(), 20_000)
        assert uniform_distance(betainc([100, 1000], beta, betas)).max() < 1e-3


def test_nan_and_shapes():
    rng = np.random.default_rng(2)
    assert np.isnan(gamma_draws([np.nan, 1], rng, 5)[:, 0]).all()
    draws = jeffreys_draws([0, np.nan, 500], [0, 10, 1000], rng, 5)
    assert draws.shape == (5, 3)
    np.testing.assert_array_equal(np.isnan(draws).any(axis=0), [False, True, False])
    assert jeffreys_draws([], [], rng, 5).shape == (5, 0)
    assert jeffreys_draws(3, 10, rng, 5).shape == (5, 1)
