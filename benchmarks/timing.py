"""Time, and the peak memory of a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

__all__ = ["Paired", "fresh", "paired", "peak_megabytes", "seconds"]


@dataclass(frozen=True)
class Paired:
    """Medians over the pairs: seconds of either side, and their ratio within a pair; its range."""

    ours: float
    peer: float
    ratio: float
    low: float
    high: float

    @property
    def spread(self) -> str:
        """How far the pairs are apart, which says how quiet the machine was."""
        return f"pairs from {self.low:.2f} to {self.high:.2f}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(ours: Callable[[], object], peer: Callable[[], object], pairs: int = 7) -> Paired:
    """Run both by turns, after one call each to warm up, so that both meet the same weather.

    The side that starts changes from pair to pair.
    """
    ours()
    peer()
    mine, theirs = [], []
    for number in range(pairs):
        if number % 2:
            theirs.append(seconds(peer))
            mine.append(seconds(ours))
        else:
            mine.append(seconds(ours))
            theirs.append(seconds(peer))
    ratios = [one / other for one, other in zip(mine, theirs, strict=True)]
    return Paired(median(mine), median(theirs), median(ratios), min(ratios), max(ratios))


def fresh(code: str) -> Any:
    """Run Python code in a new process and return what its last printed line holds as JSON.

    Raises
    ------
    RuntimeError
        With the process's own words if it fails.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parent.parent,
    )
    if done.returncode:
        raise RuntimeError(f"a benchmark's process failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def peak_megabytes() -> float:
    """Return the most memory that this process has held, in MB of 1,000,000 bytes.

    Linux only: the kernel's own mark of this program. The number of `getrusage` would be that of
    the parent where the parent was larger.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("this kernel does not say how much memory a process has held")
