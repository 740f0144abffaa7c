"""`tagline errors`: error analysis by tag against human level."""

from __future__ import annotations

from typing import Annotated, Any

import typer

__all__ = ["errors"]

_DATA = "The data"
_TAGS = "Tags and people"
_COUNTING = "Counting"
_OUTPUT = "Output"
_GATES = "Gates, for CI"
_FACTOR = "TAG=NUMBER"


def _option(help: str, panel: str, metavar: str | None = None, name: str | None = None) -> Any:
    names = () if name is None else (name,)
    return typer.Option(*names, help=help, rich_help_panel=panel, metavar=metavar)


def errors(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="A path, glob or URL of predictions. Default: a run of the project.",
        ),
    ] = None,
    *,
    label: Annotated[str | None, _option("The column of the label.", _DATA, "COLUMN")] = None,
    prediction: Annotated[
        str | None, _option("The column of the predictions.", _DATA, "COLUMN")
    ] = None,
    where: Annotated[
        str | None, _option('Only rows for which this rule holds: "n_words < 5".', _DATA, "RULE")
    ] = None,
    group: Annotated[
        str | None,
        _option("The column of what belongs together, such as the speaker.", _DATA, "COLUMN"),
    ] = None,
    sample_weight: Annotated[
        str | None, _option("The column of the weights of the rows.", _DATA, "COLUMN")
    ] = None,
    run: Annotated[
        str | None, _option("A run of the project. Default: the last one.", _DATA, "NAME")
    ] = None,
    tags: Annotated[
        list[str] | None,
        _option(
            "Columns, with commas between; or a table file (example_id, tag). Default: those of the"
            " project, else the columns with few values.",
            _TAGS,
            "COLUMNS",
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        _option('A tag by a rule: "short = n_words < 5". Repeatable.', _TAGS, "RULE"),
    ] = None,
    human: Annotated[
        str | None,
        _option(
            "How well people do: an error rate (0.05), errors/asked (12/200), a column with their"
            " answers, or a file.",
            _TAGS,
            "PEOPLE",
        ),
    ] = None,
    importance: Annotated[
        list[str] | None,
        _option("A factor of the priority, default 1. Repeatable.", _TAGS, _FACTOR),
    ] = None,
    ease: Annotated[
        list[str] | None,
        _option("A factor of the priority, default 1. Repeatable.", _TAGS, _FACTOR),
    ] = None,
    measure: Annotated[
        str | None,
        _option(
            "The error measure. Default: accuracy. Others: wer, mae, log_loss ...",
            _COUNTING,
            "NAME",
        ),
    ] = None,
    level: Annotated[
        float | None, _option("Of the intervals. Default: 0.95.", _COUNTING, "FRACTION")
    ] = None,
    top: Annotated[
        int | None, _option("How many tags are the top. Default: 3.", _COUNTING, "NUMBER")
    ] = None,
    seed: Annotated[int | None, _option("Of the draws. Default: 0.", _COUNTING, "NUMBER")] = None,
    engine: Annotated[
        str | None,
        _option("What counts: duckdb://?memory_limit=4GB, local[2] ...", _COUNTING, "URL"),
    ] = None,
    html: Annotated[
        str | None, _option("Write the report to this file; it opens offline.", _OUTPUT, "FILE")
    ] = None,
    csv: Annotated[
        str | None, _option("Write the rows to a file; - prints them.", _OUTPUT, "FILE")
    ] = None,
    markdown: Annotated[
        str | None, _option("Write the table to a file; - prints it.", _OUTPUT, "FILE")
    ] = None,
    json: Annotated[
        bool, _option("Print one JSON document instead of the table.", _OUTPUT, "", "--json")
    ] = False,
    fail_if: Annotated[
        list[str] | None,
        _option(
            r'Exit with 1 if this is so: "error_rate\[car_noise] > 0.1". Repeatable.',
            _GATES,
            "GATE",
        ),
    ] = None,
    strict: Annotated[
        bool, _option("A gate that the data leave open fails, too.", _GATES, "", "--strict")
    ] = False,
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
        gates = gates or read_gates(settings.errors.fail_if if settings else [])
        results = judge(result, gates)
        output.show(result, results)
    return output.verdict(results, strict=strict)
