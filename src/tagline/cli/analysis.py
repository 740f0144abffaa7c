"""What `tagline errors` was asked for, and the analysis that answers it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from tagline.cli.output import say, waiting
from tagline.exceptions import InputError
from tagline.schema.settings import SETTINGS_FILE, find_settings, load_settings

if TYPE_CHECKING:
    from tagline.error_analysis import ErrorAnalysis
    from tagline.project import Project
    from tagline.schema.settings import Settings
    from tagline.store import RunRecord

__all__ = ["Call", "answer"]


@dataclass(frozen=True, slots=True)
class Call:
    """What `tagline errors` was asked for, as it was written.

    Attributes
    ----------
    file : str or None
        None: a run of the project.
    run, engine, human : str or None
    tags, rules, importance, ease, gates : sequence of str
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
    gates: Sequence[str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def answer(call: Call) -> Iterator[tuple[ErrorAnalysis, Settings | None]]:
    """Analyse; the result's examples can be asked for until the end of the block.

    What is taken from `tagline.toml` is said on standard error.

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
        if call.file is None:
            yield _of_run(call, stack)
        else:
            yield _of_file(call, call.file, stack)


def _of_run(call: Call, stack: ExitStack) -> tuple[ErrorAnalysis, Settings]:
    from tagline.project import Project

    if call.engine is not None:
        raise InputError("--engine goes with a FILE: a project's engine stands in tagline.toml.")
    project = stack.enter_context(_open_project(Project))
    options = _options(call, project.settings)
    record = project.store.run(call.run)
    stated = project.settings.errors.given()
    stated.pop("prediction", None)  # the run knows it
    _say_taken(call, project.settings, stated, project.path / SETTINGS_FILE)
    with waiting("Counting"):
        if call.human is not None and looks_like_file(call.human):
            result = _of_run_with_people(project, record, call, options, stack)
        else:
            result = project.analyze_errors(record.name, **options, **_factors(call))
    return result, project.settings


def _open_project(project: type[Project]) -> Project:
    settings = find_settings()
    if settings is None:
        raise InputError(
            "Name a FILE with predictions, or go into a project: there is none here or above, and"
            " `tagline init` makes one."
        )
    return project.open(settings.parent)


def _of_run_with_people(
    project: Project, run: RunRecord, call: Call, options: dict[str, Any], stack: ExitStack
) -> ErrorAnalysis:
    """Analyse a run with people's rates or answers from a file."""
    from tagline.cli.human import join_answers, read_people
    from tagline.engine import source
    from tagline.error_analysis import analyze_errors
    from tagline.project.analysis import analysis_options, weigh

    path = str(call.human)
    rates = read_people(path)
    if rates is not None:
        return project.analyze_errors(run.name, **options, **_factors(call), human=rates)
    table = project.predictions(run.name)
    labels = [each.label for each in project.runs if each.label is not None]
    _, answers = stack.enter_context(source(path, engine=project.connection).open())
    table, human = join_answers(table, project.connection, answers, path)
    options = {**options, "human": human}
    given = analysis_options(project.settings, run, labels, table.columns, options)
    return weigh(analyze_errors(table, **given), project.settings, **_factors(call))


def _of_file(call: Call, file: str, stack: ExitStack) -> tuple[ErrorAnalysis, Settings | None]:
    if call.run is not None:
        raise InputError("--run names a run of the project: leave FILE away, or --run.")
    place = find_settings()
    if place is None:
        factors = _factors(call)
        with waiting("Counting"):
            result = _of_table(call, file, {**_options(call, None), **factors}, stack)
        return result, None
    from tagline.project.analysis import stated_options, weigh

    settings = load_settings(place)
    asked = _options(call, settings)
    by_column = settings.errors.tags is None and len(settings.rules()) < len(settings.tags)
    columns = _columns(file, call.engine) if by_column and "tags" not in asked else []
    stated = stated_options(settings, columns, tags=asked.get("tags"))
    _say_taken(call, settings, stated, place)
    with waiting("Counting"):
        result = _of_table(call, file, {**stated, **asked}, stack)
    return weigh(result, settings, **_factors(call)), settings


def _of_table(call: Call, file: str, options: dict[str, Any], stack: ExitStack) -> ErrorAnalysis:
    """Analyse a file; where people are in another, put both together."""
    from tagline.error_analysis import analyze_errors

    if call.human is None or not looks_like_file(call.human):
        return analyze_errors(file, engine=call.engine, **options)
    from tagline.cli.human import join_answers, read_people
    from tagline.engine import connect, source

    path = str(call.human)
    rates = read_people(path)
    if rates is not None:
        return analyze_errors(file, engine=call.engine, **{**options, "human": rates})
    connection = stack.enter_context(connect(call.engine))
    _, table = stack.enter_context(source(file, engine=connection).open())
    _, answers = stack.enter_context(source(path, engine=connection).open())
    joined, human = join_answers(table, connection, answers, path)
    return analyze_errors(joined, **{**options, "human": human})


def _options(call: Call, settings: Settings | None) -> dict[str, Any]:
    """Return the options that were given, as `analyze_errors` takes them."""
    given = {name: value for name, value in call.options.items() if value is not None}
    tags = _tags(call, {} if settings is None else settings.rules())
    if tags is not None:
        given["tags"] = tags
    if call.human is not None and not looks_like_file(call.human):
        given["human"] = read_human(call.human)
    return given


def _factors(call: Call) -> dict[str, dict[str, float]]:
    return {
        "importance": read_weights("--importance", call.importance),
        "ease": read_weights("--ease", call.ease),
    }


def _say_taken(call: Call, settings: Settings, stated: Collection[str], place: Path) -> None:
    """Say which defaults come from `tagline.toml`, if any do."""
    given = {name for name, value in call.options.items() if value is not None}
    named = {*split_names(call.tags), *read_rules(call.rules)}
    given |= {"human"} if call.human is not None else set()
    given |= {"tags"} if named else set()
    names = dict.fromkeys(name for name in stated if name not in given and name != "fail_if")
    if settings.tags and not named:
        names["tags"] = None
    for name in ("importance", "ease"):
        weighed = {tag.partition("=")[0] for tag in getattr(settings, name)()}
        if weighed & named or (weighed and not named):
            names[name] = None
    if settings.errors.fail_if and not call.gates:
        names["fail_if"] = None
    if names:
        *others, last = names
        together = f"{', '.join(others)} and {last} come" if others else f"{last} comes"
        say(f"{together} from {place}.")


def _tags(call: Call, vocabulary: Mapping[str, str]) -> Any:
    names, rules = split_names(call.tags), read_rules(call.rules)
    files = [name for name in names if looks_like_file(name)]
    if not files:
        return chosen_tags(names, rules, vocabulary)
    if len(names) > 1 or rules:
        raise InputError(f"--tags {files[0]} is a table of all tags: give no other tag beside it.")
    return Path(files[0])


def _columns(file: str, engine: str | None) -> list[str]:
    from tagline.engine import source

    with source(file, engine=engine).open() as (_, table):
        return list(table.columns)
