from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.contingency_tables import mcnemar as exact_mcnemar

from tagline.exceptions import InputError
from tagline.stats import (
    Moments,
    PairedCells,
    benjamini_hochberg,
    change_verdicts,
    discovery_level,
    effective_cells,
    mcnemar,
    paired_change,
    paired_decide_more,
    paired_interval,
    paired_limit_p_value,
    paired_ratio_decide_more,
    paired_ratio_interval,
    paired_ratio_limit_p_value,
    paired_ratio_test,
)

counts = st.tuples(*[st.integers(0, 200)] * 4).filter(lambda cells: sum(cells) > 0)
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])
TRIALS = 4000


def of(cells):
    return PairedCells.of(*np.reshape(np.array(cells, float), (4, -1)))


def swapped(cells):
    both_right, broken, fixed, both_wrong = cells
    return of((both_right, fixed, broken, both_wrong))


def rows(errors_before, errors_after, weight):
    return Moments.of_units(np.stack([errors_before, weight, errors_after, weight], axis=-1))


def at_most(share, level, trials):
    """Whether a simulated share is at most the level, but for 4 standard errors."""
    return share <= level + 4 * np.sqrt(level * (1 - level) / trials)


# Newcombe's interval


def test_interval_agrees_with_newcombe():
    low, high = paired_interval(PairedCells.of(36, 12, 2, 0))  # Newcombe 1998, table II, method 10
    assert (float(low), float(high)) == pytest.approx((0.0569, 0.3404), abs=5e-5)


def newcombe_by_hand(both_right, broken, fixed, both_wrong, z=1.959963984540054):
    n = both_right + broken + fixed + both_wrong
    after, before = (broken + both_wrong) / n, (fixed + both_wrong) / n

    def wilson(p):
        root = z * np.sqrt(z**2 + 4 * n * p * (1 - p))
        return (2 * n * p + z**2 - root) / (2 * (n + z**2)), (2 * n * p + z**2 + root) / (
            2 * (n + z**2)
        )

    product = both_right * both_wrong - broken * fixed
    if product > 0:
        product = max(product - n / 2, 0)
    margins = after * (1 - after) * before * (1 - before) * n**4
    phi = product / np.sqrt(margins) if margins else 0.0
    (low_after, high_after), (low_before, high_before) = wilson(after), wilson(before)
    down, up_before = after - low_after, high_before - before
    up, down_before = high_after - after, before - low_before
    return (
        after - before - np.sqrt(down**2 - 2 * phi * down * up_before + up_before**2),
        after - before + np.sqrt(up**2 - 2 * phi * up * down_before + down_before**2),
    )


@given(counts, levels)
def test_interval_agrees_with_the_formula(cells, level):
    z = scipy_stats.norm.ppf((1 + level) / 2)
    low, high = paired_interval(of(cells), level=level)
    assert (low[0], high[0]) == pytest.approx(newcombe_by_hand(*cells, z=z), abs=1e-7)


@given(counts, levels)
def test_swapping_the_runs_turns_the_interval_round(cells, level):
    low, high = paired_interval(of(cells), level=level)
    other_low, other_high = paired_interval(swapped(cells), level=level)
    np.testing.assert_allclose([low, high], [-other_high, -other_low], atol=1e-12)


@given(counts)
def test_interval_holds_the_change_has_width_and_grows_with_the_level(cells):
    tag = of(cells)
    narrow, wide = paired_interval(tag, level=0.8), paired_interval(tag, level=0.99)
    assert wide[0] <= narrow[0] <= tag.change + 1e-12
    assert tag.change - 1e-12 <= narrow[1] <= wide[1]
    assert wide[1] - wide[0] > 1e-4
    assert wide[0] >= -1
    assert wide[1] <= 1


def test_no_rows_no_knowledge():
    nothing = PairedCells.of([0], [0], [0], [0])
    assert np.isnan(nothing.change).all()
    assert [end.tolist() for end in paired_interval(nothing)] == [[-1.0], [1.0]]
    assert mcnemar(0, 0) == 1.0
    assert paired_limit_p_value(nothing, 0.1, side="above").tolist() == [1.0]
    assert np.isnan(paired_decide_more(nothing, margin=0.01)).all()


