"""A table with the error of each row beside it: what choosing examples to look at goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir

from tagline.error_analysis.asked.request import request
from tagline.exceptions import InputError
from tagline.measures import find_measure
from tagline.measures.countable import COUNTS

__all__ = ["ERROR", "WEIGHT", "with_errors"]

ERROR = "tl_e"
WEIGHT = "tl_w"


def with_errors(table: ir.Table, options: Mapping[str, Any]) -> ir.Table:
    """Return the rows that count, with `tl_e` and `tl_w` beside the table's own columns.

    Parameters
    ----------
    table : ibis table
        It stays on its own connection; nothing is executed.
    options : mapping
        `label`, `prediction`, `measure`, `where` as `analyze_errors` takes them; others are
        passed over.

    Returns
    -------
    ibis table

    Raises
    ------
    InputError
        If they do not fit the table, or the measure is a mean over classes.
    """
    columns = {"person": None, "group": None, "sample_weight": None}
    columns |= {name: options.get(name) for name in ("label", "prediction")}
    asked = request(
        table,
        measure=find_measure(options.get("measure", "accuracy")),
        columns=columns,
        where=options.get("where"),
        tags={},
        engine=None,
    )
    with asked.open() as (_, prepared):
        full = prepared.full
    if ERROR not in full.columns:
        raise InputError(
            "A mean over classes has no error for each example: name a measure such as accuracy."
        )
    return full.filter(full.tl_reason <= COUNTS)
