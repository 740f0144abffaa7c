"""Verdicts of several types; what is no verdict is refused."""

import ibis
import pytest

from tagline.exceptions import InputError
from tagline.measures import CheckedPair, find_measure, judged


def test_no_label_is_needed() -> None:
    assert find_measure("judged").needs == frozenset({"prediction"})


def test_an_unknown_verdict_is_refused_and_a_null_is_an_error() -> None:
    rows = ibis.memtable({"prediction": ["PASS", "partly", None]})
    pair = judged().pairs(rows)
    assert isinstance(pair, CheckedPair)
    found = rows.select(error=pair.error, refused=pair.refused).to_pyarrow().to_pylist()
    assert found == [
        {"error": 0, "refused": False},
        {"error": None, "refused": True},
        {"error": 1, "refused": False},
    ]


def test_other_types_are_refused() -> None:
    rows = ibis.table({"prediction": "date"}, name="rows")
    with pytest.raises(InputError, match="needs verdicts in `prediction`"):
        judged().pairs(rows)
