import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tagline.exceptions import InputError
from tagline.stats import p_top, priority_draws

tables = arrays(
    np.float64,
    st.tuples(st.integers(1, 20), st.integers(1, 12)),
    elements=st.one_of(st.just(0.0), st.floats(0.01, 1)),
    unique=False,
)


@given(tables, st.integers(1, 15))
def test_agrees_with_sorting_each_draw(draws, top):
    draws = draws + np.arange(draws.shape[1]) * 1e-6 * (draws > 0)  # no ties above 0
    expected = np.zeros(draws.shape[1])
    for row in draws:
        first = [tag for tag in np.argsort(-row)[:top] if row[tag] > 0]
        expected[first] += 1 / len(draws)
    np.testing.assert_allclose(p_top(draws, top), expected)


def test_nan_stays_nan_and_never_takes_a_place():
    draws = np.array([[np.nan, 0.1, 0.2, 0.0]] * 3)
    np.testing.assert_array_equal(p_top(draws, 2), [np.nan, 1, 1, 0])


def test_priority_is_the_shrunk_gain_times_the_multipliers():
    model = np.array([[0.2, 0.1], [0.3, 0.0]])
    draws = priority_draws(model, np.array([0.1, np.nan]), [0.5, 0.5], 1.5, [2, 1])
    np.testing.assert_allclose(draws, [[0.15, np.nan], [0.3, np.nan]])
    assert (priority_draws(model, np.array([0.5, 0.5]), 0.5) == 0).all()


@pytest.mark.parametrize(("shape", "top"), [((3, 2), 0), ((3,), 1)])
def test_wrong_calls(shape, top):
    with pytest.raises(InputError, match="`p_top` takes draws of shape"):
        p_top(np.zeros(shape), top)
