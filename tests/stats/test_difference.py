import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.proportion import proportions_ztest

from tagline.stats import Moments, fisher_test, proportion_test, ratio_test, score_test

sides = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TRIALS = 2000


@given(sides, sides)
@example((8, 10), (1, 6))
@example((5, 10), (5, 10))  # all tables come in pairs of equal probability
@example((0, 3), (0, 5))
def test_fisher_agrees_with_scipy(tag, rest):
    (k, n), (k_out, n_out) = tag, rest
    expected = scipy_stats.fisher_exact([[k, n - k], [k_out, n_out - k_out]]).pvalue
    assert float(fisher_test(k, n, k_out, n_out)) == pytest.approx(expected, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(
    ("k", "n", "k_out", "n_out"),
    [(3, 5, 100_000, 1_000_000), (300, 2_000, 1_700, 998_000), (9, 10, 999_000, 1_000_000)],
)
def test_fisher_agrees_with_scipy_on_large_tables(k, n, k_out, n_out):
    expected = scipy_stats.fisher_exact([[k, n - k], [k_out, n_out - k_out]]).pvalue
    # scipy's own sums of log-gamma are good to some 1e-7 here
    assert float(fisher_test(k, n, k_out, n_out)) == pytest.approx(expected, rel=1e-6)


@given(sides, sides)
def test_score_test_agrees_with_statsmodels_and_chi_square(tag, rest):
    (k, n), (k_out, n_out) = tag, rest
    assume(0 < k + k_out < n + n_out)
    _, expected = proportions_ztest([k, k_out], [n, n_out])
    p = float(score_test(k, n, k_out, n_out))
    assert p == pytest.approx(expected, rel=1e-9, abs=1e-14)
    table = [[k, n - k], [k_out, n_out - k_out]]
    chi_square = scipy_stats.chi2_contingency(table, correction=False).pvalue
    assert p == pytest.approx(chi_square, rel=1e-9, abs=1e-14)


@given(sides, sides)
def test_exact_where_an_expected_cell_is_below_5(tag, rest):
    (k, n), (k_out, n_out) = tag, rest
    table = np.array([[k, n - k], [k_out, n_out - k_out]])
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    test = fisher_test if expected.min() < 5 else score_test
    assert proportion_test(k, n, k_out, n_out) == test(k, n, k_out, n_out)


def test_a_tag_that_covers_everything_or_nothing_has_no_test():
    for test in (fisher_test, score_test, proportion_test):
        assert np.isnan(test([0, 5], [0, 50], [5, 0], [50, 0])).all()
    everything = Moments.of_units([[1, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]])
    nothing = Moments.of_units([[0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 1]])
    assert np.isnan([ratio_test(everything)[0], ratio_test(nothing)[0]]).all()


def test_shapes():
    assert fisher_test([[1, 2]], 10, 3, 50).shape == (1, 2)
    assert proportion_test([], [], [], []).shape == (0,)


def split(errors, weights, tagged):
    """Moments of trials x units, of which the first `tagged` have the tag."""
    inside = np.arange(errors.shape[1]) < tagged
    columns = [errors * inside, weights * inside, errors * ~inside, weights * ~inside]
    return Moments.of_units(np.stack(columns, axis=-1))


@pytest.mark.parametrize("tagged", [5, 10, 30, 100])
def test_word_errors_without_a_difference_are_rarely_called_one(tagged):
    rng = np.random.default_rng(tagged)
    words = 1 + rng.poisson(9, (TRIALS, tagged + 300))
    edits = rng.poisson(rng.gamma(1, 0.08, words.shape) * words)
    p = ratio_test(split(edits, words, tagged))
    assert (p <= 0.05).mean() <= 0.065
    assert (p <= 0.001).mean() <= 0.004


@pytest.mark.parametrize("tagged", [5, 10, 30])
def test_groups_without_a_difference_are_rarely_called_one(tagged):
    rng = np.random.default_rng(tagged)
    own = rng.beta(0.9, 8.1, (TRIALS, 100))
    rows = np.where(np.arange(100) < tagged, 5, 0) + np.zeros_like(own, dtype=int)
    columns = [rng.binomial(rows, own), rows, rng.binomial(20, own), np.full_like(rows, 20)]
    p = ratio_test(Moments.of_units(np.stack(columns, axis=-1)))
    assert (p <= 0.05).mean() <= 0.065
    assert (p <= 0.001).mean() <= 0.004


def test_a_difference_is_found():
    rng = np.random.default_rng(0)
    words = 1 + rng.poisson(9, (300, 700))
    lift = np.where(np.arange(700) < 100, 2, 1)
    edits = rng.poisson(rng.gamma(1, 0.08, words.shape) * lift * words)
    assert (ratio_test(split(edits, words, 100)) <= 0.05).mean() > 0.9


def test_large_samples_agree_with_welch():
    rng = np.random.default_rng(5)
    errors = rng.gamma(1, size=(1, 9000)) * np.where(np.arange(9000) < 3000, 1.03, 1)
    expected = scipy_stats.ttest_ind(errors[0, :3000], errors[0, 3000:], equal_var=False).pvalue
    assert ratio_test(split(errors, np.ones_like(errors), 3000))[0] == pytest.approx(
        expected, rel=0.1
    )
