"""Blind against sighted decisions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from tagline.stats import (
    PairedCells,
    excess_effect,
    paired_visibility,
    proportion_difference,
    visibility_effect,
)


@pytest.mark.parametrize(
    ("counts", "published"),
    [((56, 70, 48, 80), (0.0524, 0.3339)), ((9, 10, 3, 10), (0.1705, 0.8090)),
     ((10, 10, 0, 10), (0.6075, 1.0)), ((0, 10, 0, 20), (-0.1611, 0.2775))],
)  # fmt: skip
def test_newcombes_table(counts, published):
    low, high = proportion_difference(*counts)
    assert (float(low), float(high)) == pytest.approx(published, abs=5e-5)


def test_paired_effect_is_the_share_of_new_tags():
    effect = paired_visibility(PairedCells.of([60, 0], [14, 0], [2, 0], [24, 0]))
    assert effect.blind[0] == pytest.approx(0.26) and effect.sighted[0] == pytest.approx(0.38)
    assert effect.low[0] > 0 and effect.p_value[0] < 0.01
    assert (effect.low[1], effect.high[1]) == (-1, 1) and np.isnan(effect.p_value[1])


@given(st.integers(0, 8), st.integers(0, 8))
def test_small_counts_are_tested_by_fisher(blind, sighted):
    effect = visibility_effect(blind, 8, sighted, 8)
    expected = fisher_exact([[sighted, 8 - sighted], [blind, 8 - blind]]).pvalue
    assert float(effect.p_value) == pytest.approx(expected, abs=1e-9)
    assert float(effect.low) <= effect.value <= float(effect.high)


def test_coverage_of_the_effect_and_its_excess():
    rng = np.random.default_rng(0)
    k = [rng.binomial(60, p, 4000) for p in (0.1, 0.25, 0.08, 0.10)]
    wrong = visibility_effect(k[0], 60, k[1], 60)
    right = visibility_effect(k[2], 60, k[3], 60)
    assert 0.93 <= ((wrong.low <= 0.15) & (wrong.high >= 0.15)).mean() <= 0.98
    _, low, high = excess_effect(wrong, right)
    assert 0.93 <= ((low <= 0.13) & (high >= 0.13)).mean() <= 0.985
