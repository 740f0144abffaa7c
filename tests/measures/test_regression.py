"""MAE and MSE against scikit-learn, on types that could overflow or lose digits."""

import ibis
import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error

from tagline.exceptions import InputError
from tagline.measures import mae, rmse


def test_the_rates_are_those_of_scikit_learn(rng: np.random.Generator) -> None:
    label, prediction = rng.normal(size=(2, 100))
    rows = ibis.memtable({"label": label, "prediction": prediction})
    found = rows.aggregate(
        mae=mae().pairs(rows).error.mean(), mse=rmse().pairs(rows).error.mean()
    ).to_pyarrow()
    assert found.to_pylist()[0] == pytest.approx(
        {
            "mae": mean_absolute_error(label, prediction),
            "mse": mean_squared_error(label, prediction),
        }
    )


def test_whole_numbers_do_not_overflow() -> None:
    rows = ibis.memtable({"label": [-(2**63)], "prediction": [2**63 - 1]})
    assert mae().pairs(rows).error.to_pyarrow().to_pylist() == [2.0**64]
    small = {"label": "int8", "prediction": "int8"}
    rows = ibis.memtable({"label": [-128], "prediction": [127]}, schema=small)
    assert rmse().pairs(rows).error.to_pyarrow().to_pylist() == [255.0**2]


def test_numbers_are_needed() -> None:
    rows = ibis.table({"label": "float64", "prediction": "string"}, name="rows")
    with pytest.raises(InputError, match="'mae' needs numbers in `prediction`"):
        mae().pairs(rows)
