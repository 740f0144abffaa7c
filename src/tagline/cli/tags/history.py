"""`tagline tags history | undo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.tags.options import By, Folder

__all__ = ["history", "undo"]


def history(
    *,
    example: Annotated[
        str | None, typer.Option(metavar="ID", help="Only what was done to this example.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this person did.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="NUMBER", help="The most lines.")] = 20,
    project: Folder = Path(),
    json: shared.Json = False,
) -> int:
    """Show what was done to tags, notes and verdicts, the newest first."""
    from tagline.project import Project

    with Project.open(project) as opened:
        found = opened.tags.history(example_id=example, person=person, limit=limit)
    if json:
        from dataclasses import asdict
        from json import dumps

        rows = [{**asdict(each), "at": each.at.isoformat()} for each in found]
        typer.echo(dumps({"actions": rows}, ensure_ascii=False))
        return 0
    for each in found:
        typer.echo(each.sentence)
    if not found:
        typer.echo("Nothing was done yet.")
    return 0


def undo(
    action: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Default: one's last action.")
    ] = None,
    *,
    by: By = None,
    project: Folder = Path(),
) -> int:
    """Undo an action."""
    from tagline.project import Project

    with Project.open(project) as opened:
        undone = opened.tags.undo(by=by, action=action)
    typer.echo(f"Undone: {undone.sentence}")
    return 0
