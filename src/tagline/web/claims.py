"""Who looks at which example again for a tag that came late, so that no two people do the same."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyarrow.compute as pc

from tagline.schema.relations import EXAMPLE_ID
from tagline.web.browsing import answers_of

if TYPE_CHECKING:
    from tagline.web.served import Served
    from tagline.web.server import Server

__all__ = ["Claims", "claims_of"]

_HELD = 30 * 60.0  # seconds, as in a sample
_FETCHED = 200  # examples of a queue that are ordered at once


@dataclass(eq=False)
class Claims:
    """The back-fill queues of a server, and who has what in hand.

    What is in hand is known to this process only: two servers over one project may give the same
    example twice, which costs a second look and loses nothing.
    """

    _queues: dict[str, list[str]] = field(default_factory=dict)
    _taken: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(
        self, served: Served, tag: str, *, by: str, count: int, skip: Sequence[str] = ()
    ) -> list[str]:
        """Return the ids of the likeliest examples that nobody has in hand."""
        with self._lock:
            found = self._free(served, tag, by, skip)
            if len(found) < count:
                self._queues[tag] = self._ordered(served, tag)
                found = self._free(served, tag, by, skip)
            for each in found[:count]:
                self._taken[tag, each] = (by, time.monotonic())
            return found[:count]

    def put_off(self, tag: str, example_id: str, *, by: str) -> None:
        """Let others have an example; whoever put it off gets it at the end."""
        with self._lock:
            self._taken.pop((tag, example_id), None)
            queue = self._queues.get(tag, [])
            if example_id in queue:
                queue.remove(example_id)
                queue.append(example_id)

    def progress(self, served: Served, tag: str) -> tuple[int, int]:
        """Return how many examples are decided for a tag, and how many were looked at at all."""
        decisions = answers_of(served).decisions
        looked = set(pc.unique(decisions[EXAMPLE_ID]).to_pylist())
        return len(looked & self._decided(served, tag)), len(looked)

    def _free(self, served: Served, tag: str, by: str, skip: Sequence[str]) -> list[str]:
        decided, now = self._decided(served, tag), time.monotonic()
        own, others = [], []
        for each in self._queues.get(tag, []):
            who, since = self._taken.get((tag, each), ("", 0.0))
            if each in decided or each in skip:
                continue
            if who == by:
                own.append(each)
            elif not who or now - since > _HELD:
                others.append(each)
        return own + others

    def _decided(self, served: Served, tag: str) -> set[str]:
        decisions = answers_of(served).decisions
        rows = decisions.filter(pc.equal(decisions["tag"], tag))
        return set(rows[EXAMPLE_ID].to_pylist())

    def _ordered(self, served: Served, tag: str) -> list[str]:
        with served.desk() as project:
            return [example for example, _ in project.tags.queue(tag, limit=_FETCHED)]


_claims: WeakKeyDictionary[Server, Claims] = WeakKeyDictionary()
_making = Lock()


def claims_of(server: Server) -> Claims:
    """Return the claims of a server."""
    with _making:
        if server not in _claims:
            _claims[server] = Claims()
        return _claims[server]
