from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pyarrow as pa
import pytest

from tagline.engine import source, translate
from tagline.engine.rules import FUNCTIONS
from tagline.exceptions import InputError

TABLE = pa.table(
    {
        "n": [1, 2, None, -7],
        "f": [0.5, 2.5, None, -1.5],
        "device": ["a", "B", None, "it's"],
        "flag": [True, False, None, True],
        "day": [dt.date(2024, 2, 29), dt.date(2024, 3, 1), None, dt.date(1999, 12, 31)],
        "at": [dt.datetime(2024, 2, 29, 23, 59), dt.datetime(2024, 3, 1), None, None],
        "words": [["a", "b"], [], None, [None]],
        "meta": [{"lang": "en"}, {"lang": None}, None, {"lang": "de"}],
        "Mixed Case": [1, 2, 3, 4],
    }
)

ANSWERS: dict[str, list[Any]] = {
    "n < 2": [True, False, None, True],
    "n == 1 or n <> 1": [True, True, None, True],
    "N = 1": [True, False, None, False],
    '"Mixed Case" > 2 and "mixed case" < 4': [False, False, True, False],
    "n in (1, 2)": [True, True, None, False],
    "n in (1, null)": [True, None, None, None],
    "n not in (1, null)": [False, None, None, None],
    "n in (1, 3, 4, 5, 6, 7, 8, 9, 10, 2.0)": [True, True, None, False],
    "n = null": [None, None, None, None],
    "n is null": [False, False, True, False],
    "n is not null and not flag": [False, True, False, False],
    "flag is true": [True, False, False, True],
    "flag is not true": [False, True, True, False],
    "n between 1 and 2": [True, True, None, False],
    "n not between 1 and 2": [False, False, None, True],
    "-n % 4": [-1, -2, None, 3],
    "n % 4": [1, 2, None, -3],
    "mod(n, 0)": [None, None, None, None],
    "n // 2": [0, 1, None, -3],
    "n / 2": [0.5, 1.0, None, -3.5],
    "n / 0": [None, None, None, None],
    "1 + 2 * 3 - n": [6, 5, None, 14],
    "round(f)": [1.0, 3.0, None, -2.0],
    "round(f / 3, 2)": [0.17, 0.83, None, -0.5],
    "floor(f)": [0.0, 2.0, None, -2.0],
    "ceil(f)": [1.0, 3.0, None, -1.0],
    "cast(f as integer)": [0, 2, None, -2],
    "f::int": [0, 2, None, -2],
    "sqrt(n - 1)": [0.0, 1.0, None, None],
    "ln(n)": [0.0, math.log(2), None, None],
    "abs(n)": [1, 2, None, 7],
    "least(n, 0)": [0, 0, 0, -7],
    "greatest(n, f)": [1.0, 2.5, None, -1.5],
    "coalesce(n, 0)": [1, 2, 0, -7],
    "nullif(n, 2)": [1, None, None, -7],
    "device like '%t_s'": [False, False, None, True],
    "device ilike 'b'": [False, True, None, False],
    "device = 'it''s'": [False, False, None, True],
    "lower(device) || '!'": ["a!", "b!", None, "it's!"],
    "concat(device, '!')": ["a!", "B!", "!", "it's!"],
    "upper(trim(' x '))": ["X"] * 4,
    "length(device)": [1, 1, None, 4],
    "substring(device, 2, 2)": ["", "", None, "t'"],
    "replace(device, 't', 'T')": ["a", "B", None, "iT's"],
    "starts_with(device, 'it')": [False, False, None, True],
    "ends_with(device, 's')": [False, False, None, True],
    "contains(device, '''')": [False, False, None, True],
    r"regexp_matches(device, '^\w$')": [True, True, None, False],
    r"regexp_matches(device, '(?i)\bIT\b')": [False, False, None, True],
    "case when n > 1 then 'many' when n = 1 then 'one' end": ["one", "many", None, None],
    "case n when 1 then 10 else 0.5 end": [10.0, 0.5, 0.5, 0.5],
    "year(day)": [2024, 2024, None, 1999],
    "extract(month from day)": [2, 3, None, 12],
    "hour(at) * 100 + minute(at)": [2359, 0, None, None],
    "date_part('day', at)": [29, 1, None, None],
    "day >= '2024-03-01'": [False, True, None, False],
    "day >= date '2024-03-01'": [False, True, None, False],
    "at > '2024-02-29 12:00'": [True, True, None, None],
    "at >= day": [True, True, None, None],
    "list_contains(words, 'a')": [True, False, None, False],
    "'b' in words": [True, False, None, False],
    "len(words)": [2, 0, None, 1],
    "meta.lang = 'en'": [True, None, None, False],
    "try_cast(device as int)": [None, None, None, None],
    "try_cast('12' as int) + 1": [13] * 4,
    "cast('1e3' as double)": [1000.0] * 4,
    "cast(n as varchar)": ["1", "2", None, "-7"],
    "cast(flag as int)": [1, 0, None, 1],
    "cast(day as varchar)": ["2024-02-29", "2024-03-01", None, "1999-12-31"],
    "cast(null as int) = 1": [None] * 4,
}


