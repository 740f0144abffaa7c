from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tagline.engine import source, translate
from tagline.engine.rules.patterns import PatternError, portable

ATOMS = [
    "a", "b", "é", "_", "1", ".", r"\$", r"\^",
    r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\b", r"\B",
    r"\.", r"\\", r"\n", "[ab]", "[^a]", r"[\d_]", "[a-c1]", "[^\\s]", "(a|b)", "(?:ab)", "-", " ",
]  # fmt: skip
ATOM = st.tuples(st.sampled_from(ATOMS), st.sampled_from(["", "", "", "*", "+", "?", "{2}", "+?"]))
BODY = st.lists(
    ATOM.map(lambda pair: pair[0] + (pair[1] if pair[0] not in (r"\b", r"\B") else "")), max_size=4
).map("".join)
FRAME = st.sampled_from(["{}", "{}", "^{}", "{}$", "(?i){}", "(?i)^{}$", "(?:^{}|b)", "1|{}$"])
PATTERN = st.tuples(FRAME, BODY).map(lambda parts: parts[0].replace("{}", parts[1], 1))
TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "b1_",
    "é a",
    "a\n",
    "\n",
    "a.b",
    "1é",
    "\\",
    "b-b",
    "ÉAB",
    " \x0b",
    "a\r",
]


def by_python(pattern: str, text: str) -> bool:
    """Search as RE2 does, with Python's engine; white space there has no vertical tab."""
    flags = re.IGNORECASE if pattern.startswith("(?i)") else 0
    body = pattern.removeprefix("(?i)").replace(r"\\", "\0")  # a backslash escapes no letter
    body = re.sub(r"(?<!\\)\$", r"\\Z", body)
    body = body.replace(r"[^\s]", r"[^ \t\n\r\f]").replace(r"\s", r"[ \t\n\r\f]")
    body = body.replace(r"\S", r"[^ \t\n\r\f]")
    for sign, of in {r"\d": "[0-9]", r"\D": "[^0-9]", r"\w": "[0-9A-Za-z_]"}.items():
        body = body.replace(f"[{sign}_]", "[0-9_]").replace(sign, of)
    body = body.replace(r"\W", "[^0-9A-Za-z_]")
    word = "[0-9A-Za-z_]"
    body = body.replace(r"\b", rf"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))")
    body = body.replace(r"\B", rf"(?:(?<={word})(?={word})|(?<!{word})(?!{word}))")
    return re.search(body.replace("\0", r"\\"), text, flags) is not None


@settings(max_examples=12, phases=[Phase.reuse, Phase.generate])
@given(patterns=st.lists(PATTERN, min_size=15, max_size=15, unique=True))
def test_patterns_find_what_python_finds(patterns: list[str], engine: Any) -> None:
    with source(pa.table({"s": TEXTS}), engine=engine).open() as (connection, table):
        columns = {
            f"r{i}": translate(f"regexp_matches(s, '{each}')", table, what="a rule")
            for i, each in enumerate(patterns)
        }
        found = connection.fetch(table.select(**columns))
    for i, pattern in enumerate(patterns):
        expected = [by_python(pattern, text) for text in TEXTS]
        assert found[f"r{i}"].to_pylist() == expected, pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)", "(?<!a)b", r"(a)\1", r"\p{L}", "(?P<n>a)", "a++", "a{2}+", "*a", "a**", "(a",
        "$a", "a^", "[a", "[[:alpha:]]", "[a&&b]", r"\Qa\E", "(?i:a)", r"\x41", "a\\",
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine_name", ["duckdb", "pyspark"])
def test_what_one_engine_lacks_is_refused(pattern: str, engine_name: str) -> None:
    with pytest.raises(PatternError):
        portable(pattern, engine_name)
