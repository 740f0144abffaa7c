"""Gates of the command line: read, judged, shown, and turned into an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from tagline.error_analysis.gates.deciding import GateResult
from tagline.error_analysis.gates.reading import CHANGE, Gate, parse_gate, parse_gates

if TYPE_CHECKING:
    from rich.console import Console

    from tagline.cli.asking import Call
    from tagline.schema.settings import Settings

__all__ = [
    "gate_keys",
    "markdown_gates",
    "read_gates",
    "say_not_asked",
    "show_gates",
    "stated_gates",
]

Command = Literal["errors", "compare"]


def read_gates(texts: Sequence[str], *, strict: bool = False) -> list[Gate]:
    """Return the gates of some texts.

    Parameters
    ----------
    texts : sequence of str
    strict : bool, default False
        Whether a gate that the data leave open fails.

    Returns
    -------
    list of Gate
    """
    return parse_gates(texts, "fail" if strict else "pass")


def stated_gates(
    settings: Settings | None, command: Command, *, strict: bool = False
) -> list[Gate]:
    """Return the gates of `tagline.toml` that a command asks.

    Parameters
    ----------
    settings : Settings or None
        None: there is no project, so there are none.
    command : {"errors", "compare"}
    strict : bool, default False
        Whether every gate that the data leave open fails.

    Returns
    -------
    list of Gate

    Raises
    ------
    InputError
        If one cannot be read.
    """
    if settings is None:
        return []
    listed = parse_gates(settings.errors.fail_if) if command == "errors" else []
    tables = [(parse_gate(each.fail_if, each.undecided), each.on) for each in settings.gate]
    gates = [*listed, *(gate for gate, on in tables if (on or _command(gate)) == command)]
    return [replace(gate, undecided="fail") for gate in gates] if strict else gates


def _command(gate: Gate) -> Command:
    return "compare" if gate.quantity == CHANGE else "errors"


def gate_keys(call: Call, settings: Settings, command: Command = "errors") -> list[str]:
    """Return the keys of `tagline.toml` that the gates of a call come from."""
    if call.gates:
        return []
    listed = command == "errors" and bool(settings.errors.fail_if)
    from_tables = len(stated_gates(settings, command)) > listed * len(settings.errors.fail_if)
    return ["fail_if"] * listed + ["gate"] * from_tables


def say_not_asked(
    settings: Settings | None, command: Command, *, asked: bool, given: bool, strict: bool
) -> None:
    """Say which gates of `tagline.toml` another command asks, and that ``--strict`` had none.

    Parameters
    ----------
    settings : Settings or None
    command : {"errors", "compare"}
    asked, given : bool
        Whether a gate was asked; whether gates came with the call, in place of those of the file.
    strict : bool
    """
    from tagline.cli.output import say

    other: Command = "compare" if command == "errors" else "errors"
    left = [] if given else stated_gates(settings, other)
    if left and command == "compare":  # two runs know both kinds of gates
        named = ", ".join(f'"{gate.text}"' for gate in left)
        say(f"Asked by `tagline {other}`, not here (`on` in tagline.toml says which): {named}.")
    if strict and not asked:
        say("--strict: no gate was asked, so nothing can fail (--fail-if, or [[gate]] in a file).")


def show_gates(results: Sequence[GateResult], console: Console) -> None:
    """Print what came of the gates: one sentence for one, a small table for several.

    Parameters
    ----------
    results : sequence of GateResult
    console : rich.console.Console
    """
    from tagline.display.tables import Column, to_rich
    from tagline.display.words import rough

    if len(results) > 1:
        columns = [
            Column("gate", "gate", "left", least=20),
            Column("verdict", "verdict", "left"),
            Column("tag", "by", "left", least=12),
            Column("more", "more examples\nwould decide", format=rough),
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
