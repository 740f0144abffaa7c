"""The vocabulary: tags made, changed, merged, accepted from slices, and their coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagline.exceptions import InputError
from tagline.project.tagging.joining import with_answers
from tagline.schema.editing import set_tag
from tagline.schema.settings import SETTINGS_FILE, load_settings
from tagline.store import TagRecord

if TYPE_CHECKING:
    from tagline.project.tagging.table import TagTable

from tagline.project.tagging.tags_of_project import TagsOfProject

__all__ = ["Naming"]


class Naming(TagsOfProject):
    """The vocabulary: tags made, changed, merged, accepted from slices, and their coverage."""

    def check(self) -> TagTable:
        """Count how many examples each tag covers, and where tags overlap.

        Returns
        -------
        TagTable

        Raises
        ------
        InputError
            If the project has no examples yet.
        """
        from tagline.project.tagging.coverage import coverage

        table = with_answers(self._project.connection, self._examples(), self.answers)
        return coverage(self._project.connection, table, list(self))

    def add(self, name: str, /, *, by: str | None = None, **values: Any) -> None:
        """Make a tag that people give.

        Parameters
        ----------
        name : str
        by : str, optional
        **values
            `description`, `importance`, `ease`, `ease_reason`, `colour`.

        Raises
        ------
        InputError
            If there is a tag of this name, or a value is wrong.
        """
        if name in {tag.name for tag in self}:
            raise InputError(f"There is a tag {name!r} already.")
        self.store.add(name, by=self._who(by), **values)

    def change(self, name: str, /, *, by: str | None = None, **values: Any) -> None:
        """Change what a tag means or weighs: in `tagline.toml` where it stands there.

        Parameters
        ----------
        name : str
        by : str, optional
        **values
            `description`, `importance`, `ease`, `ease_reason`, `colour`; of people's tags `name`.

        Raises
        ------
        InputError
            If there is no such tag, or a value is wrong.
        """
        tag = self[name]
        if name not in self._project.settings.tags and tag.source == "people":
            self.store.change(name, by=self._who(by), **values)
            return
        if "name" in values:
            raise InputError(f"The tag {name!r} stands in tagline.toml: rename it there.")
        self._write(name, values)

    def accept(self, name: str, rule: str, *, description: str = "") -> None:
        """Make a slice that was found a tag: its rule is written into `tagline.toml`.

        Parameters
        ----------
        name : str
            Of the new tag.
        rule : str
            Such as ``"device = 'b' and age >= 61"``.
        description : str, default ""

        Raises
        ------
        InputError
            If there is a tag of this name, or the rule is none.
        """
        from tagline.engine import translate

        if name in {tag.name for tag in self}:
            raise InputError(f"There is a tag {name!r} already.")
        translate(rule, self._examples(), what=f"the rule of the tag {name!r}")
        said = {"description": description} if description else {}
        self._write(name, {"rule": rule, "source": "slice", **said})

    def merge(self, names: Sequence[str], into: str, *, by: str | None = None) -> None:
        """Make several of people's tags one: yes where any was, no where all were no."""
        self._refuse_taken([into])
        self.store.merge(names, into, by=self._who(by))

    def split(self, name: str, into: Sequence[str], *, by: str | None = None) -> None:
        """Make one of people's tags several; what had it waits to be looked at again."""
        self._refuse_taken(into)
        self.store.split(name, into, by=self._who(by))

    def retire(self, name: str, *, by: str | None = None) -> None:
        """Take one of people's tags out of use; undo brings it back."""
        self.store.retire(name, by=self._who(by))

    @property
    def people(self) -> list[TagRecord]:
        """The tags that people give."""
        return self.store.tags

    def _refuse_taken(self, names: Sequence[str]) -> None:
        """Refuse names that a rule or a column has: one name means one thing."""
        for tag in self:
            if tag.name in names and tag.source != "people":
                raise InputError(
                    f"{tag.name!r} is a {tag.source} already: choose another name for what people"
                    " give."
                )

    def _write(self, name: str, values: Mapping[str, Any]) -> None:
        path = self._project.path / SETTINGS_FILE
        set_tag(path, name, values)
        self._project.settings = load_settings(path)
