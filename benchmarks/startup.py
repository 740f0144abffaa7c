"""How long `import tagline` and `tagline --help` take in a process that has just started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from benchmarks.findings import Finding
from benchmarks.timing import fresh, seconds

__all__ = ["measure"]

REPEATS = 5
IMPORT = """
import time
start = time.perf_counter()
{statement}
print(time.perf_counter() - start)
"""
HELP = (
    "import sys; sys.argv = ['tagline', '--help']; from tagline.cli import main; sys.exit(main())"
)


def measure() -> Iterator[Finding]:
    """Yield the import, what it leaves for later, and the command beside an empty Python."""
    for name, statement, target in (
        ("startup: import tagline", "import tagline", 0.2),
        ("startup: and the main function", "from tagline import analyze_errors", None),
    ):
        program = IMPORT.format(statement=statement)
        fresh(program)  # reads the files once, so that what follows does not measure the disk
        found = median(fresh(program) for _ in range(REPEATS))
        yield Finding(name, ours=found, at_most=target, bounds="ours")
    _process(HELP)
    empty = median(seconds(lambda: _process("pass")) for _ in range(REPEATS))
    ours = median(seconds(lambda: _process(HELP)) for _ in range(REPEATS))
    yield Finding(
        "startup: tagline --help",
        ours=ours,
        peer=empty,
        peer_name="an empty Python",
        ratio=ours / empty,
        at_most=0.5,
        bounds="ours",
    )


def _process(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
