"""The settings of a project: `tagline.toml`, checked key by key.

`load_settings` is the only reader. The one setting that the environment may replace is the
address of the metadata (`TAGLINE_STORE_URL`), so that a password need not stand in git.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlencode

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    model_validator,
)

from tagline.exceptions import InputError
from tagline.schema.faults import first_fault

__all__ = [
    "SETTINGS_FILE",
    "STORE_URL_VARIABLE",
    "EngineSettings",
    "ErrorSettings",
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


class _Section(BaseModel):
    """What all sections share: no unknown keys, no guessing of types, no changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _no_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _tags(value: object) -> object:
    texts = [*value, *value.values()] if isinstance(value, dict) else value
    if not isinstance(texts, list) or not all(isinstance(t, str) and t.strip() for t in texts):
        raise ValueError("must be a list of names, or a table of name = rule")
    return value


def _human(value: object) -> object:
    """Take a column, a rate, a pair, or a table of tag = either; give pairs as tuples."""
    if isinstance(value, dict):
        return {tag: _human_rate(rate) for tag, rate in value.items()}
    if isinstance(value, str) and value.strip():
        return value
    return _human_rate(value)


def _human_rate(value: object) -> object:
    if isinstance(value, list) and len(value) == 2 and all(type(each) is int for each in value):
        return (value[0], value[1])
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise ValueError(
        "must be a column, a rate in [0, 1], a pair [errors, asked], or a table of tag = either"
    )


Text = Annotated[str, AfterValidator(_no_blank)]
Rate = float | tuple[int, int]
Human = str | Rate | dict[str, Rate]
Positive = Annotated[float, Field(gt=0)]


class ProjectSettings(_Section):
    """`[project]`: what the project is called."""

    name: Annotated[Text, Field(max_length=200)]


class StoreSettings(_Section):
    """`[store]`: where things that must last are kept."""

    metadata: Text | None = Field(default=None, repr=False)
    """URL of a PostgreSQL or SQLite database; None: SQLite in `.tagline/`."""
    lake: Text | None = None
    """Folder or object-store URL of the Delta tables; None: `.tagline/lake`."""


class EngineSettings(_Section):
    """`[engine]`: what counts."""

    url: Text | None = None
    """`duckdb://`, `local[2]`, `spark://host:port`; None: DuckDB in process."""
    memory_limit: Text | None = None
    """Such as ``"4GB"``."""
    threads: Annotated[int, Field(ge=1)] | None = None
    temp_directory: Text | None = None
    """Where DuckDB spills what does not fit into memory."""

    @model_validator(mode="after")
    def _only_for_duckdb(self) -> Self:
        if self.url is not None and not self.url.startswith("duckdb"):
            for name in self._duckdb_options():
                raise ValueError(f"must not set `{name}` for {self.url!r}: it is DuckDB's")
        return self

    def connect_url(self) -> str | None:
        """Return what `tagline.engine.connect` takes, or None for the default engine.

        Examples
        --------
        >>> EngineSettings(memory_limit="300MB", threads=2).connect_url()
        'duckdb://?memory_limit=300MB&threads=2'
        """
        options = self._duckdb_options()
        if not options:
            return self.url
        url = self.url or "duckdb://"
        return f"{url}{'&' if '?' in url else '?'}{urlencode(options)}"

    def duckdb_url(self) -> str | None:
        """Return the address of DuckDB in memory with these settings, whichever engine analyses."""
        url = self.connect_url()
        return url if url is not None and url.startswith("duckdb://?") else None

    def _duckdb_options(self) -> dict[str, str | int]:
        names = ("memory_limit", "threads", "temp_directory")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class ErrorSettings(_Section):
    """`[errors]`: the defaults of `tagline errors` and of `project.analyze_errors`."""

    label: Text | None = None
    prediction: Text | None = None
    tags: Annotated[list[str] | dict[str, str] | None, PlainValidator(_tags)] = None
    human: Annotated[Human | None, PlainValidator(_human)] = None
    measure: Text | None = None
    where: Text | None = None
    sample_weight: Text | None = None
    group: Text | None = None
    level: Annotated[float, Field(gt=0, lt=1)] | None = None
    top: Annotated[int, Field(ge=1)] | None = None
    seed: Annotated[int, Field(ge=0)] | None = None
    fail_if: list[Text] = Field(default_factory=list)

    def given(self) -> dict[str, Any]:
        """Return the settings that stand in the file, by name."""
        return self.model_dump(exclude_none=True, exclude_unset=True)


class TagSettings(_Section):
    """`[tags.NAME]`: one tag of the project's vocabulary."""

    rule: Text | None = None
    """Scalar SQL over the columns of the examples; None: a column has the tag's name."""
    description: str = ""
    importance: Positive = 1.0
    ease: Positive = 1.0


class Settings(_Section):
    """All of `tagline.toml`."""

    project: ProjectSettings
    store: StoreSettings = StoreSettings()
    engine: EngineSettings = EngineSettings()
    errors: ErrorSettings = ErrorSettings()
    tags: dict[Text, TagSettings] = Field(default_factory=dict)

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
