"""Unseen kinds of errors: a published example, edges, coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.stats import chao1, note_saturation, unseen_mass


def spiders(seen, n, once, twice):
    """Counts with the published frequencies; how the rest is spread does not matter."""
    rest = seen - once - twice
    left = n - once - 2 * twice
    return [1] * once + [2] * twice + [3] * (rest - 1) + [left - 3 * (rest - 1)]


@pytest.mark.parametrize(
    ("counts", "published"),
    [(spiders(26, 168, 12, 4), (43.893, 30.511, 96.971)),
     (spiders(37, 252, 14, 4), (61.403, 43.502, 128.583))],
)  # fmt: skip
def test_spiders_of_harvard_forest(counts, published):
    """Sackett et al. (2011), as in Hsieh, Ma, Chao (2016), doi:10.1111/2041-210X.12613."""
    assert chao1(counts) == pytest.approx(published, abs=0.01)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60))
def test_laws(kinds):
    found = note_saturation(kinds)
    assert found.kinds == len(set(kinds))
    new = [i for i, kind in enumerate(kinds) if kind not in kinds[:i]]
    assert found.since_new == len(kinds) - 1 - new[-1]
    assert 0 <= found.unseen_low <= found.unseen + 1e-12
    assert found.unseen <= found.unseen_high + 1e-12
    assert found.unseen_high > found.unseen_low
    assert found.kinds <= found.richness_low + 1e-9
    assert found.richness_low <= found.richness <= found.richness_high


def test_no_kind_seen_once_still_leaves_something():
    _, low, high = unseen_mass([15, 15])
    assert low == 0 and high == pytest.approx(0.1135, abs=1e-3)


def test_nothing_read_yet():
    found = note_saturation([])
    assert np.isnan(found.unseen) and (found.unseen_low, found.unseen_high) == (0, 1)
    with pytest.raises(InputError, match="above it"):
        unseen_mass([0])
    with pytest.raises(InputError, match="one sequence"):
        note_saturation([[1, 2]])


@pytest.mark.parametrize("steep", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("n", [30, 100, 300])
def test_coverage_of_the_unseen_mass(n, steep):
    rng = np.random.default_rng(n)
    chance = 1 / np.arange(1, 41) ** steep
    chance /= chance.sum()
    hits = []
    for counts in rng.multinomial(n, chance, 800):
        _, low, high = unseen_mass(counts)
        hits.append(low <= chance[counts == 0].sum() <= high)
    assert np.mean(hits) >= 0.93
