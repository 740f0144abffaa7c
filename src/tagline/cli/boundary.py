"""The one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from tagline.cli.advice import in_commands_words
from tagline.cli.output import say
from tagline.exceptions import TaglineError

__all__ = ["CLOSED_PIPE", "FAULT", "FINE", "GATE_FAILED", "INTERRUPTED", "WRONG_INPUT", "run"]

FINE = 0
GATE_FAILED = 1
WRONG_INPUT = 2
FAULT = 3
INTERRUPTED = 130
CLOSED_PIPE = 141  # what the shell says of `yes | head -1`, too

_UsageError: Any = typer.BadParameter.__base__  # Typer exports no name for it
_ClickError: Any = _UsageError.__base__
_POSSIBLE = re.compile(r" \(Possible options: (.+)\)$")


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
        sys.stdout.flush()  # whether all was read shows here, not when the process ends
    except _ClickError as error:
        say(_usage_sentence(error))
        return WRONG_INPUT
    except TaglineError as error:
        say(in_commands_words(str(error)))
        return WRONG_INPUT
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        _leave_quietly()
        return CLOSED_PIPE
    except Exception as error:  # noqa: BLE001 (the one boundary: a fault of ours becomes a report)
        from tagline.cli.bug_report import write_report

        say(write_report(error, arguments))
        return FAULT
    if code == INTERRUPTED:  # Typer makes it of a KeyboardInterrupt
        say("Interrupted.")
    return code


def _call(arguments: Sequence[str]) -> int:
    from tagline.cli.app import app

    command = typer.main.get_command(app)
    try:
        with _interruptible():
            code = command.main(list(arguments), prog_name="tagline", standalone_mode=False)
    except SystemExit as error:  # Typer makes it of a closed pipe, and of nothing else here
        if isinstance(error.__context__, BrokenPipeError):
            raise error.__context__ from None
        raise
    return code if isinstance(code, int) else FINE


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end as KeyboardInterrupt, whatever an engine that it hits makes of it."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[bool] = []

    def press(*_: object) -> None:
        pressed.append(True)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, press)
    try:
        yield
    except Exception as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave_quietly() -> None:
    """Let what is still to be written go nowhere: whoever read it has seen enough."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere.fileno(), stream.fileno())


def _usage_sentence(error: Any) -> str:
    message = " ".join(error.format_message().split()).rstrip(".")
    message = _POSSIBLE.sub(_did_you_mean, message)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "tagline"
    if message.endswith("?"):
        return message
    return f"{message}: `{command} --help` lists what there is."


def _did_you_mean(found: re.Match[str]) -> str:
    return f". Did you mean {' or '.join(found[1].split(', '))}?"
