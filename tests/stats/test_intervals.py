import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from tagline.exceptions import InputError
from tagline.stats import clopper_pearson, clopper_pearson_bound, jeffreys, normal_quantile, wilson

counts = st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


def both_ends(interval):
    return [float(end) for end in interval]


@given(counts, levels)
def test_wilson_agrees_with_scipy(count, level):
    expected = binomtest(*count).proportion_ci(level, method="wilson")
    assert both_ends(wilson(*count, level)) == pytest.approx(list(expected), abs=1e-12)


@given(counts, levels)
def test_clopper_pearson_agrees_with_scipy(count, level):
    expected = binomtest(*count).proportion_ci(level, method="exact")
    assert both_ends(clopper_pearson(*count, level)) == pytest.approx(list(expected), abs=1e-9)


@given(counts, levels)
def test_clopper_pearson_bounds_agree_with_scipy(count, level):
    upper = binomtest(*count, alternative="less").proportion_ci(level, method="exact").high
    lower = binomtest(*count, alternative="greater").proportion_ci(level, method="exact").low
    assert float(clopper_pearson_bound(*count, level, side="upper")) == pytest.approx(
        upper, abs=1e-9
    )
    assert float(clopper_pearson_bound(*count, level, side="lower")) == pytest.approx(
        lower, abs=1e-9
    )


@given(counts, levels)
def test_jeffreys_agrees_with_statsmodels_between_the_edges(count, level):
    k, n = count
    low, high = proportion_confint(k, n, 1 - level, method="jeffreys")
    expected = [low if k else 0.0, high if k < n else 1.0]
    assert both_ends(jeffreys(k, n, level)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson, jeffreys])
def test_every_interval_holds_the_rate_and_knows_the_edges(interval):
    k = np.array([0, 0, 3, 10, np.nan, 2.5])
    n = np.array([0, 10, 10, 10, 10, 7.25])
    low, high = interval(k, n)
    assert (low[0], high[0], low[1], high[3]) == (0, 1, 0, 1)
    assert np.isnan([low[4], high[4]]).all()
    assert (low[1:4] <= k[1:4] / 10).all()
    assert (k[1:4] / 10 <= high[1:4]).all()
    assert (high - low)[[0, 1, 2, 3, 5]].min() > 0.1


@pytest.mark.parametrize("interval", [wilson, clopper_pearson, jeffreys])
def test_shape_follows_the_counts(interval):
    assert interval([[1, 2], [3, 4]], 10)[0].shape == (2, 2)
    assert interval([], [])[1].shape == (0,)


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, float("nan")])
def test_level_in_percent_is_refused(level):
    with pytest.raises(InputError, match="`level` must be a fraction between 0 and 1, not percent"):
        normal_quantile(level)


def test_side_is_a_known_word():
    with pytest.raises(InputError, match="Got 'high' instead"):
        clopper_pearson_bound(1, 10, side="high")
