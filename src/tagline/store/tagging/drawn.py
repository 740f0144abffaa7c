"""Samples: which examples are to be looked at, who has taken which, what is done."""

from __future__ import annotations

from collections.abc import Sequence

from tagline.store import samples
from tagline.store.tag_records import (
    ItemRecord,
    SampleRecord,
)
from tagline.store.tagging.changing import Changing

__all__ = ["Drawn"]


class Drawn(Changing):
    """Samples: which examples are to be looked at, who has taken which, what is done."""

    @property
    def samples(self) -> list[SampleRecord]:
        """The samples, the oldest first, with how far they are."""
        with self._metadata.reading() as session:
            return samples.known_samples(session, self._project_id)

    def add_sample(self, sample: SampleRecord, items: Sequence[ItemRecord], *, by: str) -> None:
        """Enter a sample with its items.

        Parameters
        ----------
        sample : SampleRecord
        items : sequence of ItemRecord
        by : str
            Who drew it.

        Raises
        ------
        ConflictError
            If there is a sample of this name.
        InputError
            If there is no item.
        """
        with self._changing(by) as author:
            samples.add_sample(author, sample, items)

    def items(self, sample: str) -> list[ItemRecord]:
        """Return the items of a sample in their order.

        Parameters
        ----------
        sample : str

        Returns
        -------
        list of ItemRecord

        Raises
        ------
        InputError
            If there is no such sample.
        """
        with self._metadata.reading() as session:
            return samples.sample_items(session, self._project_id, sample)

    def take(self, sample: str, *, by: str, count: int = 1) -> list[ItemRecord]:
        """Give a person the next examples of a sample; nobody else is given them meanwhile.

        Parameters
        ----------
        sample : str
        by : str
            Who takes them.
        count : int, default 1

        Returns
        -------
        list of ItemRecord
            Empty where all is done. What somebody took and left for half an hour is open again.

        Raises
        ------
        InputError
            If there is no such sample.
        """
        with self._changing(by) as author:
            return samples.take_items(author, sample, count)

    def finish(self, sample: str, example_id: str, *, by: str, **how: bool) -> None:
        """Say that a person is done with an example, puts it off, or takes it up again.

        Parameters
        ----------
        sample, example_id : str
        by : str
            Who had taken it.
        **how : bool
            `later` puts it off, `open_again` takes it up again; without, it is done.

        Raises
        ------
        ConflictError
            If the example is not in this person's hands.
        """
        with self._changing(by) as author:
            samples.finish_item(author, sample, example_id, **how)
