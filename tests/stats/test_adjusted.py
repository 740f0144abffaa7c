from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.contingency_tables import StratifiedTable

from tagline.exceptions import InputError
from tagline.stats import (
    Moments,
    StratumTables,
    adjusted_ratio,
    mantel_haenszel,
    mantel_haenszel_variance,
    pattern_strata,
    rate_difference,
    score_test,
    stratum_scores,
)

side = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
stratum = st.tuples(side, side).map(lambda both: (*both[0], *both[1]))
strata = st.lists(stratum, min_size=1, max_size=6)
levels = st.sampled_from([0.8, 0.95, 0.99])
TRIALS = 4000

# Trials of BCG vaccine against tuberculosis (Colditz et al. 1994): cases and rest, treated and not
BCG = [
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]


def of(tables):
    return StratumTables.of(*np.array(tables, float).T)


def at_most(share, level, trials):
    """Whether a simulated share is at most the level, but for 4 standard errors."""
    return share <= level + 4 * np.sqrt(level * (1 - level) / trials)


def whole_numbers(tables):
    """Mantel and Haenszel's difference and Sato's variance in exact arithmetic, P and Q apart."""
    weight = above = slope = base = Fraction(0)
    for k, n, k_out, n_out in tables:
        whole = n + n_out
        if whole == 0:
            continue
        weight += Fraction(n * n_out, whole)
        above += Fraction(k * n_out - k_out * n, whole)
        slope += Fraction(2 * n**2 * k_out - 2 * n_out**2 * k + n * n_out * (n_out - n)) / (
            2 * whole**2
        )
        base += Fraction(k * (n_out - k_out) + k_out * (n - k), 2 * whole)
    return weight, above, slope, base


# Published and independent figures


def test_bcg_trials_agree_with_metafor():
    tables = of([(a, a + b, c, c + d) for a, b, c, d in BCG])
    # rma.mh(measure="RD") of R's metafor, which takes the variance of Sato, Greenland and Robins
    assert mantel_haenszel(tables).value[0] == pytest.approx(-3.288181832613e-03, rel=1e-12)
    assert mantel_haenszel_variance(tables)[0] ** 0.5 == pytest.approx(
        2.866567485273736e-04, rel=1e-12
    )


def test_three_trials_agree_with_metafor():
    tables = of([(21, 41, 2, 12), (14, 31, 12, 34), (11, 23, 9, 16)])
    gap, sd = mantel_haenszel(tables).value[0], mantel_haenszel_variance(tables)[0] ** 0.5
    assert (gap, sd) == pytest.approx((0.114863, 0.082751), abs=1e-6)
    assert (gap - 1.959964 * sd, gap + 1.959964 * sd) == pytest.approx(
        (-0.047325, 0.277052), abs=1e-6
    )


@given(strata)
def test_value_and_variance_agree_with_whole_numbers(tables):
    weight, above, slope, base = whole_numbers(tables)
    gap, variance = mantel_haenszel(of(tables)), mantel_haenszel_variance(of(tables))
    if weight == 0:
        assert np.isnan([gap.value, gap.low, gap.high, gap.p_value, variance]).all()
        return
    value = above / weight
    assert gap.value[0] == pytest.approx(float(value), abs=1e-12)
    expected = max(float((value * slope + base) / weight**2), 0.0)
    assert variance[0] == pytest.approx(expected, rel=1e-9, abs=1e-15)


@given(strata)
def test_p_agrees_with_statsmodels_where_errors_are_many(tables):
    tables = [(k + 9, n + 18, k_out + 9, n_out + 18) for k, n, k_out, n_out in tables]
    cells = [np.array([[a, n - a], [b, m - b]], float) for a, n, b, m in tables]
    expected = StratifiedTable(cells).test_null_odds(correction=False).pvalue
    variance = sum(
        n * m * (a + b) * (n + m - a - b) / ((n + m) ** 2 * (n + m - 1)) for a, n, b, m in tables
    )
    assume(variance > 5)
    p = mantel_haenszel(of(tables)).p_value[0]
    assert p == pytest.approx(expected, rel=1e-9, abs=1e-14)


