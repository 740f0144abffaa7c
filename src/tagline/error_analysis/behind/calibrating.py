"""The calibration error of each tag, where the predictions of an analysis are probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tagline.display.units import Unit
from tagline.engine import Connection
from tagline.error_analysis.asked.preparing import Prepared
from tagline.error_analysis.asked.question import Question
from tagline.measures.calibration import (
    TagCalibration,
    calibration_by_tag,
    confidence_and_outcome,
)
from tagline.measures.countable import Countable
from tagline.measures.probabilities import class_columns

__all__ = ["FIGURES", "calibrate", "calibration_table", "calibration_text"]

FIGURES = ("rms", "low", "high", "gap", "ece", "by_chance")
_PROBABILITIES = ("brier", "log_loss")
_ONE_SIDED = 0.5  # of the squared error, the part of its mean: then it has one direction


def calibrate(
    connection: Connection, prepared: Prepared, question: Question, bins: int, level: float
) -> TagCalibration | None:
    """Estimate the calibration error of each tag; None where nothing is a probability.

    Parameters
    ----------
    connection : Connection
    prepared : Prepared
    question : Question
    bins : int
    level : float

    Returns
    -------
    TagCalibration or None
    """
    if question.measure.name not in _PROBABILITIES:
        return None
    rows = _countable(prepared, question)
    return calibration_by_tag(connection, rows, bins=bins, level=level)


def calibration_table(found: TagCalibration) -> pa.Table:
    """Return calibration errors as a table, with what they say in words.

    Parameters
    ----------
    found : TagCalibration

    Returns
    -------
    pyarrow.Table
        With the columns `tag`, `support`, those of `FIGURES` (null where not known) and `note`.
    """
    figures = {name: np.asarray(getattr(found.errors, name)) for name in FIGURES}
    notes = [
        _note(*each) for each in zip(*(figures[name].tolist() for name in FIGURES[:4]), strict=True)
    ]
    columns = {name: pa.array(values, from_pandas=True) for name, values in figures.items()}
    tags = {"tag": pa.array(found.tags, pa.string()), "support": pa.array(found.support)}
    return pa.table({**tags, **columns, "note": pa.array(notes, pa.string())})


def calibration_text(row: Mapping[str, Any]) -> str:
    """Return the calibration error of one tag in words.

    Parameters
    ----------
    row : mapping
        `rms`, `low`, `high` and `note`, as in `calibration_table`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"rms": 0.063, "low": 0.041, "high": 0.084, "note": "too high by 6.0 points"}
    >>> calibration_text(row)
    'off by 6.3 points (4.1 to 8.4); too high by 6.0 points'
    """
    if row["rms"] is None:
        return str(row["note"])
    unit = Unit.of([row["rms"]])
    span = unit.span(row["low"], row["high"])
    size = f"{unit.rate(row['rms'])}{unit.gain_name}"
    return f"off by {size}{f' ({span})' if span else ''}; {row['note']}"


def _countable(prepared: Prepared, question: Question) -> Countable:
    """Return the rows with `confidence` and `outcome`."""
    own = prepared.counting().table.columns
    answers = [name for name in ("label", "prediction") if name in prepared.columns]
    seen = prepared.full.mutate(**{name: prepared.full[f"tl_{name}"] for name in answers})
    sure, came_true = _asked(seen, question)
    counted = {name: seen[f"tl_{name}"] for name in own}
    table = seen.select(**counted, confidence=sure, outcome=came_true)
    return replace(prepared.countable, table=table)


def _asked(seen: ir.Table, question: Question) -> tuple[ir.FloatingValue, ir.BooleanValue]:
    """Return confidence and outcome as the measure reads its columns."""
    given = question.measure.parameters
    positive = given.get("positive")
    classes = {} if positive is not None else class_columns(seen, given.get("probability", "p_{}"))
    return confidence_and_outcome(seen, classes=classes or None, positive=positive)


def _note(rms: float, low: float, high: float, gap: float) -> str:
    if np.isnan(rms):
        return "too few examples to tell"
    if low <= 0:
        return "perhaps chance: the interval reaches 0"
    if gap * gap < _ONE_SIDED * rms * rms:
        return "too high for some confidences, too low for others"
    unit = Unit.of([gap])
    return f"too {'high' if gap > 0 else 'low'} by {unit.rate(abs(gap))}{unit.gain_name} on average"
