"""Gates of the command line: read, judged, shown, and turned into an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tagline.error_analysis.gate_reading import Gate, parse_gate
from tagline.error_analysis.gates import GateResult, check_gates

if TYPE_CHECKING:
    from rich.console import Console

    from tagline.error_analysis import ErrorAnalysis

__all__ = ["judge", "markdown_gates", "read_gates", "show_gates"]


def read_gates(texts: Sequence[str]) -> list[Gate]:
    """Return the gates of some texts."""
    return [parse_gate(text) for text in texts]


def judge(result: ErrorAnalysis, gates: Sequence[Gate]) -> tuple[GateResult, ...]:
    """Say of each gate what an analysis says about it.

    Parameters
    ----------
    result : ErrorAnalysis
    gates : sequence of Gate

    Returns
    -------
    tuple of GateResult
    """
    if not gates:
        return ()
    from tagline.measures import find_measure

    bounded = find_measure(result.measure).bounded
    return check_gates(gates, result.rows, bounded=bounded, level=result.level)


def show_gates(results: Sequence[GateResult], console: Console) -> None:
    """Print what came of the gates: one sentence for one, a small table for several.

    Parameters
    ----------
    results : sequence of GateResult
    console : rich.console.Console
    """
    from tagline.display.tables import Column, to_rich

    if len(results) > 1:
        columns = [
            Column("gate", "gate", "left", least=20),
            Column("verdict", "verdict", "left"),
            Column("tag", "by", "left", least=12),
            Column("more", "more examples\nwould decide"),
        ]
        rows = [
            {"gate": each.gate.text, "verdict": each.verdict, "tag": each.tag, "more": each.more}
            for each in results
        ]
        console.print(to_rich(columns, rows, width=console.width))
    for each in results:
        if len(results) == 1 or each.verdict != "passed":
            console.print(each.message, markup=False, highlight=False, soft_wrap=True)


def markdown_gates(results: Sequence[GateResult]) -> str:
    """Return what came of the gates as a list in Markdown; nothing where there are none.

    Parameters
    ----------
    results : sequence of GateResult

    Returns
    -------
    str
    """
    from tagline.display.tables import escape_markdown

    if not results:
        return ""
    lines = (f"- {escape_markdown(each.message)}" for each in results)
    return "\n".join(["", "**Gates**", "", *lines, ""])
