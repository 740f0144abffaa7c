"""Rules give the same answer on DuckDB and Spark: random ones, many in one query."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tagline.engine import source, translate

pytestmark = pytest.mark.needs("java")

TEXTS = ["", "a", "Ab c", " b ", None, "it's\n\tdim.", "50%_x", "é1Z", "a\\b", "12", "-3.5", "yes"]
ROWS = len(TEXTS)
INTS = [0, 1, -7, 7, None, 2, -1, 100, 5, 3, -4, 10]
FLOATS = [0.0, -0.5, 2.5, None, math.nan, 2.675, -7.25, 1e18, 3.5, 0.1, -1e-7, math.inf]
TABLE = pa.table(
    {
        "n": pa.array(INTS, pa.int64()),
        "tiny": pa.array([127, -128, None, 0, 1, 2, 3, 4, 5, 6, 7, 8], pa.int8()),
        "f": pa.array(FLOATS, pa.float64()),
        "d": pa.array([None if i == 3 else Decimal(i * 7 - 20) / 4 for i in range(ROWS)]).cast(
            pa.decimal128(10, 2)
        ),
        "s": pa.array(TEXTS),
        "b": pa.array([True, False, None] * 4),
        "day": pa.array([None, *(dt.date(2023, 12, 25) + dt.timedelta(i) for i in range(11))]),
        "at": pa.array(
            [
                None,
                *(dt.datetime(2023, 12, 31, 20, 59, 30) + dt.timedelta(hours=i) for i in range(11)),
            ]
        ),
        "ns": pa.array([[1, 2], [], None, [None], [3, None, 1], [0]] * 2, pa.list_(pa.int64())),
        "ss": pa.array([["a"], [], None, [None, "b"], ["Ab c"], ["a", "a"]] * 2),
        "st": pa.array([{"x": i, "y": "a"} if i % 3 else None for i in range(ROWS)]),
    }
)

PATTERNS = [
    r"\bb\b",
    r"^[a-z]+$",
    r"\d+",
    r"(?i)ab",
    r"a|b",
    r"\s",
    r".$",
    r"[^\w]",
    r"é",
    r"\\",
    "d.m",
]


def _calls(form: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda values: form.format(*values))


def _rules(depth: int) -> dict[str, st.SearchStrategy[str]]:
    """Strategies for rules of each kind, nested up to a depth."""
    number = st.sampled_from(["n", "tiny", "f", "d", "st.x", "2", "0", "-3", "0.5", "null"])
    text = st.sampled_from(["s", "st.y", "'a'", "'b '", "''", "null"])
    truth = st.sampled_from(["b", "true", "false", "null", "(n < 3)", "(s = 'a')"])
    date = st.sampled_from(["day", "at", "date '2023-12-31'", "cast(at as date)"])
    if depth == 0:
        return {"number": number, "text": text, "truth": truth, "date": date}
    sub = _rules(depth - 1)
    n, s, b, d = sub["number"], sub["text"], sub["truth"], sub["date"]
    like = st.sampled_from(["'a%'", "'%b%'", "'_'", "'%\n%'", "''"])
    compare = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    whole = st.sampled_from(["n", "tiny", "7", "-2", "st.x"])
    return {
        "number": st.one_of(
            number,
            _calls("({} {} {})", n, st.sampled_from(["+", "-", "*", "/", "%"]), n),
            _calls("({} // {})", whole, whole),
            _calls("(- {})", n),
            _calls("{}({})", st.sampled_from(["abs", "floor", "ceil", "round", "sqrt", "ln"]), n),
            _calls("round({}, {})", n, st.sampled_from("0123")),
            _calls(
                "{}({}, {})", st.sampled_from(["least", "greatest", "coalesce", "nullif"]), n, n
            ),
            _calls("length({})", st.one_of(s, st.sampled_from(["ns", "ss"]))),
            _calls("{}({})", st.sampled_from(["year", "month", "day", "hour", "quarter"]), d),
            _calls("case when {} then {} else {} end", b, n, n),
            _calls("case {} when {} then {} end", n, n, n),
            _calls("try_cast({} as {})", s, st.sampled_from(["int", "double"])),
            _calls("try_cast({} as int)", n),
            _calls("cast({} as {})", b, st.sampled_from(["int", "double"])),
        ),
        "text": st.one_of(
            text,
            _calls("({} || {})", s, s),
            _calls("concat({}, {})", s, s),
            _calls("{}({})", st.sampled_from(["lower", "upper", "trim"]), s),
            _calls("substring({}, {}, {})", s, st.sampled_from("123"), st.sampled_from("012")),
            _calls("substr({}, {})", s, st.sampled_from("123")),
            _calls("replace({}, {}, {})", s, st.sampled_from(["'a'", "'b '"]), s),
            _calls("coalesce({}, {})", s, s),
            _calls("case when {} then {} else {} end", b, s, s),
            _calls("cast({} as varchar)", st.one_of(whole, b, st.just("day"))),
            _calls("{}({}, {})", st.sampled_from(["least", "greatest"]), st.just("s"), s),
        ),
        "truth": st.one_of(
            truth,
            _calls("({} {} {})", n, compare, n),
            _calls("({} {} {})", s, compare, s),
            _calls("({} {} {})", d, compare, st.one_of(d, st.just("'2024-01-01'"))),
            _calls("({} {} {})", b, st.sampled_from(["and", "or", "=", "<>"]), b),
            _calls("(not {})", b),
            _calls("({} is {})", st.one_of(n, s, b), st.sampled_from(["null", "not null"])),
            _calls("({} is {})", b, st.sampled_from(["true", "false", "not true"])),
            _calls("({} between {} and {})", n, n, n),
            _calls("({} {}in ({}, {}))", n, st.sampled_from(["", "not "]), n, n),
            _calls("({} in ({}, 'a', null))", s, s),
            _calls("({} {} {})", s, st.sampled_from(["like", "ilike", "not like"]), like),
            _calls("{}({}, {})", st.sampled_from(["starts_with", "ends_with", "contains"]), s, s),
            _calls("regexp_matches({}, '{}')", s, st.sampled_from(PATTERNS)),
            _calls("list_contains(ns, {})", whole),
            _calls("array_contains(ss, {})", s),
            _calls("try_cast({} as boolean)", s),
            _calls("cast({} as boolean)", n),
        ),
        "date": st.one_of(date, _calls("coalesce({}, {})", d, d)),
    }


RULES = st.one_of(*_rules(2).values())


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)
    return bool(left == right) and type(left) is type(right)


def answers(rules: list[str], engine: Any) -> dict[str, list[Any]]:
    with source(TABLE, engine=engine).open() as (connection, table):
        columns = {f"r{i}": translate(rule, table, what="the rule") for i, rule in enumerate(rules)}
        found = connection.fetch(table.select(**columns))
    return {rule: found[f"r{i}"].to_pylist() for i, rule in enumerate(rules)}


@settings(max_examples=8, phases=[Phase.reuse, Phase.generate])
@given(rules=st.lists(RULES, min_size=20, max_size=20, unique=True))
def test_random_rules_give_the_same_on_both_engines(rules: list[str], spark: Any) -> None:
    ours, theirs = answers(rules, None), answers(rules, spark)
    for rule in rules:
        pairs = zip(ours[rule], theirs[rule], strict=True)
        assert all(same(a, b) for a, b in pairs), (rule, ours[rule], theirs[rule])