@given(st.integers(1, 40), st.integers(100, 2000), st.integers(1, 8), st.integers(0, 8))
def test_p_of_few_errors_is_not_smaller_than_exactly(n, n_out, wrong, errors):
    """In one stratum one-sided p is above P(X > k) of Fisher's test, but for the approximation."""
    assume(errors <= min(wrong, n))
    distribution = scipy_stats.hypergeom(n + n_out, wrong, n)
    assume(errors > distribution.mean())
    p = mantel_haenszel(of([(errors, n, wrong - errors, n_out)])).p_value[0]
    assert p >= 0.8 * 2 * distribution.sf(errors) - 1e-6


# Laws


@given(strata, levels)
def test_ends_are_the_roots_of_the_score_equation(tables, level):
    weight, _, slope, base = whole_numbers(tables)
    assume(weight > 0)
    gap, z = mantel_haenszel(of(tables), level=level), scipy_stats.norm.ppf((1 + level) / 2)
    both = [table for table in tables if table[1] and table[3]]
    wrong = sum(table[0] + table[2] for table in both)
    assume(0 < wrong < sum(table[1] + table[3] for table in both))
    for end in (gap.low[0], gap.high[0]):
        if abs(end) < 1:
            variance = (end * float(slope) + float(base)) / float(weight) ** 2
            assert (gap.value[0] - end) ** 2 == pytest.approx(z**2 * variance, abs=1e-9)


@given(strata, levels)
def test_interval_holds_the_value_and_has_width(tables, level):
    gap = mantel_haenszel(of(tables), level=level)
    assume(not np.isnan(gap.value[0]))
    assert -1 <= gap.low[0] <= gap.value[0] + 1e-12
    assert gap.value[0] - 1e-12 <= gap.high[0] <= 1
    assert gap.high[0] - gap.low[0] > 1e-3
    assert 0 <= gap.p_value[0] <= 1


@given(strata)
def test_tag_and_complement_change_places(tables):
    gap = mantel_haenszel(of(tables))
    turned = mantel_haenszel(of([(c, d, a, b) for a, b, c, d in tables]))
    assume(not np.isnan(gap.value[0]))
    np.testing.assert_allclose(
        [turned.value, turned.low, turned.high, turned.p_value],
        [-gap.value, -gap.high, -gap.low, gap.p_value],
        atol=1e-9,
    )


@given(strata)
def test_right_and_wrong_change_places(tables):
    gap = mantel_haenszel(of(tables))
    turned = mantel_haenszel(of([(b - a, b, d - c, d) for a, b, c, d in tables]))
    assume(not np.isnan(gap.value[0]))
    np.testing.assert_allclose(
        [turned.value, turned.low, turned.high], [-gap.value, -gap.high, -gap.low], atol=1e-9
    )


@given(strata, st.randoms(use_true_random=False))
def test_neither_order_nor_strata_of_one_side_change_the_gap(tables, random):
    gap = mantel_haenszel(of(tables))
    more = [*tables, (3, 20, 0, 0), (0, 0, 5, 9), (0, 0, 0, 0)]
    random.shuffle(more)
    other = mantel_haenszel(of(more))
    for name in ("value", "low", "high", "p_value"):
        np.testing.assert_allclose(getattr(other, name), getattr(gap, name), atol=1e-9)
    rows = sum(n for _, n, _, _ in tables)
    comparable = sum(n for _, n, _, n_out in tables if n_out)
    assert other.comparable[0] == pytest.approx(comparable / (rows + 20))


@given(strata, strata)
def test_tags_are_independent_of_each_other(first, second):
    alone = [mantel_haenszel(of(each)) for each in (first, second)]
    tag = np.repeat([2, 0], [len(first), len(second)])
    together = mantel_haenszel(
        StratumTables.of(*np.array(first + second, float).T, tag=tag, n_tags=4)
    )
    for name in ("value", "low", "high", "p_value", "comparable"):
        found = getattr(together, name)
        expected = [getattr(alone[1], name)[0], getattr(alone[0], name)[0]]
        np.testing.assert_allclose(found[[0, 2]], expected, atol=1e-12)
        assert np.isnan(found[[1, 3]]).all()


