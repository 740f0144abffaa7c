"""Error measure for detection: boxes without a partner on the other side.

The label is never null here. A null prediction misses every box.
"""

from __future__ import annotations

import ibis.expr.types as ir

from tagline.exceptions import InputError
from tagline.measures.regions import Asked, Shape, unmatched
from tagline.measures.registry import Pair, measure

__all__ = ["unmatched_boxes"]

BOX = Shape(
    many="boxes",
    corners=(
        ("x1", "y1", "x2", "y2"),
        ("xmin", "ymin", "xmax", "ymax"),
        ("x_min", "y_min", "x_max", "y_max"),
        ("left", "top", "right", "bottom"),
    ),
    sizes=(
        ("x", "y", "w", "h"),
        ("x", "y", "width", "height"),
        ("left", "top", "width", "height"),
    ),
)
FORMATS = {None: None, "xywh": "sizes", "xyxy": "corners"}


@measure(
    "boxes without a partner, per box true or predicted",
    kind="bounded",
    first_order=True,
    nested=True,
)
def unmatched_boxes(
    table: ir.Table,
    *,
    iou: float = 0.5,
    format: str | None = None,
    classes: bool = True,
    score: float | None = None,
) -> Pair:
    """Count the boxes that no box of the other side overlaps enough, against all boxes.

    True and predicted boxes of a row are matched one to one, so that as many as possible have a
    partner. A null prediction misses every box of the row, and counts as one error where the row
    has none.

    Parameters
    ----------
    table : ibis Table
        With the columns `label` and `prediction`: lists of structs with the fields x, y, w, h (or
        width, height), or two corners x1, y1, x2, y2 (or xmin ..., left, top, right, bottom), and
        with a class where there are classes (class, type, label, category); or lists of lists of
        four numbers. Either may come as JSON text, as in a CSV file.
    iou : float, default 0.5
        The least intersection over union of two partners, above 0 and at most 1.
    format : {"xywh", "xyxy"}, optional
        What lists of four numbers mean: left, top, width, height, or two corners. The fields of
        structs say so themselves.
    classes : bool, default True
        Whether partners must be of one class, where the boxes have one.
    score : float, optional
        Predicted boxes whose field score (or confidence) is lower or null do not count.

    Returns
    -------
    Pair
        Error: false positives + false negatives; weight: 2 true positives + false positives +
        false negatives, which is the number of boxes on both sides (0 where both are empty).

    Raises
    ------
    InputError
        If a column holds no such lists, or `iou`, `format` or `score` does not fit.

    Notes
    -----
    The rate is 1 - F1 at this overlap, over all boxes of the rows. Source: the recognition quality
    of Kirillov, He, Girshick, Rother and Dollar, *Panoptic segmentation*, 2019,
    doi:10.1109/CVPR.2019.00963; the overlap of Everingham et al., *The Pascal visual object classes
    (VOC) challenge*, 2010, doi:10.1007/s11263-009-0275-4. The challenge matches greedily, by
    score; here the number of partners is the largest possible one. Above an overlap of 0.5 there is
    no choice, unless boxes of one side overlap each other.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable(
    ...     {
    ...         "label": [[{"x": 0, "y": 0, "w": 10, "h": 10}, {"x": 50, "y": 0, "w": 5, "h": 5}]],
    ...         "prediction": [[{"x": 1, "y": 0, "w": 10, "h": 10}]],
    ...     }
    ... )
    >>> pair = unmatched_boxes(iou=0.7).pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().iloc[0].to_list()
    [1, 3]
    """
    if format not in FORMATS:
        raise InputError(f"`format` must be 'xywh' or 'xyxy'. Got {format!r} instead.")
    asked = Asked("unmatched_boxes", BOX, iou, FORMATS[format], classes, score)
    return unmatched(table, asked)
