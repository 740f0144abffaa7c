"""Where the result of a command goes: the terminal, one document on standard output, files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagline.exceptions import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from tagline.error_analysis import ErrorAnalysis
    from tagline.error_analysis.gates import GateResult

__all__ = ["Output", "console_for_people", "write_text"]

_PRINT = "-"
_WIDTH = 120  # of what is no terminal, such as the log of a CI job


@dataclass(frozen=True, slots=True)
class Output:
    """Where a result goes; a file named ``-`` is standard output.

    Attributes
    ----------
    json : bool
        One JSON document goes to standard output, and no table.
    html, csv, markdown : str or None
        Files to write.
    """

    json: bool = False
    html: str | None = None
    csv: str | None = None
    markdown: str | None = None

    def check(self, source: str | None) -> None:
        """Refuse what cannot be written, before anything is counted.

        Parameters
        ----------
        source : str or None
            The file that is read: it is never overwritten.

        Raises
        ------
        InputError
            If a file cannot be written there, or two things would go to standard output.
        """
        if self.html == _PRINT:
            raise InputError("--html takes the name of a file.")
        if self.json + (self.csv == _PRINT) + (self.markdown == _PRINT) > 1:
            raise InputError("Only one of --json, --csv - and --markdown - can go to the output.")
        written: set[Path] = set() if source is None else {Path(source).absolute()}
        for option, name in self._files().items():
            path = Path(name).absolute()
            if path in written:
                raise InputError(f"{option} {name} would overwrite another file of this call.")
            if not path.parent.is_dir():
                raise InputError(f"{option} {name}: there is no folder {path.parent}.")
            if path.is_dir():
                raise InputError(f"{option} {name} is a folder: name a file in it.")
            written.add(path)

    def show(self, result: ErrorAnalysis) -> None:
        """Print the result and write the files.

        Parameters
        ----------
        result : ErrorAnalysis

        Raises
        ------
        InputError
            If a file cannot be written.
        """
        if self.json:
            _print(result.to_json())
        elif self.csv == _PRINT:
            _print(result.to_csv())
        elif self.markdown == _PRINT:
            _print(result.to_markdown())
        else:
            console = console_for_people()
            console.print(result.terminal(console.width))
        for option, name in self._files().items():
            text = {
                "--html": result.to_html,
                "--csv": result.to_csv,
                "--markdown": result.to_markdown,
            }[option]()
            write_text(Path(name), str(text))
            console_for_people(error=True).print(f"Wrote {name}.", markup=False, highlight=False)

    def verdict(self, results: Sequence[GateResult], *, strict: bool) -> int:
        """Show what came of the gates and return the exit code.

        Parameters
        ----------
        results : sequence of GateResult
        strict : bool
            Whether an undecided gate fails.

        Returns
        -------
        int
            1 if a gate failed, else 0.
        """
        from tagline.cli.gating import show_gates

        show_gates(results, console_for_people(error=True))
        bad = {"failed", "undecided"} if strict else {"failed"}
        return int(any(each.verdict in bad for each in results))

    def _files(self) -> dict[str, str]:
        given = {"--html": self.html, "--csv": self.csv, "--markdown": self.markdown}
        return {option: name for option, name in given.items() if name and name != _PRINT}


def console_for_people(*, error: bool = False) -> Console:
    """Return a console on standard output, or on standard error."""
    import os

    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    wide = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH
    return Console(file=stream, width=wide, soft_wrap=False)


def write_text(path: Path, text: str) -> None:
    """Write a text to a file.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from None


def _print(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
