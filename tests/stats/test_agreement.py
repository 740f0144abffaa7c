"""Coefficients of agreement: published tables, other implementations, edges, coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.inter_rater import cohens_kappa as other_cohen
from statsmodels.stats.inter_rater import fleiss_kappa as other_fleiss

from tagline.exceptions import InputError
from tagline.stats import (
    Votes,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    observed_agreement,
    specific_agreement,
    tag_agreement,
)

# Krippendorff (2011): 12 units, 4 observers, 5 values; 0 is missing
TWELVE_UNITS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]
# Fleiss (1971): 30 patients, 6 psychiatrists, 5 diagnoses
DIAGNOSES = [
    ["00060", "03003", "01401", "00006", "03030", "20040", "00402", "20310", "20040", "00006"],
    ["10050", "11010", "03300", "10050", "02040", "30021", "00402", "00006", "01500", "03003"],
]
DECISIONS = arrays(np.int64, st.tuples(st.integers(2, 12), st.integers(2, 5)),
                   elements=st.integers(-1, 1))  # fmt: skip


def coincidence_alpha(decisions, categories):
    """Krippendorff's own recipe: the matrix of coincidences, item by item."""
    table = np.zeros((categories, categories))
    for row in decisions:
        values = row[row >= 0]
        for i, first in enumerate(values):
            for j, second in enumerate(values):
                if i != j:
                    table[first, second] += 1 / (len(values) - 1)
    sums, n = table.sum(axis=1), table.sum()
    expected = n * n - n - (sums**2 - sums).sum()
    return 1 - (n - 1) * (n - np.trace(table)) / expected if n and expected else math.nan


def test_krippendorffs_example():
    units = np.array(TWELVE_UNITS).T - 1
    votes = Votes.of_people(units, categories=5)
    assert krippendorff_alpha(votes).value == pytest.approx(0.743, abs=5e-4)
    assert gwet_ac1(votes).value == pytest.approx(0.775, abs=5e-4)
    assert votes.pairable.items == 11


@given(DECISIONS)
def test_alpha_by_coincidences(decisions):
    expected = coincidence_alpha(decisions, 2)
    found = krippendorff_alpha(Votes.of_people(decisions))
    assert found.value == pytest.approx(expected, nan_ok=True, abs=1e-12)
    assert math.isnan(found.value) == bool(found.reason)


@given(arrays(np.int64, (2, 2), elements=st.integers(0, 30)))
def test_cohen_as_in_statsmodels(table):
    first, second = table.sum(axis=1), table.sum(axis=0)
    found = cohen_kappa(table)
    if table.sum() == 0 or first @ second == table.sum() ** 2:
        assert found.reason
        return
    with np.errstate(all="ignore"):
        expected = other_cohen(table).kappa
    assert found.value == pytest.approx(expected, abs=1e-12)
    assert found.low < found.value <= found.high <= 1


def test_cohens_interval_is_near_the_published_one_where_it_is_large():
    table = np.array([[880, 100], [140, 880]])
    found, other = cohen_kappa(table), other_cohen(table)
    assert (found.low, found.high) == pytest.approx((other.kappa_low, other.kappa_upp), abs=0.004)


@given(st.integers(2, 6).flatmap(
    lambda people: st.lists(st.integers(0, people), min_size=2, max_size=20).map(
        lambda yes: np.array([[people - k, k] for k in yes]))))  # fmt: skip
def test_fleiss_as_in_statsmodels(table):
    found = fleiss_kappa(Votes.of(table))
    if (table.sum(axis=0) == 0).any():
        assert found.reason == "all decisions are the same, so that chance alone would agree always"
        return
    assert found.value == pytest.approx(other_fleiss(table), abs=1e-12)
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_paradox_of_a_rare_tag():
    report = tag_agreement(no=[2, 1, 0], yes=[0, 1, 2], times=[940, 50, 10])
    assert report.observed.value == pytest.approx(0.95)
    assert report.positive.value == pytest.approx(20 / 70)
    assert report.negative.value == pytest.approx(1880 / 1930)
    assert report.fleiss.value < 0.27
    assert report.gwet.value > 0.94


def test_all_say_no():
    report = tag_agreement(no=[3], yes=[0], times=[40])
    assert report.observed.value == 1 and 0.9 < report.observed.low < 1
    assert report.gwet.value == 1 and 0.8 < report.gwet.low < 1
    for undefined in (report.fleiss, report.krippendorff, report.positive):
        assert math.isnan(undefined.value) and undefined.reason


def test_single_votes_never_count_as_agreement():
    report = tag_agreement(no=[1, 0], yes=[0, 1], times=[500, 20])
    assert report.items == 0
    assert report.observed.reason == "no item was decided by two people"
    with_pairs = tag_agreement(no=[1, 2, 1], yes=[0, 0, 1], times=[500, 8, 2])
    assert with_pairs.observed.value == pytest.approx(0.8)


def test_fleiss_refuses_unequal_votes():
    reason = fleiss_kappa(Votes.of([[2, 0], [1, 2]])).reason
    assert reason.startswith("items have 2 to 3 votes")


@given(DECISIONS)
def test_patterns_are_as_good_as_items(decisions):
    votes = Votes.of_people(decisions)
    patterns, times = np.unique(votes.counts, axis=0, return_counts=True)
    for coefficient in (observed_agreement, krippendorff_alpha, gwet_ac1):
        one, other = coefficient(votes), coefficient(Votes.of(patterns, times))
        np.testing.assert_allclose(
            [one.value, one.low, one.high], [other.value, other.low, other.high], atol=1e-9
        )


@given(DECISIONS)
def test_intervals_hold_the_value_and_have_width(decisions):
    votes = Votes.of_people(decisions)
    report = [f(votes) for f in (observed_agreement, krippendorff_alpha, gwet_ac1)]
    for found in [*report, specific_agreement(votes, 1)]:
        if not found.reason:
            assert -1 <= found.low <= found.value + 1e-12
            assert found.value <= found.high + 1e-12 <= 1 + 2e-12
            assert found.high > found.low


def test_bad_votes():
    with pytest.raises(InputError, match="at least 0"):
        Votes.of([[1, -1]])
    with pytest.raises(InputError, match="not looked at"):
        Votes.of_people([[0, 2]])
    with pytest.raises(InputError, match="square"):
        cohen_kappa([[1, 2]])


@pytest.mark.parametrize(("people", "missing"), [(2, 0.0), (4, 0.3)])
@pytest.mark.parametrize("n", [50, 200])
def test_coverage(n, people, missing):
    rng = np.random.default_rng(n)

    def drawn(items):
        tag = rng.random((items, 1)) < 0.2
        sure = np.where(rng.random((items, 1)) < 0.2, 0.7, 0.95)
        said = np.where(rng.random((items, people)) < sure, tag, ~tag).astype(int)
        counts = Votes.of_people(np.where(rng.random(said.shape) < missing, -1, said)).counts
        return Votes.of(*np.unique(counts, axis=0, return_counts=True))

    coefficients = (observed_agreement, lambda v: specific_agreement(v, 1), krippendorff_alpha,
                    gwet_ac1)  # fmt: skip
    truth = [f(drawn(200_000)).value for f in coefficients]
    hits = []
    for _ in range(300):
        votes = drawn(n)
        found = [f(votes) for f in coefficients]
        hits.append([c.low <= t <= c.high for c, t in zip(found, truth, strict=True)])
    assert (np.mean(hits, axis=0) >= 0.92).all()