def test_company_explains_a_gap():
    """The tag has 37 errors on 100 rows, the rest 13; but dim pictures have .4, others .1."""
    dim, bright = (36, 90, 4, 10), (1, 10, 9, 90)
    gap = mantel_haenszel(of([dim, bright]))
    assert gap.value[0] == pytest.approx(0.0)
    assert gap.p_value[0] > 0.99
    assert float(score_test(37, 100, 13, 100)) < 0.001


def test_one_stratum_is_the_raw_gap():
    gap = mantel_haenszel(of([(30, 200, 70, 800)]))
    assert gap.value[0] == pytest.approx(30 / 200 - 70 / 800)
    assert gap.comparable.tolist() == [1.0]


def test_nothing_wrong_says_at_most_so_much():
    gap = mantel_haenszel(of([(0, 30, 0, 300), (0, 20, 0, 0)]))
    assert gap.value.tolist() == [0.0]
    assert gap.p_value.tolist() == [1.0]
    assert gap.low[0] == pytest.approx(-0.0126, abs=1e-4)  # Wilson: 0 of 300
    assert gap.high[0] == pytest.approx(0.1135, abs=1e-4)  # Wilson: 0 of 30


def simulated(rng, count, rows, gap):
    """Gaps of trials whose strata have sizes and rates of their own."""
    inside, outside = rng.dirichlet(np.ones(count), 2)
    rate = rng.beta(1, 9, count)
    n, n_out = rng.multinomial(rows[0], inside, TRIALS), rng.multinomial(rows[1], outside, TRIALS)
    errors = rng.binomial(n, np.minimum(rate + gap, 1) + 0 * n)
    errors_outside = rng.binomial(n_out, np.minimum(rate, 1 - gap) + 0 * n_out)
    columns = [each.ravel() for each in (errors, n, errors_outside, n_out)]
    tag = np.repeat(np.arange(TRIALS), count)
    return mantel_haenszel(StratumTables.of(*columns, tag=tag, n_tags=TRIALS))


SETTINGS = [(c, rows) for c in (1, 5, 30) for rows in ((20, 20), (20, 400), (100, 2000))]


def test_interval_covers():
    rng = np.random.default_rng(0)
    missed = []
    for count, rows in SETTINGS:
        for gap in (0.0, 0.05, 0.2):
            found = simulated(rng, count, rows, gap)
            missed.append(np.mean((found.low > gap) | (found.high < gap)))
    assert np.mean(missed) <= 0.05
    assert max(missed) <= 0.1  # one stratum of 20 rows is as coarse as Wilson's interval


@pytest.mark.parametrize(("count", "rows"), SETTINGS)
def test_without_a_gap_the_test_keeps_its_level(count, rows):
    found = simulated(np.random.default_rng(count + rows[1]), count, rows, 0.0)
    assert at_most(np.mean(found.p_value <= 0.05), 0.05, TRIALS)
    assert at_most(np.mean(found.p_value <= 0.001), 0.001, TRIALS)


# From patterns


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_patterns_give_the_strata_of_plain_loops(seed, columns, levels_each):
    rng = np.random.default_rng(seed)
    codes = np.unique(rng.integers(-1, levels_each, (30, columns)), axis=0)
    n = rng.integers(1, 9, len(codes))
    errors = rng.integers(0, n + 1)
    tags = [(c, level) for c in range(columns) for level in range(levels_each)]
    column, code = np.array(tags).T
    tables = pattern_strata(codes, errors, n, column=column, code=code)
    found = sorted(
        zip(
            tables.tag,
            tables.errors,
            tables.n,
            tables.errors_outside,
            tables.n_outside,
            strict=True,
        )
    )
    expected = []
    for tag, (c, level) in enumerate(tags):
        cells = {}
        for pattern, wrong, rows in zip(codes, errors, n, strict=True):
            if pattern[c] < 0:
                continue
            cell = cells.setdefault((*pattern[:c], *pattern[c + 1 :]), [0, 0, 0, 0])
            side = 0 if pattern[c] == level else 2
            cell[side] += wrong
            cell[side + 1] += rows
        expected += [(tag, *cell) for cell in cells.values() if cell[1]]
    assert found == sorted(expected)
    assert tables.n_tags == len(tags)


