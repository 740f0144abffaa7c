import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from tagline.stats import benjamini_hochberg, holm, proportion_test

p_values = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1))
p_values_with_gaps = arrays(
    np.float64, st.integers(0, 40), elements=st.one_of(st.floats(0, 1), st.just(np.nan))
)


@given(p_values)
def test_benjamini_hochberg_agrees_with_scipy_and_statsmodels(p):
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p), atol=1e-12)
    expected = multipletests(p, method="fdr_bh")[1]
    np.testing.assert_allclose(benjamini_hochberg(p), expected, atol=1e-12)


@settings(max_examples=20)  # statsmodels takes its time
@given(p_values)
def test_holm_agrees_with_statsmodels(p):
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1], atol=1e-12)


@given(p_values_with_gaps)
def test_nan_is_outside_the_family(p):
    known = ~np.isnan(p)
    for correct in (benjamini_hochberg, holm):
        adjusted = correct(p)
        np.testing.assert_array_equal(np.isnan(adjusted), ~known)
        np.testing.assert_array_equal(adjusted[known], correct(p[known]))
        assert (adjusted[known] >= p[known] * (1 - 1e-12)).all()


def test_575_tags_without_any_effect_give_hardly_a_false_finding():
    rng = np.random.default_rng(0)
    total, reports = 20_000, 60
    n = rng.integers(20, 10_000, size=(reports, 575))
    errors = rng.hypergeometric(2_000, total - 2_000, n)
    p = proportion_test(errors, n, 2_000 - errors, total - n)
    found = np.array([(benjamini_hochberg(row) <= 0.05).sum() for row in p])
    assert (p <= 0.05).mean() > 0.03
    assert (found > 0).mean() <= 0.1
