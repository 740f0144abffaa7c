"""The search that answers `tagline slices`, and how a slice becomes a tag."""

from __future__ import annotations

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
    """Slices with the commands that make tags of them.

    Attributes
    ----------
    result : Slices
    in_project : bool
        A run of a project was searched: the tags are kept there.
    each : bool
        Whether a command for each slice is printed, or one for the first.
    """

    result: Slices
    in_project: bool = False
    each: bool = False

    @property
    def ways(self) -> list[str]:
        """What to write to make a tag of each slice that is a rule."""
        from tagline.error_analysis.slices.ways import as_accepted, as_option

        way = as_accepted if self.in_project else as_option
        return [way(rule) for rule in self.result.rules.values()]

    @property
    def below(self) -> list[str]:
        """The lines below the table that say how a slice becomes a tag."""
        ways = self.ways
        if self.each and ways:
            return ["To make a slice a tag:", *(f"  {way}" for way in ways)]
        more = " (--rules: such a line for each slice)" if len(ways) > 1 else ""
        return [f"To make it a tag{more}: {way}" for way in ways[:1]]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON document."""
        return self.result.to_dict()

    def to_csv(self) -> str:
        """Return the rows, the columns of a slice with commas between."""
        return self.result.to_csv()

    def to_html(self) -> str:
        """Return the page, with the commands."""
        from tagline.error_analysis.slices.shown import page

        return page(self.result, self.ways)

    def to_markdown(self) -> str:
        """Return headline, table and the lines below it."""
        from tagline.display.tables import escape_markdown

        said = "".join(f"- {escape_markdown(line.strip())}\n" for line in self.below)
        return self.result.to_markdown() + said

    def terminal(self, width: int) -> Group:
        """Return what the terminal shows; `below` comes after it, in lines that are not broken."""
        return self.result.terminal(width)


def sliced(
    call: Call,
    columns: Sequence[str],
    *,
    depth: int,
    min_support: int,
    seed: int,
    exclude: Sequence[str] = (),
    each: bool = False,
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
    exclude : sequence of str
        Columns to leave out, with commas between.
    each : bool, default False
        Whether to say for each slice how it becomes a tag.

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
        "exclude": split_names(exclude),
    }
    if call.file is not None:
        if call.run is not None:
            raise InputError("--run names a run of the project: leave FILE away, or --run.")
        place = find_settings()
        settings = None if place is None else load_settings(place)
        options = _options(call, settings, place)
        with waiting("Searching"):
            found = find_slices(call.file, engine=call.engine, **search, **options)
        return ShownSlices(found, each=each)
    with open_project(call) as project:
        record = project.store.run(call.run)
        place = project.path / SETTINGS_FILE
        known = {"label": record.label, "prediction": record.prediction}
        options = known | _options(call, project.settings, place, run=True)
        with waiting("Searching"):
            found = find_slices(project.predictions(record.name), **search, **options)
    return ShownSlices(found, in_project=True, each=each)


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
