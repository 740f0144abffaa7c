"""The rows to search under fixed names, and a first look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from tagline.engine import Connection
from tagline.error_analysis.asked.preparing import REASONS, Prepared
from tagline.exceptions import InputError
from tagline.measures.countable import COUNTS
from tagline.schema import EXAMPLE_ID

__all__ = ["Overview", "overview_of", "sliceable"]


def sliceable(
    prepared: Prepared, names: Sequence[str], seed: int, embeddings: Sequence[str] = ()
) -> ir.Table:
    """Return the rows to search under fixed names; nothing is executed.

    Parameters
    ----------
    prepared : Prepared
    names : sequence of str
        Of the columns to make slices of.
    seed : int
    embeddings : sequence of str, optional
        Of the columns to make clusters of.

    Returns
    -------
    ibis Table
        `reason`, `e`, `w`, perhaps `g`; `digest`, whose first digit decides the half; the
        columns as ``x0``, ``x1`` ...; with embeddings, these as ``v0``, ``v1`` ..., and `id`.
    """
    table = prepared.table
    own = prepared.columns
    if "g" in own:
        key = own["g"]
    elif EXAMPLE_ID in table.columns:
        key = table[EXAMPLE_ID]
    else:
        key = ibis.row_number()
    made: dict[str, Any] = {name: own[name] for name in ("reason", "e", "w", "g") if name in own}
    made["digest"] = (key.cast("string") + f"#{seed}").hexdigest("md5")
    for i, name in enumerate(names):
        value = table[name]
        made[f"x{i}"] = value.cast("float64") if value.type().is_decimal() else value
    made |= {f"v{i}": table[name] for i, name in enumerate(embeddings)}
    if embeddings:
        made["id"] = table[EXAMPLE_ID]
    return table.select(**made)


@dataclass(frozen=True)
class Overview:
    """How many rows count, why others do not, and about how many values columns of numbers have."""

    n_rows: int
    left_out: dict[str, int]
    values: dict[str, int]


def overview_of(connection: Connection, prepared: Prepared, rows: ir.Table) -> Overview:
    """Count the rows, and refuse what breaks a rule of the measure.

    Parameters
    ----------
    connection : Connection
    prepared : Prepared
    rows : ibis Table
        From `sliceable`.

    Returns
    -------
    Overview

    Raises
    ------
    InputError
        If an error or weight is out of range.
    """
    columns = [place for place in rows.columns if place.startswith("x")]
    places = [place for place in columns if rows[place].type().is_numeric()]
    why = ibis.ifelse(rows.reason <= COUNTS, COUNTS, rows.reason)
    counts = rows.group_by(why=why).agg(
        n=rows.count(),
        odd=((rows.e != 0) & (rows.e != 1)).sum(),
        **{place: rows[place].approx_nunique() for place in places},
    )
    found = {each.pop("why"): each for each in connection.fetch(counts).to_pylist()}
    for number, sentence in prepared.countable.refused.items():
        if number in found:
            raise InputError(sentence(connection, found[number]["n"]))
    counted = found.pop(COUNTS, {"n": 0, "odd": 0, **dict.fromkeys(places, 0)})
    if prepared.countable.binary and counted["odd"]:
        raise InputError(
            "A measure of kind 'binary' must give errors of 0 or 1. It gives others too: declare"
            " it 'bounded' or 'open'."
        )
    left_out = {REASONS[number - 1]: each["n"] for number, each in sorted(found.items())}
    return Overview(counted["n"], left_out, {place: counted[place] for place in places})
