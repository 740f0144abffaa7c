"""Count anything by tag and by further columns in the engine, the largest counts first.

The same grouping sets as for errors and weights, for what stands behind them: which classes and
which words are confused, and how confident a model was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from tagline.measures.countable import ALL, UNTAGGED, Connection, Countable
from tagline.measures.exploded import exploded
from tagline.measures.levels import by_column, in_chunks, kept, levels_sql, select_list

__all__ = ["cells_by_tag"]


def cells_by_tag(
    connection: Connection,
    rows: Countable,
    aggregates: Mapping[str, str],
    keys: Sequence[str] = (),
    *,
    top: int | None = None,
) -> pa.Table:
    """Count the rows of each tag by some of their columns.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        Its table has the columns `keys`, and those that the aggregates read. Rows may be fewer or
        more than examples: one for each error, say.
    aggregates : mapping from name to SQL aggregate
        Beside ``n``, which is the number of rows unless it is among them.
    keys : sequence of str, default ()
        Columns whose values are counted apart.
    top : int, optional
        Only so many combinations for each tag, those with the largest n; ties by `keys`.

    Returns
    -------
    pyarrow.Table
        With the columns `tag`, `column` (whose level or item the tag is, "" where it is a column
        of its own), `keys`, ``n``, ``total`` (n of the tag, all combinations together) and the
        aggregates; tags in the order of `Counts`, and the largest ``n`` first. A tag without a row
        is not there.

    Raises
    ------
    InputError
        If a column has too many values for tags.
    """
    parts = list(_parts(connection, rows, {"n": "count(*)", **aggregates}, keys, top))
    order = [each for each in parts if each[0] not in _LAST]
    order += [each for last in _LAST for each in parts if each[0] == last]
    tables = [_named(tag, column, part) for tag, column, part in order]
    more = [name for name in aggregates if name != "n"]
    names = ["tag", "column", *keys, "n", "total", *more]
    return pa.concat_tables(tables, promote_options="permissive").select(names)


_LAST = (UNTAGGED, ALL)


def _parts(
    connection: Connection,
    rows: Countable,
    aggregates: Mapping[str, str],
    keys: Sequence[str],
    top: int | None,
) -> Iterator[tuple[str, str, pa.Table]]:
    """Yield a tag, its column and its cells."""
    inner = connection.compile(rows.table)
    values = f"select k.*, true as everything from ({kept(inner)}) k"
    flags = {f"f{place}": name for place, name in enumerate(rows.flags)}
    flags |= {"untagged": UNTAGGED, "everything": ALL}
    names = flags | {f"c{place}": name for place, name in enumerate(rows.categories)}
    for chunk in in_chunks(list(names)):
        sql = _largest(levels_sql(values, chunk, aggregates, keys), chunk, keys, top)
        table = connection.fetch_sql(sql)
        yield "", "", table.slice(0, 0)  # the types, where nothing is counted
        for column, levels, part in by_column(table, {each: names[each] for each in chunk}):
            for level, own in _by_level(levels, part):
                if column not in flags:
                    yield f"{names[column]}={level}", names[column], own
                elif level == "true":
                    yield names[column], "", own
    for each in exploded(rows):
        inner = kept(connection.compile(each.rows))
        sql = _largest(levels_sql(inner, ["tag"], aggregates, keys), ["tag"], keys, top)
        for _, levels, part in by_column(connection.fetch_sql(sql), {"tag": each.column}):
            yield from ((tag, each.column, own) for tag, own in _by_level(levels, part))


def _largest(levels: str, columns: Sequence[str], keys: Sequence[str], top: int | None) -> str:
    """Return SQL for the combinations of each level by their place, up to `top`."""
    marks = [f"in_{column}" for column in columns]
    part = f"partition by {', '.join([*columns, *marks])}"
    order = ", ".join(["n desc", *(f"{key} asc nulls last" for key in keys)])
    more = {
        "total": f"sum(n) over ({part})",
        "place": f"row_number() over ({part} order by {order})",
    }
    sql = f"select l.*, {select_list(more)} from ({levels}) l"
    return sql if top is None else f"select * from ({sql}) p where place <= {int(top)}"


def _by_level(levels: tuple[str, ...], part: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield each level and its cells, by their place."""
    texts = np.array(levels, dtype=object)
    for level in dict.fromkeys(levels):
        yield level, part.filter(pa.array(texts == level)).sort_by("place")


def _named(tag: str, column: str, part: pa.Table) -> pa.Table:
    names = {"tag": tag, "column": column}
    for name, value in names.items():
        values = pa.array([value] * part.num_rows, pa.string())
        if name in part.column_names:
            part = part.drop_columns(name)
        part = part.append_column(name, values)
    return part
