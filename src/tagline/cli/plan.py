"""`tagline plan`: before any run, how many examples a gate needs."""

from __future__ import annotations

from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.options import OUTPUT, option

__all__ = ["plan"]

_EXPECTED = "What is expected"


def plan(
    gate: Annotated[
        str, typer.Argument(metavar="GATE", help=r'Such as "error_rate\[child] > 0.1".')
    ],
    *,
    expect: Annotated[
        list[float] | None,
        option(
            "The error rate, or its change, that you expect. Repeatable. Default: some around the"
            " limit.",
            _EXPECTED,
            "NUMBER",
        ),
    ] = None,
    changed: Annotated[
        list[float] | None,
        option(
            "Of a change: the fraction of examples newly broken or fixed. Repeatable. Default:"
            " 0.05, 0.1 and 0.2.",
            _EXPECTED,
            "FRACTION",
        ),
    ] = None,
    error_rate: Annotated[
        float, option("Of a change: that of the first run.", _EXPECTED, "FRACTION")
    ] = 0.1,
    share: Annotated[
        float | None,
        option("Of the tag: to count the examples in all, too.", _EXPECTED, "FRACTION"),
    ] = None,
    tests: Annotated[
        int, option("How many gates and tags one call asks.", _EXPECTED, "NUMBER")
    ] = 1,
    margin: Annotated[
        str | None,
        option(
            "That of the comparison, for `worse` without a number. Default: that of the project, or"
            " 0.01.",
            _EXPECTED,
            "NUMBER",
        ),
    ] = None,
    power: Annotated[float, option("The probability to decide.", _EXPECTED, "FRACTION")] = 0.8,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: Annotated[
        bool, option("Print one JSON document instead of the table.", OUTPUT, "", "--json")
    ] = False,
) -> int:
    """Say how many examples a gate needs to be decided, before there is any run."""
    from tagline.cli.comparing import read_margin
    from tagline.cli.output import Output
    from tagline.cli.planning import Plan, stated_margin
    from tagline.error_analysis.gates.planning import plan_gate
    from tagline.error_analysis.gates.reading import parse_gate

    output = Output(json, None, csv, markdown)
    output.check()
    asked = parse_gate(gate)
    rows = plan_gate(
        asked,
        expected=expect or (),
        changed=changed or (),
        error_rate=error_rate,
        share=share,
        tests=tests,
        power=power,
        margin=read_margin(margin) if margin is not None else stated_margin(asked),
    )
    output.show(Plan(asked, tuple(rows), power, tests, share, error_rate))
    return 0