@pytest.mark.parametrize("n", [20, 50, 200, 1000])
@pytest.mark.parametrize("share", [(0.01, 0.01), (0.05, 0.05), (0.15, 0.05), (0.3, 0.1)])
def test_interval_covers(n, share):
    broken, fixed = share
    rng = np.random.default_rng(n)
    cells = of(rng.multinomial(n, [0.9 - broken - fixed, broken, fixed, 0.1], TRIALS).T)
    low, high = paired_interval(cells)
    missed = np.mean((low > broken - fixed) | (high < broken - fixed))
    assert at_most(missed, 0.05, TRIALS)


# McNemar's test


@given(st.integers(0, 300), st.integers(0, 300))
def test_mid_p_agrees_with_scipy_and_statsmodels(broken, fixed):
    n, least = broken + fixed, min(broken, fixed)
    seen = scipy_stats.binom.pmf(least, n, 0.5)
    expected = 2 * scipy_stats.binom.cdf(least, n, 0.5) - seen
    assert mcnemar(broken, fixed) == pytest.approx(expected, rel=1e-9, abs=1e-300)
    if broken != fixed:
        exact = exact_mcnemar([[0, broken], [fixed, 0]], exact=True).pvalue
        assert mcnemar(broken, fixed) == pytest.approx(exact - seen, rel=1e-7, abs=1e-12)


@given(st.integers(0, 40), st.integers(0, 40))
def test_one_sided_mid_p_agrees_with_whole_numbers(broken, fixed):
    n = broken + fixed
    if n == 0:
        assert mcnemar(0, 0, side="worse") == mcnemar(0, 0, side="better") == 1.0
        return
    above = sum(comb(n, k) for k in range(broken + 1, n + 1))
    expected = (Fraction(above) + Fraction(comb(n, broken), 2)) / 2**n
    assert mcnemar(broken, fixed, side="worse") == pytest.approx(float(expected), rel=1e-9)
    assert mcnemar(fixed, broken, side="better") == pytest.approx(float(expected), rel=1e-9)


def test_mid_p_of_a_published_table():
    # Fagerland, Lydersen and Laake 2013, section "Examples": 1 and 7 discordant pairs
    assert float(mcnemar(1, 7)) == pytest.approx(0.0391, abs=5e-5)
    assert mcnemar([3, 5, 0], [3, 5, 0]).tolist() == [1.0, 1.0, 1.0]
    assert np.isnan(mcnemar(np.nan, 3))


@pytest.mark.parametrize(("n", "changed"), [(50, 0.1), (200, 0.1), (500, 0.1), (2000, 0.01)])
def test_runs_that_do_not_differ_are_rarely_called_different(n, changed):
    rng = np.random.default_rng(n)
    broken, fixed, _ = rng.multinomial(n, [changed / 2, changed / 2, 1 - changed], 20_000).T
    assert at_most(np.mean(mcnemar(broken, fixed) <= 0.05), 0.05, 20_000)


# Limits


@given(counts, levels, st.sampled_from(["above", "below"]))
def test_limit_p_value_is_where_the_bound_passes(cells, level, side):
    tag = of(cells)
    bound = paired_interval(tag, level=level)[0 if side == "above" else 1]
    assume(bound != tag.change)  # no row of one kind: this end is the change at every level
    p = paired_limit_p_value(tag, bound, side=side)
    assert p == pytest.approx((1 - level) / 2, abs=1e-6)


@given(counts, st.floats(-0.5, 0.5))
def test_limit_p_values_add_up_and_turn_round(cells, limit):
    above = paired_limit_p_value(of(cells), limit, side="above")
    below = paired_limit_p_value(of(cells), limit, side="below")
    assert above + below == pytest.approx(1.0)
    assert paired_limit_p_value(swapped(cells), -limit, side="below") == pytest.approx(above)


