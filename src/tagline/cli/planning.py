"""What `tagline plan` shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from tagline.cli.output import say
from tagline.display.tables import Column, escape_markdown, fit, to_markdown, to_rich
from tagline.display.units import Unit
from tagline.display.words import plural
from tagline.error_analysis.gates.planning import PlanRow
from tagline.error_analysis.gates.reading import CHANGE, Gate
from tagline.exceptions import InputError
from tagline.schema.settings import find_settings, load_settings

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["Plan", "stated_margin"]

_MARGIN = 0.01


def stated_margin(gate: Gate) -> float:
    """Return the margin of the project that we are in, or the usual one.

    Parameters
    ----------
    gate : Gate
        Where it asks for "worse" without a number, the place of the margin is said.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If `tagline.toml` cannot be read.
    """
    place = find_settings()
    margin = None if place is None else load_settings(place).compare.margin
    if margin is None:
        return _MARGIN
    if gate.relevant:
        say(f"margin comes from {place}.")
    return margin


@dataclass(frozen=True)
class Plan:
    """How many examples a gate needs, for a few rates that may be expected.

    Attributes
    ----------
    gate : Gate
    rows : tuple of PlanRow
    power : float
    tests : int
    share : float or None
    error_rate : float
        Of the first run, where the gate is about a change.
    """

    gate: Gate
    rows: tuple[PlanRow, ...]
    power: float
    tests: int
    share: float | None
    error_rate: float

    @property
    def headline(self) -> str:
        """What the first row says in words, or what the table is about."""
        if len(self.rows) != 1:
            return f"Examples that decide {self.gate.text} in {self.power:.0%} of cases:"
        row, unit = self.rows[0], self._unit()
        if row.examples is None:
            return f"{self.gate.text}: no number of examples that anybody has would decide it."
        about = "about " if row.changed is not None else ""
        size = plural(row.examples, "example")
        named = unit.gain_named if self.gate.quantity == CHANGE else unit.rate_named
        what = "change" if self.gate.quantity == CHANGE else "error rate"
        value = f"{what} is {named(row.expected)}"
        if row.changed is not None:
            value += f" and {row.changed:.3g} of the examples change"
        inside = "" if row.in_all is None else f", {row.in_all:,} in all"
        whose = " with the tag" if self.gate.tag != "(all)" else ""
        return (
            f"From {about}{size}{whose} on{inside}, {self.gate.text} is {row.verdict} in"
            f" {self.power:.0%} of cases if the {value}."
        )

    @property
    def notes(self) -> list[str]:
        """What stands below the table."""
        level = ".05" if self.tests == 1 else f".05 / {self.tests} (--tests)"
        first = "Passed and failed for certain, as gates are; the probability is that of one tag at"
        said = [f"{first} the level {level}."]
        if self.gate.quantity == CHANGE:
            said.append(
                "changed: examples newly broken or fixed, both runs on the same examples; error"
                f" rate of the first run {self.error_rate:g}. Summed by Newcombe's bound: about."
            )
        else:
            said.append(
                "Errors of 0 or 1, independent examples; exact: this and every larger number."
            )
        return said

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document."""
        return {
            "gate": self.gate.text,
            "power": self.power,
            "tests": self.tests,
            "share": self.share,
            "error_rate": self.error_rate if self.gate.quantity == CHANGE else None,
            "headline": self.headline,
            "rows": [row.to_dict() for row in self.rows],
        }

    def to_csv(self) -> str:
        """Return the rows."""
        text = io.StringIO()
        writer = csv.DictWriter(text, [each.name for each in fields(PlanRow)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row.to_dict() for row in self.rows)
        return text.getvalue()

    def to_html(self) -> str:
        """Refuse: a plan is a table of a few numbers."""
        raise InputError("A plan has no page: take --markdown, --csv or --json.")

    def to_markdown(self) -> str:
        """Return headline, table and notes."""
        table = to_markdown(self._columns(), self._records())
        below = "\n".join(f"- {escape_markdown(line)}" for line in self.notes)
        return f"**{escape_markdown(self.headline)}**\n\n{table}\n\n{below}\n"

    def terminal(self, width: int) -> Group:
        """Return what the terminal shows."""
        from rich.console import Group
        from rich.text import Text

        records = self._records()
        kept = fit(self._columns(), records, width)
        below = [Text(line, style="dim") for line in self.notes]
        head = Text(self.headline, style="bold")
        return Group(head, Text(""), to_rich(kept, records, width=width), Text(""), *below)

    def _unit(self) -> Unit:
        values = [abs(row.expected) for row in self.rows]
        return Unit.of(values, values, percent=True)

    def _records(self) -> Sequence[dict[str, Any]]:
        return [row.to_dict() for row in self.rows]

    def _columns(self) -> list[Column]:
        unit = self._unit()
        about_change = self.gate.quantity == CHANGE
        head = "expected change, points" if about_change else "expected error rate, %"
        columns = [
            Column("expected", head, format=unit.gain if about_change else unit.rate, keep=9),
            Column("verdict", "the gate is", "left", keep=8),
            Column("examples", "from examples on", keep=8),
        ]
        if about_change:
            columns.insert(
                1, Column("changed", "changed, %", format=lambda part: f"{100 * part:g}")
            )
        if self.share is not None:
            columns.append(Column("in_all", "examples in all", keep=7))
        return columns
