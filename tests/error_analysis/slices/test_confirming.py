"""The honest test: exact, against complement and parents, and silent where there is no effect."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from tagline import stats
from tagline.error_analysis.slices.candidates import find_family
from tagline.error_analysis.slices.coded import Codes, Errors
from tagline.error_analysis.slices.confirming import confirm
from tagline.error_analysis.slices.found import Slice

PLANTED = (((0, 1), (1, 2)), ((2, 0),), ((3, 1), (4, 1), (5, 0)))
RATES = (0.3, 0.2, 0.6)


def _halves(seed, planted, n=24_000, columns=6, levels=5):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, levels, (columns, n)).astype(np.uint8)
    p = np.full(n, 0.1)
    for key, rate in zip(PLANTED, RATES, strict=True):
        inside = np.logical_and.reduce([codes[i] == level for i, level in key])
        p[inside & planted] = rate
    wrong = (rng.random(n) < p).astype(np.uint8)
    first = rng.random(n) < 0.5
    return [
        (Codes(tuple(codes[:, half]), (levels,) * columns), Errors(wrong=wrong[half]))
        for half in (first, ~first)
    ]


def _proposed(seed, planted):
    (codes, errors), (held, held_errors) = _halves(seed, planted)
    family = find_family(codes, errors, held, depth=3, min_support=20)
    return {each.slice.key for each in confirm(family.slices, held, held_errors) if each.q <= 0.05}


def test_planted_slices_are_found_and_nothing_else_is_said_often():
    found = [_proposed(seed, planted=True) for seed in range(5)]
    assert all(set(PLANTED) <= each for each in found)
    assert sum(len(each) for each in found) <= 5 * 3 + 2


def test_nothing_is_proposed_where_there_is_no_effect():
    assert sum(bool(_proposed(seed, planted=False)) for seed in range(12)) <= 1


def test_the_held_back_errors_change_nothing_before_the_test():
    (codes, errors), (held, held_errors) = _halves(1, planted=True)
    before = find_family(codes, errors, held, depth=3, min_support=20)
    shuffled = Errors(wrong=np.random.default_rng(0).permutation(held_errors.wrong))
    one = confirm(before.slices, held, held_errors)
    two = confirm(before.slices, held, shuffled)
    assert [each.slice for each in one] == [each.slice for each in two]
    assert [each.support for each in one] == [each.support for each in two]
    assert any(each.q <= 0.05 for each in one)
    assert not any(each.q <= 0.05 for each in two)


def test_p_is_the_larger_of_complement_and_parents():
    shade = np.repeat([0, 0, 1, 1], 100).astype(np.uint8)
    side = np.tile(np.repeat([0, 1], 100), 2).astype(np.uint8)
    wrong = np.zeros(400, np.uint8)
    wrong[:60], wrong[100:150], wrong[200:210], wrong[300:305] = 1, 1, 1, 1
    both = Slice((0, 1), (0, 0), np.array([100.0, 60.0]), 0.0)
    found = confirm([both], Codes((shade, side), (2, 2)), Errors(wrong=wrong))[0]
    against = [
        hypergeom.sf(59, 400, 125, 100),
        hypergeom.sf(59, 200, 110, 100),
        hypergeom.sf(59, 200, 70, 100),
    ]
    assert found.p == pytest.approx(max(against), rel=1e-9)
    assert found.q == found.p
    assert [found.low, found.high] == pytest.approx([float(each) for each in stats.wilson(60, 100)])
    assert found.gain == pytest.approx((60 - 100 * 125 / 400) / 400)


def test_unknown_rows_are_on_neither_side():
    shade = np.repeat([0, 1, 3], [50, 50, 50]).astype(np.uint8)  # the last 50 are unknown
    wrong = np.zeros(150, np.uint8)
    wrong[:20], wrong[50:60], wrong[100:] = 1, 1, 1
    one = Slice((0,), (0,), np.array([50.0, 20.0]), 0.0)
    found = confirm([one], Codes((shade,), (2,)), Errors(wrong=wrong))[0]
    assert found.p == pytest.approx(hypergeom.sf(19, 100, 30, 50), rel=1e-9)


def test_groups_make_the_test_careful():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(40), 50)
    shade = (group % 2).astype(np.uint8)
    wrong = ((rng.random(2000) < 0.1) | (group % 20 == 1)).astype(np.uint8)  # two bad groups
    one = Slice((0,), (1,), np.array([1000.0, 190.0]), 0.0)
    codes, errors = Codes((shade,), (2,)), Errors(wrong=wrong)
    alone = confirm([one], codes, errors)[0]
    grouped = confirm([one], codes, errors, group=group)[0]
    assert alone.p < 0.01 < grouped.p
    assert grouped.high - grouped.low > alone.high - alone.low


def test_nothing_to_confirm():
    codes = Codes((np.zeros(5, np.uint8),), (1,))
    assert confirm([], codes, Errors(wrong=np.zeros(5, np.uint8))) == ()
