"""The comparison that answers `tagline compare`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tagline.cli.arguments import split_names
from tagline.cli.asking import Call, given_options, open_project, say_taken, stated_for
from tagline.cli.gating import gate_keys
from tagline.cli.output import waiting
from tagline.exceptions import InputError
from tagline.schema.settings import SETTINGS_FILE, find_settings, load_settings

if TYPE_CHECKING:
    from tagline.error_analysis import RunComparison
    from tagline.schema.settings import Settings

__all__ = ["compared", "read_predictions", "read_side"]

_FOREIGN = ("human", "top")  # options of `tagline errors` that two files alone do not ask for


def read_predictions(given: Sequence[str] | None) -> str | tuple[str, str] | None:
    """Return the column of both runs, or that of each.

    Parameters
    ----------
    given : sequence of str or None
        Given twice, or once with a comma between.

    Returns
    -------
    str, tuple of str or None

    Raises
    ------
    InputError
        If there are more than two.

    Examples
    --------
    >>> read_predictions(["old,new"]), read_predictions(["yhat"])
    (('old', 'new'), 'yhat')
    """
    names = split_names(given or ())
    if len(names) > 2:
        raise InputError(
            f"--prediction names one column of both runs or one of each. Got {', '.join(names)}."
        )
    return (names[0], names[1]) if len(names) == 2 else names[0] if names else None


def read_side(text: str | None) -> str | list[str] | None:
    """Return the file of a side, or those of several runs with commas between.

    Parameters
    ----------
    text : str or None

    Returns
    -------
    str, list of str or None
        A file whose name holds a comma is one file.

    Examples
    --------
    >>> read_side("seed1.csv,seed2.csv"), read_side("one.csv")
    (['seed1.csv', 'seed2.csv'], 'one.csv')
    """
    if text is None or "," not in text or Path(text).exists():
        return text
    return split_names([text])


@contextmanager
def compared(
    call: Call, *, before: str | None = None, after: str | None = None
) -> Iterator[tuple[RunComparison, Settings | None]]:
    """Compare; the examples can be asked for until the end of the block.

    Parameters
    ----------
    call : Call
        Without a file two runs of the project are compared.
    before, after : str, optional
        Names of runs; default: the last two.

    Yields
    ------
    RunComparison
    Settings or None
        Those of the project that we are in, if any.

    Raises
    ------
    InputError
        If it cannot be answered.
    """
    with ExitStack() as stack:
        if call.file is not None:
            if before is not None or after is not None:
                raise InputError("--before and --after name runs of the project: leave files away.")
            yield _of_files(call, call.file)
        else:
            yield _of_runs(call, before, after, stack)


def _of_files(call: Call, file: str) -> tuple[RunComparison, Settings | None]:
    from tagline.error_analysis import compare_runs

    place, settings = find_settings(), None
    asked = given_options(call, None)
    if place is not None:
        settings = load_settings(place)
        asked = given_options(call, settings)
        first = read_side(file)
        stated = stated_for(call, first[0] if isinstance(first, list) else file, settings, asked)
        stated = {name: value for name, value in stated.items() if name not in _FOREIGN}
        if call.after is None:
            stated.pop("prediction", None)  # it names one column, and two are needed
        keys = gate_keys(call, settings, "compare")
        say_taken(call, settings, stated, place, weighed=False, gates=keys)
        asked = {**stated, **asked}
    with waiting("Comparing"):
        sides = read_side(file), read_side(call.after)
        return compare_runs(*sides, engine=call.engine, **asked), settings


def _of_runs(
    call: Call, before: str | None, after: str | None, stack: ExitStack
) -> tuple[RunComparison, Settings]:
    if call.options.get("prediction") is not None:
        raise InputError("--prediction goes with files: a run knows the column of its predictions.")
    project = stack.enter_context(open_project(call))
    settings = project.settings
    stated = [name for name in settings.errors.given() if name != "prediction"]
    keys = gate_keys(call, settings, "compare")
    say_taken(call, settings, stated, project.path / SETTINGS_FILE, gates=keys)
    options = given_options(call, settings)
    with waiting("Comparing"):
        return project.compare_runs(before, after, **options), settings
