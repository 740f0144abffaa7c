"""What people decided: entered, listed, undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tagline.store import actions, decisions, notes, vocabulary
from tagline.store.people import person_id
from tagline.store.tag_records import (
    ActionRecord,
)
from tagline.store.tagging.changing import Changing

__all__ = ["Said"]


class Said(Changing):
    """What people decided: entered, listed, undone."""

    def settled(self, n_examples: int) -> tuple[int, tuple[str, ...]]:
        """Return what an analysis of all examples depends on: less than every single decision.

        Parameters
        ----------
        n_examples : int
            Of the run.

        Returns
        -------
        int
            The newest action that is neither a decision nor a note.
        tuple of str
            The tags that so many examples are decided for.
        """
        with self._metadata.reading() as session:
            newest = actions.newest_action(session, self._project_id, quiet=True)
            whole = decisions.decided_tags(session, self._project_id, n_examples)
            return newest, tuple(whole)

    def decide(
        self,
        choices: Iterable[decisions.Choice],
        *,
        by: str,
        blind: bool = False,
        kind: str = "decide",
        detail: Mapping[str, Any] | None = None,
    ) -> int | None:
        """Enter one person's decisions as one action; those that stand already change nothing.

        Parameters
        ----------
        choices : iterable of (example_id, tag, True, False or None)
            None: as if it had never been looked at.
        by : str
            Whose decisions they are.
        blind : bool, default False
            Whether label and prediction were hidden.
        kind : str, default "decide"
            Of the action.
        detail : mapping, optional
            More for the history.

        Returns
        -------
        int or None
            The number of the action; None where nothing changed.

        Raises
        ------
        InputError
            If there is no such tag, or one example has two answers for one tag.
        """
        with self._changing(by) as author:
            return decisions.decide(
                author,
                choices,
                blind=blind,
                kind=kind,
                detail=detail,
            )

    def take_over(
        self,
        people: Mapping[str, tuple[Sequence[decisions.Choice], Sequence[tuple[str, str]]]],
        new: Sequence[str],
        *,
        by: str,
        detail: Mapping[str, Any],
    ) -> None:
        """Enter what a file says, all of it or nothing.

        Parameters
        ----------
        people : mapping from person to (choices, notes)
            Notes are pairs of example and text.
        new : sequence of str
            Tags to make first.
        by : str
            Who brings the file.
        detail : mapping
            For the history.
        """
        with self._metadata.writing() as session:
            self._metadata.lock(session)
            authors = {
                name: actions.Author(
                    session, self._project_id, person_id(session, self._project_id, name)
                )
                for name in dict.fromkeys([by, *people])
            }
            for tag in new:
                vocabulary.add_tag(authors[by], tag)
            for name, (choices, written) in people.items():
                decisions.decide(authors[name], choices, kind="import", detail=detail)
                for example, text in written:
                    notes.add_note(authors[name], example, text)

    def decisions(self) -> pa.Table:
        """Return every decision that stands.

        Returns
        -------
        pyarrow.Table
            `example_id`, `tag`, `person`, `value`, `blind`, `action`.
        """
        with self._metadata.reading() as session:
            return decisions.current_decisions(session, self._project_id)

    def looked_at(self) -> list[str]:
        """Return the examples that somebody ever decided for any tag, retired ones, too.

        Returns
        -------
        list of str
            In the order in which they were looked at first.
        """
        with self._metadata.reading() as session:
            return decisions.looked_at(session, self._project_id)

    def decisions_of(self, examples: Sequence[str]) -> dict[str, list[tuple[str, str, bool]]]:
        """Return who decided what about a few examples.

        Parameters
        ----------
        examples : sequence of str

        Returns
        -------
        dict
            example -> list of (tag, person, value).
        """
        with self._metadata.reading() as session:
            return decisions.decisions_of(session, self._project_id, examples)

    def undo(self, *, by: str, action: int | None = None) -> ActionRecord:
        """Undo the person's last action that stands, or the one that is named.

        Parameters
        ----------
        by : str
            Who undoes it.
        action : int, optional

        Returns
        -------
        ActionRecord
            What was undone.

        Raises
        ------
        InputError
            If there is nothing to undo.
        ConflictError
            If somebody changed the same thing since.
        """
        with self._changing(by) as author:
            return actions.take_back(author, action)

    def history(self, **only: Any) -> list[ActionRecord]:
        """Return what was done, the newest first.

        Parameters
        ----------
        **only
            `example_id` and `person` narrow it; `limit` (default 100) is the most.

        Returns
        -------
        list of ActionRecord
        """
        with self._metadata.reading() as session:
            return actions.history(session, self._project_id, **only)

    @property
    def version(self) -> int:
        """A number that grows with everything that is done."""
        with self._metadata.reading() as session:
            return actions.newest_action(session, self._project_id)
