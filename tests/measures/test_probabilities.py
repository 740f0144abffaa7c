"""Log loss and Brier score against scikit-learn; percent and unknown classes are refused."""

import ibis
import numpy as np
import pytest
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from tagline.exceptions import InputError
from tagline.measures import CheckedPair, Pair, brier, log_loss


def rate(pair: Pair) -> float:
    return float(pair.error.mean().to_pyarrow().as_py())


def refused(pair: Pair) -> list[bool]:
    assert isinstance(pair, CheckedPair)
    return list(pair.refused.to_pyarrow().to_pylist())


def test_two_classes_are_those_of_scikit_learn(rng: np.random.Generator) -> None:
    label, p = rng.integers(0, 2, 100), rng.random(100)
    p[:4], label[:4] = [0, 1, 0, 1], [0, 0, 1, 1]  # certain: right and wrong
    rows = ibis.memtable({"label": label, "prediction": p})
    assert rate(log_loss().pairs(rows)) == pytest.approx(sklearn_log_loss(label, p))
    assert rate(brier().pairs(rows)) == pytest.approx(brier_score_loss(label, p))
    named = ibis.memtable({"label": np.where(label, "yes", "no"), "prediction": p})
    assert rate(brier(positive="yes").pairs(named)) == pytest.approx(brier_score_loss(label, p))


def test_many_classes_are_those_of_scikit_learn(rng: np.random.Generator) -> None:
    label, p = rng.integers(0, 4, 100), rng.dirichlet([1] * 4, 100)
    columns = {f"chance of {cls} (%)": p[:, cls] for cls in range(4)}
    rows = ibis.memtable({"label": label, "p_value": p[:, 0], **columns})
    pattern = "chance of {} (%)"
    expected = sklearn_log_loss(label, p)
    assert rate(log_loss(probability=pattern).pairs(rows)) == pytest.approx(expected)
    expected = brier_score_loss(label, p, scale_by_half=False)
    assert rate(brier(probability=pattern).pairs(rows)) == pytest.approx(expected)


def test_percent_is_refused_row_by_row() -> None:
    rows = ibis.memtable({"label": [1, 0, 1], "prediction": [0.5, 30.0, None]})
    for each in (log_loss, brier):
        assert refused(each().pairs(rows)) == [False, True, False]
    rows = ibis.memtable({"label": ["a", "a"], "p_a": [0.5, 50.0], "p_b": [0.5, 50.0]})
    for each in (log_loss, brier):
        assert refused(each().pairs(rows)) == [False, True]


def test_a_label_without_a_column_is_refused() -> None:
    rows = ibis.memtable({"label": ["a", "dog"], "p_a": [0.5, 0.5], "p_b": [0.5, 0.5]})
    for each in (log_loss, brier):
        assert refused(each().pairs(rows)) == [False, True]


def test_a_column_that_names_no_class_is_passed_over() -> None:
    rows = ibis.memtable({"label": [0, 1], "p_0": [0.5, 0.5], "p_1": [0.5, 0.5], "p_value": [9, 9]})
    assert rate(brier().pairs(rows)) == pytest.approx(0.5)


def test_what_cannot_be_a_probability_is_one_sentence() -> None:
    rows = ibis.table({"label": "string", "prediction": "string"}, name="rows")
    for each in (log_loss, brier):
        with pytest.raises(InputError, match="for the class, such as"):
            each(probability="p").pairs(rows)
        with pytest.raises(InputError, match="needs numbers in `prediction`"):
            each(positive="a").pairs(rows)
        with pytest.raises(InputError, match="found no column of probabilities"):
            each().pairs(rows.drop("prediction"))
