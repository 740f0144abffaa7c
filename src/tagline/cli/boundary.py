"""The one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer

from tagline.exceptions import TaglineError

__all__ = ["FAULT", "FINE", "GATE_FAILED", "INTERRUPTED", "WRONG_INPUT", "run"]

FINE = 0
GATE_FAILED = 1
WRONG_INPUT = 2
FAULT = 3
INTERRUPTED = 130

_UsageError: Any = typer.BadParameter.__base__  # Typer exports no name for it
_ClickError: Any = _UsageError.__base__


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str
        What stands behind ``tagline``.

    Returns
    -------
    int
        See `tagline.cli.main`.
    """
    try:
        code = _call(arguments)
    except _ClickError as error:
        _say(_usage_sentence(error))
        return WRONG_INPUT
    except TaglineError as error:
        _say(str(error))
        return WRONG_INPUT
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the one boundary: a fault of ours becomes a report)
        from tagline.cli.bug_report import write_report

        _say(write_report(error, arguments))
        return FAULT
    if code == INTERRUPTED:  # Typer makes it of a KeyboardInterrupt
        _say("Interrupted.")
    return code


def _call(arguments: Sequence[str]) -> int:
    from tagline.cli.app import app

    command = typer.main.get_command(app)
    code = command.main(list(arguments), prog_name="tagline", standalone_mode=False)
    return code if isinstance(code, int) else FINE


def _usage_sentence(error: Any) -> str:
    message = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "tagline"
    if message.endswith("?"):
        return message
    return f"{message}: `{command} --help` lists what there is."


def _say(sentence: str) -> None:
    from tagline.display.words import plain

    sys.stderr.write(f"{plain(sentence)}\n")
