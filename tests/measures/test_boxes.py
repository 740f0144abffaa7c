"""Boxes and spans inside the engines: how they may be written, and what is refused."""

import json

import ibis
import numpy as np
import pyarrow as pa
import pytest

import tagline
from tagline.engine import connect
from tagline.exceptions import InputError
from tagline.measures import find_measure, unmatched_boxes, unmatched_spans

SIZES = [[10.0, 20.0, 4.0, 5.0], [0.0, 0.0, 2.0, 2.0]]
NEAR = [[10.0, 20.0, 4.0, 4.5], [50.0, 0.0, 2.0, 2.0]]


def to_corners(box):
    return [box[0], box[1], box[0] + box[2], box[1] + box[3]]


def named(boxes, names):
    return [dict(zip(names, box, strict=True)) for box in boxes]


def sums(measure, rows):
    pair = find_measure(measure).pairs(rows)
    found = rows.aggregate(e=pair.error.sum(), w=pair.weight.sum()).to_pyarrow().to_pylist()[0]
    return found["e"], found["w"]


@pytest.mark.parametrize(
    ("measure", "write"),
    [
        ("unmatched_boxes", lambda b: named([b], ("x", "y", "w", "h"))[0]),
        ("unmatched_boxes", lambda b: named([b], ("X", "Y", "Width", "Height"))[0]),
        ("unmatched_boxes", lambda b: named([to_corners(b)], ("xmin", "ymin", "xmax", "ymax"))[0]),
        (
            "unmatched_boxes",
            lambda b: named([to_corners(b)], ("left", "top", "right", "bottom"))[0],
        ),
        ("unmatched_boxes(format='xywh')", lambda b: b),
        ("unmatched_boxes(format='xyxy')", to_corners),
    ],
)
def test_every_way_to_write_boxes_counts_the_same(measure, write):
    label, prediction = ([write(box) for box in side] for side in (SIZES, NEAR))
    rows = ibis.memtable({"label": [label], "prediction": [prediction]})
    assert sums(measure, rows) == (2, 4)


def test_partners_are_of_one_class_unless_classes_do_not_matter():
    def boxes(*classes):
        return [{"x": 0, "y": 0, "w": 2, "h": 2, "class": each} for each in classes]

    rows = ibis.memtable(
        {"label": [boxes("dog"), boxes("dog", "cat")], "prediction": [boxes("cat"), boxes("cat")]}
    )
    assert sums("unmatched_boxes", rows) == (3, 5)
    assert sums("unmatched_boxes(classes=False)", rows) == (1, 5)


def test_boxes_with_a_low_score_do_not_count():
    box = {"start": 0, "end": 2}
    said = [box | {"score": 0.9}, box | {"score": 0.2}, box | {"score": None}]
    rows = ibis.memtable({"label": [[box]], "prediction": [said]})
    assert sums("unmatched_spans", rows) == (2, 4)
    assert sums("unmatched_spans(score=0.5)", rows) == (0, 2)


def test_an_analysis_by_tag_reads_nested_columns(engine):
    rng = np.random.default_rng(5)
    boxes = [
        [{"x": float(x), "y": 0.0, "w": 3.0, "h": 3.0} for x in rng.integers(0, 40, size)]
        for size in rng.integers(0, 4, 60)
    ]
    tag = np.arange(60) % 3 == 0
    said = [None if place % 20 == 1 else row[:2] for place, row in enumerate(boxes)]
    found = tagline.analyze_errors(
        pa.table({"label": boxes, "prediction": said, "dim": tag}),
        label="label",
        prediction="prediction",
        tags=["dim"],
        measure="unmatched_boxes",
        engine=engine,
    ).to_dict()

    def expected(label, prediction):
        if prediction is None:
            return max(len(label), 1), max(len(label), 1)
        return len(label) - len(prediction), len(label) + len(prediction)

    errors = np.array([expected(*row) for row in zip(boxes, said, strict=True)])
    assert [found["errors"], found["weight"]] == errors.sum(axis=0).tolist()
    (row,) = [each for each in found["tags"] if each["tag"] == "dim"]
    assert row["error_rate"] == pytest.approx(
        errors[tag, 0].sum() / errors[tag, 1].sum(), rel=1e-12
    )


@pytest.mark.parametrize(
    "box", [{"x": 0.0, "y": 0.0, "w": -1.0, "h": 1.0}, {"x": np.nan, "y": 0.0, "w": 1.0, "h": 1.0}]
)
def test_a_box_of_negative_size_is_refused_in_one_sentence(engine, box):
    good = {"x": 0.0, "y": 0.0, "w": 1.0, "h": 1.0}
    table = pa.table({"y": [[good], [box], [good]], "said": [[good]] * 3, "t": [True, False, True]})
    with pytest.raises(InputError) as caught:
        tagline.analyze_errors(
            table,
            label="y",
            prediction="said",
            tags=["t"],
            measure="unmatched_boxes",
            engine=engine,
        )
    said = str(caught.value)
    assert said.startswith(
        "The measure 'unmatched_boxes' needs 4 finite numbers for each of the boxes, none of"
        " negative size. 'y' holds [{'x': "
    )
    assert said.count("\n") == 0
    if engine == "duckdb://":
        assert "in row 2 of the Arrow table: correct them, or take them out." in said


