"""The settings of a project: `tagline.toml`, checked key by key.

`load_settings` is the only reader. The one setting that the environment may replace is the
address of the metadata (`TAGLINE_STORE_URL`), so that a password need not stand in git.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pydantic import Field, ValidationError

from tagline.exceptions import InputError
from tagline.schema.faults import first_fault
from tagline.schema.sections import (
    CompareSettings,
    EngineSettings,
    ErrorSettings,
    GateSettings,
    InputSettings,
    ProjectSettings,
    Section,
    StoreSettings,
    TagSettings,
    Text,
)

__all__ = [
    "SETTINGS_FILE",
    "STORE_URL_VARIABLE",
    "CompareSettings",
    "EngineSettings",
    "ErrorSettings",
    "GateSettings",
    "InputSettings",
    "ProjectSettings",
    "Settings",
    "StoreSettings",
    "TagSettings",
    "find_settings",
    "load_settings",
    "parse_settings",
]

SETTINGS_FILE = "tagline.toml"
STORE_URL_VARIABLE = "TAGLINE_STORE_URL"


class Settings(Section):
    """All of `tagline.toml`."""

    project: ProjectSettings
    store: StoreSettings = StoreSettings()
    engine: EngineSettings = EngineSettings()
    errors: ErrorSettings = ErrorSettings()
    compare: CompareSettings = CompareSettings()
    inputs: InputSettings = InputSettings()
    tags: dict[Text, TagSettings] = Field(default_factory=dict)
    gate: list[GateSettings] = Field(default_factory=list)

    def rules(self) -> dict[str, str]:
        """Return the scalar SQL rule of every tag that has one, by the tag's name."""
        return {name: tag.rule for name, tag in self.tags.items() if tag.rule is not None}

    def importance(self) -> dict[str, float]:
        """Return the importance of every tag whose section states one."""
        return self._stated("importance")

    def ease(self) -> dict[str, float]:
        """Return the ease of every tag whose section states one."""
        return self._stated("ease")

    def _stated(self, key: str) -> dict[str, float]:
        return {n: getattr(t, key) for n, t in self.tags.items() if key in t.model_fields_set}


def find_settings(folder: str | Path = ".") -> Path | None:
    """Return the nearest `tagline.toml`, looking upwards from a folder as git does.

    Parameters
    ----------
    folder : str or Path, default "."

    Returns
    -------
    Path or None
        Absolute; None where there is none.
    """
    start = Path(folder).absolute()
    files = (each / SETTINGS_FILE for each in (start, *start.parents))
    return next((file for file in files if file.is_file()), None)


def load_settings(
    folder_or_file: str | Path = ".", *, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read and check `tagline.toml`.

    Parameters
    ----------
    folder_or_file : str or Path, default "."
        The file, or the folder that holds it.
    environment : mapping of str to str, default the environment of the process
        Only ``TAGLINE_STORE_URL`` is read: it replaces `store.metadata`.

    Returns
    -------
    Settings

    Raises
    ------
    InputError
        If the file is missing or no TOML (with the line), or a key is unknown (with the nearest
        known one) or its value has the wrong type (with the path of the key).
    """
    path = Path(folder_or_file)
    if path.is_dir():
        path = path / SETTINGS_FILE
    return parse_settings(_read(path), path, environment=environment)


def parse_settings(
    text: str, path: Path, *, environment: Mapping[str, str] | None = None
) -> Settings:
    """Check the text of a `tagline.toml`.

    Parameters
    ----------
    text : str
    path : Path
        The file that it stands in, for messages.
    environment : mapping of str to str, default the environment of the process
        See `load_settings`.

    Returns
    -------
    Settings

    Raises
    ------
    InputError
        As `load_settings`.
    """
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        last = f"at line {text.count(chr(10)) + 1}, the last"
        reason = str(error).replace("at end of document", last)
        reason = _TWICE.sub(partial(_stands_twice, text), reason)
        raise InputError(f"{path} is not valid TOML: {reason}.") from None
    environment = os.environ if environment is None else environment
    if url := environment.get(STORE_URL_VARIABLE):
        store = read.get("store", {})
        if isinstance(store, dict):
            read = {**read, "store": {**store, "metadata": url}}
    try:
        return Settings.model_validate(read)
    except ValidationError as error:
        raise InputError(first_fault(error, Settings, path)) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"There is no {path}: make a project with `tagline init`.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text: save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None


_TWICE = re.compile(r"Cannot declare \((?P<keys>.+?),?\) twice \(at line (?P<line>\d+).*\)")


def _stands_twice(text: str, found: re.Match[str]) -> str:
    """Return a sentence about a section that stands twice, with the line of the first."""
    name = ".".join(key.strip().strip("'\"") for key in found["keys"].split(","))
    head = re.compile(rf"\s*\[\s*{re.escape(name)}\s*\]")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if head.match(line)]
    first = f" already on line {lines[0]}" if lines else " already"
    return f"the section [{name}] of line {found['line']} stands{first}: put its keys there"
