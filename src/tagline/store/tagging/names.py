"""The tags that people give: made, changed, merged, split, retired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tagline.store import actions, decisions, vocabulary
from tagline.store.tag_records import (
    TagRecord,
)
from tagline.store.tagging.changing import Changing

__all__ = ["Names"]


class Names(Changing):
    """The tags that people give: made, changed, merged, split, retired."""

    @property
    def tags(self) -> list[TagRecord]:
        """The tags that people give, the oldest first."""
        with self._metadata.reading() as session:
            return vocabulary.known_tags(session, self._project_id)

    def add(self, name: str, /, *, by: str, **values: Any) -> None:
        """Make a tag that people give.

        Parameters
        ----------
        name : str
        by : str
            Who does it.
        **values
            `description`, `importance`, `ease`, `ease_reason`, `colour`.

        Raises
        ------
        InputError
            If there is such a tag, or a value is wrong.
        """
        with self._changing(by) as author:
            vocabulary.add_tag(author, name, **values)

    def change(self, name: str, /, *, by: str, **values: Any) -> None:
        """Change what a tag is called, means or weighs; its decisions stay.

        Parameters
        ----------
        name : str
        by : str
            Who does it.
        **values
            As in `add`, and `name`.

        Raises
        ------
        InputError
            If there is no such tag, the new name is taken, or a value is wrong.
        """
        with self._changing(by) as author:
            vocabulary.change_tag(author, name, **values)

    def merge(self, names: Sequence[str], into: str, *, by: str) -> None:
        """Make several tags one: yes where any was, no where all were no, unknown otherwise.

        Parameters
        ----------
        names : sequence of str
        into : str
            What it is called.
        by : str
            Who does it.

        Raises
        ------
        InputError
            If fewer than two tags are named, or there is no such tag.
        """
        with self._changing(by) as author:
            decisions.merge_tags(author, names, into)

    def split(self, name: str, into: Sequence[str], *, by: str) -> None:
        """Make one tag several: what had it not has none of them, what had it waits for a look.

        Parameters
        ----------
        name : str
        into : sequence of str
            What they are called.
        by : str
            Who does it.

        Raises
        ------
        InputError
            If fewer than two names are given, or there is no such tag.
        """
        with self._changing(by) as author:
            decisions.split_tag(author, name, into)

    def retire(self, name: str, *, by: str) -> None:
        """Take a tag out of use; its decisions are kept, and undo brings it back.

        Parameters
        ----------
        name : str
        by : str
            Who does it.

        Raises
        ------
        InputError
            If there is no such tag.
        """
        with self._changing(by) as author:
            rows = vocabulary.tag_rows(author.session, author.project_id, [name])
            detail = {"tag": name, "restore": vocabulary.retire_tags(rows)}
            actions.enter_action(author, "retire", detail=detail)
