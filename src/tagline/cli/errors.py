"""`tagline errors`: error analysis by tag against human level."""

from __future__ import annotations

from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.options import COUNTING, DATA, OUTPUT, TAGS, option

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
    sample: Annotated[
        str | None,
        option(
            "Only the examples of this sample that people looked at, weighted back to all.",
            DATA,
            "NAME",
        ),
    ] = None,
    tags: shared.Tags = None,
    tag: shared.Tag = None,
    exclude: shared.Exclude = None,
    human: shared.Human = None,
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
    also: Annotated[
        list[str] | None,
        option(
            "Say more: adjusted, added, calibration, edits, mistakes or overlaps, with commas"
            " between.",
            OUTPUT,
            "NAMES",
        ),
    ] = None,
    fail_if: shared.FailIf = None,
    strict: shared.Strict = False,
    junit: shared.Junit = None,
) -> int:
    """Rank tags by what the whole gains if the tag reaches human level."""
    from tagline.cli.also import WithMore, read_also
    from tagline.cli.analysis import answer
    from tagline.cli.arguments import split_names
    from tagline.cli.asking import Call
    from tagline.cli.gating import read_gates, say_not_asked, stated_gates
    from tagline.cli.output import Output
    from tagline.error_analysis.gates.checks import judge

    output = Output(json, html, csv, markdown, junit)
    output.check(file)
    gates = read_gates(fail_if or [], strict=strict)
    more = read_also(also or [])
    call = Call(
        file=file,
        run=run,
        engine=engine,
        human=human,
        sample=sample,
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
            "exclude": split_names(exclude or []) or None,
        },
    )
    with answer(call) as (result, settings):
        gates = gates or stated_gates(settings, "errors", strict=strict)
        results = judge(result, gates)
        say_not_asked(settings, "errors", asked=bool(gates), given=bool(fail_if), strict=strict)
        output.show(WithMore.of(result, more), results, command="errors")
    return output.verdict(results)
