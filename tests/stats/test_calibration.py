"""Calibration error: no bias, an interval that covers, and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.stats.calibration import calibration_error


def sums(p, y, bins):
    """Sum by sample (rows of the arrays) and bin."""
    samples, size = p.shape[0], int(bins.max()) + 1
    cells = (bins + np.arange(samples)[:, None] * size).ravel()
    d = p - y
    return [
        np.bincount(cells, each.ravel(), samples * size).reshape(samples, size)
        for each in (np.ones_like(p), d, d * d, p * (1 - p))
    ]


@pytest.mark.parametrize("n", [40, 200, 1000])
@pytest.mark.parametrize("shift", [0.0, 0.05, 0.15])
def test_the_interval_covers_the_error_of_the_bins(n, shift):
    rng = np.random.default_rng(n)
    p = rng.beta(8, 2, (1000, n))
    edges = np.quantile(p, np.linspace(0, 1, 9)[1:-1])
    truth = np.clip(p - shift, 0, 1)
    bins = np.searchsorted(edges, p)
    error = np.bincount(bins.ravel(), (p - truth).ravel()) / np.bincount(bins.ravel())
    rms = np.sqrt((error * error).mean())
    found = calibration_error(*sums(p, rng.random(p.shape) < truth, bins))
    covered = (found.low <= rms + 1e-12) & (rms <= found.high)
    assert covered.mean() > 0.94
    if not shift:
        assert found.ece.mean() == pytest.approx(found.by_chance.mean(), rel=0.1)
    assert found.gap.mean() == pytest.approx(shift, abs=0.01)


def test_the_squared_error_has_no_bias_where_the_usual_one_has():
    rng = np.random.default_rng(4)
    p = np.full((20_000, 12), 0.7)
    found = calibration_error(*sums(p, rng.random(p.shape) < 0.6, np.zeros(p.shape, dtype=int)))
    # of one bin: mean of d_i d_j over pairs; the root of a negative estimate is 0, so square back
    y = rng.random(p.shape) < 0.6
    d = p - y
    pairs = (d.sum(axis=1) ** 2 - (d * d).sum(axis=1)) / (12 * 11)
    again = calibration_error(*sums(p, y, np.zeros(p.shape, dtype=int)))
    assert again.rms**2 == pytest.approx(np.maximum(pairs, 0))
    assert pairs.mean() == pytest.approx(0.01, abs=0.001)
    assert found.ece.mean() > 0.13


def test_bins_of_one_row_and_no_rows_say_nothing():
    found = calibration_error(
        [[1, 1], [0, 0]], [[0.1, 0.2], [0, 0]], [[0.01, 0.04], [0, 0]], [[0.1] * 2, [0] * 2]
    )
    assert np.isnan(found.rms).all()
    assert found.ece[0] == pytest.approx(0.15)
    assert np.isnan(found.ece[1])


def test_a_bin_without_an_error_does_not_make_the_interval_empty():
    found = calibration_error([[20]], [[-20 * 0.05]], [[20 * 0.05**2]], [[20 * 0.95 * 0.05]])
    assert found.rms[0] == pytest.approx(0.05)
    assert found.low[0] == 0
    assert found.high[0] > 0.1


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.integers(0, 2)), min_size=2, max_size=30)
)
def test_the_estimate_lies_in_its_interval(rows):
    p, y, bins = (np.array([each])[:, :] for each in zip(*rows, strict=True))
    found = calibration_error(*sums(p, y, bins))
    known = ~np.isnan(found.rms)
    assert (found.low[known] <= found.rms[known]).all()
    assert (found.rms[known] <= found.high[known]).all()
    assert (found.low[known] >= 0).all()
    assert (found.high[known] <= 1).all()