@pytest.mark.parametrize("n", [50, 200, 1000])
def test_a_gate_at_the_truth_rarely_fails(n):
    rng = np.random.default_rng(n)
    cells = of(rng.multinomial(n, [0.78, 0.07, 0.05, 0.1], TRIALS).T)
    p = paired_limit_p_value(cells, 0.02, side="above")
    assert at_most(np.mean(p <= 0.05), 0.05, TRIALS)


# Ratios, weights and groups


@given(counts)
def test_rows_of_0_and_1_have_the_change_and_test_of_the_cells(cells):
    kinds = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], cells, axis=0).astype(float)
    moments = rows(kinds[:, 0], kinds[:, 1], np.ones(len(kinds)))
    tag = of(cells)
    assert paired_change(moments).value == pytest.approx(tag.change)
    moved = cells[1] + cells[2]
    z = (cells[1] - cells[2]) / np.sqrt(moved) if moved else 0.0
    if sum(cells) > 1:
        expected = 2 * scipy_stats.norm.sf(abs(z))
        assert paired_ratio_test(moments) == pytest.approx(expected, rel=1e-7)
        variance = paired_change(moments).variance(moments)
        assert variance == pytest.approx(np.var(kinds[:, 1] - kinds[:, 0]) / (len(kinds) - 1))


def word_errors(rng, trials, n, changed):
    words = 1.0 + rng.poisson(9, (trials, n))
    first, second = (rng.poisson(rng.gamma(1, 0.08, words.shape) * words) for _ in range(2))
    again = np.where(rng.random(words.shape) < changed, second, first)
    return first.astype(float), again.astype(float), words


@pytest.mark.parametrize("n", [10, 50, 200])
@pytest.mark.parametrize("changed", [0.1, 0.5])
def test_word_errors_keep_their_level(n, changed):
    before, after, words = word_errors(np.random.default_rng(n), 2000, n, changed)
    moments = rows(before, after, words)
    low, high = paired_ratio_interval(moments)
    assert at_most(np.mean((low > 0) | (high < 0)), 0.05, 2000)
    assert at_most(np.mean(paired_ratio_test(moments) <= 0.05), 0.05, 2000)


def grouped(rng, groups, changed, lean=(0.5, 0.5), trials=2000):
    size = np.maximum(rng.lognormal(2.5, 0.9, (trials, groups)), 1).astype(int)
    moved = rng.binomial(size, rng.beta(changed * 8, (1 - changed) * 8, size.shape))
    broken = rng.binomial(moved, rng.beta(*lean, size.shape))
    both = rng.binomial(size - moved, 0.1)
    moments = rows(moved - broken + both + 0.0, broken + both + 0.0, size + 0.0)
    columns = (size - moved - both, broken, moved - broken, both)
    return moments, PairedCells.of(*(each.sum(axis=1) for each in columns))


@pytest.mark.parametrize("groups", [5, 10, 30, 100])
@pytest.mark.parametrize("changed", [0.02, 0.1])
def test_grouped_runs_keep_their_level(groups, changed):
    moments, cells = grouped(np.random.default_rng(groups), groups, changed)
    assert at_most(np.mean(paired_ratio_test(moments) <= 0.05), 0.05, 2000)
    change = paired_change(moments)
    tag = effective_cells(cells, change.variance(moments), change.effective, most=cells.support)
    low, high = paired_interval(tag, effective=change.effective)
    assert at_most(np.mean((low > 0) | (high < 0)), 0.05, 2000)
    p = paired_limit_p_value(tag, 0.0, side="above", effective=change.effective)
    assert at_most(np.mean(p <= 0.05), 0.05, 2000)


def test_rows_as_if_independent_would_not():
    _, cells = grouped(np.random.default_rng(0), 100, 0.1)
    assert np.mean(mcnemar(cells.broken, cells.fixed) <= 0.05) > 0.2


