"""Any error and weight, with sample weights and groups: sums, and sums of products.

Every column of tags, boolean or of levels, is a grouping set of one pass. Where rows come in groups
they are summed within the group first, and the products are of those sums: beside them stand the
products with the sums of all rows of the group in which the column is known, from which those of
the complement follow.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tagline.measures.countable import ALL, Connection, Countable
from tagline.measures.exploded import Exploded, exploded
from tagline.measures.levels import KEPT, by_column, in_chunks, levels_sql, numbers, select_list
from tagline.measures.sums import Known, Sums

__all__ = ["moment_sums", "reason_counts"]

Floats = NDArray[np.float64]
OWN = {"own": ("e", "w"), "later_own": ("he", "hw")}  # the rate of one example by either run
MOVES = {
    "right": "e = 0 and he = 0",
    "broken": "later_own > own",
    "fixed": "later_own < own",
}
KNOWN = ("e", "w")  # the columns of all rows in which a tag is known


def moment_sums(connection: Connection, rows: Countable) -> tuple[list[Sums], dict[int, int]]:
    """Return the sums of every column of tags, and the rows by the number of their reason.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        Of any kind but a family.

    Returns
    -------
    list of Sums
        In the order of the tags; (untagged) and (all) are the last.
    dict
        From a value of `reason` to rows.
    """
    inner = connection.compile(rows.table)
    reasons = reason_counts(connection, inner)
    values = _values(inner, rows)
    names = {**rows.flag_columns, "everything": ALL}
    names |= {f"c{place}": name for place, name in enumerate(rows.categories)}
    found: dict[str, Sums] = {}
    for chunk in in_chunks(list(names)):
        table = connection.fetch_sql(_sql(values, chunk, rows))
        for column, levels, part in by_column(table, {each: names[each] for each in chunk}):
            found[column] = _of_column(column, names[column], levels, part, rows)
    ends = [found.pop("untagged"), found.pop("everything")]
    flags = [found.pop(f"f{place}") for place in range(len(rows.flags))]
    levels_ = [found.pop(f"c{place}") for place in range(len(rows.categories))]
    items = [_of_exploded(connection, each, found[each.known], rows) for each in exploded(rows)]
    return [*flags, *levels_, *items, *ends], reasons


def reason_counts(connection: Connection, inner: str) -> dict[int, int]:
    """Return how many rows there are by the value of `reason`."""
    table = connection.fetch_sql(f"select reason, count(*) n from ({inner}) q group by reason")
    pairs = zip(numbers(table, "reason"), numbers(table, "n"), strict=True)
    return {int(reason): int(n) for reason, n in pairs}


def _values(inner: str, rows: Countable) -> str:
    """Return the rows that count, with the columns to sum multiplied by the sample weight."""
    weight = "cast(s as double)" if rows.weighted else "cast(1 as double)"
    columns = {"se": f"cast(e as double) * {weight}", "sw": f"cast(w as double) * {weight}"}
    if rows.people:
        for name, value in {"ea": "e", "wa": "w", "he": "he", "hw": "hw"}.items():
            given = f"cast({value} as double) * {weight}"
            columns[f"s{name}"] = f"case when he is null or hw is null then 0 else {given} end"
    columns |= {f"s{each}": f"cast({each} as double) * {weight}" for each in _runs(rows)}
    # the error alone tells which run did better only where both have the same weight
    for name, (error, size) in OWN.items() if rows.later else ():
        columns[name] = (
            f"case when {size} > 0 then cast({error} as double) / {size} else {error} end"
        )
    asked = ", case when he is null or hw is null then null else 1 end as asked" * rows.people
    return (
        f"select q.*, true as everything, {select_list(columns)}{asked}"
        f" from ({inner}) q where {KEPT}"
    )


def _sums_of(rows: Countable) -> dict[str, str]:
    found = {"n": "count(*)", "answered": "count(asked)" if rows.people else "0"}
    found |= {f"t_{name}": f"sum(s{name})" for name in rows.vector}
    for name, test in MOVES.items() if rows.later else ():
        found[f"c_{name}"] = f"count_if({test})"
        if rows.weighted:
            found[f"v_{name}"] = f"sum(case when {test} then cast(s as double) else 0 end)"
    if rows.later and rows.weighted:
        found["v_all"] = "sum(cast(s as double))"
    return found | {f"t_{each}": f"sum(s{each})" for each in _runs(rows)}


def _runs(rows: Countable) -> list[str]:
    return [f"r{number}" for number in range(rows.runs)]


def _products(rows: Countable) -> dict[str, str]:
    """Return the sums over rows of the products, where rows are the units."""
    pairs = combinations_with_replacement(rows.vector, 2)
    found = {f"p_{a}_{b}": f"sum(s{a} * s{b})" for a, b in pairs}
    return found | {f"q_{each}": f"sum(s{each} * s{each})" for each in _runs(rows)}


def _moved(rows: Countable) -> list[str]:
    """Return the names of the sums that say on how many rows a later run differs."""
    return [name for name in _sums_of(rows) if name.startswith(("c_", "v_"))]


def _sql(values: str, columns: list[str], rows: Countable) -> str:
    """Return SQL for the sums and products of each level of each column."""
    if not rows.grouped:
        return levels_sql(values, columns, _sums_of(rows) | _products(rows))
    grouped = levels_sql(values, columns, _sums_of(rows), ["g"])
    which = " ".join(f"when in_{each} then {place}" for place, each in enumerate(columns))
    known = " ".join(f"when in_{each} then {each} is not null" for each in columns)
    marked = f"select l.*, case {which} end as which, case {known} end as known from ({grouped}) l"
    part = "partition by which, g"
    totals = {f"k_{each}": f"sum(t_{each}) over ({part})" for each in KNOWN}
    first = {"is_first": f"case when row_number() over ({part} order by n) = 1 then 1 else 0 end"}
    beside = f"select m.*, {select_list(totals | first)} from ({marked}) m where known"
    keys = ", ".join([*columns, *(f"in_{each}" for each in columns)])
    return f"select {keys}, {select_list(_over_groups(rows))} from ({beside}) b group by {keys}"


def _over_groups(rows: Countable) -> dict[str, str]:
    """Sum over groups the sums within them, their products, and those with the whole group."""
    found = {"n": "sum(n)", "answered": "sum(answered)", "units": "sum(is_first)"}
    found |= {f"t_{a}": f"sum(t_{a})" for a in rows.vector}
    found |= {name: f"sum({name})" for name in _moved(rows)}
    for each in _runs(rows):
        found |= {f"t_{each}": f"sum(t_{each})", f"q_{each}": f"sum(t_{each} * t_{each})"}
    pairs = combinations_with_replacement(rows.vector, 2)
    found |= {f"p_{a}_{b}": f"sum(t_{a} * t_{b})" for a, b in pairs}
    return found | {f"x_{a}_{b}": f"sum(t_{a} * k_{b})" for a in rows.vector for b in KNOWN}


def _of_column(
    column: str, name: str, levels: tuple[str, ...], part: pa.Table, rows: Countable
) -> Sums:
    """Take one column's answer apart; a boolean column's complement is its level false."""
    total, product, cross = _matrices(part, rows)
    n = numbers(part, "n")
    units = numbers(part, "units").sum() if rows.grouped else n.sum()
    known = Known(int(n.sum()), int(units), total[:, :2].sum(axis=0), cross[:, :2].sum(axis=0))
    moves = _moves(part, rows)
    if column.startswith("c"):
        tags = tuple(f"{name}={level}" for level in levels)
        whole = (n, numbers(part, "answered"), total, product, cross, known)
        return Sums(tags, name, *whole, *moves)
    true = [place for place, level in enumerate(levels) if level == "true"]
    answered = numbers(part, "answered")

    def take(values: Floats) -> Floats:
        return values[true] if true else np.zeros((1, *values.shape[1:]))

    found = (take(n), take(answered), take(total), take(product), take(cross))
    moved = (None if each is None else take(each) for each in moves)
    return Sums((name,), "", *found, known, *moved)


def _moves(part: pa.Table, rows: Countable) -> list[Floats | None]:
    """Return what two runs add: `cells`, `weighted` and `runs` of Sums."""
    if not rows.later:
        return [None, None, None]
    count = _square(part, "c_", numbers(part, "n"))
    weighted = _square(part, "v_", numbers(part, "v_all")) if rows.weighted else None
    single = [
        np.stack([numbers(part, f"t_{each}"), numbers(part, f"q_{each}")], axis=1)
        for each in _runs(rows)
    ]
    return [count, weighted, np.stack(single, axis=1) if single else None]


def _square(part: pa.Table, prefix: str, whole: Floats) -> Floats:
    right, broken, fixed = (numbers(part, f"{prefix}{name}") for name in MOVES)
    other = whole - right - broken - fixed
    return np.stack([right, broken, fixed, other], axis=1).reshape(-1, 2, 2)


def _matrices(part: pa.Table, rows: Countable) -> tuple[Floats, Floats, Floats]:
    size, columns = part.num_rows, rows.vector
    total = np.column_stack([numbers(part, f"t_{each}") for each in columns])
    product = np.zeros((size, len(columns), len(columns)))
    for (i, a), (j, b) in combinations_with_replacement(list(enumerate(columns)), 2):
        product[:, i, j] = product[:, j, i] = numbers(part, f"p_{a}_{b}")
    if not rows.grouped:
        return total, product, product[:, :, :2]
    cross = np.zeros((size, len(columns), 2))
    for i, a in enumerate(columns):
        for j, b in enumerate(KNOWN):
            cross[:, i, j] = numbers(part, f"x_{a}_{b}")
    return total, product, cross


def _of_exploded(connection: Connection, each: Exploded, known: Sums, rows: Countable) -> Sums:
    """Sum the tags of a list column or a table of tags; a boolean column says what is known."""
    values = _values(connection.compile(each.rows), rows)
    examples = _values(connection.compile(rows.table), rows)
    sql = _exploded_sql(values, examples, each.known, rows)
    table = connection.fetch_sql(sql)
    table = table.append_column("in_tag", pc.is_valid(table["tag"]))
    whole = Known(
        int(known.rows[0]), int(known.rows[0]), known.total[0, :2], known.product[0, :2, :2]
    )
    if rows.grouped:
        count = f"select count(distinct g) n from ({examples}) v where {each.known}"
        groups = int(numbers(connection.fetch_sql(count), "n")[0])
        whole = Known(whole.rows, groups, whole.total, whole.product)
    for _, tags, part in by_column(table, {"tag": each.column}):
        total, product, cross = _matrices(part, rows)
        n, answered = numbers(part, "n"), numbers(part, "answered")
        return Sums(
            tags, each.column, n, answered, total, product, cross, whole, *_moves(part, rows)
        )
    raise AssertionError("by_column yields once for each column")


def _exploded_sql(values: str, examples: str, known: str, rows: Countable) -> str:
    if not rows.grouped:
        sums = _sums_of(rows) | _products(rows)
        return f"select tag, {select_list(sums)} from ({values}) v group by tag"
    inside = f"select tag, g, {select_list(_sums_of(rows))} from ({values}) v group by tag, g"
    totals = select_list({f"k_{each}": f"sum(s{each})" for each in KNOWN})
    whole = f"select g as known_g, {totals} from ({examples}) v where {known} group by g"
    joined = f"select i.*, k.*, 0 as is_first from ({inside}) i join ({whole}) k on i.g = k.known_g"
    return f"select tag, {select_list(_over_groups(rows))} from ({joined}) b group by tag"