def test_patterns_explain_a_gap_by_company():
    codes, n = [[0, 0], [1, 0], [0, 1], [1, 1]], [90, 10, 10, 90]
    gap = mantel_haenszel(pattern_strata(codes, [9, 1, 4, 36], n, column=[0, 1, 0], code=[1, 1, 5]))
    assert gap.value[:2] == pytest.approx([0.0, 0.3], abs=1e-12)
    assert np.isnan(gap.value[2])  # no row has it


# Ratios


def sums(columns, stratum, count):
    """Moments of trials x strata from columns of shape (trials, rows, 4)."""
    trials = len(columns)
    key = (np.arange(trials)[:, None] * count + stratum).ravel()
    flat = columns.reshape(-1, 4)
    total = np.stack([np.bincount(key, flat[:, i], trials * count) for i in range(4)], axis=1)
    product = np.empty((trials * count, 4, 4))
    for i, j in np.ndindex(4, 4):
        product[:, i, j] = np.bincount(key, flat[:, i] * flat[:, j], trials * count)
    units = np.bincount(key, minlength=trials * count).astype(float)
    return Moments(total, product, units), np.repeat(np.arange(trials), count)


def word_errors(rng, trials, tagged, count):
    n = tagged + 300
    inside, stratum = np.arange(n) < tagged, rng.integers(0, count, (trials, n))
    words = 1.0 + rng.poisson(9, (trials, n))
    edits = rng.poisson(rng.gamma(1, rng.gamma(2, 0.05, count)[stratum]) * words)
    columns = [edits * inside, words * inside, edits * ~inside, words * ~inside]
    return np.stack(columns, axis=-1).astype(float), stratum


@pytest.mark.parametrize("tagged", [10, 30, 100])
@pytest.mark.parametrize("count", [1, 5, 40])
def test_word_errors_without_a_gap_are_rarely_called_one(tagged, count):
    rng = np.random.default_rng(tagged + count)
    columns, stratum = word_errors(rng, 1500, tagged, count)
    moments, tag = sums(columns, stratum, count)
    gap = adjusted_ratio(moments, tag, n_tags=1500)
    assert np.mean(gap.p_value <= 0.05) <= 0.075
    assert np.mean(gap.p_value <= 0.001) <= 0.007
    assert np.mean((gap.low > 0) | (gap.high < 0)) <= 0.075


def test_ratios_of_0_and_1_agree_with_the_counts():
    rng = np.random.default_rng(6)
    inside, stratum = rng.random((1, 4000)) < 0.3, rng.integers(0, 4, (1, 4000))
    errors = rng.random((1, 4000)) < np.array([0.05, 0.1, 0.2, 0.3])[stratum]
    columns = np.stack([errors & inside, inside, errors & ~inside, ~inside], -1).astype(float)
    moments, tag = sums(columns, stratum, 4)
    ratio = adjusted_ratio(moments, tag, n_tags=1)
    counts = mantel_haenszel(StratumTables.of(*moments.total.T))
    assert ratio.value == pytest.approx(counts.value, abs=1e-12)
    assert ratio.low == pytest.approx(counts.low, abs=1e-3)
    z = scipy_stats.norm.isf([ratio.p_value / 2, counts.p_value / 2])  # t and score test
    assert z[0] == pytest.approx(z[1], rel=0.05)


def test_one_stratum_of_ratios_is_the_raw_gap():
    columns, _ = word_errors(np.random.default_rng(7), 1, 3000, 1)
    moments = Moments.of_units(columns)
    gap, raw = adjusted_ratio(moments, [0], n_tags=1), rate_difference(moments)
    assert gap.value == pytest.approx(raw.value)
    half = 1.96 * raw.variance(moments) ** 0.5
    assert gap.high - gap.low == pytest.approx(2 * half, rel=0.2)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_ratios_keep_their_scale_and_turn_round(seed, scale):
    columns, stratum = word_errors(np.random.default_rng(seed), 3, 40, 4)
    moments, tag = sums(columns, stratum, 4)
    longer, _ = sums(columns * scale, stratum, 4)
    order = np.random.default_rng(seed).permutation(12)
    shuffled = Moments(moments.total[order], moments.product[order], moments.units[order])
    gap = adjusted_ratio(moments, tag, n_tags=3)
    assert ((gap.low < gap.value) & (gap.value < gap.high)).all()
    for other in (
        adjusted_ratio(longer, tag, n_tags=3),
        adjusted_ratio(shuffled, tag[order], n_tags=3),
    ):
        for name in ("value", "low", "high", "p_value", "comparable"):
            np.testing.assert_allclose(getattr(other, name), getattr(gap, name), 1e-6, 1e-9)
    turned = adjusted_ratio(sums(columns[..., [2, 3, 0, 1]], stratum, 4)[0], tag, n_tags=3)
    np.testing.assert_allclose(turned.value, -gap.value, atol=1e-12)


