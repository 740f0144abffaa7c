import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats as scipy_stats

from tagline.exceptions import InputError
from tagline.stats import Moments, mcnemar, paired_change, seed_change, seed_overlap

rates = st.tuples(st.integers(2, 6), st.integers(2, 6)).flatmap(
    lambda seeds: st.tuples(
        *[arrays(np.float64, (n, 3), elements=st.floats(0, 1, width=16)) for n in seeds]
    )
)
TRIALS = 1500


def two_sides(rng, shape, *, seed_spread, row_spread, shift=0.0):
    """Errors of two sides that differ by `shift`: (trials, seeds, n) each."""
    trials, seeds, n = shape
    hard = rng.normal(0, 2, (trials, 1, n)) - 2.5
    return [
        (
            hard
            + lift
            + rng.normal(0, seed_spread, (trials, seeds, 1))
            + rng.logistic(0, row_spread, (trials, seeds, n))
            > 0
        ).astype(float)
        for lift in (0.0, shift)
    ]


def compared(before, after, **options):
    trials, seeds, n = before.shape
    ones = np.ones((trials, n))
    columns = [before.mean(axis=1), ones, after.mean(axis=1), ones]
    moments = Moments.of_units(np.stack(columns, axis=-1))
    overlap = sum(
        seed_overlap(side.sum(axis=(1, 2)), (side.sum(axis=1) ** 2).sum(axis=1), n, seeds=seeds)
        for side in (before, after)
    )
    return seed_change(
        before.mean(axis=2).T,
        after.mean(axis=2).T,
        example_variance=paired_change(moments).variance(moments),
        overlap=overlap,
        **options,
    )


@given(rates)
def test_of_these_examples_it_is_welch(sides):
    before, after = sides
    change = seed_change(before, after, example_variance=np.zeros(3))
    spread = np.minimum(before.var(axis=0), after.var(axis=0))  # SciPy warns where a side has none
    for tag in np.flatnonzero(spread > 1e-6):
        expected = scipy_stats.ttest_ind(after[:, tag], before[:, tag], equal_var=False)
        assert change.p_value[tag] == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-14)
        low, high = change.interval(0.9)
        ends = expected.confidence_interval(0.9)
        assert (low[tag], high[tag]) == pytest.approx((ends.low, ends.high), rel=1e-9, abs=1e-12)


@given(rates)
def test_matched_runs_are_paired(sides):
    before, after = (side[: min(map(len, sides))] for side in sides)
    change = seed_change(before, after, example_variance=np.zeros(3), matched=True)
    for tag in np.flatnonzero((after - before).var(axis=0) > 1e-6):
        expected = scipy_stats.ttest_rel(after[:, tag], before[:, tag])
        assert change.p_value[tag] == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-14)


@given(rates, st.floats(1e-5, 0.1), st.randoms(use_true_random=False))
def test_swapping_sides_turns_it_round_and_order_does_not_matter(sides, rows, random):
    before, after = sides
    change = seed_change(before, after, example_variance=np.full(3, rows))
    turned = seed_change(after, before, example_variance=np.full(3, rows))
    order = list(range(len(before)))
    random.shuffle(order)
    shuffled = seed_change(before[order], after, example_variance=np.full(3, rows))
    np.testing.assert_allclose(turned.value, -change.value, atol=1e-15)
    np.testing.assert_allclose(turned.p_value, change.p_value)
    np.testing.assert_allclose(shuffled.p_value, change.p_value, rtol=1e-6, atol=1e-12)
    low, high = change.interval()
    assert ((low < change.value) & (change.value < high)).all()


@given(rates, st.floats(0.01, 100))
def test_the_unit_of_the_measure_does_not_matter(sides, scale):
    before, after = sides
    rows = np.full(3, 0.01)
    one = seed_change(before, after, example_variance=rows)
    other = seed_change(before * scale, after * scale, example_variance=rows * scale**2)
    np.testing.assert_allclose(other.p_value, one.p_value, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
@pytest.mark.parametrize("spreads", [(0.0, 0.5), (0.3, 0.5), (0.6, 0.3)])
def test_identical_procedures_are_rarely_called_different(seeds, spreads):
    sides = two_sides(
        np.random.default_rng(seeds),
        (TRIALS, seeds, 100),
        seed_spread=spreads[0],
        row_spread=spreads[1],
    )
    for options in ({}, {"matched": True}):
        change = compared(*sides, **options)
        share = np.mean(change.p_value <= 0.05)
        assert share <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / TRIALS)
        low, high = change.interval()
        assert np.mean((low > 0) | (high < 0)) == pytest.approx(share, abs=1e-9)


