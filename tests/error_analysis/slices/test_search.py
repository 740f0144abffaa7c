"""The search on arrays: against a slow second implementation, what it keeps, what it drops."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.error_analysis.slices.candidates import find_family, without_explained
from tagline.error_analysis.slices.coded import Codes, Errors, totals
from tagline.error_analysis.slices.confirming import confirm
from tagline.error_analysis.slices.lattice import search


def _z(k, n, k_all, n_all):
    spread = k_all * (n_all - k_all) * n * (n_all - n) / n_all if n_all else 0
    return (k * n_all - n * k_all) / spread**0.5 if spread > 0 else 0.0


def _slowly(columns, levels, wrong, depth, min_support):
    """Every combination, by masks: the definition, word for word."""
    found = {}
    whole = np.ones(len(wrong), bool)

    def rows(key):
        return np.logical_and.reduce([whole, *(columns[i] == level for i, level in key)])

    for size in range(1, depth + 1):
        for chosen in combinations(range(len(columns)), size):
            for each in product(*(range(levels[i]) for i in chosen)):
                key = tuple(zip(chosen, each, strict=True))
                inside = rows(key)
                n, k = inside.sum(), wrong[inside].sum()
                parents = [rows(part) for part in combinations(key, size - 1)]
                gain = (k - n * wrong.mean()) / len(wrong)
                if (
                    n >= min_support
                    and gain > 0
                    and all(_z(k, n, wrong[p].sum(), p.sum()) > 2 for p in parents)
                ):
                    found[key] = (n, k, gain)
    return found


def _data(seed, n=400, columns=4, rate=0.2):
    rng = np.random.default_rng(seed)
    levels = tuple(int(each) for each in rng.integers(2, 5, columns))
    codes = tuple(rng.integers(0, each + 2, n).astype(np.uint8) for each in levels)
    p = np.full(n, rate)
    p[(codes[0] == 1) & (codes[1] == 0)] = 0.7
    p[codes[2] == 0] += 0.2
    return codes, levels, (rng.random(n) < p).astype(np.uint8)


def _as_sums(wrong):
    return Errors(sums=np.stack([np.ones(len(wrong)), wrong.astype(float)]))


@given(st.integers(0, 10_000), st.integers(1, 3), st.booleans(), st.sampled_from([2, 5, 100]))
def test_the_search_finds_what_a_slow_one_finds(seed, depth, as_sums, most):
    codes, levels, wrong = _data(seed)
    errors = _as_sums(wrong) if as_sums else Errors(wrong=wrong)
    found = search(Codes(codes, levels), errors, depth=depth, min_support=10, most=most)
    slow = _slowly(codes, levels, wrong, depth, 10)
    order = sorted(slow, key=lambda key: (-slow[key][2], len(key), key))[:most]
    by_gain = {each.key: each for each in found.slices}
    assert len(found.slices) == len(order)
    assert [each.gain for each in found.slices] == pytest.approx([slow[key][2] for key in order])
    for key, each in by_gain.items():
        assert tuple(each.totals) == slow[key][:2]


def test_many_levels_are_counted_without_a_table_of_all_of_them():
    rng = np.random.default_rng(0)
    n = 60_000
    wide = rng.integers(0, 20_000, (3, n)).astype(np.uint16)
    wide[:, :300] = [[7], [8], [9]]
    wrong = (rng.random(n) < 0.1).astype(np.uint8)
    wrong[:200] = 1
    codes = Codes(tuple(wide), (20_000,) * 3)
    for errors in (Errors(wrong=wrong), Errors.of(wrong.astype(float), np.ones(n))):
        found = search(codes, errors, depth=3, min_support=100, most=10)
        assert set(found.slices[0].key) <= {(0, 7), (1, 8), (2, 9)}
        assert found.slices[0].totals[0] >= 300


@given(st.integers(0, 10_000))
def test_equal_rows_may_be_counted_beforehand(seed):
    codes, levels, wrong = _data(seed)
    table = np.stack([*codes, wrong])
    unique, counts = np.unique(table, axis=1, return_counts=True)
    sums = np.stack([counts, counts * unique[-1]]).astype(float)
    counted = Codes(tuple(unique[:-1]), levels, counts)
    one = search(Codes(codes, levels), Errors(wrong=wrong), depth=3, min_support=10, most=50)
    two = search(counted, Errors(sums=sums), depth=3, min_support=10, most=50)
    assert [each.key for each in one.slices] == [each.key for each in two.slices]
    first = confirm(one.slices, Codes(codes, levels), Errors(wrong=wrong))
    second = confirm(two.slices, counted, Errors(sums=sums))
    for left, right in zip(first, second, strict=True):
        assert (left.support, left.errors, left.p) == (right.support, right.errors, right.p)


def test_errors_of_any_size_are_searched_and_tested():
    rng = np.random.default_rng(1)
    n = 4000
    codes = Codes(tuple(rng.integers(0, 3, (3, n)).astype(np.uint8)), (3, 3, 3))
    weight = rng.integers(1, 20, n).astype(float)
    longer = (codes.columns[0] == 1) & (codes.columns[1] == 2)
    error = rng.poisson(weight * np.where(longer, 0.6, 0.2)).astype(float)
    halves = [Errors.of(error[i::2], weight[i::2]) for i in (0, 1)]
    cut = [Codes(tuple(c[i::2] for c in codes.columns), codes.levels) for i in (0, 1)]
    family = find_family(cut[0], halves[0], cut[1], depth=3, min_support=20)
    for group in (None, np.arange(n // 2) // 4):
        found = confirm(family.slices, cut[1], halves[1], group=group, bounded=False)
        kept = [each.slice.key for each in found if each.q <= 0.05]
        assert kept == [((0, 1), (1, 2))]
        assert found[0].low < found[0].rate < found[0].high


def test_a_parent_that_a_part_of_it_explains_is_dropped():
    rng = np.random.default_rng(2)
    n = 20_000
    codes = tuple(rng.integers(0, 4, (3, n)).astype(np.uint8))
    p = np.where((codes[0] == 1) & (codes[1] == 2), 0.6, 0.1)
    wrong = (rng.random(n) < p).astype(np.uint8)
    lattice = search(
        Codes(codes, (4, 4, 4)), Errors(wrong=wrong), depth=3, min_support=20, most=100
    )
    keys = {each.key for each in lattice.slices}
    left = {each.key for each in without_explained(lattice)}
    assert {((0, 1),), ((1, 2),), ((0, 1), (1, 2))} <= keys
    assert ((0, 1), (1, 2)) in left
    assert not {((0, 1),), ((1, 2),)} & left


def test_two_columns_that_say_the_same_make_one_slice():
    rng = np.random.default_rng(3)
    n = 4000
    one = rng.integers(0, 3, n).astype(np.uint8)
    wrong = (rng.random(n) < np.where(one == 2, 0.5, 0.1)).astype(np.uint8)
    codes = Codes((one, one.copy()), (3, 3))
    family = find_family(codes, Errors(wrong=wrong), codes, depth=2, min_support=20)
    assert [each.key for each in family.slices] == [((0, 2),)]


@given(st.integers(0, 1000))
def test_a_slice_needs_support_in_both_halves(seed):
    codes, levels, wrong = _data(seed, n=600)
    first = Codes(tuple(c[:300] for c in codes), levels)
    second = Codes(tuple(c[300:] for c in codes), levels)
    family = find_family(first, Errors(wrong=wrong[:300]), second, depth=2, min_support=15)
    for each in confirm(family.slices, second, Errors(wrong=wrong[300:])):
        assert each.support >= 15
        assert each.slice.totals[0] >= 15


def test_totals_of_chosen_rows():
    wrong = np.array([1, 0, 1, 1], np.uint8)
    chosen = np.array([True, True, False, True])
    assert totals(Errors(wrong=wrong), chosen).tolist() == [3, 2]
    assert totals(_as_sums(wrong), chosen).tolist() == [3, 2]
