"""``python -m benchmarks [names] [--json FILE]``: run benchmarks one after the other."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from pathlib import Path

from rich.console import Console

from benchmarks.data import folder
from benchmarks.findings import Finding, as_json, as_table
from tagline.exceptions import did_you_mean

__all__ = ["main"]

# name: module and function; an import only when it runs, so that none disturbs another's memory
BENCHMARKS = {
    "startup": "startup:measure",
    "statistics": "statistics:measure",
    "tags": "tags:measure",
    "compare": "compare:measure",
    "slices": "slices:measure",
    "slices_honesty": "slices:honesty",
    "fairlearn": "fairlearn_peer:measure",
    "rules": "rules:measure",
    "wer": "wer:measure",
    "inputs": "inputs:measure",
    "long_tags": "long_tags:measure",
    "memory": "memory:measure",
    "memory_large": "memory:measure_large",
    "spark": "spark:measure",
}
ONLY_BY_NAME = {"memory_large"}  # takes minutes and 1 GB of disk
PACKAGES = ("tagline", "duckdb", "ibis-framework", "polars", "numpy", "pyarrow")


def main() -> int:
    """Run what was asked, print the table, and return 1 if a target was missed."""
    asked = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 140)
    progress = Console(stderr=True)
    findings: list[Finding] = []
    try:
        for name in asked.names or [each for each in BENCHMARKS if each not in ONLY_BY_NAME]:
            progress.print(f"running {name} ...")
            findings += _benchmark(name)()
    finally:
        if "TAGLINE_BENCH_DATA" not in os.environ:
            shutil.rmtree(folder())
    console.print(as_table(findings))
    if asked.json is not None:
        asked.json.write_text(as_json(findings, _machine()))
    return int(any(found.verdict == "missed" for found in findings))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure Tagline beside the same work by hand. Close other programs first.",
        epilog="Data go to TAGLINE_BENCH_DATA and stay there, or to a temporary folder and do not.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"any of: {', '.join(BENCHMARKS)}; all but {', '.join(sorted(ONLY_BY_NAME))} if none",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there, too")
    asked = parser.parse_args()
    for name in asked.names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name!r}. {did_you_mean(name, list(BENCHMARKS))}")
    return asked


def _benchmark(name: str) -> Callable[[], Iterator[Finding]]:
    module, function = BENCHMARKS[name].split(":")
    found: Callable[[], Iterator[Finding]] = getattr(
        import_module(f"benchmarks.{module}"), function
    )
    return found


def _machine() -> dict[str, object]:
    """Say what the absolute times belong to."""
    versions = {name: metadata.version(name) for name in PACKAGES}
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "packages": versions,
    }


if __name__ == "__main__":
    sys.exit(main())
