"""What all parts of the tagging share: the metadata, and a transaction in somebody's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tagline.store.actions import Author
from tagline.store.metadata import Metadata
from tagline.store.people import person_id

__all__ = ["Changing"]


class Changing:
    """A part of the tagging of one project.

    Parameters
    ----------
    metadata : Metadata
    """

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata
        self._project_id = metadata.project_id

    @contextmanager
    def _changing(self, by: str) -> Iterator[Author]:
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            who = person_id(session, self._project_id, by)
            yield Author(session, self._project_id, who)
