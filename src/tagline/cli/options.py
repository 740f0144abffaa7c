"""The options that several commands share, each written once."""

from __future__ import annotations

from typing import Annotated, Any

import typer

__all__ = [
    "COUNTING",
    "DATA",
    "GATES",
    "OUTPUT",
    "TAGS",
    "Csv",
    "Engine",
    "Exclude",
    "FailIf",
    "Group",
    "Html",
    "Human",
    "Json",
    "Junit",
    "Label",
    "Level",
    "Markdown",
    "Measure",
    "Prediction",
    "SampleWeight",
    "Seed",
    "Strict",
    "Tag",
    "Tags",
    "Where",
    "option",
]

DATA = "The data"
TAGS = "Tags and people"
COUNTING = "Counting"
OUTPUT = "Output"
GATES = "Gates, for CI"


def option(help: str, panel: str, metavar: str | None = None, name: str | None = None) -> Any:
    """Return an option under a heading of `--help`.

    Parameters
    ----------
    help, panel : str
    metavar : str, optional
        What stands for the value; empty for a flag.
    name : str, optional
        Such as ``"--json"``; default: that of the parameter.

    Returns
    -------
    typer option
    """
    names = () if name is None else (name,)
    return typer.Option(*names, help=help, rich_help_panel=panel, metavar=metavar)


Label = Annotated[str | None, option("The column of the label.", DATA, "COLUMN")]
Prediction = Annotated[str | None, option("The column of the predictions.", DATA, "COLUMN")]
Where = Annotated[
    str | None, option('Only rows for which this rule holds: "n_words < 5".', DATA, "RULE")
]
Group = Annotated[
    str | None, option("The column of what belongs together, such as the speaker.", DATA, "COLUMN")
]
SampleWeight = Annotated[
    str | None, option("The column of the weights of the rows.", DATA, "COLUMN")
]
Tags = Annotated[
    list[str] | None,
    option(
        "Columns, with commas between; or a table file (example_id, tag). Default: those of the"
        " project, else the columns with few values.",
        TAGS,
        "COLUMNS",
    ),
]
Tag = Annotated[
    list[str] | None,
    option('A tag by a rule: "short = n_words < 5". Repeatable.', TAGS, "RULE"),
]
Exclude = Annotated[
    list[str] | None,
    option("Columns to leave out of what is looked at, with commas between.", TAGS, "COLUMNS"),
]
Human = Annotated[
    str | None,
    option(
        "How well people do: an error rate (0.05), errors/asked (12/200), a column with their"
        " answers, or a file.",
        TAGS,
        "PEOPLE",
    ),
]
Measure = Annotated[
    str | None,
    option(
        "The error measure. Default: accuracy. Others: wer, mae, log_loss ...", COUNTING, "NAME"
    ),
]
Level = Annotated[float | None, option("Of the intervals. Default: 0.95.", COUNTING, "FRACTION")]
Seed = Annotated[int | None, option("Of the draws. Default: 0.", COUNTING, "NUMBER")]
Engine = Annotated[
    str | None, option("What counts: duckdb://?memory_limit=4GB, local[2] ...", COUNTING, "URL")
]
Html = Annotated[
    str | None, option("Write the report to this file; it opens offline.", OUTPUT, "FILE")
]
Csv = Annotated[str | None, option("Write the rows to a file; - prints them.", OUTPUT, "FILE")]
Markdown = Annotated[str | None, option("Write the table to a file; - prints it.", OUTPUT, "FILE")]
Json = Annotated[
    bool, option("Print one JSON document instead of the table.", OUTPUT, "", "--json")
]
FailIf = Annotated[
    list[str] | None,
    option(
        r'Exit with 1 if this is so: "error_rate\[car_noise] > 0.1". Repeatable.', GATES, "GATE"
    ),
]
Strict = Annotated[
    bool, option("A gate that the data leave open fails, too.", GATES, "", "--strict")
]
Junit = Annotated[str | None, option("Write the gates to this file as JUnit XML.", GATES, "FILE")]
