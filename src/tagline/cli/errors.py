"""`tagline errors`: error analysis by tag against human level."""

from __future__ import annotations

from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.options import COUNTING, DATA, TAGS, option

__all__ = ["errors"]

_FACTOR = "TAG=NUMBER"


def errors(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="A path, glob or URL of predictions. Default: a run of the project.",
        ),
    ] = None,
    *,
    label: shared.Label = None,
    prediction: shared.Prediction = None,
    where: shared.Where = None,
    group: shared.Group = None,
    sample_weight: shared.SampleWeight = None,
    run: Annotated[
        str | None, option("A run of the project. Default: the last one.", DATA, "NAME")
    ] = None,
    tags: shared.Tags = None,
    tag: shared.Tag = None,
    human: Annotated[
        str | None,
        option(
            "How well people do: an error rate (0.05), errors/asked (12/200), a column with their"
            " answers, or a file.",
            TAGS,
            "PEOPLE",
        ),
    ] = None,
    importance: Annotated[
        list[str] | None, option("A factor of the priority, default 1. Repeatable.", TAGS, _FACTOR)
    ] = None,
    ease: Annotated[
        list[str] | None, option("A factor of the priority, default 1. Repeatable.", TAGS, _FACTOR)
    ] = None,
    measure: shared.Measure = None,
    level: shared.Level = None,
    top: Annotated[
        int | None, option("How many tags are the top. Default: 3.", COUNTING, "NUMBER")
    ] = None,
    seed: shared.Seed = None,
    engine: shared.Engine = None,
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
    fail_if: shared.FailIf = None,
    strict: shared.Strict = False,
    junit: shared.Junit = None,
) -> int:
    """Rank tags by what the whole gains if the tag reaches human level."""
    from tagline.cli.analysis import answer
    from tagline.cli.asking import Call
    from tagline.cli.gating import read_gates, stated_gates
    from tagline.cli.output import Output
    from tagline.error_analysis.gates.checks import judge

    output = Output(json, html, csv, markdown, junit)
    output.check(file)
    gates = read_gates(fail_if or [], strict=strict)
    call = Call(
        file=file,
        run=run,
        engine=engine,
        human=human,
        tags=tags or [],
        rules=tag or [],
        importance=importance or [],
        ease=ease or [],
        gates=fail_if or [],
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
        gates = gates or stated_gates(settings, "errors", strict=strict)
        results = judge(result, gates)
        output.show(result, results, command="errors")
    return output.verdict(results)
