"""`tagline tags import | export`: the spreadsheet that people use today, JSON, Label Studio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.tags.options import By, Folder

__all__ = ["export_file", "import_file"]


def import_file(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, XLSX, Parquet, or JSON of Label Studio.")
    ],
    *,
    id: Annotated[
        str, typer.Option("--id", metavar="COLUMN", help="The column of ids.")
    ] = "example_id",
    columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMNS",
            help="Columns of ticks, with commas between. Default: those called like people's tags.",
        ),
    ] = None,
    cells: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="A column that lists tags: a;b.")
    ] = None,
    note: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="A column of free notes.")
    ] = None,
    by: By = None,
    project: Folder = Path(),
    json: shared.Json = False,
) -> int:
    """Take over tags from a file: all of it or nothing."""
    from dataclasses import asdict
    from json import dumps

    from tagline.cli.arguments import split_names
    from tagline.cli.output import waiting
    from tagline.display.words import plain
    from tagline.project import Project

    with Project.open(project) as opened, waiting("Importing"):
        done = opened.tags.import_file(
            file, id=id, columns=split_names(columns or []), cells=cells, note=note, by=by
        )
    typer.echo(plain(done.message), err=json)
    if json:
        typer.echo(dumps(asdict(done), ensure_ascii=False))
    return 0


def export_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Such as tags.csv or tags.xlsx.")],
    *,
    kind: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", help="csv, xlsx, json or label-studio. Default: by FILE."
        ),
    ] = None,
    project: Folder = Path(),
) -> int:
    """Write what people decided to a file."""
    from tagline.display.words import plural
    from tagline.project import Project

    with Project.open(project) as opened:
        rows = opened.tags.export_file(file, kind=kind)
    typer.echo(f"Wrote {plural(rows, 'row')} to {file}.")
    return 0
