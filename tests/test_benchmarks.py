"""The benchmarks run on little data, and the page about them names each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.data import folder
from benchmarks.findings import as_json

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
# name: findings
SMALL = {"statistics": 2, "tags": 4, "compare": 2, "rules": 1, "wer": 1, "long_tags": 1}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TAGLINE_BENCH_DATA", str(tmp_path))
    folder.cache_clear()
    yield
    folder.cache_clear()


def test_the_page_names_every_benchmark() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE) == list(BENCHMARKS)


@pytest.mark.parametrize("place", BENCHMARKS.values(), ids=BENCHMARKS)
def test_every_benchmark_is_there(place: str) -> None:
    module, function = place.split(":")
    assert callable(getattr(import_module(f"benchmarks.{module}"), function))


@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_counts_as_by_hand_and_gives_numbers(name: str) -> None:
    module, function = BENCHMARKS[name].split(":")
    measure = getattr(import_module(f"benchmarks.{module}"), function)
    findings = list(measure(rows=4_000))
    assert len(findings) == SMALL[name]
    for line in json.loads(as_json(findings, {}))["findings"]:
        assert line["name"].split(":")[0] == name
        assert line["ours"] > 0
        assert line["ratio"] is None or line["ratio"] > 0
        assert line["verdict"] in {"reached", "missed", "shown"}
