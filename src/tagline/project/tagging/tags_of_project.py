"""What all parts of `project.tags` share: the open project, its store, and who acts."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from tagline.exceptions import InputError, did_you_mean
from tagline.project.tagging.joining import Answers
from tagline.schema.relations import EXAMPLE_ID
from tagline.store import Tagging
from tagline.tags import Tag, vocabulary

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.project.opened import OpenProject

__all__ = ["TagsOfProject"]


class TagsOfProject:
    """The vocabulary of an open project.

    Parameters
    ----------
    project : OpenProject
    """

    def __init__(self, project: OpenProject) -> None:
        self._project = project
        self.store = Tagging(project.store)

    def __iter__(self) -> Iterator[Tag]:
        return iter(vocabulary(self._project.settings, self.store.tags, self._columns()))

    def __getitem__(self, name: str) -> Tag:
        """Return a tag.

        Raises
        ------
        InputError
            If there is no such tag.
        """
        known = {tag.name: tag for tag in self}
        if name not in known:
            raise InputError(f"There is no tag {name!r}. {did_you_mean(name, list(known))}")
        return known[name]

    @property
    def answers(self) -> Answers:
        """What people decided so far."""
        names = tuple(record.name for record in self.store.tags)
        return Answers(self.store.version, names, self.store.decisions())

    def unknown_examples(self, ids: Iterable[str]) -> list[str]:
        """Return those of some ids that the project has no example of."""
        wanted = sorted(set(ids))
        if not wanted:
            return []
        connection = self._project.connection
        asked = connection.table(pa.table({EXAMPLE_ID: wanted}), "ids")
        missing = asked.anti_join(self._examples(), EXAMPLE_ID)
        return sorted(connection.fetch(missing)[EXAMPLE_ID].to_pylist())

    def _known(self, ids: Sequence[str]) -> None:
        for missing in self.unknown_examples(ids):
            raise InputError(f"The project has no example {missing!r}: import it first.")

    def _examples(self) -> ir.Table:
        return self._project.examples()

    def _columns(self) -> list[str]:
        return self._project.example_columns()

    def _who(self, by: str | None) -> str:
        return getpass.getuser() if by is None else by
