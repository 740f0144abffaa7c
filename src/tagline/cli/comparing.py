"""The comparison that answers `tagline compare`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagline.cli.arguments import looks_like_file, split_names
from tagline.cli.asking import (
    Call,
    columns_of,
    given_options,
    open_project,
    say_taken,
    stated_for,
)
from tagline.cli.gating import gate_keys
from tagline.cli.output import waiting
from tagline.exceptions import InputError, did_you_mean
from tagline.schema import EXAMPLE_ID
from tagline.schema.settings import SETTINGS_FILE, find_settings, load_settings

if TYPE_CHECKING:
    from tagline.engine import Connection
    from tagline.error_analysis import RunComparison
    from tagline.schema.settings import Settings

__all__ = ["compared", "read_margin", "read_predictions", "read_side"]


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


def read_margin(text: str) -> float:
    """Return the number of ``--margin``.

    Parameters
    ----------
    text : str

    Returns
    -------
    float

    Raises
    ------
    InputError
        If it is a percentage, or no number.

    Examples
    --------
    >>> read_margin("0.02")
    0.02
    """
    percent = text.strip().endswith("%")
    try:
        size = float(text.strip().removesuffix("%"))
    except ValueError:
        raise InputError(f"--margin takes a number, such as 0.01. Got {text!r} instead.") from None
    if percent:
        raise InputError(f"--margin takes a fraction: write {size / 100:g} for {text}.")
    return size


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
    call: Call,
    *,
    before: str | None = None,
    after: str | None = None,
    example_id: str | None = None,
) -> Iterator[tuple[RunComparison, Settings | None]]:
    """Compare; the examples can be asked for until the end of the block.

    Parameters
    ----------
    call : Call
        Without a file two runs of the project are compared.
    before, after : str, optional
        Names of runs, several with commas between; default: the last two.
    example_id : str, optional
        The column of ids in the files; default: ``example_id``.

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
            yield _of_files(call, call.file, stack, example_id)
        elif example_id is not None:
            raise InputError("--id goes with files: the examples of a project have their ids.")
        else:
            yield _of_runs(call, before, after, stack)


def _of_files(
    call: Call, file: str, stack: ExitStack, example_id: str | None
) -> tuple[RunComparison, Settings | None]:
    from tagline.error_analysis import compare_runs

    place, settings = find_settings(), None
    sides: list[Any] = [read_side(file), read_side(call.after)]
    asked = given_options(call, None)
    if place is not None:
        settings = load_settings(place)
        asked = given_options(call, settings)
        first = sides[0][0] if isinstance(sides[0], list) else file
        stated = stated_for(call, first, settings, asked)
        stated.pop("top", None)
        if isinstance(sides[0], list) or not _promises(call, first, stated.get("human")):
            stated.pop("human", None)
        if call.after is None:
            stated.pop("prediction", None)  # it names one column, and two are needed
        stated |= settings.compare.given()
        keys = gate_keys(call, settings, "compare")
        asked = {**stated, **asked}
        promised = call.human is not None or "human" in asked
        say_taken(call, settings, stated, place, weighed=promised, gates=keys)
    with waiting("Comparing"):
        by_example = call.human is not None and looks_like_file(call.human)
        if by_example or example_id is not None:
            connection = stack.enter_context(_connected(call))
            call = replace(call, engine=None)  # the tables are on it now
            named = EXAMPLE_ID if example_id is None else example_id
            sides = [_identified(connection, side, named, stack) for side in sides]
        if by_example:
            sides[0], asked["human"] = _people(call, connection, sides[0], stack)
        if asked.get("human") is None:
            return compare_runs(*sides, engine=call.engine, **asked), settings
        return _beside(call, sides, asked, settings), settings


def _promises(call: Call, file: str, human: Any) -> bool:
    """Return whether the people of `tagline.toml` are about a file: rates, or a column of it."""
    return human is not None and (
        not isinstance(human, str) or human in columns_of(file, call.engine)
    )


def _connected(call: Call) -> AbstractContextManager[Connection]:
    from tagline.engine import connect

    return connect(call.engine)


def _identified(connection: Connection, side: Any, column: str, stack: ExitStack) -> Any:
    """Return the tables of a side, on a connection, with one of their columns as the ids."""
    from tagline.engine import source

    if side is None:
        return None
    found = []
    for file in side if isinstance(side, list) else [side]:
        _, table = stack.enter_context(source(file, engine=connection).open())
        if column != EXAMPLE_ID:
            if column not in table.columns:
                raise InputError(
                    f"--id names a column {column!r} that {file} does not have."
                    f" {did_you_mean(column, table.columns)}"
                )
            kept = table.drop(EXAMPLE_ID) if EXAMPLE_ID in table.columns else table
            table = kept.rename({EXAMPLE_ID: column})
        found.append(source(table, called=Path(file).name))
    return found if isinstance(side, list) else found[0]


def _people(call: Call, connection: Connection, side: Any, stack: ExitStack) -> tuple[Any, Any]:
    """Return the first run and people's level from a file: rates, or answers beside the run."""
    from tagline.cli.human import join_answers, read_people
    from tagline.engine import source

    path = str(call.human)
    rates = read_people(path)
    if rates is not None or isinstance(side, list):
        return side, rates if rates is not None else path  # several runs are refused later
    _, table = stack.enter_context(side.open())
    _, answers = stack.enter_context(source(path, engine=connection).open())
    joined, human = join_answers(table, connection, answers, path)
    return source(joined, called=side.describe), human


def _beside(
    call: Call, sides: list[Any], asked: dict[str, Any], settings: Settings | None
) -> RunComparison:
    """Compare, with the promises of the first run."""
    from tagline.error_analysis.comparison.compare import compare_beside
    from tagline.project.analysis import weigh

    found, analysis = compare_beside(*sides, engine=call.engine, **asked)
    return found.promised(analysis if settings is None else weigh(analysis, settings))


def _of_runs(
    call: Call, before: str | None, after: str | None, stack: ExitStack
) -> tuple[RunComparison, Settings]:
    if call.options.get("prediction") is not None:
        raise InputError("--prediction goes with files: a run knows the column of its predictions.")
    project = stack.enter_context(open_project(call))
    settings = project.settings
    options: dict[str, Any] = {}
    if call.human is not None and looks_like_file(call.human):
        from tagline.cli.human import read_people

        options["human"] = read_people(call.human)
        if options["human"] is None:
            raise InputError(
                f"--human {call.human} holds answers by example: bring them into the project as a"
                " column, and name that, or give a file with people's rates by tag."
            )
    stated = [name for name in settings.errors.given() if name != "prediction"]
    keys = gate_keys(call, settings, "compare")
    place = project.path / SETTINGS_FILE
    say_taken(call, settings, [*stated, *settings.compare.given()], place, gates=keys)
    options |= given_options(call, settings)
    names = [run.name for run in project.runs]
    with waiting("Comparing"):
        sides = (_runs(each, names) for each in (before, after))
        return project.compare_runs(*sides, **options), settings


def _runs(text: str | None, names: Sequence[str]) -> str | list[str] | None:
    """Return the run, or those with commas between; a run whose name holds a comma is one."""
    if text is None or "," not in text or text in names:
        return text
    return split_names([text])
