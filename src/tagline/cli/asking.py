"""What a command was asked for, and the options that stand in `tagline.toml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from tagline.cli.output import say
from tagline.exceptions import InputError
from tagline.schema.settings import find_settings

if TYPE_CHECKING:
    from tagline.project import Project
    from tagline.schema.settings import Settings

__all__ = [
    "Call",
    "columns_of",
    "factors",
    "given_options",
    "open_project",
    "say_taken",
    "stated_for",
]


@dataclass(frozen=True, slots=True)
class Call:
    """What a command was asked for, as it was written.

    Attributes
    ----------
    file : str or None
        None: a run of the project.
    after : str or None
        The second file of two.
    run, engine, human, sample : str or None
    tags, rules, importance, ease, gates : sequence of str
        Of the options that may be given several times.
    options : mapping
        Those that go to the function as they are; None where they were not given.
    """

    file: str | None = None
    after: str | None = None
    run: str | None = None
    engine: str | None = None
    human: str | None = None
    sample: str | None = None
    tags: Sequence[str] = ()
    rules: Sequence[str] = ()
    importance: Sequence[str] = ()
    ease: Sequence[str] = ()
    gates: Sequence[str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def given_options(call: Call, settings: Settings | None) -> dict[str, Any]:
    """Return the options that were given, as the functions take them.

    Parameters
    ----------
    call : Call
    settings : Settings or None
        Those of the project that we are in: tags may be named that have a rule there.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        If one is written otherwise than it must be.
    """
    given = {name: value for name, value in call.options.items() if value is not None}
    tags = _tags(call, {} if settings is None else settings.rules())
    if tags is not None:
        given["tags"] = tags
    if call.human is not None and not looks_like_file(call.human):
        given["human"] = read_human(call.human)
    return given


def factors(call: Call) -> dict[str, dict[str, float]]:
    """Return importance and ease by tag."""
    return {
        "importance": read_weights("--importance", call.importance),
        "ease": read_weights("--ease", call.ease),
    }


def stated_for(
    call: Call, file: str, settings: Settings, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what `tagline.toml` says about the analysis of a file.

    Parameters
    ----------
    call : Call
    file : str
    settings : Settings
    asked : mapping
        `given_options` of the call.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        If a tag is named that is neither in the vocabulary nor a column.
    """
    from tagline.project.analysis import stated_options
    from tagline.project.named_tags import named_tags, unknown_tags

    if settings.tags and unknown_tags(asked.get("tags"), settings):
        named_tags(asked["tags"], settings, columns_of(file, call.engine))
    by_column = settings.errors.tags is None and len(settings.rules()) < len(settings.tags)
    columns = columns_of(file, call.engine) if by_column and "tags" not in asked else []
    return stated_options(settings, columns, tags=asked.get("tags"))


def say_taken(
    call: Call,
    settings: Settings,
    stated: Collection[str],
    place: Path,
    *,
    weighed: bool = True,
    gates: Sequence[str] = (),
) -> None:
    """Say which defaults come from `tagline.toml`, if any do.

    Parameters
    ----------
    call : Call
    settings : Settings
    stated : collection of str
        Names of options.
    place : Path
        Of the file.
    weighed : bool, default True
        Whether the command knows importance and ease.
    gates : sequence of str, default ()
        The keys that gates come from.
    """
    given = {name for name, value in call.options.items() if value is not None}
    named = {*split_names(call.tags), *read_rules(call.rules)}
    given |= {"human"} if call.human is not None else set()
    given |= {"tags"} if named else set()
    names = dict.fromkeys(name for name in stated if name not in given and name != "fail_if")
    if settings.tags and not named:
        names["tags"] = None
    for name in ("importance", "ease") if weighed else ():
        factor = {tag.partition("=")[0] for tag in getattr(settings, name)()}
        if factor & named or (factor and not named):
            names[name] = None
    names |= dict.fromkeys(gates)
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


def columns_of(file: str, engine: str | None) -> list[str]:
    """Return the columns of a file."""
    from tagline.engine import source

    with source(file, engine=engine).open() as (_, table):
        return list(table.columns)


def open_project(call: Call) -> Project:
    """Open the project that we are in.

    Raises
    ------
    InputError
        If there is none, or the call names an engine.
    """
    if call.engine is not None:
        raise InputError("--engine goes with a FILE: a project's engine stands in tagline.toml.")
    settings = find_settings()
    if settings is None:
        raise InputError(
            "Name a FILE with predictions, or go into a project: there is none here or above, and"
            " `tagline init` makes one."
        )
    from tagline.project import Project

    return Project.open(settings.parent)
