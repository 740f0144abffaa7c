"""Charts of values with intervals: what is drawn, what is cut off, and that no colour is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.display.interval_charts import IntervalRows
from tagline.display.interval_records import distinct, interval_domain, interval_fields

RECORDS = [
    {"name": "a", **interval_fields("rate", 0.1, 0.05, 0.2, percent=True)},
    {"name": "b", **interval_fields("rate", 0.2, 0.1, 0.4, percent=True)},
    {"name": "c", **interval_fields("rate", 0.1, None, None, percent=True)},
    {"name": "d", **interval_fields("rate", None, None, None, percent=True)},
]


def frame(**more):
    return IntervalRows.of(RECORDS, ["rate"], "rate, %", {"name": "tag"}, **more)


def layers(rows, made):
    return rows.chart(made).to_dict()["layer"]


def values(layer):
    (records,) = layer["datasets"].values()
    return [each["name"] for each in records]


def test_a_value_is_a_dot_and_its_interval_a_line():
    rows = frame()
    line, dots = (each.to_dict() for each in rows.intervals(RECORDS, "rate"))
    assert (line["mark"]["type"], dots["mark"]["type"]) == ("rule", "point")
    assert (values(line), values(dots)) == (["a", "b"], ["a", "b", "c"])
    assert dots["encoding"]["y"]["scale"]["domain"] == ["a", "b", "c", "d"]


def test_what_lies_beyond_the_scale_has_an_arrow_there():
    rows = IntervalRows(["a", "b", "c", "d"], "rate, %", (6.0, 15.0))
    *_, left, right = (each.to_dict() for each in rows.intervals(RECORDS, "rate"))
    assert left["mark"]["shape"], right["mark"]["shape"] == ("triangle-left", "triangle-right")
    assert (values(left), values(right)) == (["a"], ["a", "b"])
    assert (left["encoding"]["x"]["datum"], right["encoding"]["x"]["datum"]) == (6, 15)


def test_few_records_can_set_the_scale_for_all():
    assert frame(scale_by=RECORDS[:1]).domain[1] < frame().domain[1] < frame(also=[90]).domain[1]


def test_no_mark_names_a_colour():
    rows = frame()
    made = [
        rows.band(-1, 1), *rows.line(0), *rows.line(5, style="people", label="people"),
        *rows.intervals(RECORDS, "rate"),
    ]  # fmt: skip
    for layer in layers(rows, made):
        assert not {"color", "fill", "stroke"} & set(layer["mark"])
        assert layer["mark"]["style"] in {"name", "people", "model", "model-interval"}


def test_without_records_there_is_a_chart_all_the_same():
    rows = IntervalRows.of([], ["rate"], "rate", {})
    assert len(layers(rows, rows.intervals([], "rate"))) == 1


numbers = st.none() | st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(numbers, numbers, numbers)))
def test_a_scale_holds_0_and_every_value(rows):
    points, lows, highs = zip(*rows, strict=True) if rows else ((), (), ())
    low, high = interval_domain(points, lows, highs)
    assert low <= 0 <= high
    assert low < high
    assert all(low <= point <= high for point in points if point is not None)


@pytest.mark.parametrize("many", [4, 40])
def test_one_row_that_knows_little_does_not_flatten_the_others(many):
    _, high = interval_domain([10.0] * many, [8.0] * many, [12.0] * (many - 1) + [100.0])
    assert high < 20


def test_names_that_were_cut_alike_stay_apart():
    assert distinct(["x", "y", "x"]) == ["x (1)", "y", "x (3)"]
