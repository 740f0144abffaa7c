"""The sections of `tagline.toml`: their keys, types and defaults."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    model_validator,
)

__all__ = [
    "CompareSettings",
    "EngineSettings",
    "ErrorSettings",
    "GateSettings",
    "InputSettings",
    "ProjectSettings",
    "Section",
    "StoreSettings",
    "TagSettings",
    "Text",
]


class Section(BaseModel):
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


class ProjectSettings(Section):
    """`[project]`: what the project is called."""

    name: Annotated[str, Field(max_length=200), AfterValidator(_no_blank)]


class StoreSettings(Section):
    """`[store]`: where things that must last are kept."""

    metadata: Text | None = Field(default=None, repr=False)
    """URL of a PostgreSQL or SQLite database; None: SQLite in `.tagline/`."""
    lake: Text | None = None
    """Folder or object-store URL of the Delta tables; None: `.tagline/lake`."""


class EngineSettings(Section):
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


class ErrorSettings(Section):
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


class CompareSettings(Section):
    """`[compare]`: the defaults of `tagline compare` and of `project.compare_runs`."""

    margin: Annotated[float, Field(ge=0)] | None = None
    """The largest change that does not matter, in the unit of the error rate."""

    def given(self) -> dict[str, Any]:
        """Return the settings that stand in the file, by name."""
        return self.model_dump(exclude_none=True, exclude_unset=True)


class InputSettings(Section):
    """`[inputs]`: where the raw inputs are, for the pages that show them."""

    column: Text | None = None
    """The column that holds an input: its path, its text, its bytes or its messages."""
    kind: Literal["text", "image", "audio", "row", "chat"] | None = None
    """None: found by looking at some of them."""
    root: Text | None = None
    """The folder that paths are meant from, and that nothing is shown from outside of."""


class GateSettings(Section):
    """`[[gate]]`: what must not be, of one run or of two."""

    fail_if: Text
    """Such as ``"error_rate[car_noise] > 0.1"`` or ``"any tag worse by > 0.02"``."""
    on: Literal["errors", "compare"] | None = None
    """The command that asks it; None: `compare` if it is about a change, else `errors`."""
    undecided: Literal["pass", "fail"] = "pass"
    """What comes of it where the data leave it open."""


class TagSettings(Section):
    """`[tags.NAME]`: one tag of the project's vocabulary."""

    rule: Text | None = None
    """Scalar SQL over the columns of the examples; None: a column, or people, have the name."""
    source: Literal["rule", "slice"] | None = None
    """`slice` where the rule was proposed by `find_slices` and accepted by a person."""
    description: str = ""
    importance: Positive = 1.0
    ease: Positive = 1.0
    ease_reason: str = ""
    colour: Annotated[str, Field(pattern=r"^(#[0-9a-f]{6})?$")] = ""
