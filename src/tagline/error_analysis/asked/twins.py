"""Tags on the very same examples, such as those of two columns that say the same in other words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np

from tagline.engine import Connection
from tagline.error_analysis.asked.having import has_tag
from tagline.error_analysis.asked.preparing import Prepared
from tagline.measures.countable import COUNTS, Counts

__all__ = ["same_examples"]

_LEAST = 0.001  # of the rows have a tag of its own column; below, equal counts are often chance
_BASES = 2  # (untagged) and (all)
_MOST = 100  # pairs that are looked at

Pair = tuple[int, int]


def same_examples(connection: Connection, prepared: Prepared, counts: Counts) -> dict[str, str]:
    """Find tags on the same examples as another; the data are read only where the counts agree.

    Parameters
    ----------
    connection : Connection
    prepared : Prepared
    counts : Counts

    Returns
    -------
    dict
        From a tag to the first one, in the order of the counts, that is on the same examples.
    """
    pairs = _candidates(counts, set(prepared.countable.categories))[:_MOST]
    if not pairs:
        return {}
    chosen = sorted({place for pair in pairs for place in pair})
    has = {f"has{n}": has_tag(prepared, counts.tags[n], counts.columns[n]) for n in chosen}
    held = prepared.table.filter(prepared.columns["reason"] <= COUNTS).select(**has)
    both = {f"n{i}_{j}": (held[f"has{i}"] & held[f"has{j}"]).sum() for i, j in pairs}
    found = connection.fetch(held.aggregate(**both)).to_pylist()[0]
    same: dict[str, str] = {}
    for i, j in pairs:
        if found[f"n{i}_{j}"] == counts.support[i] and counts.tags[i] not in same:
            same.setdefault(counts.tags[j], counts.tags[i])
    return same


def _candidates(counts: Counts, categories: set[str]) -> list[Pair]:
    """Return pairs of tags with the same counts, those with the most examples first.

    Of two columns of levels all levels must agree, else chance would cost a look at the data.
    """
    levels: dict[str, list[int]] = {}
    for place, column in enumerate(counts.columns[:-_BASES]):
        if column in categories and counts.support[place]:
            levels.setdefault(column, []).append(place)
    alike = [
        pair
        for one, other in combinations(levels.values(), 2)
        if sorted(_key(counts, each) for each in one)
        == sorted(_key(counts, each) for each in other)
        for pair in _matched(counts, [*one, *other])
        if counts.columns[pair[0]] != counts.columns[pair[1]]
    ]
    most = counts.support[:-_BASES] >= max(_LEAST * counts.support[-1], 1)
    alone = [
        (i, j)
        for i, j in _matched(counts, np.flatnonzero(most).tolist())
        if counts.columns[i] not in categories or counts.columns[j] not in categories
    ]
    pairs = dict.fromkeys([*alike, *alone])
    return sorted(pairs, key=lambda pair: (-int(counts.support[pair[0]]), pair))


def _matched(counts: Counts, places: Iterable[int]) -> list[Pair]:
    by_counts: dict[tuple[int, float], list[int]] = {}
    for place in sorted(places):
        by_counts.setdefault(_key(counts, place), []).append(place)
    return [pair for some in by_counts.values() for pair in combinations(some, 2)]


def _key(counts: Counts, place: int) -> tuple[int, float]:
    return int(counts.support[place]), round(float(counts.errors[place]), 9)
