"""`tagline inputs`: the statistics of raw inputs, of each and over all of them."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from tagline.cli import options as shared
from tagline.cli.options import COUNTING, DATA, OUTPUT, option
from tagline.exceptions import InputError

__all__ = ["inputs"]

_RUN = "The run"
_ARGUMENT = re.compile(
    r"`(input|kind|statistics|vocabulary|reference|root|out|workers)(?:='(\w+)')?`"
)


def inputs(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="A folder or glob of images, clips or texts, a JSON file of conversations or"
            " spans, or a table.",
        ),
    ],
    *,
    input: Annotated[
        str | None,
        option("The column of a table with paths, URLs, bytes, texts or messages.", DATA, "COLUMN"),
    ] = None,
    kind: Annotated[
        str | None,
        option("text, image, audio, row or chat. Default: told by the data.", DATA, "KIND"),
    ] = None,
    root: Annotated[
        str | None, option("Nothing outside this folder is opened.", DATA, "FOLDER")
    ] = None,
    statistics: Annotated[
        list[str] | None,
        option("Names, with commas between. Default: all of the kind.", COUNTING, "NAMES"),
    ] = None,
    vocabulary: Annotated[
        str | None, option("Known words, one a line, for oov_share.", COUNTING, "FILE")
    ] = None,
    reference: Annotated[
        str | None,
        option("A table that says which ranges and categories to expect.", COUNTING, "FILE"),
    ] = None,
    engine: shared.Engine = None,
    workers: Annotated[
        int | None, option("Threads. Default: one for each core.", _RUN, "NUMBER")
    ] = None,
    cache: Annotated[
        str | None,
        option("What was computed is kept there. Default: the user's cache.", _RUN, "FOLDER"),
    ] = None,
    no_cache: Annotated[bool, option("Keep and use nothing.", _RUN, "", "--no-cache")] = False,
    out: Annotated[
        str | None,
        option("Write the data with a column for each statistic (Parquet).", OUTPUT, "FILE"),
    ] = None,
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
) -> int:
    """Describe raw inputs: texts, images, clips, rows or conversations."""
    from tagline.cli.arguments import split_names
    from tagline.cli.output import Output
    from tagline.inputs import describe_inputs

    output = Output(json, html, csv, markdown)
    output.check(path, out)
    if no_cache and cache is not None:
        raise InputError("--no-cache keeps nothing: leave it or --cache away.")
    try:
        found = describe_inputs(
            path,
            input=input,
            kind=kind,
            statistics=split_names(statistics) if statistics else None,
            vocabulary=vocabulary,
            reference=reference,
            root=root,
            out=out,
            cache=False if no_cache else cache,
            workers=workers,
            engine=engine,
        )
    except InputError as error:
        raise type(error)(_ARGUMENT.sub(_as_option, str(error))) from error
    output.show(found)
    return 0


def _as_option(found: re.Match[str]) -> str:
    return f"--{found[1]} {found[2]}" if found[2] else f"--{found[1]}"
