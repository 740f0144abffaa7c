"""What a benchmark found: numbers beside a target, as a table for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

__all__ = ["Finding", "as_json", "as_table", "skipped"]


@dataclass(frozen=True)
class Finding:
    """One line of the result.

    Attributes
    ----------
    name : str
        What was measured; its first word is the benchmark.
    unit : str
        Of `ours` and `peer`.
    ours, peer : float or None
        Side information: times depend on the machine, ratios much less.
    peer_name : str
        What the peer is.
    ratio : float or None
        ours / peer, the median over pairs.
    at_most : float or None
        The target; None where there is none.
    bounds : {"ratio", "ours"}
        What the target bounds.
    note : str
        What else there is to know, or why it was skipped.
    """

    name: str
    unit: str = "s"
    ours: float | None = None
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    at_most: float | None = None
    bounds: str = "ratio"
    note: str = ""

    @property
    def verdict(self) -> str:
        """``reached`` or ``missed``; ``shown`` without a target, ``skipped`` without a number."""
        if self.ours is None:
            return "skipped"
        if self.at_most is None:
            return "shown"
        value = self.ratio if self.bounds == "ratio" else self.ours
        return "reached" if value is not None and value <= self.at_most else "missed"

    @property
    def target(self) -> str:
        """The target in words."""
        if self.at_most is None:
            return ""
        bound = f"{self.at_most:g}"
        return f"ratio <= {bound}" if self.bounds == "ratio" else f"<= {bound} {self.unit}".rstrip()


def skipped(name: str, reason: str) -> Finding:
    """Return the line of a benchmark that could not run."""
    return Finding(name, note=reason)


def as_table(findings: Sequence[Finding]) -> Table:
    """Return the lines as a Rich table."""
    table = Table(title="Tagline beside the same work by hand")
    for name in ("benchmark", "ours", "peer", "ratio", "target", "verdict"):
        table.add_column(name, justify="right" if name in {"ours", "peer", "ratio"} else "left")
    colours = {"reached": "green", "missed": "bold red"}
    for found in findings:
        verdict = found.verdict
        colour = colours.get(verdict, "default")
        name = f"{found.name}\n[dim]{found.note}[/dim]" if found.note else found.name
        peer = _shown(found.peer, found.unit)
        if found.peer_name:
            peer += f"\n[dim]{found.peer_name}[/dim]"
        table.add_row(
            name,
            _shown(found.ours, found.unit),
            peer,
            _shown(found.ratio, ""),
            found.target,
            f"[{colour}]{verdict}[/{colour}]",
        )
    return table


def as_json(findings: Sequence[Finding], machine: dict[str, object]) -> str:
    """Return the lines as one JSON document."""
    lines = [{**asdict(found), "verdict": found.verdict} for found in findings]
    return json.dumps({"machine": machine, "findings": lines}, indent=2) + "\n"


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    number = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{number} {unit}".rstrip()
