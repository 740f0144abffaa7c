"""Which examples to look at: drawn by chance from strata, or picked on purpose and called so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from tagline.engine import translate
from tagline.error_analysis.asked.erring import ERROR
from tagline.exceptions import InputError
from tagline.schema.relations import EXAMPLE_ID
from tagline.stats.allocation import neyman_allocation, residual_spread
from tagline.store import ItemRecord

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.engine import Connection

__all__ = ["Drawn", "draw", "pick"]

_MOST_STRATA = 200
_QUARTERS = 4
_MOST_LEVELS = 20


@dataclass(frozen=True)
class Drawn:
    """Examples to look at.

    Attributes
    ----------
    items : tuple of ItemRecord
        In the order in which they are looked at, which is by chance: the first part of them, too,
        is a sample of the same design.
    sizes : mapping from stratum to int
        Examples that there are in each; empty where they were picked on purpose.
    seed : int
    """

    items: tuple[ItemRecord, ...]
    sizes: Mapping[str, int]
    seed: int = 0


def draw(
    connection: Connection,
    table: ir.Table,
    by: Sequence[str],
    *,
    size: int,
    wrong: float | None = None,
    twice: float = 0.0,
    seed: int = 0,
) -> Drawn:
    """Draw by chance from strata.

    Parameters
    ----------
    connection : Connection
    table : ibis table
        With `example_id` and the error of each row, ``tl_e``.
    by : sequence of str
        Beside right and wrong, what makes a stratum: columns (numbers in quarters) or scalar SQL
        conditions.
    size : int
        How many examples.
    wrong : float, optional
        What fraction of them the model got wrong. Default: as many as make the error rate of a tag
        most certain, where nothing is known of the tag: half of them (see
        `tagline.stats.residual_spread`).
    twice : float, default 0
        What fraction of them two people look at.
    seed : int

    Returns
    -------
    Drawn

    Raises
    ------
    InputError
        If a column is missing, there are too many strata, or `size` does not reach for them.
    """
    strata = _strata(table, by)
    counted = connection.fetch(
        strata.group_by("stratum")
        .agg(n=strata.count(), wrong=strata.wrong.max())
        .limit(_MOST_STRATA + 1)
    ).to_pylist()
    counted.sort(key=lambda each: each["stratum"])
    if len(counted) > _MOST_STRATA:
        raise InputError(f"There are more than {_MOST_STRATA} strata: name fewer columns in `by`.")
    if not counted:
        return Drawn((), {}, seed)
    wanted = _allocated(counted, size, wrong)
    plan = pa.table(
        {"of": [each["stratum"] for each in counted], "wanted": pa.array(wanted, pa.int64())}
    )
    planned = connection.table(plan, "strata")
    digest = (strata[EXAMPLE_ID] + f"#{seed}").hexdigest("md5")
    place = ibis.row_number().over(group_by=strata.stratum, order_by=[digest, strata[EXAMPLE_ID]])
    placed = strata.mutate(place=place, digest=digest)
    joined = placed.join(planned, placed.stratum == planned["of"])
    chosen = connection.fetch(
        joined.filter(joined.place < joined.wanted)
        .select(EXAMPLE_ID, "stratum", "digest", part=(joined.place + 0.5) / joined.wanted)
        .order_by("part", "digest", EXAMPLE_ID)  # every part of the sample has the same mix
    ).to_pylist()
    chance = {
        each["stratum"]: number / each["n"] for each, number in zip(counted, wanted, strict=True)
    }
    second = round(twice * len(chosen))
    items = [
        ItemRecord(each[EXAMPLE_ID], each["stratum"], chance[each["stratum"]], position, turn)
        for position, each in enumerate(chosen)
        for turn in ((1, 2) if position < second else (1,))
    ]
    return Drawn(tuple(items), {each["stratum"]: each["n"] for each in counted}, seed)


def pick(
    connection: Connection, table: ir.Table, order: str, *, size: int, twice: float = 0.0
) -> Drawn:
    """Pick on purpose: the first rows by a column or scalar SQL expression, the smallest first.

    Parameters
    ----------
    connection : Connection
    table : ibis table
        With `example_id`.
    order : str
        Such as ``"margin"`` or ``"abs(score - 0.5)"``.
    size : int
    twice : float, default 0

    Returns
    -------
    Drawn
        Without probabilities: nothing about all examples follows from these.
    """
    key = translate(order, table, what="`first`")
    chosen = connection.fetch(
        table.select(EXAMPLE_ID, key=key).order_by("key", EXAMPLE_ID).limit(size)
    )
    second = round(twice * chosen.num_rows)
    items = [
        ItemRecord(example, "", None, position, turn)
        for position, example in enumerate(chosen[EXAMPLE_ID].to_pylist())
        for turn in ((1, 2) if position < second else (1,))
    ]
    return Drawn(tuple(items), {})


def _strata(table: ir.Table, by: Sequence[str]) -> ir.Table:
    """Return `example_id`, `wrong`, and the name of the row's stratum."""
    wrong = (table[ERROR] > 0).fill_null(False)
    name = ibis.ifelse(wrong, "wrong", "right")
    for each in by:
        name = name + f", {each}=" + _level(table, each).fill_null("unknown")
    return table.select(EXAMPLE_ID, wrong=wrong.cast("int8"), stratum=name)


def _level(table: ir.Table, each: str) -> ir.StringValue:
    value = table[each] if each in table.columns else translate(each, table, what="`by`")
    if value.type().is_boolean():
        return ibis.ifelse(value, "yes", "no")
    if value.type().is_floating() or value.type().is_decimal():
        quarter = ibis.ntile(_QUARTERS).over(order_by=value)
        return ibis.ifelse(value.isnull(), ibis.null("string"), (quarter + 1).cast("string") + "/4")
    return value.cast("string")


def _allocated(counted: list[dict[str, Any]], size: int, wrong: float | None) -> list[int]:
    """Return how many to draw in each stratum."""
    sizes = [each["n"] for each in counted]
    rate = sum(n for n, each in zip(sizes, counted, strict=True) if each["wrong"]) / sum(sizes)
    if wrong is None:
        spread = residual_spread(rate)
        spreads = [spread[0] if each["wrong"] else spread[1] for each in counted]
        return [int(n) for n in neyman_allocation(sizes, spreads, min(size, sum(sizes)))]
    if not 0 <= wrong <= 1:
        raise InputError(f"`wrong` must be a fraction between 0 and 1. Got {wrong!r} instead.")
    if wrong in {0, 1} and 0 < rate < 1:
        only = "wrong" if wrong else "right"
        raise InputError(
            f"A sample of {only} examples alone has no rates: mix both, or pick on purpose with"
            " `first`."
        )
    found = [0] * len(sizes)
    for side, part in ((1, round(wrong * size)), (0, size - round(wrong * size))):
        own = [place for place, each in enumerate(counted) if each["wrong"] == side]
        if own and part:
            there = [sizes[place] for place in own]
            split = neyman_allocation(there, [1.0] * len(own), min(part, sum(there)))
            for place, number in zip(own, split, strict=True):
                found[place] = int(number)
    return found