def test_effective_cells_of_independent_rows_are_the_rows():
    cells = PairedCells.of([80.0], [8.0], [4.0], [8.0])
    variance = (0.12 - 0.04**2) / 100
    same = effective_cells(cells, variance, 100, most=100)
    assert same.support == pytest.approx(100)
    assert same.change == pytest.approx(cells.change)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_ratios_turn_round_and_keep_their_scale(seed, scale):
    before, after, words = word_errors(np.random.default_rng(seed), 3, 20, 0.5)
    moments, turned = rows(before, after, words), rows(after, before, words)
    longer = rows(before * scale, after * scale, words * scale)
    order = np.random.default_rng(seed).permutation(20)
    shuffled = rows(before[:, order], after[:, order], words[:, order])
    low, high = paired_ratio_interval(moments)
    value = paired_change(moments).value
    assert ((low < value) & (value < high) | np.isnan(low)).all()
    for other, sign in ((turned, -1), (longer, 1), (shuffled, 1)):
        ends = paired_ratio_interval(other)[::sign]
        np.testing.assert_allclose(sign * paired_change(other).value, value, atol=1e-12)
        np.testing.assert_allclose(paired_ratio_test(other), paired_ratio_test(moments), 1e-6)
        if sign == 1:
            np.testing.assert_allclose(ends, (low, high), 1e-6, 1e-12)
        else:
            moved = paired_change(moments).variance(moments) > 0
            np.testing.assert_allclose(-ends[0][moved], low[moved], 1e-6, 1e-12)


def test_runs_without_a_change_have_a_width():
    words, errors = np.full(300, 10.0), np.repeat([1.0, 0.0], [30, 270])
    moments = rows(errors, errors, words)
    low, high = paired_ratio_interval(moments)
    assert high[0] == -low[0] == pytest.approx(0.1 * (1 - 0.025 ** (1 / 300)))
    assert paired_ratio_test(moments).tolist() == [1.0]
    for side, end in (("below", high), ("above", low)):
        p = paired_ratio_limit_p_value(moments, end, side=side)
        assert p == pytest.approx(0.025)
    flawless = rows(0 * errors, 0 * errors, words)
    assert np.isnan(paired_ratio_interval(flawless)).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from(["above", "below"]))
def test_ratio_limit_p_value_is_where_the_bound_passes(seed, side):
    moments = rows(*word_errors(np.random.default_rng(seed), 3, 60, 0.9))
    bound = paired_ratio_interval(moments, level=0.9)[0 if side == "above" else 1]
    assert paired_ratio_limit_p_value(moments, bound, side=side) == pytest.approx(0.05)


def test_one_group_says_nothing():
    moments = rows(np.array([3.0]), np.array([9.0]), np.array([100.0]))
    assert np.isnan(paired_ratio_test(moments)).all()
    assert np.isnan(paired_ratio_interval(moments)).all()
    assert paired_ratio_limit_p_value(moments, 0.0, side="above").tolist() == [1.0]


# Verdicts


def test_the_verdict_asks_the_margin_first_then_the_findings():
    low = [-0.05, 0.02, -0.009, -0.02, 0.001, np.nan, 0.002]
    high = [-0.03, 0.05, -0.001, 0.03, 0.05, np.nan, 0.02]
    q = [0.01, 0.01, 0.001, 0.9, 0.2, np.nan, np.nan]
    assert change_verdicts(low, high, q, margin=0.01) == [
        "better",
        "worse",
        "no relevant difference",
        "undecided",
        "undecided",
        "undecided",
        "undecided",
    ]
    assert change_verdicts(low, high, q, margin=0)[2] == "better"


def test_in_a_table_without_a_change_verdicts_are_rare():
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(200):
        n = rng.integers(50, 5000, 100)
        changed = rng.binomial(n, 0.05)
        broken = rng.binomial(changed, 0.5)
        cells = PairedCells.of(n - changed, broken, changed - broken, np.zeros(100))
        q = benjamini_hochberg(mcnemar(cells.broken, cells.fixed))
        words = change_verdicts(*paired_interval(cells), q, margin=0.0)
        wrong += bool({"better", "worse"} & set(words))
    assert at_most(wrong / 200, 0.05, 200)


