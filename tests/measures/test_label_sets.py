"""Sets of labels against scikit-learn, and what is refused."""

import ibis
import numpy as np
import pytest
from sklearn.metrics import hamming_loss, jaccard_score, zero_one_loss

from tagline.exceptions import InputError
from tagline.measures import multilabel, multilabel_each


def test_sets_are_compared_as_scikit_learn_does(rng: np.random.Generator) -> None:
    label, prediction = rng.integers(0, 2, (2, 150, 4))
    names = np.array(list("abcd"))
    rows = ibis.memtable(
        {
            "label": [names[each == 1].tolist() for each in label],
            "prediction": [names[each == 1][::-1].tolist() for each in prediction],
        },
        schema={"label": "array<string>", "prediction": "array<string>"},
    )
    each = multilabel_each().pairs(rows)
    found = rows.aggregate(
        any=multilabel().pairs(rows).error.mean(),
        c=multilabel(of="c").pairs(rows).error.mean(),
        each=each.error.sum() / each.weight.sum(),
    )
    assert found.to_pyarrow().to_pylist()[0] == pytest.approx(
        {
            "any": zero_one_loss(label, prediction),
            "c": hamming_loss(label[:, 2], prediction[:, 2]),
            "each": 1 - jaccard_score(label, prediction, average="micro"),
        }
    )


def test_labels_that_are_numbers_are_found_by_text() -> None:
    rows = ibis.memtable({"label": [[1, 2], [3]], "prediction": [[1], [3]]})
    assert multilabel(of="2").pairs(rows).error.to_pyarrow().to_pylist() == [1, 0]


def test_lists_are_needed_and_an_element_of_theirs() -> None:
    rows = ibis.table({"label": "string", "prediction": "array<int64>"}, name="rows")
    for each in (multilabel, multilabel_each):
        with pytest.raises(InputError, match="needs a list column as `label`"):
            each().pairs(rows)
    rows = ibis.table({"label": "array<int64>", "prediction": "array<int64>"}, name="rows")
    with pytest.raises(InputError, match="`of` must be a class of the label"):
        multilabel(of="dog").pairs(rows)
