"""Free notes on examples, and verdicts that a label is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from tagline.store import notes
from tagline.store.tag_records import (
    NoteRecord,
    VerdictRecord,
)
from tagline.store.tagging.changing import Changing

__all__ = ["Remarks"]


class Remarks(Changing):
    """Free notes on examples, and verdicts that a label is wrong."""

    def notes(self, examples: Sequence[str] | None = None) -> list[NoteRecord]:
        """Return the notes that stand, the oldest first.

        Parameters
        ----------
        examples : sequence of str, optional
            Default: all.

        Returns
        -------
        list of NoteRecord
        """
        with self._metadata.reading() as session:
            return notes.known_notes(session, self._project_id, examples=examples)

    def note(self, example_id: str, text: str, *, by: str) -> int:
        """Write a note on an example.

        Parameters
        ----------
        example_id, text : str
        by : str
            Who writes it.

        Returns
        -------
        int
            Its number.

        Raises
        ------
        InputError
            If it is empty or longer than 10,000 characters.
        """
        with self._changing(by) as author:
            return notes.add_note(author, example_id, text)

    def withdraw_note(self, note: int, *, by: str) -> None:
        """Take a note back; the history keeps it.

        Parameters
        ----------
        note : int
        by : str
            Who does it.

        Raises
        ------
        InputError
            If there is no such note.
        """
        with self._changing(by) as author:
            notes.withdraw_note(author, note)

    def group_notes(self, numbers: Sequence[int], tag: str, *, by: str) -> int:
        """Put notes under a tag, and say yes to it for their examples.

        Parameters
        ----------
        numbers : sequence of int
            Of notes.
        tag : str
        by : str
            Who does it.

        Returns
        -------
        int
            How many examples these are; 0 where all had the tag.

        Raises
        ------
        InputError
            If there is no such note or tag.
        """
        with self._changing(by) as author:
            return notes.group_notes(author, numbers, tag)

    def verdicts(self, examples: Sequence[str] | None = None) -> list[VerdictRecord]:
        """Return who said of which labels that they are wrong, the oldest first.

        Parameters
        ----------
        examples : sequence of str, optional
            Default: all.

        Returns
        -------
        list of VerdictRecord
        """
        with self._metadata.reading() as session:
            return notes.known_verdicts(session, self._project_id, examples=examples)

    def verdict(
        self, example_id: str, *, by: str, wrong: bool = True, right_label: str | None = None
    ) -> None:
        """Say that a label is wrong, or take that back.

        Parameters
        ----------
        example_id : str
        by : str
            Who says so.
        wrong : bool, default True
        right_label : str, optional
            What it should be.
        """
        with self._changing(by) as author:
            notes.give_verdict(
                author,
                example_id,
                wrong=wrong,
                right_label=right_label,
            )

    def review(self, example_id: str, state: str, *, by: str) -> None:
        """Confirm or dismiss the verdicts on an example, or open them again.

        Parameters
        ----------
        example_id : str
        state : {"confirmed", "dismissed", "open"}
        by : str
            Who reviews.

        Raises
        ------
        InputError
            If nobody called its label wrong, or the state is none of these.
        """
        with self._changing(by) as author:
            notes.review_verdict(author, example_id, state)
