import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from tagline.stats import hypergeometric_tail


@given(
    st.integers(1, 400).flatmap(
        lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))
    ),
    st.data(),
)
def test_the_tail_is_that_of_scipy(sizes, data):
    whole, part, wrong = sizes
    k = data.draw(st.integers(max(0, part + wrong - whole), min(part, wrong)))
    expected = hypergeom.sf(k - 1, whole, wrong, part)
    assert hypergeometric_tail(k, part, wrong, whole) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("k", "part", "wrong", "whole"),
    [(700, 5000, 50_000, 500_000), (620, 5000, 50_000, 500_000), (3, 100_000, 9, 500_000)],
)
def test_the_tail_holds_for_large_counts(k, part, wrong, whole):
    expected = hypergeom.sf(k - 1, whole, wrong, part)
    assert hypergeometric_tail(k, part, wrong, whole) == pytest.approx(expected, rel=1e-7)


@given(st.integers(0, 50), st.integers(0, 50))
def test_no_errors_are_no_surprise(n, all_errors):
    assert hypergeometric_tail(0, n, all_errors, 50) == 1.0
