"""Where the result of a command goes: the terminal, one document on standard output, files."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tagline.exceptions import InputError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tagline.error_analysis.gates.deciding import GateResult

__all__ = ["Output", "Result", "console_for_people", "say", "waiting", "write_text"]

_PRINT = "-"
_WIDTH = 120  # of what is no terminal, such as the log of a CI job


class Result(Protocol):
    """A result that shows itself in every form."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document."""

    def to_csv(self) -> str:
        """Return the rows."""

    def to_html(self) -> str:
        """Return the page."""

    def to_markdown(self) -> str:
        """Return headline and table."""

    def terminal(self, width: int) -> RenderableType:
        """Return what the terminal shows."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a result goes; a file named ``-`` is standard output.

    Attributes
    ----------
    json : bool
        One JSON document goes to standard output, and no table.
    html, csv, markdown : str or None
        Files to write.
    junit : str or None
        File for what came of the gates.
    """

    json: bool = False
    html: str | None = None
    csv: str | None = None
    markdown: str | None = None
    junit: str | None = None

    def check(self, *sources: str | None) -> None:
        """Refuse what cannot be written, before anything is counted.

        Parameters
        ----------
        *sources : str or None
            The files that are read: they are never overwritten.

        Raises
        ------
        InputError
            If a file cannot be written there, or two things would go to standard output.
        """
        for option, name in (("--html", self.html), ("--junit", self.junit)):
            if name == _PRINT:
                raise InputError(f"{option} takes the name of a file.")
        if self.json + (self.csv == _PRINT) + (self.markdown == _PRINT) > 1:
            raise InputError("Only one of --json, --csv - and --markdown - can go to the output.")
        written = {Path(source).absolute() for source in sources if source is not None}
        for option, name in self._files().items():
            path = Path(name).absolute()
            if path in written:
                raise InputError(f"{option} {name} would overwrite another file of this call.")
            if not path.parent.is_dir():
                raise InputError(f"{option} {name}: there is no folder {path.parent}.")
            if path.is_dir():
                raise InputError(f"{option} {name} is a folder: name a file in it.")
            written.add(path)

    def show(
        self,
        result: Result,
        gates: Sequence[GateResult] | None = None,
        *,
        markdown: Callable[[], str] | None = None,
        html: Callable[[], str] | None = None,
        command: str = "",
        below: Sequence[str] = (),
    ) -> None:
        """Print the result and write the files.

        Parameters
        ----------
        result : Result
        gates : sequence of GateResult, optional
            JSON and Markdown hold them; people see them by `verdict`. None: the command has none.
        markdown : callable, optional
            Returns what `--markdown` writes. Default: that of the result, and the gates.
        html : callable, optional
            Returns what `--html` writes. Default: the page of the result.
        command : str, optional
            For the JUnit file.
        below : sequence of str, default ()
            Lines below the table for people to copy: they are not broken.

        Raises
        ------
        InputError
            If a file cannot be written.
        """
        from tagline.cli.gating import markdown_gates
        from tagline.cli.junit import junit

        def table() -> str:
            return result.to_markdown() + markdown_gates(gates or ())

        from tagline.display.words import plain

        made: dict[str, Callable[[], str]] = {
            "--html": html or result.to_html,
            "--csv": result.to_csv,
            "--markdown": markdown or table,
            "--junit": lambda: junit(gates or (), command),
        }
        try:
            if self.json:
                also = {} if gates is None else {"gates": [each.to_dict() for each in gates]}
                _print(dumps({**result.to_dict(), **also}, ensure_ascii=False, allow_nan=False))
            elif _PRINT in {self.csv, self.markdown}:
                _print(made["--csv" if self.csv == _PRINT else "--markdown"]())
            else:
                _print(_for_people(result) + "".join(f"{plain(line)}\n" for line in below))
        except BrokenPipeError:
            self._write(made)  # the files are there even if nobody reads what is printed
            raise
        self._write(made)

    def verdict(self, results: Sequence[GateResult]) -> int:
        """Show what came of the gates and return the exit code.

        Parameters
        ----------
        results : sequence of GateResult

        Returns
        -------
        int
            1 if a gate failed, else 0.
        """
        from tagline.cli.gating import show_gates

        show_gates(results, console_for_people(error=True))
        return int(any(each.broken for each in results))

    def _write(self, made: Mapping[str, Callable[[], str]]) -> None:
        for option, name in self._files().items():
            write_text(Path(name), made[option]())
            say(f"Wrote {name}.")

    def _files(self) -> dict[str, str]:
        given = {"--html": self.html, "--csv": self.csv, "--markdown": self.markdown}
        given["--junit"] = self.junit
        return {option: name for option, name in given.items() if name and name != _PRINT}


def console_for_people(*, error: bool = False) -> Console:
    """Return a console on standard output, or on standard error."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    wide = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH
    return Console(file=stream, width=wide, soft_wrap=False)


def say(sentence: str) -> None:
    """Say something on standard error, on one line and without control characters."""
    from tagline.display.words import plain

    sys.stderr.write(f"{plain(sentence)}\n")


def waiting(doing: str) -> AbstractContextManager[object]:
    """Show on standard error, if it is a terminal, that something takes its time.

    Parameters
    ----------
    doing : str
        Such as ``"Counting"``.

    Returns
    -------
    context manager
    """
    if not sys.stderr.isatty():
        return contextlib.nullcontext()
    return console_for_people(error=True).status(f"{doing} ...")


def write_text(path: Path, text: str) -> None:
    """Write a text to a file, all of it or nothing.

    Parameters
    ----------
    path : Path
    text : str

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    place = path.resolve()
    whole = os.access(place.parent, os.W_OK) and (place.is_file() or not place.exists())
    try:
        if whole:
            _replace(place, text)
        else:  # a pipe, a device, or a file in a folder of somebody else
            place.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from None


def _replace(path: Path, text: str) -> None:
    """Write beside the file and put that in its place, so that nobody sees half of it."""
    part = path.with_name(f".tagline-{os.getpid()}.part")
    with contextlib.ExitStack() as unfinished:
        with part.open("x", encoding="utf-8", newline="") as file:
            unfinished.callback(part.unlink)
            file.write(text)
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
        unfinished.pop_all()


def _for_people(result: Result) -> str:
    console = console_for_people()
    with console.capture() as shown:
        console.print(result.terminal(console.width))
    return shown.get()


def _print(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()
