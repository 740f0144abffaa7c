"""Accuracy and top-k against scikit-learn, and what they refuse."""

import ibis
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, top_k_accuracy_score

from tagline.exceptions import InputError
from tagline.measures import accuracy, top_k


def test_accuracy_is_that_of_scikit_learn(rng: np.random.Generator) -> None:
    label, prediction = rng.integers(0, 4, (2, 200))
    rows = ibis.memtable({"label": label, "prediction": prediction})
    rate = accuracy().pairs(rows).error.mean().to_pyarrow().as_py()
    assert rate == pytest.approx(1 - accuracy_score(label, prediction))


def test_top_k_is_that_of_scikit_learn(rng: np.random.Generator) -> None:
    label, scores = rng.integers(0, 6, 200), rng.random((200, 6))
    best_first = np.argsort(-scores, axis=1).tolist()
    rows = ibis.memtable({"label": label.tolist(), "prediction": best_first})
    for k in (1, 3, 5):
        rate = top_k(k=k).pairs(rows).error.mean().to_pyarrow().as_py()
        assert rate == pytest.approx(1 - top_k_accuracy_score(label, scores, k=k))


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "2"])
def test_k_is_a_whole_number(k: object) -> None:
    rows = ibis.table({"label": "string", "prediction": "array<string>"}, name="rows")
    with pytest.raises(InputError, match="`k` must be a whole number of at least 1"):
        top_k(k=k).pairs(rows)


def test_top_k_needs_lists_of_what_the_label_is() -> None:
    rows = ibis.table({"label": "string", "prediction": "string"}, name="rows")
    with pytest.raises(InputError, match="needs a list column as `prediction`"):
        top_k().pairs(rows)
    rows = ibis.table({"label": "string", "prediction": "array<int64>"}, name="rows")
    with pytest.raises(InputError, match="cannot stand in lists of int64"):
        top_k().pairs(rows)
