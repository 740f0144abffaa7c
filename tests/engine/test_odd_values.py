"""The value that made text of a column of numbers is named, and a cast that fails."""

import ibis
import pyarrow as pa
import pytest

from tagline.engine import connect, describe, known_values, odd_number, source, translate
from tagline.exceptions import InputError

COLUMN = ["1", " 2.5 ", None, "12,5", "n/a", "1e3", "-7", "8", "9"]


def test_the_first_odd_value_is_named_with_its_row(tmp_path):
    (tmp_path / "w.csv").write_text("w\n" + "1\n" * 70_000 + "n/a\n" + "2\n" * 70_000)
    with source(tmp_path / "w.csv").open() as (_, table):
        assert odd_number(table.w) == (
            " 'n/a' in row 70,001 of w.csv is no number: correct it, or leave it empty."
        )
    with source({"w": COLUMN}).open() as (_, table):
        assert " '12,5' in row 4 of the dictionary is no number (and 1 more)" in odd_number(table.w)


def test_a_column_of_words_is_not_one_odd_value():
    with source({"w": ["a", "b", "3"]}).open() as (_, table):
        assert odd_number(table.w) == (
            " 2 of 3 values are no numbers, such as 'a' in row 1 of the dictionary: convert the"
            " column, or name another."
        )
    with source({"w": ["1", "2"], "n": [1, 2]}).open() as (_, table):
        assert (odd_number(table.w), odd_number(table.n)) == ("", "")


def test_data_without_an_order_of_rows_have_no_row(engine):
    with connect(engine) as connection:
        table = connection.table(pa.table({"w": COLUMN}), "words")
        assert odd_number(table.w) == (
            " '12,5' of the data is no number (and 1 more): correct it, or leave it empty."
        )
        with source(table, called="the run 'first'").open() as (_, opened):
            assert describe(opened.filter(opened.w.notnull())) == "the run 'first'"
            assert "'12,5' of the run 'first' is" in odd_number(opened.w)
        assert known_values(table.w) == 8
    assert odd_number(ibis.table({"w": "string"}, name="nowhere").w) == ""


def test_a_source_is_a_source(tmp_path):
    with connect() as connection:
        table = connection.table(pa.table({"w": [1]}), "words")
        first = source(table, called="the run 'first'")
        again = source(first)
        assert again.describe == "the run 'first'"
        with pytest.raises(InputError, match=r"The run 'first' has no order .* array `label`"):
            source(first, columns={"tagline_label": [1]})
    frame = source({"w": [1]})
    assert source(frame) is frame


RULES = {
    "w > 3": "and 3, which is a number (in 'w > 3'). '12,5' in row 4 of the dictionary is no",
    "abs(w) > 3": "a number where w is text (in 'abs(w) > 3'). '12,5' in row 4 of the dictionary",
    "w like '1%'": "",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_over_such_a_column(rule):
    with source({"w": COLUMN}).open() as (_, table):
        if not RULES[rule]:
            translate(rule, table, what="`where`")
            return
        with pytest.raises(InputError) as caught:
            translate(rule, table, what="`where`")
    assert RULES[rule] in str(caught.value)


CASTS = {
    "cast(k as integer) > 3": "`where` casts k of the dictionary to int, which 'u: x' is not",
    "lower(k)::double > 3": "casts LOWER(k) of the dictionary to double, which 'u: x' is not",
    "cast(k as boolean)": "`where` casts k of the dictionary to boolean, which 'u: x' is not",
    "cast(k as date) > '2020-01-01'": "k of the dictionary to date, which 'u: x' is not",
}


@pytest.mark.parametrize("rule", CASTS)
def test_a_cast_that_fails_names_the_rule_and_the_value(rule, engine):
    with source({"k": ["u: x"]}, engine=engine).open() as (connection, table):
        chosen = translate(rule, table, what="`where`")
        with pytest.raises(InputError) as caught:
            connection.fetch(table.filter(chosen))
    assert CASTS[rule] in str(caught.value)
    assert str(caught.value).endswith(": write try_cast, which gives null there.")
    assert "tagline" not in str(caught.value)


def test_rules_that_hold_nothing():
    with source({"k": ["u"]}).open() as (_, table):
        for rule, sentence in {"k in ()": "no values between the", "k = '\0'": "NUL"}.items():
            with pytest.raises(InputError, match=sentence):
                translate(rule, table, what="`where`")
