"""The command line: `tagline errors`, `tagline compare`, `tagline import` ....

A command prints a table for people; with ``--json`` one JSON document goes to standard output and
all else to standard error. Only Typer is imported here: what is heavy is imported where it is used.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> int:
    """Run the command in ``sys.argv`` and return its exit code.

    Returns
    -------
    int
        0 fine; 1 a gate that was asked for failed; 2 the input or the call is wrong (one sentence
        on standard error); 3 a fault of ours (a report file is named); 130 interrupted; 141 whoever
        read standard output stopped reading.
    """
    from tagline.cli.boundary import run

    return run(sys.argv[1:])
