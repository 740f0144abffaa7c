"""`tagline tags check | add | change | accept | merge | split | retire`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tagline.cli import options as shared
from tagline.cli.tags.options import By, Folder, Name

__all__ = ["accept", "add", "change", "check", "merge", "retire", "split"]

Description = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What an example with the tag is like.")
]
Importance = Annotated[float | None, typer.Option(metavar="NUMBER", help="Above 0; default 1.")]
Ease = Annotated[float | None, typer.Option(metavar="NUMBER", help="Above 0; default 1.")]
EaseReason = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Why it is easy or hard to improve.")
]
Colour = Annotated[str | None, typer.Option(metavar="#RRGGBB", help="Of the tag on the pages.")]
Into = Annotated[str, typer.Option("--into", metavar="TAGS", help="With commas between.")]


def check(
    *,
    project: Folder = Path(),
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
) -> int:
    """Count how many examples each tag covers, and which two stand together."""
    from tagline.cli.output import Output, waiting
    from tagline.project import Project

    output = Output(json, html, csv, markdown)
    output.check()
    with Project.open(project) as opened, waiting("Counting"):
        found = opened.tags.check()
    output.show(found)
    return 2 if found.faults else 0


def add(
    name: Name,
    *,
    description: Description = None,
    importance: Importance = None,
    ease: Ease = None,
    ease_reason: EaseReason = None,
    colour: Colour = None,
    by: By = None,
    project: Folder = Path(),
) -> int:
    """Make a tag that people give."""
    from tagline.project import Project

    values = _given(description, importance, ease, ease_reason, colour)
    with Project.open(project) as opened:
        opened.tags.add(name, by=by, **values)
    typer.echo(f"The tag {name!r} is there: nobody has decided it for any example yet.")
    return 0


def change(
    name: Name,
    *,
    new_name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="A new name; decisions stay.")
    ] = None,
    description: Description = None,
    importance: Importance = None,
    ease: Ease = None,
    ease_reason: EaseReason = None,
    colour: Colour = None,
    by: By = None,
    project: Folder = Path(),
) -> int:
    """Change what a tag is called, means or weighs."""
    from tagline.exceptions import InputError
    from tagline.project import Project

    values = _given(description, importance, ease, ease_reason, colour)
    if new_name is not None:
        values["name"] = new_name
    if not values:
        raise InputError("Nothing to change: name an option such as --importance.")
    with Project.open(project) as opened:
        opened.tags.change(name, by=by, **values)
    typer.echo(f"The tag {name!r} was changed.")
    return 0


def accept(
    name: Name,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Of the slice that was found.")],
    *,
    description: Description = None,
    project: Folder = Path(),
) -> int:
    """Make a slice that was found a tag: its rule is written into tagline.toml."""
    from tagline.project import Project

    with Project.open(project) as opened:
        opened.tags.accept(name, rule, description=description or "")
    typer.echo(f"The tag {name!r} stands in tagline.toml.")
    return 0


def merge(
    names: Annotated[str, typer.Argument(metavar="TAGS", help="With commas between.")],
    *,
    into: Annotated[str, typer.Option("--into", metavar="TAG", help="What it is called.")],
    by: By = None,
    project: Folder = Path(),
) -> int:
    """Make several of people's tags one."""
    from tagline.cli.arguments import split_names
    from tagline.project import Project

    with Project.open(project) as opened:
        opened.tags.merge(split_names([names]), into, by=by)
    typer.echo(f"{names} are {into!r} now; `tagline tags undo` takes it back.")
    return 0


def split(name: Name, *, into: Into, by: By = None, project: Folder = Path()) -> int:
    """Make one of people's tags several; what had it waits to be looked at again."""
    from tagline.cli.arguments import split_names
    from tagline.project import Project

    with Project.open(project) as opened:
        opened.tags.split(name, split_names([into]), by=by)
    typer.echo(f"{name!r} is {into} now; `tagline tags undo` takes it back.")
    return 0


def retire(name: Name, *, by: By = None, project: Folder = Path()) -> int:
    """Take one of people's tags out of use."""
    from tagline.project import Project

    with Project.open(project) as opened:
        opened.tags.retire(name, by=by)
    typer.echo(f"{name!r} is out of use; `tagline tags undo` takes it back.")
    return 0


def _given(
    description: str | None,
    importance: float | None,
    ease: float | None,
    ease_reason: str | None,
    colour: str | None,
) -> dict[str, Any]:
    values = {
        "description": description,
        "importance": importance,
        "ease": ease,
        "ease_reason": ease_reason,
        "colour": colour,
    }
    return {key: value for key, value in values.items() if value is not None}
