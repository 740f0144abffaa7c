"""`tagline tags estimate | learn | queue | agreement | blindness`: what people's tags say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tagline.cli import options as shared
from tagline.cli.tags.options import Folder, Name

__all__ = ["agreement", "blindness", "estimate", "learn", "queue"]

Sample = Annotated[
    str | None, typer.Option(metavar="NAME", help="Default: the last one drawn by chance.")
]


def estimate(
    *,
    sample: Sample = None,
    tags: shared.Tags = None,
    human: Annotated[
        str | None, typer.Option(metavar="RATE", help="People's error rate: 0.02, or 12/200.")
    ] = None,
    learn: Annotated[
        bool,
        typer.Option(
            "--learn/--no-learn", help="Narrow the intervals by classifiers of the decisions."
        ),
    ] = True,
    level: shared.Level = None,
    project: Folder = Path(),
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
) -> int:
    """Estimate share, error rate and gain of people's tags on all data."""
    from tagline.cli.arguments import read_human, split_names
    from tagline.cli.output import Output, waiting
    from tagline.project import Project

    output = Output(json, html, csv, markdown)
    output.check()
    options: dict[str, Any] = {} if human is None else {"human": read_human(human)}
    if level is not None:
        options["level"] = level
    with Project.open(project) as opened, waiting("Estimating"):
        found = opened.tags.estimate(sample, tags=split_names(tags or []), learn=learn, **options)
    output.show(found)
    return 0


def learn(
    tag: Name, *, sample: Sample = None, project: Folder = Path(), json: shared.Json = False
) -> int:
    """Learn a rule for one of people's tags from a sample."""
    import shlex

    from tagline.cli.output import waiting
    from tagline.project import Project

    with Project.open(project) as opened, waiting("Learning"):
        found = opened.tags.learn(tag, sample)
    if json:
        typer.echo(found.to_json())
        return 0
    typer.echo(found.headline)
    typer.echo(f"To make it a tag: tagline tags accept NAME {shlex.quote(found.rule)}")
    return 0


def queue(
    tag: Name,
    *,
    limit: Annotated[int, typer.Option(metavar="NUMBER", help="The most examples.")] = 20,
    project: Folder = Path(),
    json: shared.Json = False,
) -> int:
    """Show the examples to look at again for a tag that came late: the likeliest first."""
    from json import dumps

    from tagline.project import Project

    with Project.open(project) as opened:
        found = opened.tags.queue(tag, limit=limit)
    if json:
        rows = [{"example_id": example, "likely": chance} for example, chance in found]
        typer.echo(dumps({"examples": rows}, ensure_ascii=False))
        return 0
    for example, chance in found:
        typer.echo(f"{chance:.0%}  {example}")
    if not found:
        typer.echo(f"Every example that was looked at is decided for {tag!r}.")
    return 0


def agreement(
    *,
    project: Folder = Path(),
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
) -> int:
    """Show how far people agree on each tag, where two of them decided."""
    from tagline.cli.output import Output
    from tagline.project import Project

    output = Output(json, html, csv, markdown)
    output.check()
    with Project.open(project) as opened:
        found = opened.tags.agreement()
    output.show(found)
    return 0


def blindness(
    *,
    project: Folder = Path(),
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
) -> int:
    """Show whether seeing label and prediction sways how often a tag is given."""
    from tagline.cli.output import Output
    from tagline.project import Project

    output = Output(json, html, csv, markdown)
    output.check()
    with Project.open(project) as opened:
        found = opened.tags.blindness()
    output.show(found)
    return 0
