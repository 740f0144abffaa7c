"""What `tagline errors` was asked for, and the analysis that answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagline.cli.arguments import (
    chosen_tags,
    looks_like_file,
    read_human,
    read_rules,
    read_weights,
    split_names,
)
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.error_analysis import ErrorAnalysis
    from tagline.project import Project
    from tagline.schema.settings import Settings

__all__ = ["Call", "answer"]


@dataclass(frozen=True, slots=True)
class Call:
    """What `tagline errors` was asked for, as it was written.

    Attributes
    ----------
    file : str or None
        None: a run of the project.
    run, engine, human : str or None
    tags, rules, importance, ease : sequence of str
        Of the options that may be given several times.
    options : mapping
        Those that go to `analyze_errors` as they are; None where they were not given.
    """

    file: str | None = None
    run: str | None = None
    engine: str | None = None
    human: str | None = None
    tags: Sequence[str] = ()
    rules: Sequence[str] = ()
    importance: Sequence[str] = ()
    ease: Sequence[str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def answer(call: Call) -> Iterator[tuple[ErrorAnalysis, Settings | None]]:
    """Analyse; the result's examples can be asked for until the end of the block.

    Parameters
    ----------
    call : Call

    Yields
    ------
    ErrorAnalysis
    Settings or None
        Those of the project that we are in, if any.

    Raises
    ------
    InputError
        If it cannot be answered.
    """
    with ExitStack() as stack:
        result, settings = _of_run(call, stack) if call.file is None else _of_file(call, stack)
        yield _weighed(result, call, settings), settings


def _of_run(call: Call, stack: ExitStack) -> tuple[ErrorAnalysis, Settings | None]:
    from tagline.project import Project

    if call.engine is not None:
        raise InputError("--engine goes with a FILE: a project's engine stands in tagline.toml.")
    project = stack.enter_context(_open_project(Project))
    options = _options(call, project.settings)
    if call.human is None or not looks_like_file(call.human):
        return project.analyze_errors(call.run, **options), project.settings
    return _of_run_with_people(project, call, options, stack), project.settings


def _open_project(project: type[Project]) -> Project:
    from tagline.project.place import find_project

    try:
        folder = find_project(".")
    except InputError:
        raise InputError(
            "Name a FILE with predictions, or go into a project: there is none here or above, and"
            " `tagline init` makes one."
        ) from None
    return project.open(folder)


def _of_run_with_people(
    project: Project, call: Call, options: dict[str, Any], stack: ExitStack
) -> ErrorAnalysis:
    """Analyse a run with people's rates or answers from a file."""
    from tagline.cli.human import join_answers, read_people
    from tagline.engine import source
    from tagline.error_analysis import analyze_errors
    from tagline.project.analysis import analysis_options

    path = str(call.human)
    rates = read_people(path)
    if rates is not None:
        return project.analyze_errors(call.run, **options, human=rates)
    record = project.store.run(call.run)
    table = project.predictions(call.run)
    labels = [each.label for each in project.runs if each.label is not None]
    _, answers = stack.enter_context(source(path, engine=project.connection).open())
    table, human = join_answers(table, project.connection, answers, path)
    options = {**options, "human": human}
    given = analysis_options(project.settings, record, labels, table.columns, options)
    return analyze_errors(table, **given)


def _of_file(call: Call, stack: ExitStack) -> tuple[ErrorAnalysis, Settings | None]:
    from tagline.error_analysis import analyze_errors

    file = str(call.file)
    if call.run is not None:
        raise InputError("--run names a run of the project: leave FILE away, or --run.")
    settings = _settings_here()
    options = _options(call, settings)
    if settings is not None:
        options = {**_stated(settings, file, call.engine), **options}
    if call.human is None or not looks_like_file(call.human):
        return analyze_errors(file, engine=call.engine, **options), settings
    return _of_file_with_people(call, file, options, stack), settings


def _of_file_with_people(
    call: Call, file: str, options: dict[str, Any], stack: ExitStack
) -> ErrorAnalysis:
    from tagline.cli.human import join_answers, read_people
    from tagline.engine import connect, source
    from tagline.error_analysis import analyze_errors

    path = str(call.human)
    options.pop("human", None)
    rates = read_people(path)
    if rates is not None:
        return analyze_errors(file, engine=call.engine, human=rates, **options)
    connection = stack.enter_context(connect(call.engine))
    _, table = stack.enter_context(source(file, engine=connection).open())
    _, answers = stack.enter_context(source(path, engine=connection).open())
    joined, human = join_answers(table, connection, answers, path)
    return analyze_errors(joined, human=human, **options)


def _options(call: Call, settings: Settings | None) -> dict[str, Any]:
    """Return the options that were given, as `analyze_errors` takes them."""
    given = {name: value for name, value in call.options.items() if value is not None}
    tags = _tags(call, {} if settings is None else settings.rules())
    if tags is not None:
        given["tags"] = tags
    if call.human is not None and not looks_like_file(call.human):
        given["human"] = read_human(call.human)
    return {**given, "importance": {}, "ease": {}}  # see _weighed


def _weighed(result: ErrorAnalysis, call: Call, settings: Settings | None) -> ErrorAnalysis:
    """Rank by the factors that were given, and those of the project's tags that are there.

    The vocabulary of a project holds more tags than each analysis: that is no mistake.
    """
    there = {row.tag for row in result.rows}
    found = {}
    for name in ("importance", "ease"):
        stated = {} if settings is None else getattr(settings, name)()
        kept = {tag: value for tag, value in stated.items() if tag in there}
        found[name] = {**kept, **read_weights(f"--{name}", getattr(call, name))}
    return result.reweight(**found) if any(found.values()) else result


def _tags(call: Call, vocabulary: Mapping[str, str]) -> Any:
    names, rules = split_names(call.tags), read_rules(call.rules)
    files = [name for name in names if looks_like_file(name)]
    if not files:
        return chosen_tags(names, rules, vocabulary)
    if len(names) > 1 or rules:
        raise InputError(f"--tags {files[0]} is a table of all tags: give no other tag beside it.")
    return Path(files[0])


def _settings_here() -> Settings | None:
    """Return the settings of the project that we are in, if any."""
    from tagline.schema.settings import SETTINGS_FILE, load_settings

    here = Path.cwd()
    found = (each for each in (here, *here.parents) if (each / SETTINGS_FILE).is_file())
    folder = next(found, None)
    return None if folder is None else load_settings(folder)


def _stated(settings: Settings, file: str, engine: str | None) -> dict[str, Any]:
    """Return what `tagline.toml` says about the analysis of a file."""
    stated = settings.errors.given()
    stated.pop("fail_if", None)
    if "tags" in stated and isinstance(stated["tags"], list):
        stated["tags"] = chosen_tags(stated["tags"], {}, settings.rules())
    elif "tags" not in stated and settings.tags:
        columns = _columns(file, engine) if len(settings.rules()) < len(settings.tags) else []
        names = [name for name in settings.tags if name in settings.rules() or name in columns]
        stated["tags"] = chosen_tags(names, {}, settings.rules())
    return stated


def _columns(file: str, engine: str | None) -> list[str]:
    from tagline.engine import source

    with source(file, engine=engine).open() as (_, table):
        return list(table.columns)
