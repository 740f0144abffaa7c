"""Rules give the same answer on DuckDB and Spark: random ones, many in one query."""

from __future__ import annotations

import datetime as dt
import math
import re
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
        "row": range(ROWS),
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


LEAVES = {
    "number": ["n", "tiny", "f", "d", "st.x", "2", "0", "-3", "0.5", "null"],
    "text": ["s", "st.y", "'a'", "'b '", "''", "null"],
    "truth": ["b", "true", "false", "null", "(n < 3)", "(s = 'a')"],
    "date": ["day", "at", "date '2023-12-31'", "cast(at as date)"],
}

CHOICES = {
    "whole": ["n", "tiny", "7", "-2", "st.x"],
    "digits": ["0", "1", "2", "3"],
    "compare": ["=", "<>", "<", "<=", ">", ">="],
    "like": ["'a%'", "'%b%'", "'_'", "'%\n%'", "''"],
    "pattern": PATTERNS,
    "list": ["ns", "ss"],
    "not": ["", "not "],
}

# Braces hold the kind of a part, a name of CHOICES, or the choices themselves.
FORMS = {
    "number": [
        "({number} {+ - * / %} {number})",
        "({whole} // {whole})",
        "(- {number})",
        "{abs floor ceil round sqrt ln}({number})",
        "round({number}, {digits})",
        "{least greatest coalesce nullif}({number}, {number})",
        "length({text})",
        "length({list})",
        "{year month day hour quarter}({date})",
        "case when {truth} then {number} else {number} end",
        "case {number} when {number} then {number} end",
        "try_cast({text} as {int double})",
        "try_cast({number} as int)",
        "cast({truth} as {int double})",
    ],
    "text": [
        "({text} || {text})",
        "concat({text}, {text})",
        "{lower upper trim}({text})",
        "substring({text}, {1 2 3}, {0 1 2})",
        "substr({text}, {1 2 3})",
        "replace({text}, {'a' 'b'}, {text})",
        "coalesce({text}, {text})",
        "case when {truth} then {text} else {text} end",
        "cast({whole} as varchar)",
        "cast({truth} as varchar)",
        "cast(day as varchar)",
        "{least greatest}(s, {text})",
    ],
    "truth": [
        "({number} {compare} {number})",
        "({text} {compare} {text})",
        "({date} {compare} {date})",
        "({date} {compare} '2024-01-01')",
        "({truth} {and or = <>} {truth})",
        "(not {truth})",
        "({number} is {not}null)",
        "({text} is {not}null)",
        "({truth} is {not}null)",
        "({truth} is {not}true)",
        "({truth} is false)",
        "({number} between {number} and {number})",
        "({number} {not}in ({number}, {number}))",
        "({text} in ({text}, 'a', null))",
        "({text} {like ilike} {like})",
        "({text} not like {like})",
        "{starts_with ends_with contains}({text}, {text})",
        "regexp_matches({text}, '{pattern}')",
        "list_contains(ns, {whole})",
        "array_contains(ss, {text})",
        "try_cast({text} as boolean)",
        "cast({number} as boolean)",
    ],
    "date": ["coalesce({date}, {date})"],
}


def _calls(form: str, kinds: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    """Strategy for a form whose braces are filled."""
    fixed, names = re.sub(r"{[^}]*}", "{}", form), re.findall(r"{([^}]*)}", form)
    parts = [kinds[x] if x in kinds else st.sampled_from(x.split()) for x in names]
    return st.tuples(*parts).map(lambda values: fixed.format(*values))


def _rules(depth: int) -> dict[str, st.SearchStrategy[str]]:
    """Strategies for rules of each kind, nested up to a depth."""
    found = {kind: st.sampled_from(leaves) for kind, leaves in LEAVES.items()}
    if depth == 0:
        return found
    kinds = {name: st.sampled_from(each) for name, each in CHOICES.items()} | _rules(depth - 1)
    return {
        kind: st.one_of(found[kind], *(_calls(form, kinds) for form in forms))
        for kind, forms in FORMS.items()
    }


RULES = st.one_of(*_rules(2).values())


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)
    return bool(left == right) and type(left) is type(right)


def answers(rules: list[str], data: Any, engine: Any = None) -> dict[str, list[Any]]:
    """Return what each rule says of the rows, in the order of their numbers."""
    with source(data, engine=engine).open() as (connection, table):
        columns = {f"r{i}": translate(rule, table, what="the rule") for i, rule in enumerate(rules)}
        found = connection.fetch(table.select("row", **columns)).sort_by("row")
    return {rule: found[f"r{i}"].to_pylist() for i, rule in enumerate(rules)}


@pytest.mark.parametrize("partitions", [1, 7])
@settings(max_examples=5, phases=[Phase.reuse, Phase.generate])
@given(rules=st.lists(RULES, min_size=20, max_size=20, unique=True))
def test_random_rules_give_the_same_on_both_engines(
    rules: list[str], spark: Any, partitions: int
) -> None:
    ours = answers(rules, TABLE)
    if partitions == 1:
        theirs = answers(rules, TABLE, spark)
    else:
        theirs = answers(rules, spark.createDataFrame(TABLE).repartition(partitions))
    for rule in rules:
        pairs = zip(ours[rule], theirs[rule], strict=True)
        assert all(same(a, b) for a, b in pairs), (rule, ours[rule], theirs[rule])
