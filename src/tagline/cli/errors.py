"""`tagline errors`: error analysis by tag against human level."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["errors"]

_HTML = "Write the report to this file; it opens offline."


def errors(
    file: Annotated[
        str | None,
        typer.Argument(help="A path, glob or URL of predictions. Default: a run of the project."),
    ] = None,
    *,
    label: Annotated[str | None, typer.Option(help="The column of the label.")] = None,
    prediction: Annotated[str | None, typer.Option(help="The column of the predictions.")] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option(help="Columns, with commas between; or a table file (example_id, tag)."),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(help='A rule with its name: "short = n_words < 5". Repeatable.'),
    ] = None,
    human: Annotated[
        str | None,
        typer.Option(help="People: a rate (0.05), errors/asked (12/200), a column, or a file."),
    ] = None,
    measure: Annotated[str | None, typer.Option(help="The error measure.")] = None,
    where: Annotated[str | None, typer.Option(help="Only rows for which this rule holds.")] = None,
    sample_weight: Annotated[str | None, typer.Option(help="The column of the weights.")] = None,
    group: Annotated[
        str | None, typer.Option(help="The column of what belongs together, such as the speaker.")
    ] = None,
    importance: Annotated[
        list[str] | None, typer.Option(help="TAG=NUMBER, default 1. Repeatable.")
    ] = None,
    ease: Annotated[
        list[str] | None, typer.Option(help="TAG=NUMBER, default 1. Repeatable.")
    ] = None,
    level: Annotated[float | None, typer.Option(help="Of the intervals. Default: 0.95.")] = None,
    top: Annotated[int | None, typer.Option(help="How many tags are the top. Default: 3.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the draws. Default: 0.")] = None,
    engine: Annotated[
        str | None, typer.Option(help="What counts: duckdb://?memory_limit=4GB, local[2] ...")
    ] = None,
    run: Annotated[
        str | None, typer.Option(help="A run of the project. Default: the last one.")
    ] = None,
    html: Annotated[str | None, typer.Option(metavar="FILE", help=_HTML)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    csv: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the rows; - prints them.")
    ] = None,
    markdown: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the table; - prints it.")
    ] = None,
    fail_if: Annotated[
        list[str] | None,
        typer.Option(help='A gate: "error_rate[car_noise] > 0.1". Repeatable.'),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="An open gate fails.")] = False,
) -> int:
    """Rank tags by what the whole gains if the tag reaches human level."""
    from tagline.cli.analysis import Call, answer
    from tagline.cli.gating import judge, read_gates
    from tagline.cli.output import Output

    output = Output(json, html, csv, markdown)
    output.check(file)
    gates = read_gates(fail_if or [])
    call = Call(
        file=file,
        run=run,
        engine=engine,
        human=human,
        tags=tags or [],
        rules=tag or [],
        importance=importance or [],
        ease=ease or [],
        options={
            "label": label,
            "prediction": prediction,
            "measure": measure,
            "where": where,
            "sample_weight": sample_weight,
            "group": group,
            "level": level,
            "top": top,
            "seed": seed,
        },
    )
    with answer(call) as (result, settings):
        gates = gates or read_gates(settings.errors.fail_if if settings else [])
        results = judge(result, gates)
        output.show(result)
    return output.verdict(results, strict=strict)
