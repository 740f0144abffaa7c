"""Miss rate, 1 - precision and 1 - F1 against scikit-learn: one class, macro and micro."""

import math
from collections.abc import Sequence

import ibis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from tagline.exceptions import InputError
from tagline.measures import Family, find_measure

SCORES = {"miss_rate": recall_score, "precision": precision_score, "f1": f1_score}
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1, max_size=20)


def mean_over_classes(family: Family, rows: Sequence[tuple[str, str | None]]) -> float:
    rates = []
    for cls in "abcd":
        weight = sum(family.weight(cls, *row) for row in rows)
        if weight:
            rates.append(sum(family.error(cls, *row) for row in rows) / weight)
    return sum(rates) / len(rates) if rates else math.nan


@pytest.mark.parametrize("name", SCORES)
@given(rows=ROWS)
def test_the_macro_mean_is_that_of_scikit_learn(name: str, rows: list[tuple[str, str]]) -> None:
    table = ibis.table({"label": "string", "prediction": "string"}, name="rows")
    family = find_measure(f"{name}(average='macro')").pairs(table)
    assert isinstance(family, Family)
    label, prediction = zip(*rows, strict=True)
    score = SCORES[name](label, prediction, average="macro", zero_division=np.nan)
    assert mean_over_classes(family, rows) == pytest.approx(1 - score)


@pytest.mark.parametrize(
    ("name", "error", "weight"), [("miss_rate", 1, 1), ("precision", 0, 0), ("f1", 1, 1)]
)
def test_a_null_prediction_in_a_family_misses_its_class(name: str, error: int, weight: int) -> None:
    table = ibis.table({"label": "string", "prediction": "string"}, name="rows")
    family = find_measure(f"{name}(average='macro')").pairs(table)
    assert isinstance(family, Family)
    assert (family.error("a", "a", None), family.weight("a", "a", None)) == (error, weight)
    assert (family.error("b", "a", None), family.weight("b", "a", None)) == (0, 0)


def test_one_class_and_the_pool_are_those_of_scikit_learn(rng: np.random.Generator) -> None:
    label, prediction = rng.integers(0, 3, (2, 120))
    rows = ibis.memtable({"label": label, "prediction": prediction, "one": np.ones_like(label)})
    asked, expected = {}, {}
    for name, score in SCORES.items():
        for given_as in ("positive='2'", "average='micro'"):
            pair = find_measure(f"{name}({given_as})").pairs(rows)
            asked[f"{name} {given_as}"] = pair.error.sum() / (rows.one * pair.weight).sum()
        expected[f"{name} positive='2'"] = 1 - score(label, prediction, labels=[2], average="macro")
        expected[f"{name} average='micro'"] = 1 - score(label, prediction, average="micro")
    found = rows.aggregate(**asked).to_pyarrow().to_pylist()[0]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize(
    ("given_as", "said"),
    [
        ("", "say `positive=` or `average=`"),
        ("average='mean'", "must be 'macro' or 'micro'"),
        ("average='macro', positive='a'", "give one of the two"),
    ],
)
def test_one_sentence_asks_to_choose(name: str, given_as: str, said: str) -> None:
    rows = ibis.table({"label": "string", "prediction": "string"}, name="rows")
    with pytest.raises(InputError, match=said):
        find_measure(f"{name}({given_as})").pairs(rows)