def test_scores_give_the_variance_over_groups_that_reach_over_strata():
    rng = np.random.default_rng(8)
    trials, speakers, each = 600, 40, 15
    group = np.repeat(np.arange(speakers), each)
    inside, stratum = rng.random((trials, 600)) < 0.5, rng.integers(0, 3, (trials, 600))
    slope = rng.normal(0, 0.3, (trials, speakers))[:, group]  # the tag is hard for some speakers
    errors = 1 + rng.normal(0, 0.5, (trials, 600)) + inside * slope
    columns = np.stack([errors * inside, inside, errors * ~inside, ~inside], -1).astype(float)
    moments, tag = sums(columns, stratum, 3)
    scores = stratum_scores(moments, tag, n_tags=trials)
    rows = (columns * scores.reshape(trials, 3, 4)[np.arange(trials)[:, None], stratum]).sum(-1)
    assert np.abs(rows.sum(axis=1)).max() < 1e-9
    squares = (rows.reshape(trials, speakers, each).sum(-1) ** 2).sum(axis=1)
    grouped = adjusted_ratio(
        moments, tag, n_tags=trials, variance=squares, effective=np.full(trials, speakers)
    )
    assert at_most(np.mean(grouped.p_value <= 0.05), 0.05, trials)
    apart = adjusted_ratio(moments, tag, n_tags=trials)
    assert np.mean(apart.p_value <= 0.05) > 0.1


def test_ratios_without_company_say_nothing():
    moments = Moments.of_units([[[3, 9, 0, 0], [1, 9, 0, 0]], [[0, 0, 2, 9], [0, 0, 1, 9]]])
    gap = adjusted_ratio(moments, [0, 0], n_tags=2)
    assert gap.comparable[0] == 0
    assert np.isnan([gap.value, gap.low, gap.high, gap.p_value]).all()
    assert np.isnan(gap.comparable[1])
    assert not stratum_scores(moments, [0, 0], n_tags=2).any()


def test_wrong_calls():
    with pytest.raises(InputError, match="equally long"):
        StratumTables.of([1, 2], [3], [4], [5])
    with pytest.raises(InputError, match="Entry 1 does not"):
        StratumTables.of([1, 7], [3, 6], [0, 0], [5, 5])
    with pytest.raises(InputError, match=r"between 0 and 1\. Got 0 to 2 instead"):
        StratumTables.of([1, 1], [3, 6], [0, 0], [5, 5], tag=[0, 2], n_tags=2)
    with pytest.raises(InputError, match="not percent"):
        mantel_haenszel(of([(1, 2, 3, 4)]), level=95)
    with pytest.raises(InputError, match=r"Got \(2, 1\), \(1,\) and \(2,\) instead"):
        pattern_strata([[0], [1]], [1], [2, 2], column=[0], code=[1])
    with pytest.raises(InputError, match="names column 3, but `codes` has 1"):
        pattern_strata([[0], [1]], [1, 1], [2, 2], column=[3], code=[1])
    with pytest.raises(InputError, match="name each tag's column, from 0"):
        pattern_strata([[0], [1]], [1, 1], [2, 2], column=[0, 0], code=[1])
    moments = Moments.of_units([[3, 9, 2, 9], [1, 9, 0, 9]])
    for tag in ([0, 0], [1]):
        with pytest.raises(InputError, match="one number from 0 to 0 for each entry"):
            adjusted_ratio(moments, tag, n_tags=1)
