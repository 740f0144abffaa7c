"""Error measure for spans of text, audio or time: spans without a partner on the other side.

The label is never null here. A null prediction misses every span.
"""

from __future__ import annotations

import ibis.expr.types as ir

from tagline.measures.regions import Asked, Shape, unmatched
from tagline.measures.registry import Pair, measure

__all__ = ["unmatched_spans"]

SPAN = Shape(
    many="spans",
    corners=(("start", "end"), ("begin", "end"), ("start_char", "end_char"), ("onset", "offset")),
    sizes=(("start", "length"), ("start", "duration"), ("onset", "duration")),
)


@measure(
    "spans without a partner, per span true or predicted",
    kind="bounded",
    first_order=True,
    nested=True,
)
def unmatched_spans(
    table: ir.Table, *, iou: float = 1.0, classes: bool = True, score: float | None = None
) -> Pair:
    """Count the spans that no span of the other side equals (or overlaps enough), against all.

    True and predicted spans of a row are matched one to one, so that as many as possible have a
    partner. A null prediction misses every span of the row, and counts as one error where the row
    has none.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`: lists of structs with the fields start and end
        (or length, duration), and with a type where there are types (class, type, label,
        category); or lists of pairs [start, end]. Either may come as JSON text, as in a CSV file.
    iou : float, default 1.0
        The least intersection over union of two partners; 1 asks for the same start and end. For
        less, `end` is the first place behind the span, as in Python.
    classes : bool, default True
        Whether partners must be of one type, where the spans have one.
    score : float, optional
        Predicted spans whose field score (or confidence) is lower or null do not count.

    Returns
    -------
    Pair
        Error: false positives + false negatives; weight: 2 true positives + false positives +
        false negatives, which is the number of spans on both sides (0 where both are empty).

    Raises
    ------
    InputError
        If a column holds no such lists, or `iou` or `score` does not fit.

    Notes
    -----
    The rate is 1 - F1 over all spans of the rows. Source: the exact match of entities in Tjong Kim
    Sang and De Meulder, *Introduction to the CoNLL-2003 shared task*, 2003,
    doi:10.3115/1119176.1119195, pooled over the types. The same span given twice counts twice.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable(
    ...     {
    ...         "label": [[{"start": 0, "end": 5, "type": "PER"}]],
    ...         "prediction": [[{"start": 0, "end": 4, "type": "PER"}]],
    ...     }
    ... )
    >>> pair = unmatched_spans().pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().iloc[0].to_list()
    [2, 2]
    >>> unmatched_spans(iou=0.5).pairs(rows).error.to_pyarrow().to_pylist()
    [0]
    """
    asked = Asked("unmatched_spans", SPAN, iou, "corners", classes, score)
    return unmatched(table, asked)
