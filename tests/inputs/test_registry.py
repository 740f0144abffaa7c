"""What every registered statistic keeps to, and how a user adds one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tagline.exceptions import InputError
from tagline.inputs import KINDS, STATISTICS, RowProfile, describe_inputs, input_statistics
from tagline.inputs import statistic as register

ALL = [each for kind in KINDS for each in STATISTICS[kind].values()]
HEAVY = {"alembic", "altair", "deltalake", "duckdb", "ibis", "pandas", "PIL", "polars", "pyarrow",
         "pydantic", "rich", "scipy", "sklearn", "soundfile", "sqlalchemy", "sqlite3"}  # fmt: skip


@pytest.mark.parametrize("each", ALL, ids=lambda each: f"{each.kind}.{each.name}")
def test_a_statistic_says_what_it_is(each):
    assert each.name.isidentifier()
    assert each.unit
    assert each.description[0].isupper()
    assert each.description.endswith(".")
    if each.unit == "fraction":
        assert each.low == 0
        assert each.high <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_some_of_each_kind(kind):
    assert len(STATISTICS[kind]) >= 3


def test_a_service_loads_nothing_heavy():
    code = """
import json, sys
import numpy as np
from tagline.inputs import Clip, Picture, RowProfile, input_statistics
input_statistics("a text")
input_statistics(np.zeros((9, 9, 3), np.uint8))
input_statistics((np.zeros(16000, np.float32), 16000))
input_statistics([{"role": "user", "content": "hello"}])
input_statistics({"age": 3}, profile=RowProfile({"age": (0, 1)}))
print(json.dumps(sorted(sys.modules)))
"""
    call = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert not {name.partition(".")[0] for name in json.loads(done.stdout)} & HEAVY


def test_a_statistic_of_ones_own():
    @register("text", unit="marks", low=0, whole=True)
    def n_commas(text):
        """Count the commas."""
        return text.count(",")

    try:
        assert n_commas("a,b") == 1
        found = describe_inputs({"text": ["a,b,c", ""]}, statistics="n_commas")
        assert found.examples["n_commas"].to_pylist() == [2, 0]
        with pytest.raises(InputError, match="registered already"):
            register("text", unit="marks")(n_commas)
    finally:
        del STATISTICS["text"]["n_commas"]


def test_infinity_is_no_value():
    @register("text", unit="", low=0)
    def far(text):
        """Return infinity."""
        return float("inf")

    try:
        assert input_statistics("a", statistics=["far"]) == {"far": None}
    finally:
        del STATISTICS["text"]["far"]


def test_one_row():
    profile = RowProfile({"age": (18, 60)}, {"city": frozenset({"Bern"}), "ok": frozenset({True})})
    row = {"age": 61, "city": "Rome", "ok": True, "x": float("nan"), "y": None}
    found = input_statistics(row, profile=profile)
    assert found == {"n_missing": 2, "n_out_of_range": 1, "n_unseen": 1}
    assert input_statistics(row) == {"n_missing": 2}
    assert RowProfile.from_dict(json.loads(json.dumps(profile.to_dict()))) == profile


@pytest.mark.parametrize(
    ("value", "options", "says"),
    [
        ("a", {"kind": "txt"}, "Did you mean 'text'"),
        ("a", {"statistics": ["n_word"]}, "Did you mean 'n_words'"),
        ("a", {"statistics": ["oov_share"]}, "needs `vocabulary`"),
        ("a", {"statistics": []}, "`statistics` is empty"),
        (3, {}, "not known by its type"),
        (np.zeros(3), {"kind": "text"}, "must be a str"),
        ("a", {"kind": "row"}, "must be a mapping"),
        ("a", {"kind": "audio"}, "Clip or a pair"),
        ([], {}, "holds no messages"),
    ],
)
def test_a_wrong_call_is_one_sentence(value, options, says):
    with pytest.raises(InputError, match=says):
        input_statistics(value, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_lists_them(kind):
    page = (Path(__file__).resolve().parents[2] / "docs" / "raw-inputs.md").read_text()
    table = page.split(f"| statistic of {kind} |")[1].split("\n\n")[0]
    named = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in table.splitlines()[2:]]
    ours = [n for n, s in STATISTICS[kind].items() if s.function.__module__.startswith("tagline.")]
    assert [name for names in named for name in names] == ours
