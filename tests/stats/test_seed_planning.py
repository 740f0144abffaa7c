"""More runs or more examples: a plan over seeds has about the power that it promises."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.stats import (
    SeedChange,
    seed_change,
    seed_decide_examples,
    seed_decide_runs,
    seed_mde,
)

SPREAD = 0.01


def draw(rng, runs, trials, *, change, examples):
    """Rates of runs before and after; the examples move all runs after alike."""
    before = rng.normal(0.2, SPREAD, (runs, trials))
    shared = rng.normal(0, np.sqrt(examples), trials)
    return before, rng.normal(0.2 + change, SPREAD, (runs, trials)) + shared


def seen(rng, runs, trials, *, change, examples):
    sides = draw(rng, runs, trials, change=change, examples=examples)
    return seed_change(*sides, example_variance=np.full(trials, examples))


def decided(rng, runs, *, change, examples, margin):
    """Which of the trials are decided with so many runs each."""
    found = np.zeros(len(runs), bool)
    for each in np.unique(runs):
        place = runs == each
        new = seen(rng, int(each), place.sum(), change=change, examples=examples)
        low, high = new.interval()
        inside = (low >= -margin) & (high <= margin)
        found[place] = (low > 0) | (high < 0) | inside
    return found


@pytest.mark.parametrize("runs", [2, 3, 5])
@pytest.mark.parametrize(("change", "margin"), [(0.02, 0.0), (0.0, 0.02)])
@pytest.mark.parametrize("examples", [1e-9, 1e-5])
def test_a_plan_keeps_its_promise(runs, change, margin, examples):
    rng = np.random.default_rng(runs)
    pilot = seen(rng, runs, 600, change=change, examples=examples)
    plan = seed_decide_runs(
        replace(pilot, value=np.full(600, change)), margin=margin, level=0.95, power=0.8
    )
    known = ~np.isnan(plan)
    assert known.mean() > 0.9
    total = runs + plan[known].astype(int)
    power = decided(rng, total, change=change, examples=examples, margin=margin).mean()
    assert 0.76 <= power <= 0.97


def test_examples_help_only_where_they_make_the_noise():
    sides = [[0.20], [0.21], [0.19]], [[0.22], [0.23], [0.21]]
    noisy = seed_change(*sides, example_variance=[4e-3])
    assert np.isnan(seed_decide_runs(noisy, margin=0.0))
    of_examples = seed_change(
        [[0.2], [0.2001], [0.1999]], [[0.22], [0.2201], [0.2199]], example_variance=[4e-4]
    )
    assert 1000 < seed_decide_examples(of_examples, [1000], margin=0.0)[0] < 20_000
    assert np.isnan(seed_decide_runs(of_examples, margin=0.0))
    of_seeds = seed_change(*sides, example_variance=[1e-9])
    assert np.isnan(seed_decide_examples(of_seeds, [1000], margin=0.0))
    assert 1 <= seed_decide_runs(of_seeds, margin=0.0)[0] < 20


@given(
    st.floats(0.002, 0.1), st.floats(0.001, 0.05), st.integers(2, 8), st.sampled_from([0.0, 1e-5])
)
def test_a_larger_change_needs_no_more_runs(change, spread, runs, examples):
    steps = np.linspace(-1, 1, runs)[:, None] * spread
    before = 0.3 + steps
    found = [
        seed_decide_runs(
            seed_change(before, before + each, example_variance=[examples]), margin=0.0
        )[0]
        for each in (change, 2 * change)
    ]
    assert np.isnan(found[0]) or found[1] <= found[0]


def test_the_smallest_change_falls_with_the_runs():
    change = seed_change(
        [[0.20], [0.21], [0.19]], [[0.22], [0.23], [0.21]], example_variance=[1e-9]
    )
    shown = [seed_mde(change, runs=runs)[0] for runs in (2, 3, 5, 10)]
    assert shown == sorted(shown, reverse=True)
    alike = replace(change, value=np.array(shown[1:2]))
    assert seed_decide_runs(alike, margin=0.0).tolist() == [1.0]


def test_nothing_known_is_nan_and_bad_input_is_one_sentence():
    same = seed_change([[0.2], [0.2]], [[0.2], [0.2]], example_variance=[0.0])
    assert np.isnan(seed_decide_runs(same, margin=0.0))
    assert np.isnan(seed_decide_examples(same, [100], margin=0.0))
    assert np.isnan(seed_mde(same))
    with pytest.raises(InputError, match="`power`"):
        seed_decide_runs(same, margin=0.0, power=1.5)
    bare = SeedChange(np.array([0.1]), np.array([0.1]), np.array([2.0]))
    with pytest.raises(InputError, match="needs the parts"):
        seed_mde(bare)