def test_no_relevant_difference_is_rarely_said_of_one():
    rng = np.random.default_rng(3)
    cells = of(rng.multinomial(3000, [0.85, 0.03, 0.02, 0.1], TRIALS).T)  # at the margin itself
    words = change_verdicts(*paired_interval(cells), np.ones(TRIALS), margin=0.01)
    assert at_most(np.mean([word != "undecided" for word in words]), 0.025, TRIALS)


@given(counts, st.floats(0.001, 0.2))
def test_the_number_that_decides_decides(cells, margin):
    tag = of(cells)
    more = paired_decide_more(tag, margin=margin)
    assert more[0] >= 1

    def decided(rows):
        low, high = paired_interval(tag.scaled(rows / tag.support))
        return bool(low > 0 or high < 0 or (low >= -margin and high <= margin))

    assert decided(tag.support + more)
    if more[0] > 1:
        assert not decided(tag.support + more - 1)


def test_many_tags_ask_for_more():
    cells, p = PairedCells.of([88], [2], [5], [5]), np.linspace(0.04, 1, 100)
    strict = discovery_level(p)
    assert strict == pytest.approx(1 - 0.05 / 100)
    alone, among = (paired_decide_more(cells, margin=0, strict=s) for s in (None, strict))
    assert among[0] > 2 * alone[0]
    assert discovery_level([]) == discovery_level([0.3]) == pytest.approx(0.95)


def test_without_a_change_and_a_margin_nothing_decides():
    cells = PairedCells.of([80], [5], [5], [10])
    assert np.isnan(paired_decide_more(cells, margin=0)).all()
    assert np.isnan(paired_ratio_decide_more(0.0, 0.01, 50, 50, margin=0)).all()
    assert np.isnan(paired_ratio_decide_more(0.1, 0.0, 50, 50, margin=0)).all()


def test_both_ways_to_the_number_agree_on_many_rows():
    cells = PairedCells.of([8000.0], [520.0], [480.0], [1000.0])
    variance = (0.1 - 0.004**2) / 10_000
    one = paired_decide_more(cells, margin=0.005)
    other = paired_ratio_decide_more(cells.change, variance, 10_000, 10_000, margin=0.005)
    assert one == pytest.approx(other, rel=0.02)


# Wrong calls


def test_wrong_calls():
    cells = PairedCells.of([9], [1], [2], [3])
    with pytest.raises(InputError, match="must have one shape"):
        PairedCells.of([1, 2], [1], [1], [1])
    with pytest.raises(InputError, match="at least 0"):
        PairedCells.of([1], [-1], [1], [1])
    with pytest.raises(InputError, match="not percent"):
        paired_interval(cells, level=95)
    with pytest.raises(InputError, match='"above" or "below"'):
        paired_limit_p_value(cells, 0, side="worse")
    with pytest.raises(InputError, match='"above" or "below"'):
        paired_ratio_limit_p_value(Moments.of_units([[0, 1, 1, 1]]), 0, side="worse")
    with pytest.raises(InputError, match='"both", "worse" or "better"'):
        mcnemar(1, 2, side="above")
    for margin in (-0.01, np.nan, np.inf):
        with pytest.raises(InputError, match="`margin` must be"):
            change_verdicts([0], [1], [1], margin=margin)
        with pytest.raises(InputError, match="`margin` must be"):
            paired_decide_more(cells, margin=margin)


def test_a_single_change_on_a_million_rows_is_no_rounding():
    total = np.array([[1e5, 1e6, 1e5 + 1, 1e6]])
    product = np.array(
        [
            [1e5, 1e5, 1e5, 1e5],
            [1e5, 1e6, 1e5 + 1, 1e6],
            [1e5, 1e5 + 1, 1e5 + 1, 1e5 + 1],
            [1e5, 1e6, 1e5 + 1, 1e6],
        ]
    )
    moments = Moments(total, product[None], np.array([1e6]))
    assert paired_ratio_test(moments)[0] == pytest.approx(2 * scipy_stats.norm.sf(1), rel=1e-4)
    low, high = paired_ratio_interval(moments)
    assert low[0] < 1e-6 < high[0] < 4e-6
