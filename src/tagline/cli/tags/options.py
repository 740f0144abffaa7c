"""The options that the commands of `tagline tags` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["By", "Folder", "Name"]

Folder = Annotated[
    Path, typer.Option("--project", metavar="FOLDER", help="A folder in the project.")
]
By = Annotated[
    str | None, typer.Option(metavar="PERSON", help="Who says so. Default: the user's name.")
]
Name = Annotated[str, typer.Argument(metavar="TAG", help="The name of the tag.")]
