"""`tagline compare`: two runs on the same examples, by tag."""

from __future__ import annotations

from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.options import COUNTING, DATA, GATES, OUTPUT, option

__all__ = ["compare"]


def compare(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="BEFORE",
            help="A path, glob or URL with the predictions of the first run, or of both; several"
            " runs (seeds) with commas between. Default: a run of the project.",
        ),
    ] = None,
    second: Annotated[
        str | None,
        typer.Argument(
            metavar="AFTER", help="That of the second run; the two are joined by example_id."
        ),
    ] = None,
    *,
    label: shared.Label = None,
    prediction: Annotated[
        list[str] | None,
        option(
            'The column of both runs, or that of each: "old,new" or given twice.', DATA, "COLUMN"
        ),
    ] = None,
    where: shared.Where = None,
    group: shared.Group = None,
    sample_weight: shared.SampleWeight = None,
    example_id: Annotated[
        str | None,
        option(
            "The column of ids in the files, by which they are joined. Default: example_id.",
            DATA,
            "COLUMN",
            "--id",
        ),
    ] = None,
    before: Annotated[
        str | None,
        option(
            "A run of the project, or several (seeds) with commas between. Default: the one before"
            " the other.",
            DATA,
            "NAME",
        ),
    ] = None,
    after: Annotated[
        str | None,
        option("A run of the project, or as many as before. Default: the last.", DATA, "NAME"),
    ] = None,
    tags: shared.Tags = None,
    tag: shared.Tag = None,
    human: shared.Human = None,
    measure: shared.Measure = None,
    margin: Annotated[
        str | None,
        option("The largest change that does not matter. Default: 0.01.", COUNTING, "NUMBER"),
    ] = None,
    level: shared.Level = None,
    seed: shared.Seed = None,
    engine: shared.Engine = None,
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: Annotated[
        str | None,
        option("Write the comment for a pull request to a file; - prints it.", OUTPUT, "FILE"),
    ] = None,
    json: shared.Json = False,
    fail_if: Annotated[
        list[str] | None,
        option(
            r'Exit with 1 if this is so: "any tag worse by > 0.02", "change\[child] > 0.02",'
            r' "error_rate\[child] > 0.1" (of the second run). Repeatable.',
            GATES,
            "GATE",
        ),
    ] = None,
    strict: shared.Strict = False,
    junit: shared.Junit = None,
) -> int:
    """Compare two runs on the same examples: what is better, what is worse, by tag."""
    from tagline.cli.asking import Call
    from tagline.cli.comparing import compared, read_margin, read_predictions
    from tagline.cli.gating import read_gates, say_not_asked, stated_gates
    from tagline.cli.output import Output
    from tagline.error_analysis.comparison.comment import pull_request
    from tagline.error_analysis.gates.checks import judge

    output = Output(json, html, csv, markdown, junit)
    output.check(*(name for side in (file, second) for name in _names(side)))
    gates = read_gates(fail_if or [], strict=strict)
    call = Call(
        file=file,
        after=second,
        engine=engine,
        human=human,
        tags=tags or [],
        rules=tag or [],
        gates=fail_if or [],
        options={
            "label": label,
            "prediction": read_predictions(prediction),
            "measure": measure,
            "margin": None if margin is None else read_margin(margin),
            "where": where,
            "sample_weight": sample_weight,
            "group": group,
            "level": level,
            "seed": seed,
        },
    )
    with compared(call, before=before, after=after, example_id=example_id) as (result, settings):
        gates = gates or stated_gates(settings, "compare", strict=strict)
        results = judge(result, gates)
        say_not_asked(settings, "compare", asked=bool(gates), given=bool(fail_if), strict=strict)
        output.show(
            result,
            results,
            markdown=lambda: pull_request(result, results),
            html=lambda: result.to_html(gates=results),
            command="compare",
        )
    return output.verdict(results)


def _names(side: str | None) -> list[str]:
    from tagline.cli.comparing import read_side

    read = read_side(side)
    return read if isinstance(read, list) else [read] if read is not None else []
