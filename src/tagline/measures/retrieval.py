"""Error measures for ranked lists: reciprocal rank, NDCG and recall among the first k.

`prediction` is a list of ids, best first; `label` says which ids are relevant: one id, a list of
ids, a map from id to grade or a list of structs with the fields id and grade. The label is never
null here. A null prediction finds nothing. A row without a relevant id has weight 0: whatever is
ranked there is neither right nor wrong. An id that is ranked twice counts at its first place; the
second place stays taken.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tagline.measures.ranked_lists import graded_pair, scored
from tagline.measures.registry import Pair, measure

__all__ = ["ndcg", "recall_at_k", "reciprocal_rank"]


@measure("one minus the reciprocal rank of the first relevant", kind="bounded", nested=True)
def reciprocal_rank(table: ir.Table, *, k: int | None = None) -> Pair:
    """Take one minus one over the place of the first relevant id: 1 - MRR.

    Parameters
    ----------
    table : ibis Table
        With a list column `prediction`, best first, and `label`: the relevant id, a list of them,
        or ids with grades (relevant above 0) as a map or as structs with the fields id and grade.
    k : int, optional
        Only the first `k` places count. By default all do.

    Returns
    -------
    Pair
        Error: 1 - 1 / place, 1 where nothing relevant is found; weight 1, and both 0 where
        nothing is relevant.

    Raises
    ------
    InputError
        If `k` is below 1, or a column holds no such lists.

    Notes
    -----
    Source: Voorhees, *The TREC-8 question answering track report*, 1999; the same as 1 minus
    ``recip_rank`` of trec_eval.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [["c"], ["z"]], "prediction": [["a", "c"], ["a", "b"]]})
    >>> reciprocal_rank().pairs(rows).error.to_pyarrow().to_pylist()
    [0.5, 1.0]
    """
    found = scored(table, name="reciprocal_rank", k=k)
    error = ibis.ifelse(found.place > 0, 1 - 1 / found.place.nullif(0), 1.0)
    return graded_pair(found, error, table.label, name="reciprocal_rank")


@measure("one minus NDCG of the first k (10 unless given)", kind="bounded", nested=True)
def ndcg(table: ir.Table, *, k: int = 10, gain: str = "linear") -> Pair:
    """Take one minus the discounted gain of the first k ids against that of the best order.

    Parameters
    ----------
    table : ibis Table
        With a list column `prediction`, best first, and `label`: ids with grades (0 or more, 0 is
        not relevant) as a map or as structs with the fields id and grade; or a list of relevant
        ids, or one id, with grade 1.
    k : int, default 10
        How many places count, at least 1.
    gain : {"linear", "exponential"}, default "linear"
        What a grade g is worth: g, or 2**g - 1.

    Returns
    -------
    Pair
        Error: 1 - DCG / ideal DCG, where DCG is the sum of the gains over log2(place + 1); weight
        1, and both 0 where nothing is relevant. The ideal order is that of the label's grades.

    Raises
    ------
    InputError
        If `k` is below 1, `gain` is another word, or a column holds no such lists.

    Notes
    -----
    Source: Jarvelin and Kekalainen, *Cumulated gain-based evaluation of IR techniques*, 2002,
    doi:10.1145/582415.582418, with the discount of the first places that scikit-learn's
    ``ndcg_score`` and trec_eval use; the exponential gain is that of Burges et al., *Learning to
    rank using gradient descent*, 2005, doi:10.1145/1102351.1102363. A list has an order, so there
    are no ties in it; equal grades are interchangeable.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [["b", "c"]], "prediction": [["a", "b", "c"]]})
    >>> ndcg(k=3).pairs(rows).error.round(4).to_pyarrow().to_pylist()
    [0.3066]
    """
    found = scored(table, name="ndcg", k=k, gain=gain)
    ratio = found.gained / found.ideal.nullif(0)
    at_most_1 = ibis.ifelse(ratio > 1, 1.0, ratio)  # rounding may lift it by its last bit
    return graded_pair(found, 1 - at_most_1, table.label, name="ndcg")


@measure(
    "share of the relevant that is not among the first k (10 unless given)",
    kind="bounded",
    nested=True,
)
def recall_at_k(table: ir.Table, *, k: int = 10) -> Pair:
    """Take the share of the relevant ids that are not among the first k: 1 - recall@k.

    Parameters
    ----------
    table : ibis Table
        With a list column `prediction`, best first, and `label`: the relevant id, a list of them,
        or ids with grades (relevant above 0) as a map or as structs with the fields id and grade.
    k : int, default 10
        How many places count, at least 1.

    Returns
    -------
    Pair
        Error: missed / relevant; weight 1, and both 0 where nothing is relevant. Where more are
        relevant than `k`, the best possible error is above 0.

    Raises
    ------
    InputError
        If `k` is below 1, or a column holds no such lists.

    Notes
    -----
    Source: Manning, Raghavan and Schuetze, *Introduction to Information Retrieval*, 2008, section
    8.4, doi:10.1017/CBO9780511809071; a mean over rows, as in trec_eval's ``recall``.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": [["b", "c"]], "prediction": [["a", "b", "c"]]})
    >>> recall_at_k(k=2).pairs(rows).error.to_pyarrow().to_pylist()
    [0.5]
    """
    found = scored(table, name="recall_at_k", k=k)
    error = 1 - found.found / found.relevant.nullif(0)
    return graded_pair(found, error, table.label, name="recall_at_k")
