"""`tagline init`: make a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["init"]


def init(
    path: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder; it is made if it is missing.")
    ] = Path(),
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="What the project is called. Default: the folder's name."
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="URL of the metadata, without a password. Default: SQLite under .tagline/.",
        ),
    ] = None,
) -> int:
    """Make a project: a folder with tagline.toml and .tagline/."""
    from tagline.project import Project

    with Project.init(path, name=name, store=store) as project:
        settings = project.path / "tagline.toml"
        typer.echo(f"Project {project.settings.project.name!r}: wrote {settings}.")
    if project.path != Path.cwd():
        typer.echo(f"Next: cd {path}")
    typer.echo("Next: tagline import FILE --label y --prediction yhat --run NAME")
    return 0
