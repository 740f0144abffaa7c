"""What a tag may be learned from: columns as numbers.

The same features are computed twice: as a matrix of the decided rows, which a classifier is fitted
to, and as an expression over all rows, so that scoring them is one query on either engine.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.engine import balanced

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Feature", "features_of", "logistic", "matrix"]

Floats = NDArray[np.float64]
_MOST_LEVELS = 20
_MOST_FEATURES = 200
_FAR = 5.0  # standard deviations: an odd value pulls no further


@dataclass(frozen=True, slots=True)
class Feature:
    """One number about a row.

    Attributes
    ----------
    column : str
    kind : str
        ``number``: standardised; ``level``: 1 where the column has the level; ``missing``: 1 where
        it is null.
    level : object
        Of a ``level``.
    mean, spread : float
        Of a ``number``, on the decided rows; null counts as the mean.
    """

    column: str
    kind: str
    level: Any = None
    mean: float = 0.0
    spread: float = 1.0

    def of_rows(self, values: pa.ChunkedArray) -> Floats:
        """Return the feature of some rows, from their column."""
        if self.kind == "missing":
            return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=np.float64)
        if self.kind == "level":
            found = [each == self.level for each in values.to_pylist()]
            return np.array(found, dtype=np.float64)
        return np.clip((_numbers(values, self.mean) - self.mean) / self.spread, -_FAR, _FAR)

    def in_engine(self, table: ir.Table) -> ir.FloatingValue:
        """Return the feature as an expression over a table."""
        column = table[self.column]
        if self.kind == "missing":
            return column.isnull().cast("float64")
        if self.kind == "level":
            return (column == self.level).fill_null(False).cast("float64")
        number = column.cast("float64")
        if column.type().is_floating():
            number = ibis.ifelse(number.isnan(), self.mean, number)
        return ((number.fill_null(self.mean) - self.mean) / self.spread).clip(-_FAR, _FAR)


def features_of(rows: pa.Table, columns: Sequence[str]) -> list[Feature]:
    """Return the features that some rows suggest: numbers, levels, and what is missing.

    Parameters
    ----------
    rows : pyarrow.Table
        The decided ones.
    columns : sequence of str
        To look at; text with more than 20 values and other kinds of columns give none.

    Returns
    -------
    list of Feature
        At most 200, those of the first columns.
    """
    found: list[Feature] = []
    for name in columns:
        values = rows[name]
        kind = values.type
        if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            numbers = _numbers(values, np.nan)
            known = numbers[np.isfinite(numbers)]
            if len(known) and known.std() > 0:
                spread = float(known.std())
                found.append(Feature(name, "number", None, float(known.mean()), spread))
        elif pa.types.is_boolean(kind) or pa.types.is_string(kind):
            levels = sorted({each for each in values.to_pylist() if each is not None})
            if 1 < len(levels) <= _MOST_LEVELS:
                found += [Feature(name, "level", each) for each in levels]
        else:
            continue
        if 0 < values.null_count < len(values):
            found.append(Feature(name, "missing"))
    return found[:_MOST_FEATURES]


def matrix(rows: pa.Table, features: Sequence[Feature]) -> Floats:
    """Return the features of some rows, of shape (n_rows, n_features)."""
    columns = [each.of_rows(rows[each.column]) for each in features]
    return np.stack(columns, axis=1) if columns else np.zeros((rows.num_rows, 0))


def logistic(
    table: ir.Table, features: Sequence[Feature], weights: Floats, intercept: float
) -> ir.FloatingValue:
    """Return 1 / (1 + exp(-(intercept + sum of weight x feature))) over a table."""
    terms: list[Any] = [ibis.literal(float(intercept))]
    for feature, weight in zip(features, weights.tolist(), strict=True):
        if weight:
            terms.append(feature.in_engine(table) * float(weight))
    return 1 / (1 + (-balanced(operator.add, terms)).exp())


def _numbers(values: pa.ChunkedArray, missing: float) -> Floats:
    numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(numbers), numbers, missing)
