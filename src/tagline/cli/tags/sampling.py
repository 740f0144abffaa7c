"""`tagline tags sample | samples`: which examples to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.tags.options import By, Folder

__all__ = ["sample", "samples"]


def sample(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the sample.")],
    *,
    size: Annotated[int, typer.Option(metavar="NUMBER", help="How many examples.")] = 200,
    run: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose errors. Default: the last run.")
    ] = None,
    strata: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TAG|COLUMN|RULE",
            help="What else makes a stratum, beside right and wrong. Repeatable.",
        ),
    ] = None,
    wrong: Annotated[
        float | None,
        typer.Option(
            metavar="FRACTION", help="Of them wrong. Default: what makes a tag's rate most certain."
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            metavar="RULE",
            help="Pick the first by this, such as margin: a purposive sample, without rates.",
        ),
    ] = None,
    where: shared.Where = None,
    blind: Annotated[
        bool,
        typer.Option("--blind", metavar="", help="Hide label and prediction while tagging."),
    ] = False,
    twice: Annotated[
        float, typer.Option(metavar="FRACTION", help="Of them for two people to look at.")
    ] = 0.1,
    seed: shared.Seed = None,
    by: By = None,
    project: Folder = Path(),
) -> int:
    """Choose examples to look at: wrong and right ones mixed, with known probability."""
    from tagline.cli.output import waiting
    from tagline.display.words import plural
    from tagline.project import Project

    options = {} if where is None else {"where": where}
    with Project.open(project) as opened, waiting("Drawing"):
        made = opened.tags.sample(
            name,
            size=size,
            run=run,
            by=strata or [],
            wrong=wrong,
            first=first,
            blind=blind,
            twice=twice,
            seed=seed or 0,
            person=by,
            **options,
        )
        items = opened.tags.store.items(name)
    examples = len({each.example_id for each in items})
    mix: dict[str, int] = {}
    for each in items:
        if each.turn == 1:
            mix[each.stratum] = mix.get(each.stratum, 0) + 1
    typer.echo(f"The sample {name!r}: {plural(examples, 'example')} of the run {made.run!r}.")
    if made.purposive:
        typer.echo(f"Picked on purpose, by {first}: its rates say nothing about all examples.")
        return 0
    for stratum, size_of in made.design["strata"].items():
        typer.echo(f"  {mix.get(stratum, 0):,} of {size_of:,} {stratum}")
    return 0


def samples(*, project: Folder = Path(), json: shared.Json = False) -> int:
    """List the samples and how far they are."""
    from tagline.project import Project

    with Project.open(project) as opened:
        found = opened.tags.samples
    if json:
        from dataclasses import asdict
        from json import dumps

        rows = [asdict(each) for each in found]
        typer.echo(dumps({"samples": rows}, ensure_ascii=False, default=str))
        return 0
    for each in found:
        kind = "picked on purpose" if each.purposive else "drawn by chance"
        blind = ", blind" if each.blind else ""
        typer.echo(f"{each.name}: {each.done:,} of {each.items:,} done, {kind}{blind}, {each.run}")
    if not found:
        typer.echo("No sample yet: draw one with `tagline tags sample NAME`.")
    return 0
