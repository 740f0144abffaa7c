"""The statistics of many inputs: in batches, in threads, through the cache, in their order.

Threads are enough: Pillow, libsndfile and NumPy let go of the interpreter's lock where the time
goes. Texts and conversations are pure Python and are computed where they are.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias, TypeVar

from tagline.exceptions import InputError
from tagline.inputs import limits
from tagline.inputs.cache import Cache, Known
from tagline.inputs.clips import read_clip
from tagline.inputs.messages import as_conversation
from tagline.inputs.one import computed
from tagline.inputs.pictures import read_picture
from tagline.inputs.places import Found, Places
from tagline.inputs.registry import Statistic

__all__ = ["CHUNK", "Outcome", "Task", "outcomes"]

CHUNK = 32  # files that one thread takes at a time, and that are written to the cache together
_AHEAD = 3  # batches in work
_READ = 1  # version of what is decoded; raised when other files are refused

Payload = TypeVar("Payload")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one input: a number or None for each statistic, or the reason why not."""

    numbers: tuple[float | int | None, ...]
    error: str | None = None


_Digests: TypeAlias = dict[int, bytes]


@dataclass(frozen=True)
class Task:
    """What is computed of each input.

    Attributes
    ----------
    kind : str
    statistics : tuple of Statistic
    parameters : mapping of str to object
    places : Places or None
        Where the files lie; None: texts are the inputs themselves.
    cache : Cache or None
    stop : threading.Event
        Set to let every thread end after the input that it is at.
    """

    kind: str
    statistics: tuple[Statistic, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    places: Places | None = None
    cache: Cache | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def decodes(self) -> bool:
        """Whether inputs are files or bytes, which is worth threads and a cache."""
        return self.kind in {"image", "audio"} or self.places is not None

    def chunk(self, inputs: Sequence[Any]) -> list[Outcome]:
        """Return the outcomes of a few inputs, in their order.

        Parameters
        ----------
        inputs : sequence
            Paths, bytes, texts, conversations, or None for what is missing.

        Returns
        -------
        list of Outcome
            Shorter than `inputs` if `stop` was set.
        """
        if not self.decodes:
            return [self._plain(each) for each in inputs]
        with ExitStack() as stack:
            return _Chunk(self, stack).outcomes(inputs)

    def failed(self, reason: str) -> Outcome:
        """Return the outcome of an input that cannot be read."""
        return Outcome((None,) * len(self.statistics), reason)

    def numbers(self, prepared: Any) -> Outcome:
        """Return the outcome of an input that was read."""
        return Outcome(tuple(computed(prepared, self.statistics, self.parameters)))

    def keys(self) -> list[str]:
        """Return the name of each statistic in the cache; a parameter makes it uncertain: none."""
        return [each.key(self.parameters) for each in self.statistics]

    def _plain(self, value: Any) -> Outcome:
        try:
            if value is None:
                raise InputError("is missing")
            if isinstance(value, InputError):
                raise value
            if self.kind == "chat":
                return self.numbers(as_conversation(value))
            if isinstance(value, bytes):
                return self.numbers(_text(value))
            return self.numbers(str(value))
        except InputError as error:
            return self.failed(str(error))


@dataclass
class _Chunk:
    """The files that one thread is at."""

    task: Task
    stack: ExitStack

    def outcomes(self, inputs: Sequence[Any]) -> list[Outcome]:
        task, cache = self.task, self.task.cache
        cachable = cache is not None and not any(each.parameter for each in task.statistics)
        places, refused = self._found(inputs)
        seen = cache.digests(list(places.values())) if cache and cachable else {}
        known = cache.known(seen.values(), task.kind) if cache and cachable else {}
        made: list[Outcome] = []
        files: dict[Found, bytes] = {}
        contents: dict[bytes, Known] = {}
        try:
            for i, value in enumerate(inputs):
                if task.stop.is_set():
                    break
                if i in refused:
                    made.append(task.failed(refused[i]))
                    continue
                place = places.get(i)
                before = self._from(known.get(seen[place])) if place in seen else None
                if before is not None:
                    made.append(before)
                    continue
                digest, outcome = self._read(place, value, contents if cachable else None)
                made.append(outcome)
                if digest is not None and place is not None:
                    files[place] = digest
        finally:
            if cache and cachable and (files or contents):
                cache.keep(files, contents, task.kind)
        return made

    def _found(self, inputs: Sequence[Any]) -> tuple[dict[int, Found], dict[int, str]]:
        """Return the files that inputs name, and why others cannot be read."""
        places: dict[int, Found] = {}
        refused: dict[int, str] = {}
        for i, value in enumerate(inputs):
            try:
                if value is None:
                    raise InputError("is missing")
                if isinstance(value, str):
                    places[i] = (self.task.places or Places()).find(value)
            except InputError as error:
                refused[i] = str(error)
        return places, refused

    def _from(self, known: Known | None) -> Outcome | None:
        """Return the outcome that the cache holds, None where something is not in it."""
        if known is None:
            return None
        if f"read@{_READ}" in known.numbers and known.error is not None:
            return self.task.failed(known.error)
        keys = self.task.keys()
        if any(key not in known.numbers for key in keys):
            return None
        return Outcome(tuple(_back(known.numbers[key]) for key in keys))

    def _read(
        self, place: Found | None, value: Any, contents: dict[bytes, Known] | None
    ) -> tuple[bytes | None, Outcome]:
        """Read and compute one input, unless its content is known under another name."""
        task, digest = self.task, None
        try:
            with self._opened(place, value) as file:
                if contents is not None and task.cache is not None:
                    digest = _digest(file)
                    same = task.cache.known([digest], task.kind).get(digest)
                    before = self._from(contents.get(digest) or same)
                    if before is not None:
                        return digest, before
                outcome = self._decoded(file)
        except InputError as error:
            outcome = task.failed(str(error))
        if digest is not None and contents is not None:
            contents[digest] = self._known(outcome)
        return digest, outcome

    def _opened(self, place: Found | None, value: Any) -> IO[bytes]:
        if place is not None:
            return (self.task.places or Places()).open(place)
        if not value:
            raise InputError("is empty")
        return io.BytesIO(value)

    def _decoded(self, file: IO[bytes]) -> Outcome:
        task = self.task
        if task.kind == "image":
            return task.numbers(read_picture(file))
        if task.kind == "audio":
            return task.numbers(read_clip(file))
        content = file.read(limits.MAX_TEXT_BYTES + 1)
        if len(content) > limits.MAX_TEXT_BYTES:
            raise InputError(f"is larger than {limits.MAX_TEXT_BYTES >> 20} MiB")
        return task.numbers(_text(content) if task.kind == "text" else as_conversation(content))

    def _known(self, outcome: Outcome) -> Known:
        if outcome.error is not None:
            return Known({f"read@{_READ}": 1}, outcome.error)
        keys = self.task.keys()
        return Known({k: _kept(v) for k, v in zip(keys, outcome.numbers, strict=True)})


_NO_VALUE = -1e308  # JSON's patch of SQLite drops a null


def _kept(value: float | int | None) -> float | int:
    return _NO_VALUE if value is None else value


def _back(value: float | int | None) -> float | int | None:
    return None if value == _NO_VALUE else value


def _digest(file: IO[bytes]) -> bytes:
    digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20))  # type: ignore[arg-type]
    file.seek(0)
    return digest.digest()


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("is no text in UTF-8") from error


def outcomes(
    batches: Iterable[tuple[Payload, Sequence[Any]]], task: Task, workers: int
) -> Iterator[tuple[Payload, list[Outcome]]]:
    """Compute batch after batch, with a few of them in work at a time.

    Parameters
    ----------
    batches : iterable of (object, sequence)
        What goes with a batch, and its inputs.
    task : Task
    workers : int
        Threads.

    Yields
    ------
    object
        What goes with a batch.
    list of Outcome
    """
    if not task.decodes:
        for payload, inputs in batches:
            yield payload, task.chunk(inputs)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="tagline-inputs")
    waiting: deque[tuple[Payload, list[Future[list[Outcome]]]]] = deque()
    try:
        for payload, inputs in batches:
            parts = [inputs[i : i + CHUNK] for i in range(0, len(inputs), CHUNK)]
            waiting.append((payload, [pool.submit(task.chunk, part) for part in parts]))
            if len(waiting) >= _AHEAD:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())
    finally:
        task.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _done(payload: Payload, futures: list[Future[list[Outcome]]]) -> tuple[Payload, list[Outcome]]:
    return payload, [outcome for each in futures for outcome in each.result()]
