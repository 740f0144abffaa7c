"""What is wrong, where and what to do: sentences of `analyze_errors` about input it cannot use."""

import datetime as dt

import pyarrow as pa
import pytest

import tagline
from tagline.engine import connect, source
from tagline.exceptions import InputError

ROWS = {
    "y": ["a", "b", "a", "b"],
    "p": ["a", "a", "a", "b"],
    "kind": ["u", "v", "u", "u"],
    "n": [1, 2, 3, 4],
}


def refused(data=ROWS, **options):
    with pytest.raises(InputError) as caught:
        tagline.analyze_errors(data, **{"label": "y", "prediction": "p", **options})
    said = str(caught.value)
    assert "\n" not in said
    assert "tagline_" not in said and "tl_" not in said
    return said


def test_arrays_are_called_by_their_arguments(tmp_path):
    short = "The array `label` must be as long as the data. Got 1 value for 4 rows of the"
    assert short in refused(label=["a"])
    assert short in refused(pa.table(ROWS).to_reader(), label=["a"])
    (tmp_path / "x.csv").write_text("p\na\n")
    assert "`human` must be as long as the data. Got 2 values for 1 row of x.csv" in refused(
        tmp_path / "x.csv", label=["a"], human=["a", "b"]
    )
    assert "The array `label` mixes types: int in row 3 after str" in refused(label=["a", "b", 3])
    assert "'y' holds text and `prediction` holds numbers" in refused(prediction=[1, 2, 3, 4])
    for odd in (3, {"a", "b", "c", "d"}, {"a": 1}, b"y"):
        assert "`label` must be the name of a column or an array. Got" in refused(label=odd)
    with connect() as connection:
        table = connection.table(pa.table(ROWS), "rows")
        assert "so the array `group` cannot be laid beside it" in refused(table, group=[1] * 4)


@pytest.fixture
def odd(tmp_path):
    """A file with one value in each of three columns that makes text of numbers."""
    path = tmp_path / "odd.csv"
    path.write_text('y,p,w,k\n1,2,1,a\n2,n/a,"12,5",b\n3,4,2,a\n')
    return path


@pytest.mark.parametrize(
    ("options", "what", "value"),
    [
        ({"measure": "mae"}, "`label` and `prediction` must be of one type", "n/a"),
        ({}, "'y' holds numbers and 'p' holds text", "n/a"),
        ({"prediction": "y", "label": "k"}, "'k' holds text and 'y' holds numbers", "a"),
        (
            {"label": "y", "prediction": [1, 2, 3], "sample_weight": "w"},
            "`sample_weight` must be a column of numbers. 'w' holds text instead",
            "12,5",
        ),
        (
            {"label": "y", "prediction": [1, 2, 3], "human": "p"},
            "`label` and `human` must be of one type",
            "n/a",
        ),
        ({"label": "k", "prediction": "k2"}, "'k2' that odd.csv does not have", ""),
        (
            {"prediction": [1, 2, 3], "tags": {"big": "w > 3"}},
            "The rule of tag 'big' puts together w, which is text, and 3",
            "12,5",
        ),
        ({"prediction": [1, 2, 3], "where": "w > 3"}, "`where` puts together w", "12,5"),
    ],
)
def test_the_value_that_is_no_number_is_named(odd, options, what, value):
    said = refused(odd, **options)
    assert what in said
    if value:
        row = 1 if value == "a" else 2
        assert f"{value!r} in row {row} of odd.csv" in said


def test_rules_and_tags_name_the_file(odd):
    good = {"prediction": [1, 2, 3]}
    there = "odd.csv does not have. There is y, p, w, k"
    assert there in refused(odd, where="zzz > 3", **good)
    assert there in refused(odd, tags={"x": "zzz > 3"}, **good)
    assert there in refused(odd, tags=["zzz"], **good)
    assert "casts k of odd.csv to int, which 'a' is not: write try_cast" in refused(
        odd, where="cast(k as integer) > 3", **good
    )


def test_no_value_comes_before_the_wrong_type():
    nothing = pa.array([None] * 4, pa.int32())
    assert refused(pa.table({**ROWS, "y": nothing})) == (
        "`label` has no value: 'y' is null in every row of the Arrow table."
    )
    assert "`prediction` has no value: 'p' is null in every row" in refused(
        pa.table({**ROWS, "p": nothing})
    )
    assert "`human` has no value: it is null" in refused(pa.table(ROWS), human=nothing)


def test_unknown_examples_are_missing_from_what_the_data_are_called():
    tags = {"example_id": [1, 9], "tag": ["dark", "dark"]}
    with connect() as connection:
        table = connection.table(pa.table({**ROWS, "example_id": [1, 2, 3, 4]}), "rows")
        said = refused(source(table, called="the run 'first'"), tags=pa.table(tags))
    assert "names example_id 9, which the run 'first' does not have" in said


