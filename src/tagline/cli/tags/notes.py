"""`tagline tags notes | group`: from free notes to tags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.tags.options import By, Folder

__all__ = ["group", "notes"]


def notes(
    *,
    propose: Annotated[
        bool,
        typer.Option("--propose", metavar="", help="Group them by the words that they share."),
    ] = False,
    endpoint: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="With --propose: ask a model of your own there (OpenAI-compatible); shows what"
            " would be sent.",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The model's name at the endpoint.")
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", metavar="", help="Send it: the notes leave this machine.")
    ] = False,
    project: Folder = Path(),
    json: shared.Json = False,
) -> int:
    """Show the free notes on examples, or groups of those that stand under no tag."""
    from dataclasses import asdict
    from json import dumps

    from tagline.cli.output import waiting
    from tagline.display.words import plain
    from tagline.exceptions import InputError
    from tagline.project import Project

    if (endpoint is None) != (model is None) or (endpoint and not propose):
        raise InputError("A model is asked with --propose, --endpoint and --model together.")
    with Project.open(project) as opened:
        written = opened.tags.notes
        if endpoint and model and not send:
            typer.echo(dumps(opened.tags.question(model), ensure_ascii=False, indent=2))
            typer.echo(f"Nothing was sent. With --send this goes to {endpoint}.", err=True)
            return 0
        if endpoint and model:
            with waiting("Asking the model"):
                groups = opened.tags.ask(endpoint, model)
        else:
            groups = opened.tags.propose() if propose else []
    texts = {note.id: note.text for note in written}
    if json:
        found = {"notes": [asdict(each) for each in written]}
        if propose:
            found["groups"] = [asdict(each) for each in groups]
        typer.echo(dumps(found, ensure_ascii=False, default=str))
        return 0
    if propose:
        for each in groups:
            typer.echo(plain(f"{each.name} ({len(each.notes)})"))
            for number in each.notes:
                typer.echo(plain(f"  {number} · {texts[number]}"))
        if not groups:
            typer.echo("No two notes without a tag share words.")
        return 0
    for note in written:
        under = f" [{note.tag}]" if note.tag else ""
        typer.echo(plain(f"{note.id} · {note.example_id} · {note.person} · {note.text}{under}"))
    if not written:
        typer.echo("No note yet.")
    return 0


def group(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="Made if it is not there.")],
    numbers: Annotated[
        str, typer.Argument(metavar="NOTES", help="Numbers of notes, with commas between.")
    ],
    *,
    by: By = None,
    project: Folder = Path(),
) -> int:
    """Put notes under a tag, and say yes to it for their examples."""
    from tagline.cli.arguments import split_names
    from tagline.display.words import plural
    from tagline.exceptions import InputError
    from tagline.project import Project

    wrong = [each for each in split_names([numbers]) if not each.isdigit()]
    if wrong:
        raise InputError(f"{wrong[0]!r} is no number of a note: `tagline tags notes` shows them.")
    with Project.open(project) as opened:
        count = opened.tags.group([int(each) for each in split_names([numbers])], tag, by=by)
    typer.echo(f"{plural(count, 'example')} tagged {tag!r}.")
    return 0
