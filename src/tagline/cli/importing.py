"""`tagline import`: put the predictions of a run into a project."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["import_file"]


def import_file(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A path, glob or URL of data with predictions.")
    ],
    *,
    prediction: Annotated[
        str, typer.Option(metavar="COLUMN", help="The column of the predictions.")
    ],
    run: Annotated[
        str, typer.Option(metavar="NAME", help="The name of the run; a known run is added to.")
    ],
    label: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of the label, unless the project has it."),
    ] = None,
    input: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column that holds the input or its path."),
    ] = None,
    example_id: Annotated[
        str | None,
        typer.Option(
            "--id",
            metavar="COLUMN",
            help="The column of ids. Default: example_id, or a hash of the content.",
        ),
    ] = None,
    scores: Annotated[
        str,
        typer.Option(
            metavar="COLUMNS",
            help="Further columns that the run says, such as probabilities, with commas between.",
        ),
    ] = "",
    project: Annotated[
        str,
        typer.Option(
            metavar="FOLDER|URL",
            help="A folder in the project, or the address of a server: its token stands in"
            " TAGLINE_TOKEN, or in the file that TAGLINE_TOKEN_FILE names.",
        ),
    ] = ".",
    engine: Annotated[
        str | None,
        typer.Option(metavar="URL", help="What reads the file: duckdb://, local[2], spark://..."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", metavar="", help="Print one JSON document.")
    ] = False,
) -> int:
    """Put predictions into a project. The same rows twice change nothing."""
    from tagline.cli.arguments import split_names
    from tagline.cli.output import waiting
    from tagline.project import Project

    with Project.open(project) as opened, waiting("Importing"):
        done = opened.add_predictions(
            file,
            run=run,
            label=label,
            prediction=prediction,
            input=input,
            example_id=example_id,
            scores=split_names([scores]),
            engine=engine,
        )
    if json:
        from dataclasses import asdict
        from json import dumps

        typer.echo(done.message, err=True)
        typer.echo(dumps(asdict(done), ensure_ascii=False))
        return 0
    typer.echo(done.message)
    for reason, count in done.left_out.items():
        typer.echo(f"{count:,} left out: {reason}")
    return 0