@pytest.mark.parametrize(
    ("columns", "options", "sentence"),
    [
        ({"y": [{"a": 1}] * 4}, {}, "'y' holds structures instead: give the part that you mean"),
        ({"y": [["a"]] * 4}, {}, "'y' holds lists and 'p' holds text"),
        ({"p": [["a"]] * 4}, {}, "'accuracy' does not compare text in 'y' with the lists in 'p'"),
        ({"p": [dt.date(2026, 1, 1)] * 4}, {}, "'y' holds text and 'p' holds dates"),
        ({"w": ["1"] * 4}, {"sample_weight": "w"}, "'w' holds text instead: convert them"),
        ({"w": [True] * 4}, {"sample_weight": "w"}, "'w' holds true or false instead"),
        ({"h": [1] * 4}, {"human": "h"}, "'y' holds text and 'h' holds numbers"),
        ({}, {"human": "0,05"}, "A rate is a number without quotes: 0.05"),
        ({"example_id": [1, None, 2, 3]}, {}, "The dictionary has 1 row without 'example_id' (of"),
        ({"a\0b": [1] * 4}, {}, "holds a character that is no text: rename it"),
        ({"\udc80": [1] * 4}, {}, "holds a character that is no text: rename it"),
    ],
)
def test_columns_that_do_not_fit(columns, options, sentence):
    assert sentence in refused({**ROWS, **columns}, **options)


@pytest.mark.parametrize("name", ['a"b', "a'b", "a\nb", "x; drop table y; --", "*", "label", "{}"])
def test_a_column_may_have_any_name(name):
    result = tagline.analyze_errors(
        {**ROWS, name: [True, False] * 2}, label="y", prediction="p", tags=[name]
    )
    assert result.tags[0].tag == name


def test_names_are_near_whatever_their_case():
    assert "Did you mean 'kind'?" in refused(group="KIND")


@pytest.mark.parametrize("measure", ["mae", "rmse"])
@pytest.mark.parametrize("value", [float("inf"), -float("inf"), 1e308])
def test_an_error_without_end_is_refused(measure, value):
    rows = {"y": [1.0, 2.0, 3.0], "p": [1.0, value, 2.0], "t": ["a", "a", "b"]}
    said = refused(rows, measure=measure)
    assert "must give a finite error of 0 or more. It does not on 1 row" in said
    assert said.endswith(f". 'y' holds 2.0 and 'p' holds {value} in row 2 of the dictionary.")


def test_a_function_that_was_not_registered_is_no_measure():
    def late(table):
        return table.y

    assert "The function 'late' is no measure: put `@tagline.measures.measure" in refused(
        measure=late
    )


def test_a_table_of_tags_is_named_by_its_file(tmp_path):
    (tmp_path / "tags.csv").write_text("example_id,tag\nz,dim\n")
    rows = {"example_id": list("abcd"), **ROWS}
    assert "The table of tags (tags.csv) names example_id 'z'" in refused(
        rows, tags=source(tmp_path / "tags.csv")
    )


def test_errors_outside_all_tags_are_not_called_nothing():
    rows = {"y": [1, 0, 1, 1], "p": [1, 1, 0, 1], "t": [True, False, False, True]}
    line = tagline.analyze_errors(rows, label="y", prediction="p", tags="t").headline
    assert line == (
        "No tag holds an error; all data have an error rate of 50.0 %: name tags for what goes"
        " wrong there."
    )


def test_rows_without_a_tag_are_not_counted_where_there_are_only_levels():
    rows = tagline.analyze_errors(ROWS, label="y", prediction="p", tags="kind").rows
    rest = next(row for row in rows if row.tag == "(untagged)")
    assert rest.note.startswith("not counted: only boolean, rule and list tags can be missing")


@pytest.mark.parametrize("size", [-1.0, float("nan"), float("inf")])
def test_boxes_and_spans_have_a_size(size):
    boxes = [[{"x": 0.0, "y": 0.0, "w": size, "h": 1.0}], []]
    options = {"label": "y", "prediction": "p", "tags": ["dim"]}
    good = [[{"x": 0.0, "y": 0.0, "w": 1.0, "h": 1.0}]] * 2
    data = {"y": boxes, "p": good, "dim": [True, False]}
    said = refused(data, **options, measure="unmatched_boxes")
    assert "needs 4 finite numbers for each of the boxes, none of negative size" in said
    assert ". 'y' holds [{" in said and "in row 1 of the dictionary" in said
    spans = [[{"start": 0.0, "duration": size}], []]
    good = [[{"start": 0.0, "duration": 1.0}]] * 2
    said = refused({**data, "y": spans, "p": good}, **options, measure="unmatched_spans")
    assert "needs 2 finite numbers for each of the spans" in said
