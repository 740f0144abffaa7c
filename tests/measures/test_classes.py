"""The class that a person wrote becomes a value of the label's type, or is refused."""

import decimal

import ibis
import pytest

from tagline.exceptions import InputError
from tagline.measures import CheckedPair, find_measure
from tagline.measures.classes import as_class


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("1", "int64", 1),
        (1.0, "int64", 1),
        (True, "int64", 1),
        (2**60 + 1, "int64", 2**60 + 1),
        (str(2**60 + 1), "int64", 2**60 + 1),
        ("2.5", "float64", 2.5),
        (1, "string", "1"),
        (" Yes ", "boolean", True),
        (0, "boolean", False),
        (decimal.Decimal(3), "decimal(4, 1)", 3.0),
    ],
)
def test_a_class_takes_the_type_of_the_label(value: object, kind: str, expected: object) -> None:
    found = as_class(value, ibis.null(kind))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "kind"),
    [("dog", "int64"), (1.5, "int64"), ("1.0", "int64"), (None, "float64"), ("maybe", "boolean")],
)
def test_a_class_of_another_type_is_refused(value: object, kind: str) -> None:
    with pytest.raises(InputError, match="must be a class of the label"):
        as_class(value, ibis.null(kind))


def test_a_refusal_has_a_reason() -> None:
    rows = ibis.table({"label": "int64", "prediction": "float64"}, name="rows")
    for asked in ("f1", "precision", "miss_rate", "log_loss", "brier", "judged"):
        pair = find_measure(asked).pairs(rows)
        assert isinstance(pair, CheckedPair)
        assert pair.causes
        for cause in pair.causes:
            assert cause.rule.startswith(f"The measure {asked!r}")
            assert not cause.rule.endswith(".") and not cause.way_out.endswith(".")