@pytest.mark.parametrize("write", [json.dumps, repr])
def test_boxes_as_text_count_like_boxes(engine, write):
    """A CSV file has no lists: the text is read as JSON, also as Python prints lists."""
    boxes = [
        [{"x": 0, "y": 0.5, "w": 4, "h": 4, "class": "dog"}],
        [],
        [{"x": 1, "y": 1, "w": 2, "h": 2, "class": "cat"}] * 2,
    ]
    said = [boxes[0], boxes[2], None]

    def rate(change):
        return tagline.analyze_errors(
            pa.table(
                {
                    "y": list(map(change, boxes)),
                    "p": [s if s is None else change(s) for s in said],
                    "t": [True, False, True],
                }
            ),
            label="y",
            prediction="p",
            tags=["t"],
            measure="unmatched_boxes",
            engine=engine,
        ).to_dict()

    lists, texts = rate(lambda each: each), rate(write)
    assert texts["tags"] == lists["tags"]
    assert (lists["errors"], lists["weight"]) == (4, 6)


def test_lists_of_numbers_as_text_and_empty_columns():
    rows = ibis.memtable({"label": ["[[0, 0, 2, 2]]", "[]"], "prediction": ["[]", ""]})
    assert sums("unmatched_boxes(format='xywh')", rows) == (1, 1)
    box = {"x": 0, "y": 0, "w": 2, "h": 2}
    rows = ibis.memtable(
        pa.table({"label": [[box], []], "prediction": pa.array([[], []], pa.list_(pa.string()))})
    )
    assert sums("unmatched_boxes", rows) == (1, 1)


def test_text_that_is_no_json_is_refused_where_it_stands(engine):
    box = '[{"x": 0, "y": 0, "w": 2, "h": 2}]'
    for broken in (box[:-2], "no boxes"):
        table = pa.table({"y": [box, broken], "p": [box, box], "t": [True, False]})
        with pytest.raises(InputError, match="reads text as JSON"):
            tagline.analyze_errors(
                table,
                label="y",
                prediction="p",
                tags=["t"],
                measure="unmatched_boxes",
                engine=engine,
            )
    with pytest.raises(
        InputError, match=r"reads text in `label` as JSON: lists such as .* Got 'no box'"
    ):
        sums("unmatched_boxes", ibis.memtable({"label": ["no box"], "prediction": [box]}))


BOX = "array<struct<x: float64, y: float64, w: float64, h: float64>>"
SPAN = "array<struct<start: int64, end: int64>>"


@pytest.mark.parametrize(
    ("measure", "label", "prediction", "said"),
    [
        (unmatched_boxes(), "string", BOX, "needs lists of boxes in `label`: structs with the"),
        (unmatched_boxes(), BOX, "array<float64>", "in `prediction`: structs with the fields"),
        (unmatched_boxes(), BOX, "array<struct<x: int64>>", "Got the fields x instead"),
        (unmatched_boxes(), BOX, "array<array<float64>>", "say format='xywh'"),
        (unmatched_boxes(iou=0), BOX, BOX, "`iou` must be a number above 0 and at most 1. Got 0"),
        (unmatched_boxes(iou=True), BOX, BOX, "`iou` must be a number"),
        (unmatched_boxes(format="yolo"), BOX, BOX, "`format` must be 'xywh' or 'xyxy'"),
        (unmatched_boxes(score=0.5), BOX, BOX, "with the field score"),
        (unmatched_spans(), "array<array<string>>", SPAN, "lists of 2 numbers"),
        (
            unmatched_spans(),
            SPAN,
            f"{SPAN[:-2]}, type: string>>",
            "a class in `prediction` and none",
        ),
    ],
)
def test_what_is_no_list_of_boxes_is_refused_before_anything_runs(measure, label, prediction, said):
    rows = ibis.table({"label": label, "prediction": prediction}, name="rows")
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        measure.pairs(rows)


def test_other_measures_still_refuse_structs():
    table = pa.table({"y": [[{"a": 1}]] * 4, "said": [[{"a": 1}]] * 4, "t": [True] * 4})
    with pytest.raises(InputError, match="holds structures"):
        tagline.analyze_errors(table, label="y", prediction="said", tags=["t"])


def test_more_rows_than_a_batch_come_back_in_their_order():
    label = [[[0.0, float(place)]] * (place % 4) for place in range(5000)]
    said = [[[0.0, float(place)]] * (place % 3) if place % 7 else None for place in range(5000)]
    with connect() as connection:
        rows = connection.table(
            pa.table({"row": range(5000), "label": label, "prediction": said}), "rows"
        )
        pair = unmatched_spans().pairs(rows)
        found = connection.fetch(rows.select("row", error=pair.error)).sort_by("row")
    expected = [max(p % 4, 1) if said[p] is None else abs(p % 4 - p % 3) for p in range(5000)]
    assert found["error"].to_pylist() == expected