def answers(rules: list[str], engine: Any) -> list[list[Any]]:
    with source(TABLE, engine=engine).open() as (connection, table):
        columns = {f"r{i}": translate(each, table, what="a rule") for i, each in enumerate(rules)}
        found = connection.fetch(table.select(**columns))
    return [found[f"r{i}"].to_pylist() for i in range(len(rules))]


def test_rules_give_what_sql_gives(engine: Any) -> None:
    for rule, found in zip(ANSWERS, answers(list(ANSWERS), engine), strict=True):
        expected = ANSWERS[rule]
        assert (
            found == pytest.approx(expected, abs=1e-12)
            if isinstance(found[0], float)
            else (found == expected)
        ), rule


def test_every_function_stands_in_a_tested_rule() -> None:
    aliases = {
        "array_contains",
        "array_length",
        "ceiling",
        "ifnull",
        "list_has",
        "prefix",
        "suffix",
    }
    aliases |= {"month", "day", "quarter", "second", "substr"}
    text = " ".join(ANSWERS)
    assert [name for name in FUNCTIONS if f"{name}(" not in text and name not in aliases] == []


REFUSED = {
    "": "is empty",
    "   ": "is empty",
    "n <": "is no scalar SQL expression",
    "n < 5 5": "is no scalar SQL expression",
    "n; drop table x": "is no scalar SQL expression",
    "n as m": "is no scalar SQL expression",
    "n from t": "is no scalar SQL expression",
    "select 1": "is no scalar SQL expression",
    "'open": "is no scalar SQL expression",
    "(select 1)": "uses a subquery, which a rule may not",
    "exists (select 1)": "uses a subquery",
    "n in (select 1)": "uses a subquery",
    "sum(n) > 1": "uses the function 'sum', which a rule may not",
    "count(*)": "uses the function 'count'",
    "read_csv('x')": "uses the function 'read_csv'",
    "getenv('HOME')": "uses the function 'getenv'",
    "lenght(device)": "uses the function 'lenght', which a rule may not. Did you mean 'length'?",
    "row_number() over ()": "uses a window function",
    "sum(n) over (partition by n)": "uses a window function",
    "*": "uses '*'",
    "n[1]": "uses 'n[1]' (Bracket), which a rule may not",
    "interval 1 day": "uses \"INTERVAL '1' DAY\" (Interval)",
    "$1": "uses '$1'",
    "device ~ 'a'": "which a rule may not",
    "devise = 'a'": "names the column 'devise', which the data does not have. Did you mean",
    '"xy" = device': "Text stands in single quotes: 'xy'",
    "n > 'a'": "puts together n, which is a number, and 'a', which is text",
    "device < 3": "puts together device, which is text, and 3, which is a number",
    "flag = 1": "puts together flag, which is true or false, and 1, which is a number",
    "words = words": "compares a list",
    "n and flag": "needs true or false where n is a number",
    "not device": "needs true or false where device is text",
    "lower(n)": "needs text where n is a number",
    "device + 1": "needs a number where device is text",
    "length(n)": "needs text or a list where n is a number",
    "list_contains(n, 1)": "needs a list where n is a number",
    "list_contains(words, 1)": "looks for 1, which is a number, in a list of text",
    "year(n)": "needs a time or a date where n is a number",
    "extract(epoch from day)": "takes 'epoch' of a date. Known are year",
    "day > 'tomorrow'": "compares a date with 'tomorrow', which is none",
    "date '2024-13-01' > day": "has '2024-13-01', which is no date",
    "case when flag then 1 else 'a' end": "puts together 1, which is a number, and 'a'",
    "coalesce(n, 'a')": "puts together n",
    "n like 'a'": "needs text where n is a number",
    "device like device": "needs a pattern in single quotes",
    r"device like 'a\%'": "has a backslash in the pattern",
    "regexp_matches(device, device)": "needs a regular expression in single quotes",
    "regexp_matches(device, '(?=a)')": "do not read alike: a group that starts by '(?='",
    "regexp_matches(device, '[')": "do not read alike",
    "substring(device, 0)": "needs a whole number of at least 1",
    "substring(device, n)": "needs a whole number of at least 1",
    "round(f, -1)": "needs a whole number of at least 0",
    "f // 2": "divides fractions by //",
    "cast(n as blob)": "casts to 'blob'",
    "cast(f as varchar)": "casts what is a number to text, which the engines do differently",
    "lower(device, device)": "gives 2 values to 'lower', which takes 1",
    "round()": "gives 0 values to 'round', which takes 1 to 2",
    "meta.land": "which the data does not have. Did you mean 'lang'?",
    "n.lang": "takes the field 'lang' in n.lang of what is a number",
    "meta = meta": "compares a structure",
    "(" * 60 + "n" + ")" * 60: "is nested too deeply",
    "not " * 2000 + "flag": "is nested too deeply",
    "n" * 20_001: "is longer than 20,000 characters",
    "1," * 4000 + "1": "has more than 5,000 words and signs",
}


