"""How many examples a gate needs: against brute force, statsmodels and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from tagline.exceptions import InputError
from tagline.stats import PairedCells, paired_interval
from tagline.stats.paired_planning import paired_gate_power, paired_gate_sample
from tagline.stats.planning import gate_power, gate_sample

LEVEL = 0.95


def brute_power(n, limit, rate, level=LEVEL):
    errors = np.arange(n + 1)
    low, high = proportion_confint(errors, n, alpha=2 * (1 - level), method="beta")
    shown = high < limit if rate < limit else low > limit
    return binom.pmf(errors[shown], n, rate).sum()


@given(st.integers(1, 80), st.floats(0.02, 0.98), st.floats(0.001, 0.999))
def test_the_power_is_that_of_the_bound_of_statsmodels(n, limit, rate):
    if abs(limit - rate) < 1e-6:
        return
    (found,) = gate_power(n, limit, rate)
    assert found == pytest.approx(brute_power(n, limit, rate), abs=1e-9)


@pytest.mark.parametrize(
    ("limit", "rate", "level", "power"),
    [
        (0.1, 0.05, 0.95, 0.8),
        (0.1, 0.0, 0.95, 0.8),
        (0.1, 0.15, 0.95, 0.8),
        (0.5, 0.6, 0.95, 0.9),
        (0.9, 0.8, 0.99, 0.8),
        (0.9, 0.97, 0.95, 0.5),
        (0.05, 0.2, 0.995, 0.8),
        (0.3, 1.0, 0.95, 0.8),
    ],
)
def test_this_number_and_every_larger_one_has_the_power(limit, rate, level, power):
    found = gate_sample(limit, rate, level=level, power=power)
    sizes = np.arange(1, 3 * found + 100)
    enough = gate_power(sizes, limit, rate, level=level) >= power
    assert found == np.flatnonzero(~enough)[-1] + 2 if not enough.all() else found == 1


def test_the_rule_of_three_and_numbers_that_nobody_has():
    assert gate_sample(0.1, 0.0) == 29  # .9 ** 29 < .05 < .9 ** 28
    assert gate_sample(0.1, 0.1 - 1e-7) == np.inf


def simulated(n, limit, change, *, changed, before, trials=4000):
    rng = np.random.default_rng(0)
    broken, fixed = (changed + change) / 2, (changed - change) / 2
    wrong = before - fixed
    drawn = rng.multinomial(n, [1 - changed - wrong, broken, fixed, wrong], trials).astype(float)
    low, high = paired_interval(PairedCells.of(*drawn.T), level=2 * LEVEL - 1)
    return (high < limit).mean() if change < limit else (low > limit).mean()


@pytest.mark.parametrize(
    ("limit", "change", "changed", "before"),
    [
        (0.02, 0.0, 0.05, 0.1),
        (0.02, 0.0, 0.2, 0.2),
        (0.0, 0.03, 0.1, 0.1),
        (0.02, 0.06, 0.1, 0.05),
        (-0.01, -0.04, 0.1, 0.2),
        (0.1, -0.02, 0.2, 0.3),
    ],
)
def test_the_power_of_a_change_is_that_of_a_simulation(limit, change, changed, before):
    given = {"changed": changed, "before": before}
    n = paired_gate_sample(limit, change, **given)
    reached = paired_gate_power(n, limit, change, **given)
    assert 0.8 <= reached < 0.86
    for size in (int(n), int(n / 2)):
        seen = simulated(size, limit, change, **given)
        assert paired_gate_power(size, limit, change, **given) == pytest.approx(seen, abs=0.025)


@given(st.floats(0.02, 0.1), st.floats(0.02, 0.2), st.floats(0.15, 0.5))
@settings(max_examples=25)
def test_more_changes_need_more_examples(limit, changed, before):
    some = paired_gate_sample(limit, 0.0, changed=changed, before=before)
    more = paired_gate_sample(limit, 0.0, changed=1.5 * changed, before=before)
    assert more >= some


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: gate_sample(0.1, 0.1), "At its limit"),
        (lambda: gate_sample(1.5, 0.1), "`limit` must be a fraction"),
        (lambda: gate_sample(0.1, 0.2, power=1), "`power` must be a fraction"),
        (lambda: gate_power(10, 0.1, 0.2, level=95), "`level` must be a fraction"),
        (lambda: paired_gate_sample(0.1, 0.1, changed=0.2, before=0.2), "At its limit"),
        (lambda: paired_gate_sample(0.1, 0.3, changed=0.2, before=0.2), "cannot be"),
        (lambda: paired_gate_sample(0.1, 0.0, changed=0.5, before=0.2), "cannot be"),
    ],
)
def test_mistakes(call, says):
    with pytest.raises(InputError, match=says):
        call()