def test_a_single_run_calls_most_identical_pairs_different():
    before, after = two_sides(
        np.random.default_rng(1), (300, 3, 600), seed_spread=0.3, row_spread=0.5
    )
    broken = ((before < after)[:, 0]).sum(axis=1)
    fixed = ((before > after)[:, 0]).sum(axis=1)
    assert np.mean(mcnemar(broken, fixed) <= 0.05) > 1 / 3
    assert np.mean(compared(before, after).p_value <= 0.05) < 0.08


def test_a_change_is_found():
    before, after = two_sides(
        np.random.default_rng(2), (300, 5, 600), seed_spread=0.1, row_spread=0.5, shift=0.7
    )
    change = compared(before, after)
    assert np.mean(change.p_value <= 0.05) > 0.9
    assert (change.value > 0).all()


def test_the_interval_covers_the_change_on_other_examples():
    """The sides differ on each example in its own way; the mean over all examples is covered."""
    rng = np.random.default_rng(4)
    hard, tilt = rng.beta(0.5, 2.5, (2, TRIALS, 1, 60))
    before, after = (rng.random((TRIALS, 4, 60)) < chance for chance in (hard, tilt))
    low, high = compared(before.astype(float), after.astype(float)).interval()
    assert np.mean((low > 0) | (high < 0)) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / TRIALS)
    alone = seed_change(
        before.mean(axis=2).T, after.mean(axis=2).T, example_variance=np.zeros(TRIALS)
    )
    # a statement on these examples only, on which the sides do differ: too sure of all others
    assert np.mean(alone.p_value <= 0.05) > 0.05 + 4 * np.sqrt(0.05 * 0.95 / TRIALS)


def test_overlap_is_the_luck_of_rows():
    rng = np.random.default_rng(5)
    errors = (rng.random((6, 400)) < rng.random(400)).astype(float)
    found = seed_overlap(errors.sum(), (errors.sum(axis=0) ** 2).sum(), 400, seeds=6)
    assert found == pytest.approx(errors.var(axis=0, ddof=1).sum() / 6 / 400**2)
    assert found == pytest.approx(errors.mean(axis=1).var(ddof=1) / 6, rel=0.9)
    assert np.isnan(seed_overlap(0, 0, 0, seeds=2))


def test_nothing_that_varies_says_nothing():
    same = np.full((3, 2), [0.1, 0.2])
    change = seed_change(same, same + np.array([0.0, 0.1]), example_variance=[0.0, 0.0])
    assert change.p_value[0] == 1.0
    assert np.isnan(change.p_value[1])
    assert np.isnan(change.interval()).all()


def test_a_tag_without_a_rate_leaves_the_others_alone():
    before = np.array([[0.1, np.nan], [0.12, np.nan], [0.11, np.nan]])
    change = seed_change(before, before + 0.1, example_variance=[1e-5, np.nan])
    assert change.p_value[0] < 0.01
    assert np.isnan([change.value[1], change.p_value[1], *np.ravel(change.interval())[1::2]]).all()


def test_wrong_calls():
    with pytest.raises(InputError, match="one run cannot tell a better model from a lucky seed"):
        seed_change([[0.1]], [[0.1], [0.2]], example_variance=[0])
    with pytest.raises(InputError, match=r"`after` needs .* Got shape \(2,\) instead"):
        seed_change([[0.1], [0.1]], [0.1, 0.2], example_variance=[0])
    with pytest.raises(InputError, match="Got 1 and 2 instead"):
        seed_change([[0.1], [0.1]], [[0.1, 0.2]] * 2, example_variance=[0])
    with pytest.raises(InputError, match="Got 2 before and 3 after"):
        seed_change([[0.1]] * 2, [[0.1]] * 3, example_variance=[0], matched=True)
    with pytest.raises(InputError, match="from 2 runs a side on"):
        seed_overlap(1, 1, 1, seeds=1)
