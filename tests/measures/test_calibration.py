"""Calibration by tag: bins and sums in the engine against NumPy."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from tagline.engine import connect
from tagline.exceptions import InputError
from tagline.measures.calibration import calibration_by_tag, confidence_and_outcome
from tagline.measures.countable import Countable
from tagline.stats.calibration import calibration_error


def countable(connection, confidence, outcome, tag):
    size = len(confidence)
    table = pa.table(
        {
            "reason": [0] * size,
            "confidence": pa.array(confidence, pa.float64()),
            "outcome": pa.array(outcome, pa.bool_()),
            "f0": tag,
            "untagged": [False] * size,
        }
    )
    return Countable(connection.table(table, "rows"), binary=True, flags=("hard",))


def test_sums_by_bin_are_those_of_numpy(engine, rng):
    p = rng.beta(5, 1, 600)
    tag = rng.random(600) < 0.3
    outcome = rng.random(600) < np.where(tag, p - 0.2, p)
    with connect(engine) as connection:
        rows = countable(
            connection,
            [*p.tolist(), None, 0.5],
            [*outcome.tolist(), True, None],
            [*tag, True, True],
        )
        found = calibration_by_tag(connection, rows, bins=5)
    assert found.tags == ("hard", "(all)")
    assert found.support.tolist() == [tag.sum(), 600]
    bins = np.searchsorted(found.edges, np.floor(p * 1000) / 1000, side="right")
    assert np.bincount(bins) == pytest.approx(120, abs=12)

    def sums(values):
        return [np.bincount(bins, values * has, minlength=5) for has in (tag, np.ones(600))]

    d = p - outcome
    expected = calibration_error(*map(sums, (np.ones(600), d, d * d, p * (1 - p))))
    for name in ("rms", "low", "high", "gap", "ece", "by_chance"):
        assert getattr(found.errors, name) == pytest.approx(getattr(expected, name), rel=1e-9)
    assert found.errors.gap[0] > 0.1 > found.errors.gap[1]


def test_equal_confidences_stay_in_one_bin():
    with connect() as connection:
        rows = countable(connection, [0.9] * 50 + [0.99] * 50, [True] * 100, [True] * 100)
        found = calibration_by_tag(connection, rows)
    assert found.edges.tolist() == [0.99]
    assert found.errors.ece.tolist() == pytest.approx([0.055] * 2)


def test_percent_is_refused():
    with connect() as connection:
        rows = countable(connection, [90.0, 0.5], [True, False], [True, False])
        with pytest.raises(InputError, match=r"\(not percent\). They are not on 1 row"):
            calibration_by_tag(connection, rows)
        with pytest.raises(InputError, match="`bins` must be a whole number"):
            calibration_by_tag(connection, rows, bins=0)


def test_confidence_is_that_of_the_likeliest_class():
    rows = ibis.memtable(
        {
            "label": [1, 0, 2],
            "p_0": [0.2, 0.5, None],
            "p_1": [0.7, 0.5, 0.1],
            "p_2": [0.1, 0.0, 0.9],
        }
    )
    sure, right = confidence_and_outcome(rows, classes={"0": "p_0", "1": "p_1", "2": "p_2"})
    assert sure.to_pyarrow().to_pylist() == [0.7, 0.5, None]
    assert right.to_pyarrow().to_pylist()[:2] == [True, True]


def test_with_one_probability_the_positive_class_is_the_outcome():
    rows = ibis.memtable({"label": ["x", "y"], "prediction": [0.25, float("nan")]})
    sure, came_true = confidence_and_outcome(rows, positive="y")
    assert sure.to_pyarrow().to_pylist() == [0.25, None]
    assert came_true.to_pyarrow().to_pylist() == [False, True]
    with pytest.raises(InputError, match="probability of the positive class"):
        confidence_and_outcome(ibis.memtable({"label": ["x"], "prediction": ["x"]}))
