"""`tagline slices`: slices that nobody thought of, confirmed on rows that did not suggest them."""

from __future__ import annotations

from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.options import COUNTING, DATA, OUTPUT, option

__all__ = ["slices"]

_SEARCH = "The search"


def slices(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="A path, glob or URL of predictions. Default: a run of the project.",
        ),
    ] = None,
    *,
    label: shared.Label = None,
    prediction: shared.Prediction = None,
    group: shared.Group = None,
    run: Annotated[
        str | None, option("A run of the project. Default: the last one.", DATA, "NAME")
    ] = None,
    columns: Annotated[
        list[str] | None,
        option(
            "Columns to make slices of, with commas between. Default: all that can be.",
            _SEARCH,
            "COLUMNS",
        ),
    ] = None,
    exclude: shared.Exclude = None,
    depth: Annotated[int, option("The most conditions in a slice, 1 to 4.", _SEARCH, "NUMBER")] = 3,
    min_support: Annotated[
        int, option("The fewest rows of a slice, in each half of the data.", _SEARCH, "NUMBER")
    ] = 20,
    measure: shared.Measure = None,
    seed: Annotated[int, option("Another one makes other halves.", COUNTING, "NUMBER")] = 0,
    engine: shared.Engine = None,
    rules: Annotated[
        bool, option("Print for each slice the line that makes it a tag.", OUTPUT, "", "--rules")
    ] = False,
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
) -> int:
    """Find slices with more errors in one half of the data and confirm them on the other."""
    from tagline.cli.asking import Call
    from tagline.cli.output import Output
    from tagline.cli.slicing import sliced

    output = Output(json, html, csv, markdown)
    output.check(file)
    call = Call(
        file=file,
        run=run,
        engine=engine,
        options={
            "label": label,
            "prediction": prediction,
            "group": group,
            "measure": measure,
        },
    )
    found = sliced(
        call,
        columns or [],
        depth=depth,
        min_support=min_support,
        seed=seed,
        exclude=exclude or [],
        each=rules,
    )
    output.show(found, below=found.below)
    return 0
