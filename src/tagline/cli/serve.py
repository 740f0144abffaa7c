"""`tagline serve`: the pages and the API of a project, or of one file of predictions."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tagline.cli.options import option
from tagline.exceptions import InputError, MissingExtraError

if TYPE_CHECKING:
    from tagline.project import Project

__all__ = ["serve"]

_NEEDED = ("argon2", "fastapi", "itsdangerous", "python_multipart", "uvicorn")
_FILE = "A file of predictions"
_SERVER = "The server"


def serve(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="PROJECT|FILE",
            help="A folder in a project, or predictions to look at once. Default: the project that"
            " we are in.",
        ),
    ] = None,
    *,
    label: Annotated[str | None, option("The column of the label.", _FILE, "COLUMN")] = None,
    prediction: Annotated[
        str | None, option("The column of the predictions.", _FILE, "COLUMN")
    ] = None,
    input: Annotated[
        str | None, option("The column with the input or its path.", _FILE, "COLUMN")
    ] = None,
    host: Annotated[
        str, option("0.0.0.0 lets other machines in.", _SERVER, "ADDRESS")
    ] = "127.0.0.1",
    port: Annotated[int, option("0 takes a free one.", _SERVER, "NUMBER")] = 8000,
    no_login: Annotated[
        bool, option("Whoever uses this machine is let in.", _SERVER, "", "--no-login")
    ] = False,
    root_path: Annotated[
        str, option("The path under which a reverse proxy serves it.", _SERVER, "PATH")
    ] = "",
    allow_host: Annotated[
        list[str] | None,
        option("A name by which a reverse proxy calls this server. Repeatable.", _SERVER, "NAME"),
    ] = None,
    open: Annotated[bool, option("Open a browser.", _SERVER, "", "--open")] = False,
) -> int:
    """Serve pages to look at examples, to tag them, and to see what to fix next."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"The server needs {', '.join(missing)}: install it with"
            " `pip install 'tagline[server]'`."
        )
    from tagline.web.serving import Listening, serve

    with _opened(what, label, prediction, input) as (project, thrown_away):
        listening = Listening(
            host=host,
            port=port,
            login=not no_login,
            enter=thrown_away and not no_login,
            root_path=root_path,
            hosts=tuple(allow_host or ()),
            open=open,
        )
        serve(project, listening)
    return 0


@contextmanager
def _opened(
    what: str | None, label: str | None, prediction: str | None, input: str | None
) -> Iterator[tuple[Project, bool]]:
    """Open the project, or make one of a file that is gone at the end."""
    from tagline.project import Project

    if what is None or Path(what).is_dir() or Path(what).name == "tagline.toml":
        for name, value in (("label", label), ("prediction", prediction), ("input", input)):
            if value is not None:
                raise InputError(f"--{name} goes with a FILE: the runs of a project know theirs.")
        with Project.open(what or ".") as project:
            yield project, False
        return
    if prediction is None:
        raise InputError(
            f"To look at {what}, say which column holds what: tagline serve {what} --label y"
            " --prediction yhat."
        )
    with tempfile.TemporaryDirectory(prefix="tagline-serve-") as folder, _own_store():
        place = _filled(Path(folder), what, label, prediction, input)
        with Project.open(place) as project:
            yield project, True


def _filled(folder: Path, file: str, label: str | None, prediction: str, input: str | None) -> Path:
    """Make a project of a file; inputs are looked for beside the file."""
    from json import dumps

    from tagline.cli.output import waiting
    from tagline.project import Project
    from tagline.schema.settings import SETTINGS_FILE

    name = Path(file).stem.strip("*?") or "predictions"
    with Project.init(folder / "project", name=name) as project, waiting("Importing"):
        project.add_predictions(file, run=name, label=label, prediction=prediction, input=input)
        place = project.path
    if "://" not in file:
        lines = ["", "[inputs]", f"root = {dumps(str(Path(file).absolute().parent))}"]
        lines += [f"column = {dumps(input)}"] if input is not None else []
        with (place / SETTINGS_FILE).open("a", encoding="utf-8") as settings:
            settings.write("\n".join(lines) + "\n")
    return place


@contextmanager
def _own_store() -> Iterator[None]:
    """Keep what is thrown away out of the team's database."""
    from tagline.schema.settings import STORE_URL_VARIABLE

    before = os.environ.pop(STORE_URL_VARIABLE, None)
    try:
        yield
    finally:
        if before is not None:
            os.environ[STORE_URL_VARIABLE] = before
