"""Finding slices: time and memory, held-out test included; and how often it speaks of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.data import PLANTED, SEED, sliceable
from benchmarks.findings import Finding, skipped
from benchmarks.timing import fresh
from tagline.error_analysis.slices import find_slices

__all__ = ["honesty", "measure"]

SMALL = {"rows": 100_000, "columns": "7 " * 10}
LARGE = {"rows": 1_000_000, "columns": "2 " * 20 + "5 50 200"}
SPEAKS = 0.08  # of the sets without effect that may have a proposal
CAP = 8  # gigabytes of address space that a peer may take
PATIENCE = 180  # seconds

# In a process of its own, after one search to warm up; the peak is that of the whole process.
OURS = """
import json, time
from statistics import median
from benchmarks.timing import peak_megabytes, seconds
from tagline.error_analysis.slices import find_slices
def work():
    return find_slices({data!r}, label="label", prediction="prediction", depth={depth})
found = work()
took = median(seconds(work) for _ in range(5))
print(json.dumps({{"seconds": took, "peak": peak_megabytes(), "found": len(found.rows),
    "examined": found.examined}}))
"""
SLICELINE = """
import json, resource, signal, time
import numpy as np, pyarrow.parquet as pq
from sliceline.slicefinder import Slicefinder
resource.setrlimit(resource.RLIMIT_AS, ({cap}, {cap}))
signal.alarm({patience})
table = pq.read_table({data!r})
names = [each for each in table.column_names if each.startswith("column")]
codes = [table[each].dictionary_encode().combine_chunks().indices.to_numpy() for each in names]
columns = np.column_stack(codes) + 1
wrong = (table["label"].to_numpy() != table["prediction"].to_numpy()).astype(float)
start, failed = time.perf_counter(), ""
try:
    Slicefinder(alpha=0.95, k=10, max_l={depth}, min_sup=20, verbose=False).fit(columns, wrong)
except MemoryError:
    failed = "out of memory"
print(json.dumps({{"seconds": time.perf_counter() - start, "failed": failed}}))
"""


def measure() -> Iterator[Finding]:
    """Yield time and memory at two sizes, and the same rows beside the package `sliceline`."""
    small, large = (_searched(depth=depth, **size) for depth, size in ((3, SMALL), (2, LARGE)))
    name = "slices: 100,000 rows x 10 columns, depth 3"
    note = f"{small['examined']:,} slices looked at"
    yield Finding(name, ours=small["seconds"], at_most=0.3, bounds="ours", note=note)
    yield Finding(name, unit="MB", ours=small["peak"], at_most=400, bounds="ours")
    name = "slices: 1,000,000 rows x 23 columns, depth 2"
    note = f"{large['examined']:,} slices looked at, {large['peak']:.0f} MB"
    yield Finding(name, ours=large["seconds"], at_most=2.5, bounds="ours", note=note)
    for depth in (2, 3):
        yield _beside_sliceline(small["seconds"], depth)


def _searched(*, depth: int, rows: int, columns: str) -> Any:
    return fresh(OURS.format(data=str(sliceable(rows, columns)), depth=depth))


def _beside_sliceline(ours: float, depth: int) -> Finding:
    name = f"slices: our depth 3 with the test, beside sliceline's depth {depth} without"
    if find_spec("sliceline") is None:
        return skipped(name, "the package sliceline is not installed")
    program = SLICELINE.format(
        data=str(sliceable(**SMALL)), depth=depth, cap=CAP * 10**9, patience=PATIENCE
    )
    try:
        found = fresh(program)
    except RuntimeError as error:
        said = str(error).strip().splitlines()
        why = said[-1] if len(said) > 1 else f"no answer in {PATIENCE} s"
        return Finding(name, ours=ours, peer_name="sliceline", note=f"sliceline stopped: {why}")
    if found["failed"]:
        note = f"sliceline ran out of {CAP} GB after {found['seconds']:.1f} s"
        return Finding(name, ours=ours, peer_name="sliceline", note=note)
    ratio = ours / found["seconds"]
    return Finding(name, ours=ours, peer=found["seconds"], peer_name="sliceline", ratio=ratio)


def honesty(sets: int = 100, rows: int = 20_000) -> Iterator[Finding]:
    """Yield in how many sets without effect it says something, and what it misses where there is.

    The sets with an effect hold 100,000 rows (5 times as many) and three planted slices.
    """
    for kind, found in (("10 columns", _found), ("embeddings", _clusters)):
        spoke = sum(bool(found(rows, seed, planted=False)) for seed in range(sets))
        name = f"slices_honesty: {sets} sets of {rows:,} rows with {kind} and no effect"
        note = "proposed something"
        yield Finding(
            name, unit="sets", ours=spoke, at_most=SPEAKS * sets, bounds="ours", note=note
        )
    count = max(3 * sets // 10, 1)
    missed = 0
    beside = []
    for seed in range(count):
        found = _found(5 * rows, seed, planted=True)
        missed += not set(PLANTED) <= found
        beside.append(len(found - set(PLANTED)))
    name = f"slices_honesty: {count} sets of {5 * rows:,} rows with three planted slices"
    note = f"not all three found; {sum(beside)} others proposed in all"
    yield Finding(name, unit="sets", ours=missed, at_most=0, bounds="ours", note=note)


def _clusters(rows: int, seed: int, *, planted: bool) -> set[str]:
    """Return the clusters that are proposed for ten clouds of embeddings of 16 numbers."""
    rng = np.random.default_rng([SEED, seed])
    cloud = rng.integers(0, 10, rows)
    vectors = rng.normal(size=(10, 16))[cloud] * 2 + rng.normal(size=(rows, 16))
    wrong = rng.random(rows) < np.where((cloud == 0) & planted, 0.3, 0.1)
    table = pa.table(
        {
            "example_id": np.arange(rows),
            "label": np.zeros(rows, int),
            "prediction": wrong.astype(int),
            "embedding": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), 16),
        }
    )
    found = find_slices(
        table, label="label", prediction="prediction", columns="embedding", seed=seed
    )
    return {row.slice for row in found.rows}


def _found(rows: int, seed: int, *, planted: bool) -> set[str]:
    path = sliceable(rows, SMALL["columns"], seed=seed, planted=planted)
    table = pq.read_table(path)
    path.unlink()
    found = find_slices(table, label="label", prediction="prediction", seed=seed)
    return {row.slice for row in found.rows}
