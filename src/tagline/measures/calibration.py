"""Calibration error by tag: confidences and outcomes counted by bin in the engine.

It is no error measure of two columns: it belongs to a set of rows, not to a row, and a mean over
rows of what could be written per row is biased upwards, most for the smallest tags. `brier` and
`log_loss` are the measures of single rows that reward calibration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tagline.display.words import plural
from tagline.exceptions import InputError
from tagline.measures.classes import as_class, is_positive
from tagline.measures.countable import Connection, Countable
from tagline.measures.levels import KEPT
from tagline.measures.tag_cells import cells_by_tag
from tagline.stats.calibration import CalibrationError, calibration_error

__all__ = ["TagCalibration", "calibration_by_tag", "confidence_and_outcome"]

Floats = NDArray[np.float64]

FINE = 1000  # cells of width 0.001, of which the bins are made


@dataclass(frozen=True, eq=False)
class TagCalibration:
    """Calibration errors; `tags`, `columns`, `support` and `errors` are in one order.

    `edges`, of shape (bins - 1,), are the confidences at which the next bin begins; `support`
    counts the rows that have a confidence and an outcome.
    """

    tags: tuple[str, ...]
    columns: tuple[str, ...]
    support: NDArray[np.int64]
    errors: CalibrationError
    edges: Floats


def confidence_and_outcome(
    table: ir.Table, *, classes: Mapping[Any, str] | None = None, positive: Any = None
) -> tuple[ir.FloatingValue, ir.BooleanValue]:
    """Return how sure the model was, and whether it came true.

    Parameters
    ----------
    table : ibis Table
        With the column `label`, and `prediction` where `classes` is not given.
    classes : mapping from a class to the name of the column with its probability, optional
        The confidence is the largest of them, the outcome whether that class is the label (the
        first of several that are equal).
    positive : object, optional
        The class whose probability is in `prediction`; by default true or 1.

    Returns
    -------
    confidence : ibis value
        Null where a probability is missing or NaN.
    outcome : ibis boolean value

    Raises
    ------
    InputError
        If `prediction` is no number, or no positive class is known.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": ["a", "a"], "p_a": [0.9, 0.3], "p_b": [0.1, 0.7]})
    >>> sure, right = confidence_and_outcome(rows, classes={"a": "p_a", "b": "p_b"})
    >>> sure.to_pyarrow().to_pylist(), right.to_pyarrow().to_pylist()
    ([0.9, 0.7], [True, False])
    """
    if classes is None:
        if not table.prediction.type().is_numeric():
            raise InputError(
                "Calibration needs the probability of the positive class in `prediction`."
                f" Got a column of type {table.prediction.type()} instead."
            )
        cls, _ = is_positive(table, positive, measure="calibration")
        return _known(table.prediction), table.label == cls
    columns = {as_class(cls, table.label): _known(table[name]) for cls, name in classes.items()}
    largest = ibis.greatest(*columns.values())
    missing = ibis.or_(*(each.isnull() for each in columns.values()))
    said = ibis.cases(*((each == largest, cls) for cls, each in columns.items()))
    return ibis.ifelse(missing, None, largest), said == table.label


def calibration_by_tag(
    connection: Connection, rows: Countable, *, bins: int = 10, level: float = 0.95
) -> TagCalibration:
    """Estimate the calibration error of each tag.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        Its table has, beside the columns of tags, ``confidence`` (between 0 and 1) and ``outcome``
        (true or false); rows where one is null are left out. Sample weights and groups play no
        part.
    bins : int, default 10
        At most so many bins, with about as many rows each: they are chosen by the confidences of
        all rows, to 0.001, and are the same for all tags.
    level : float, default 0.95

    Returns
    -------
    TagCalibration

    Raises
    ------
    InputError
        If `bins` is below 1, or a confidence lies outside [0, 1].

    Notes
    -----
    Source: Kumar, Liang and Ma, *Verified uncertainty calibration*, NeurIPS 2019; bins with equal
    numbers of rows after Nguyen and O'Connor, *Posterior calibration and exploratory analysis for
    natural language processing models*, 2015, doi:10.18653/v1/D15-1182.
    """
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
        raise InputError(f"`bins` must be a whole number of at least 1. Got {bins!r} instead.")
    known = rows.table.filter(rows.table.confidence.notnull() & rows.table.outcome.notnull())
    known = known.mutate(fine=(known.confidence * FINE).floor().cast("int64"))
    edges = _edges(connection, known, bins)
    d = known.confidence - known.outcome.cast("float64")
    below = [(known.fine < int(edge), place) for place, edge in enumerate(edges)]
    own = ibis.cases(*below, else_=edges.size) if below else ibis.literal(0)
    table = known.mutate(d=d, bin=own.cast("int64"))
    aggregates = {
        "gap": "sum(d)",
        "squares": "sum(d * d)",
        "spread": "sum(confidence * (1 - confidence))",
    }
    found = cells_by_tag(connection, replace(rows, table=table), aggregates, ["bin"])
    return _estimated(found, edges, level)


def _known(value: ir.Value) -> ir.FloatingValue:
    number = value.cast("float64")
    return ibis.cases((~number.isnan(), number))


def _edges(connection: Connection, known: ir.Table, bins: int) -> NDArray[np.int64]:
    """Return the fine cells in which the second and all further bins begin."""
    inner = connection.compile(known.select("reason", "confidence", "fine"))
    sql = (
        "select case when confidence < 0 or confidence > 1 then -1 else fine end as fine,"
        f" count(*) as n from ({inner}) q where {KEPT} group by 1 order by 1"
    )
    table = connection.fetch_sql(sql)
    fine, n = (table[name].to_numpy() for name in ("fine", "n"))
    if fine.size and fine[0] < 0:
        raise InputError(
            "Calibration needs probabilities between 0 and 1 (not percent)."
            f" They are not on {plural(int(n[0]), 'row')}."
        )
    before = np.cumsum(n) - n
    place = np.floor((before + n / 2) * bins / max(n.sum(), 1))  # by the middle of the cell
    edges: NDArray[np.int64] = fine[1:][np.diff(place) > 0].astype(np.int64)
    return edges


def _estimated(found: pa.Table, edges: NDArray[np.int64], level: float) -> TagCalibration:
    names = list(zip(found["tag"].to_pylist(), found["column"].to_pylist(), strict=True))
    tags = list(dict.fromkeys(names))
    row = np.array([tags.index(each) for each in names], dtype=np.int64)
    column = found["bin"].to_numpy().astype(np.int64)
    sums = {}
    for name in ("n", "gap", "squares", "spread"):
        sums[name] = np.zeros((len(tags), edges.size + 1))
        sums[name][row, column] = found[name].to_numpy()
    return TagCalibration(
        tags=tuple(tag for tag, _ in tags),
        columns=tuple(column for _, column in tags),
        support=sums["n"].sum(axis=1).astype(np.int64),
        errors=calibration_error(**sums, level=level),
        edges=edges / FINE,
    )