@pytest.fixture(scope="module")
def unbound() -> Any:
    import ibis

    return ibis.table(ibis.Schema.from_pyarrow(TABLE.schema), name="predictions")


@pytest.mark.parametrize("rule", REFUSED, ids=lambda rule: rule[:40])
def test_what_is_not_allowed_is_refused_by_name(rule: str, unbound: Any) -> None:
    with pytest.raises(InputError) as caught:
        translate(rule, unbound, what="the rule of tag 'short'")
    assert str(caught.value).startswith("The rule of tag 'short' ")
    assert REFUSED[rule] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_rule_must_be_text(unbound: Any) -> None:
    with pytest.raises(InputError, match=r"must be text. Got int instead"):
        translate(3, unbound, what="`where`")  # type: ignore[arg-type]


def test_a_column_that_two_spellings_fit_must_be_written_exactly() -> None:
    import ibis

    table = ibis.table({"Word": "int64", "word": "string"}, name="t")
    assert translate("word", table, what="a rule").type().is_string()
    assert translate("Word", table, what="a rule").type().is_integer()
    with pytest.raises(InputError, match="names the column 'WORD'"):
        translate("WORD", table, what="a rule")


def test_a_long_chain_is_no_deep_one(engine: Any) -> None:
    chain = " or ".join(f"n = {i}" for i in range(300))
    assert answers([chain], engine) == [[True, True, None, False]]


@pytest.mark.parametrize(
    "rule", ["cast(device as int) > 1", "9223372036854775807 + n", "cast(device as date) = day"]
)
def test_a_value_that_does_not_fit_is_one_sentence(rule: str, engine: Any) -> None:
    with pytest.raises(InputError) as caught:
        answers([rule], engine)
    assert "\n" not in str(caught.value)


def test_control_characters_and_white_space(engine: Any) -> None:
    table = pa.table({"s": ["\x0b\x0c false\t", "x\x07y", "v", "f"]})
    with source(table, engine=engine).open() as (connection, found):
        rules = ["trim(s)", "s = 'x\x07y'", "contains(s, '\x0b')", "length(s)"]
        columns = {f"r{i}": translate(rule, found, what="a rule") for i, rule in enumerate(rules)}
        answer = connection.fetch(found.select(**columns)).to_pydict()
    assert answer == {
        "r0": ["false", "x\x07y", "v", "f"],
        "r1": [False, True, False, False],
        "r2": [True, False, False, False],
        "r3": [9, 3, 1, 1],
    }
