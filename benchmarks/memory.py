"""More rows than memory: 20 million inside 300 MB, and 100 million inside 4 GB when asked."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.data import FLAGS, many_files
from benchmarks.findings import Finding
from benchmarks.timing import fresh

__all__ = ["measure", "measure_large"]

LARGE_FILES = 100

# In a process of its own: the growth is what counting took, the peak includes Python's packages.
PROGRAM = """
import json, time
import tagline, duckdb, ibis, pandas, pyarrow.parquet, scipy.special
from benchmarks.timing import peak_megabytes
tagline.analyze_errors
before, start = peak_megabytes(), time.perf_counter()
found = tagline.analyze_errors(
    {data!r}, label="label", prediction="prediction", tags={tags!r},
    engine="duckdb://?memory_limit={limit}",
)
seconds, peak = time.perf_counter() - start, peak_megabytes()
rows = found.to_dict()["examples"]
print(json.dumps({{"before": before, "peak": peak, "seconds": seconds, "rows": rows}}))
"""


def measure() -> Iterator[Finding]:
    """Yield the finding for 20 million rows."""
    yield _finding("memory: 20 million rows x 20 tags", files=20, limit="300MB", target=300)


def measure_large() -> Iterator[Finding]:
    """Yield the finding for 100 million rows, whose files take 1 GB of disk."""
    yield _finding(
        "memory: 100 million rows x 20 tags", files=LARGE_FILES, limit="4GB", target=4000
    )


def _finding(name: str, *, files: int, limit: str, target: float) -> Finding:
    data = str(many_files(files) / "*.parquet")
    found = fresh(PROGRAM.format(data=data, tags=FLAGS, limit=limit))
    if found["rows"] != files * 1_000_000:
        raise AssertionError(f"{found['rows']:,} rows were counted, not {files} million")
    whole = f"the whole process {found['peak']:.0f} MB, {found['seconds']:.1f} s"
    return Finding(
        f"{name}, DuckDB's limit {limit}",
        unit="MB",
        ours=found["peak"] - found["before"],
        at_most=target,
        bounds="ours",
        note=f"growth of the peak by the analysis; {whole}",
    )
