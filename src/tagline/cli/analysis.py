"""The analysis that answers `tagline errors`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tagline.cli.arguments import looks_like_file
from tagline.cli.asking import Call, factors, given_options, open_project, say_taken, stated_for
from tagline.cli.gating import gate_keys
from tagline.cli.output import say, waiting
from tagline.exceptions import InputError
from tagline.schema.settings import SETTINGS_FILE, find_settings, load_settings

if TYPE_CHECKING:
    from tagline.error_analysis import ErrorAnalysis
    from tagline.project import Project
    from tagline.schema.settings import Settings
    from tagline.store import RunRecord

__all__ = ["answer"]


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
    project = stack.enter_context(open_project(call))
    options = given_options(call, project.settings)
    record = project.store.run(call.run)
    stated = project.settings.errors.given()
    stated.pop("prediction", None)  # the run knows it
    place = project.path / SETTINGS_FILE
    say_taken(call, project.settings, stated, place, gates=gate_keys(call, project.settings))
    with waiting("Counting"):
        if call.human is not None and looks_like_file(call.human):
            result = _of_run_with_people(project, record, call, options, stack)
        else:
            found = project.tagged(record.name, sample=call.sample)
            asked: dict[str, Any] = {**options, **factors(call)}
            result = project.analyze_tagged(found, record.name, **asked)
            if found.hint and call.sample is None:
                say(found.hint)
    return result, project.settings


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
        asked: dict[str, Any] = {**options, **factors(call), "human": rates}
        return project.analyze_errors(run.name, sample=call.sample, **asked)
    found = project.tagged(run.name, sample=call.sample)
    labels = [each.label for each in project.runs if each.label is not None]
    _, answers = stack.enter_context(source(path, engine=project.connection).open())
    table, human = join_answers(found.table, project.connection, answers, path)
    options = {**options, **found.options, "human": human}
    given = analysis_options(
        project.settings, run, labels, table.columns, options, people=found.tags
    )
    result = analyze_errors(table, **given)
    return found.noted(weigh(result, project.settings, found.people, **factors(call)))


def _of_file(call: Call, file: str, stack: ExitStack) -> tuple[ErrorAnalysis, Settings | None]:
    for option, name, what in (("--run", call.run, "run"), ("--sample", call.sample, "sample")):
        if name is not None:
            raise InputError(f"{option} names a {what} of the project: leave FILE away, or that.")
    place = find_settings()
    if place is None:
        options = {**given_options(call, None), **factors(call)}
        with waiting("Counting"):
            result = _of_table(call, file, options, stack)
        return result, None
    from tagline.project.analysis import weigh

    settings = load_settings(place)
    asked = given_options(call, settings)
    stated = stated_for(call, file, settings, asked)
    say_taken(call, settings, stated, place, gates=gate_keys(call, settings))
    with waiting("Counting"):
        result = _of_table(call, file, {**stated, **asked}, stack)
    return weigh(result, settings, **factors(call)), settings


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
