"""What stands out in a cluster: words and values of columns, by lift with a test; no error is read.

Both halves are read, for the inputs alone: nothing here decides what is proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from tagline import stats
from tagline.engine import Connection
from tagline.error_analysis.slices.clusters import Cluster, Trait
from tagline.error_analysis.slices.coding import level_of
from tagline.error_analysis.slices.columns import Surveyed
from tagline.error_analysis.slices.membership import Clustered
from tagline.error_analysis.slices.rules import identifier, literal

__all__ = ["described"]

SURE = 0.01  # q of a trait
LIFT = 1.25  # at least so much more frequent than in all
MOST = 5  # traits of a cluster
FEWEST = 5  # rows of a cluster with a word
WORDS = 500  # words of a column that are compared for a cluster, the most frequent
_NO_WORD = r"[^\p{L}\p{N}']+"


def described(
    connection: Connection,
    rows: ir.Table,
    found: Clustered,
    numbers: Sequence[int],
    surveyed: Surveyed,
    *,
    places: dict[str, str],
) -> list[Cluster]:
    """Describe some clusters of an embedding.

    Parameters
    ----------
    connection : Connection
    rows : ibis Table
        Those that count, with the number of the cluster as `k` and the columns of `places`.
    found : Clustered
    numbers : sequence of int
        Of the clusters.
    surveyed : Surveyed
        The columns to describe by; of those left out, the ones of text are read word by word.
    places : dict
        From the name of a column to that in `rows`.

    Returns
    -------
    list of Cluster
    """
    rows = rows.filter(rows.k.notnull())
    sizes = connection.fetch(rows.group_by("k").agg(n=rows.count()))
    size = {row["k"]: row["n"] for row in sizes.to_pylist()}
    whole = sum(size.values())
    seen: dict[int, list[tuple[str, int, int]]] = {each: [] for each in numbers}
    for number, what, inside, everywhere in (
        *_of_levels(connection, rows, numbers, surveyed, places),
        *_of_words(connection, rows, numbers, surveyed, places),
    ):
        seen[number].append((what, inside, everywhere))
    rules = {level.value: level.rule for level in found.column.levels}
    return [
        Cluster(
            name=rules[each],
            column=found.embedding.column,
            method=found.embedding.method,
            clusters=len(found.column.levels),
            support=size.get(each, 0),
            traits=_traits(seen[each], size.get(each, 0), whole),
            nearest=found.nearest.get(each, ()),
        )
        for each in numbers
    ]


def _traits(seen: Sequence[tuple[str, int, int]], size: int, whole: int) -> tuple[Trait, ...]:
    """Return what is surely more frequent among `size` of `whole` rows."""
    if not seen:
        return ()
    tails = [stats.hypergeometric_tail(inside, size, n, whole) for _, inside, n in seen]
    q = stats.benjamini_hochberg(np.array(tails))
    found = []
    for (what, inside, everywhere), own in zip(seen, q, strict=True):
        common = everywhere / whole
        share = inside / size
        # p of many rows is 0: the z score tells the surest among them
        z = (share - common) / np.sqrt(max(common * (1 - common), 1e-12) / size)
        if own <= SURE and share >= LIFT * common:
            found.append((-z, Trait(what, share, common, share / common, float(own))))
    return tuple(trait for _, trait in sorted(found, key=lambda each: (each[0], each[1].what)))[
        :MOST
    ]


def _of_levels(
    connection: Connection,
    rows: ir.Table,
    numbers: Sequence[int],
    surveyed: Surveyed,
    places: dict[str, str],
) -> Iterator[tuple[int, str, int, int]]:
    """Yield (cluster, condition, rows there, rows everywhere) for each level of each column."""
    for column in surveyed.columns:
        own = rows.select(k=rows.k, level=level_of(rows[places[column.name]], column))
        counts = connection.fetch(own.group_by("k", "level").agg(n=own.count())).to_pylist()
        rules = {
            i if column.edges else level.value: level.rule for i, level in enumerate(column.levels)
        }
        every: Counter[Any] = Counter()
        for row in counts:
            every[row["level"]] += row["n"]
        for row in counts:
            if row["k"] in numbers and row["level"] in rules:
                yield row["k"], rules[row["level"]], row["n"], every[row["level"]]


def _of_words(
    connection: Connection,
    rows: ir.Table,
    numbers: Sequence[int],
    surveyed: Surveyed,
    places: dict[str, str],
) -> Iterator[tuple[int, str, int, int]]:
    """Yield the same for each frequent word of each column of text that makes no levels."""
    texts = [name for name in surveyed.left_out if rows[places[name]].type().is_string()]
    for name in texts:
        text = rows[places[name]].lower()
        words = rows.select(k=rows.k, word=text.re_split(_NO_WORD).unique())
        every = words.select(k=words.k, word=words.word.unnest())
        every = every.filter(every.word != "")
        inside = {f"n{number}": (every.k == number).sum() for number in numbers}
        counted = every.group_by("word").agg(n=every.count(), **inside)
        for number in numbers:
            there = counted[f"n{number}"]
            frequent = counted.filter(there >= FEWEST).order_by(ibis.desc(there), "word")
            table = connection.fetch(frequent.limit(WORDS).select("word", "n", here=there))
            for row in table.to_pylist():
                said = f"{literal(row['word'])} in {identifier(name)}"
                yield number, said, row["here"], row["n"]
