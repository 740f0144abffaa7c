import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import power_proportions_2indep

from tagline.exceptions import InputError
from tagline.stats import label_more, label_more_from_variance, mde, mde_from_variance


@given(st.integers(5, 5000), st.integers(50, 50_000), st.floats(0.01, 0.6))
def test_power_at_the_smallest_difference_agrees_with_statsmodels(n, rest, base):
    difference = float(mde(n, rest, base))
    if np.isnan(difference):
        return
    power = power_proportions_2indep(
        difference, base, n, ratio=rest / n, alpha=0.025, alternative="larger", return_results=False
    )
    assert power == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize(
    ("difference", "one_tag", "fifty_tags"), [(0.1, 86, 176), (0.05, 316, 664), (0.2, 24, 48)]
)
def test_the_table_of_the_research(difference, one_tag, fifty_tags):
    for n, level in ((one_tag, 0.95), (fifty_tags, 1 - 0.05 / 50)):
        assert mde(n, np.inf, 0.1, level) <= difference < mde(0.97 * n, np.inf, 0.1, level)


@given(st.integers(5, 500), st.integers(200, 5000), st.floats(0.02, 0.5))
def test_more_rows_show_smaller_differences(n, rest, base):
    assert not mde(n + 50, rest, base) >= mde(n, rest, base)


def test_what_cannot_be_shown_is_nan():
    assert np.isnan(mde([1, 0, 50], [1000, 1000, 0], 0.3)).all()


def test_more_examples_reach_the_power():
    more = float(label_more(12, 80, 1000, 10_000, p_value=0.13))
    assert more > 1
    n = 80 + more
    power = power_proportions_2indep(
        0.05, 0.1, n, ratio=10_000 / n, alpha=0.025, alternative="larger", return_results=False
    )
    assert power == pytest.approx(0.8, abs=2e-3)


def test_shown_already_no_difference_or_too_small_a_complement():
    np.testing.assert_array_equal(
        label_more([30, 10, 12], [100, 100, 100], 10, [100, 100, 60], p_value=[0.001, 1.0, 0.4]),
        [0, np.nan, np.nan],
    )
    assert np.isnan(label_more(0, 0, 10, 100, p_value=np.nan))


def test_from_variances_agrees_with_counts_where_variances_are_equal():
    n, rest, p = 200, 1800, 0.5
    variance = [p * (1 - p) / n, p * (1 - p) / rest]
    assert mde_from_variance(*variance) == pytest.approx(mde(n, rest, p), rel=0.02)
    more = label_more_from_variance(0.05, n, *variance, p_value=0.2)
    share = (mde_from_variance(variance[0] * n / (n + more), variance[1]) / 0.05).item()
    assert share == pytest.approx(1, abs=1e-3)
    assert np.isnan(mde_from_variance(0.0, 0.1))
    assert np.isnan(label_more_from_variance(0.05, n, 0.0, 0.1, p_value=0.2))
    assert label_more_from_variance(0.5, n, *variance, p_value=1e-9) == 0


def test_power_is_a_fraction():
    with pytest.raises(InputError, match="`power` must be a fraction"):
        mde(10, 10, 0.1, power=80)
