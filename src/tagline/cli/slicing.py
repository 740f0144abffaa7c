"""The search that answers `tagline slices`, and how a slice becomes a tag."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagline.cli.arguments import split_names
from tagline.cli.asking import Call, open_project, say_taken
from tagline.cli.output import waiting
from tagline.exceptions import InputError
from tagline.schema.settings import SETTINGS_FILE, Settings, find_settings, load_settings

if TYPE_CHECKING:
    from rich.console import Group

    from tagline.error_analysis.slices import Slices

__all__ = ["ShownSlices", "sliced"]

_TAKEN = ("label", "prediction", "group", "measure")  # of `[errors]` in tagline.toml


@dataclass(frozen=True)
class ShownSlices:
    """Slices with a line on how to make a tag of one.

    Attributes
    ----------
    result : Slices
    """

    result: Slices

    @property
    def way_on(self) -> str:
        """What to write to make a tag of the first slice; empty where there is none."""
        if not self.result.rules:
            return ""
        rule = f"NAME = {next(iter(self.result.rules))}"
        quoted = shlex.quote(rule) if set(rule) & set('"$`\\!') else f'"{rule}"'
        return f"To make it a tag: tagline errors ... --tag {quoted}"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document."""
        return self.result.to_dict()

    def to_csv(self) -> str:
        """Return the rows, the columns of a slice with commas between."""
        return self.result.to_csv()

    def to_html(self) -> str:
        """Return the page."""
        return self.result.to_html()

    def to_markdown(self) -> str:
        """Return headline and table."""
        from tagline.display.tables import escape_markdown

        said = f"- {escape_markdown(self.way_on)}\n" if self.way_on else ""
        return self.result.to_markdown() + said

    def terminal(self, width: int) -> Group:
        """Return what the terminal shows."""
        from rich.console import Group
        from rich.text import Text

        from tagline.display.words import plain

        shown = self.result.terminal(width)
        return Group(shown, Text(plain(self.way_on))) if self.way_on else shown


def sliced(
    call: Call, columns: Sequence[str], *, depth: int, min_support: int, seed: int
) -> ShownSlices:
    """Search.

    Parameters
    ----------
    call : Call
        Without a file a run of the project is searched.
    columns : sequence of str
        With commas between; empty for all.
    depth, min_support, seed : int
        As `find_slices` takes them.

    Returns
    -------
    ShownSlices

    Raises
    ------
    InputError
        If it cannot be answered.
    """
    from tagline.error_analysis.slices import find_slices

    named = split_names(columns) or None
    search: dict[str, Any] = {
        "columns": named,
        "depth": depth,
        "min_support": min_support,
        "seed": seed,
    }
    if call.file is not None:
        if call.run is not None:
            raise InputError("--run names a run of the project: leave FILE away, or --run.")
        place = find_settings()
        settings = None if place is None else load_settings(place)
        options = _options(call, settings, place)
        with waiting("Searching"):
            found = find_slices(call.file, engine=call.engine, **search, **options)
        return ShownSlices(found)
    with open_project(call) as project:
        record = project.store.run(call.run)
        place = project.path / SETTINGS_FILE
        known = {"label": record.label, "prediction": record.prediction}
        options = known | _options(call, project.settings, place, run=True)
        with waiting("Searching"):
            found = find_slices(project.predictions(record.name), **search, **options)
    return ShownSlices(found)


def _options(
    call: Call, settings: Settings | None, place: Any, *, run: bool = False
) -> dict[str, Any]:
    """Return the options that were given, then those of `tagline.toml`."""
    given = {name: value for name, value in call.options.items() if value is not None}
    if settings is None:
        return given
    known = settings.errors.given()
    names = [name for name in _TAKEN if name in known and not (run and name == "prediction")]
    stated = {name: known[name] for name in names}
    bare = settings.model_copy(update={"tags": {}})  # a search takes no tags from there
    say_taken(call, bare, stated, place, weighed=False)
    return {**stated, **given}
