"""Count errors and weights by tag in the engine: the one query behind every table of Tagline.

Errors of 0 and 1 with weight 1 on independent rows need whole numbers only, which is the fastest
form that engines offer; everything else takes sums and products. Either way what leaves the engine
is as large as the tags.
"""

from __future__ import annotations

import numpy as np

from tagline.exceptions import InputError
from tagline.measures.binary_counts import binary_sums
from tagline.measures.countable import SILENT, Connection, Countable, Counts
from tagline.measures.family_counts import family_sums
from tagline.measures.moment_counts import moment_sums
from tagline.measures.sums import Sums, moments

__all__ = ["count_tags"]


def count_tags(connection: Connection, rows: Countable) -> Counts:
    """Count a table by its tags.

    Parameters
    ----------
    connection : Connection
        The engine that holds the rows.
    rows : Countable
        The table under its fixed names.

    Returns
    -------
    Counts
        K tags in the order flags, categories, lists, long tags; then (untagged) and (all).

    Raises
    ------
    InputError
        If the data break a rule of the measure, or a column has too many values for tags.
    """
    plain = not rows.weighted and not rows.grouped and not rows.runs
    binary = rows.binary and plain and rows.family is None
    pooled = None
    if rows.family is not None:
        parts, reasons, pooled = family_sums(connection, rows)
    elif binary:
        parts, reasons = binary_sums(connection, rows)
    else:
        parts, reasons = moment_sums(connection, rows)
    for number, sentence in rows.refused.items():
        if reasons.get(number):
            raise InputError(sentence(connection, reasons[number]))
    return _counts(parts, reasons, rows, binary=binary, pooled=pooled)


def _counts(
    parts: list[Sums],
    reasons: dict[int, int],
    rows: Countable,
    *,
    binary: bool,
    pooled: np.ndarray | None,
) -> Counts:
    every = int(parts[-1].rows[0])
    tags = tuple(tag for part in parts for tag in part.tags)
    return Counts(
        tags=tags,
        columns=tuple(part.column for part in parts for _ in part.tags),
        support=_whole([part.rows for part in parts]),
        unknown=_whole([np.full(len(part.tags), every - part.known.rows) for part in parts]),
        answered=_whole([part.answered for part in parts]),
        errors=pooled if pooled is not None else np.concatenate([p.total[:, 0] for p in parts]),
        moments=moments(parts),
        left_out={rows.reasons[each - 1]: reasons[each] for each in sorted(reasons) if each > 0},
        silent=reasons.get(SILENT, 0),
        only_levels=not (rows.flags or rows.lists or rows.long),
        cells=_joined([part.cells for part in parts]),
        weighted=_joined([part.weighted for part in parts]),
        runs=_joined([part.runs for part in parts]),
        binary=binary,
        family=rows.family is not None,
    )


def _whole(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays).astype(np.int64)


def _joined(arrays: list[np.ndarray | None]) -> np.ndarray | None:
    there = [each for each in arrays if each is not None]
    return np.concatenate(there) if there else None
