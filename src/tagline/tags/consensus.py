"""From what several people decided to one answer for each example and tag: yes, no or unknown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tagline.schema.relations import EXAMPLE_ID

__all__ = ["agreed"]


def agreed(decisions: pa.Table, tags: Sequence[str]) -> pa.Table:
    """Return one row for each example that somebody decided, with a column for each tag.

    The answer is that of most people who decided; where as many say yes as no it is unknown, as it
    is where nobody looked.

    Parameters
    ----------
    decisions : pyarrow.Table
        `example_id`, `tag`, `person`, `value`; see `tagline.store.Tagging.decisions`.
    tags : sequence of str
        The columns that are wanted.

    Returns
    -------
    pyarrow.Table
        `example_id` and a boolean column with nulls for each tag.

    Examples
    --------
    >>> said = {"example_id": ["a", "a", "b"], "tag": ["dim"] * 3, "value": [True, False, True]}
    >>> agreed(pa.table(said), ["dim"]).to_pylist()
    [{'example_id': 'a', 'dim': None}, {'example_id': 'b', 'dim': True}]
    """
    examples = pc.unique(decisions[EXAMPLE_ID])
    score = _scores(decisions, examples, tags)
    columns = {EXAMPLE_ID: examples.cast(pa.string())}
    for place, tag in enumerate(tags):
        columns[tag] = pa.array(score[:, place] > 0, mask=score[:, place] == 0)
    return pa.table(columns)


def _scores(decisions: pa.Table, examples: pa.Array, tags: Sequence[str]) -> NDArray[np.int32]:
    """Return yes less no votes, of shape (n_examples, n_tags)."""
    rows = pc.index_in(decisions[EXAMPLE_ID], examples)
    columns = pc.index_in(decisions["tag"], pa.array(tags, pa.string()))
    known = columns.is_valid().to_numpy(zero_copy_only=False)
    votes = np.where(decisions["value"].to_numpy(zero_copy_only=False).astype(bool), 1, -1)
    score = np.zeros((len(examples), len(tags)), dtype=np.int32)
    place = (_whole(rows)[known], _whole(columns)[known])
    np.add.at(score, place, votes[known].astype(np.int32))
    return score


def _whole(codes: pa.ChunkedArray) -> NDArray[np.int64]:
    return np.asarray(codes.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)
