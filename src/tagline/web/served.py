"""The open project as many threads use it: one desk for each, and answers kept while they hold.

An engine's connection runs one query at a time. So every thread that queries takes a *desk*: the
same project with a connection of its own to the same engine. What an analysis found is kept by the
versions of the run, the settings and the decisions that it stands on, and thrown away, the oldest
first, when there is no room.
"""

from __future__ import annotations

import json
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any, TypeVar

from tagline.exceptions import TaglineError
from tagline.project import Project
from tagline.schema.settings import SETTINGS_FILE, load_settings

if TYPE_CHECKING:
    from tagline.error_analysis import ErrorAnalysis, RunComparison

__all__ = ["BusyError", "Served"]

T = TypeVar("T")
_DESKS = 3
_PATIENCE = 60.0  # seconds that a request waits for a desk
_KEPT = 128  # answers


class BusyError(TaglineError):
    """All desks are taken, for too long."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A result that goes back to its data, and the desk at which it does."""

    result: Any
    desk: Project


class Served:
    """An open project for many threads.

    Parameters
    ----------
    project : Project
        Open; it stays open.
    desks : int, default 3
        How many threads may query at once.
    kept : int, default 128
        How many answers are kept.
    """

    def __init__(self, project: Project, *, desks: int = _DESKS, kept: int = _KEPT) -> None:
        self._project = project
        self._free: list[Project] = []
        self._made: list[Project] = []
        self._most, self._kept = desks, kept
        self._waiting = Condition()
        self._answers: OrderedDict[Any, Future[Any]] = OrderedDict()
        self._asking = Lock()
        self._settings_seen: tuple[int, int] = self._settings_state()
        _ = project.connection  # opened here, where no two threads can do so at once

    @property
    def project(self) -> Project:
        """The project, for its settings and its store; queries need a `desk`."""
        self._read_settings()
        return self._project

    @contextmanager
    def desk(self) -> Iterator[Project]:
        """Take a desk: a project whose connection nobody else uses meanwhile.

        Yields
        ------
        Project

        Raises
        ------
        BusyError
            If none becomes free within a minute.
        """
        self._read_settings()
        with self._at(None) as desk:
            yield desk

    def analysis(self, run: str | None = None, **options: Any) -> ErrorAnalysis:
        """Return the error analysis of a run; it is kept.

        Parameters
        ----------
        run : str, optional
            Default: the run that was made last.
        **options
            Those of `Project.analyze_errors`, of types that JSON knows.

        Returns
        -------
        ErrorAnalysis
            It can be reweighted and shown, but cannot go back to its data: see `behind`.
        """
        found: ErrorAnalysis = self._analysis(run, options).result
        return replace(found, look=None)

    @contextmanager
    def behind(self, run: str | None = None, **options: Any) -> Iterator[ErrorAnalysis]:
        """Give the error analysis of a run with its way back to the data, for one thread.

        Yields
        ------
        ErrorAnalysis
            Its examples, overlaps ... can be asked for until the end of the block.
        """
        kept = self._analysis(run, options)
        with self._at(kept.desk):
            yield kept.result

    def comparison(
        self, before: str | None = None, after: str | None = None, **options: Any
    ) -> RunComparison:
        """Return the comparison of two runs; it is kept, and written into the ledger once."""
        key = ("comparison", before, after, _plain(options))

        def make() -> RunComparison:
            with self.desk() as desk:
                return desk.compare_runs(before, after, **options)

        return self.once(key, make)

    def once(self, key: Any, make: Callable[[], T], *, settled: int | None = None) -> T:
        """Return what `make` returns, made once for a key while the project stays as it is.

        Parameters
        ----------
        key : hashable
            What is asked; the state of the project belongs to it already.
        make : function
            Called outside of any lock; whoever asks the same meanwhile waits for its answer.
        settled : int, optional
            The answer depends on people's tags only where all of so many examples are decided: then
            it outlives single decisions, so that a page stays quick while people tag.

        Returns
        -------
        object
            Shared by all who ask: nobody may change it.
        """
        key = (self.stamp(settled), key)
        with self._asking:
            known = self._answers.get(key)
            answer: Future[T] = known if known is not None else Future()
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._kept:
                self._answers.popitem(last=False)
        if known is None:
            self._make(key, answer, make)
        return answer.result()

    def stamp(self, settled: int | None = None) -> tuple[Any, ...]:
        """Return what all answers depend on: versions of runs, settings and decisions."""
        self._read_settings()
        runs = tuple(
            (run.name, run.label, run.examples_version, run.predictions_version)
            for run in self._project.runs
        )
        people = self._project.tags.store
        said = people.version if settled is None else people.settled(settled)
        return runs, self._settings_seen, said

    def close(self) -> None:
        """Close the desks; the project stays open."""
        with self._waiting:
            for desk in self._made:
                desk.close()
            self._made, self._free = [], []
        self._answers.clear()

    def _analysis(self, run: str | None, options: dict[str, Any]) -> _Kept:
        def make() -> _Kept:
            with self.desk() as desk:
                return _Kept(desk.analyze_errors(run, **options), desk)

        sampled = options.get("sample") is not None
        settled = None if sampled else self._project.store.run(run).predictions
        return self.once(("analysis", run, _plain(options)), make, settled=settled)

    def _make(self, key: Any, answer: Future[T], make: Callable[[], T]) -> None:
        try:
            answer.set_result(make())
        except BaseException as error:
            answer.set_exception(error)
            with self._asking:
                self._answers.pop(key, None)
            raise

    @contextmanager
    def _at(self, wanted: Project | None) -> Iterator[Project]:
        desk = self._take(wanted)
        try:
            yield desk
        finally:
            with self._waiting:
                self._free.append(desk)
                self._waiting.notify_all()

    def _take(self, wanted: Project | None) -> Project:
        patience = time.monotonic() + _PATIENCE
        with self._waiting:
            while True:
                if wanted is None and not self._free and len(self._made) < self._most:
                    self._made.append(self._project.beside())
                    return self._made[-1]
                if wanted is None and self._free:
                    return self._free.pop()
                if wanted is not None and wanted in self._free:
                    self._free.remove(wanted)
                    return wanted
                if not self._waiting.wait(patience - time.monotonic()):
                    raise BusyError("The server is counting for others: try again in a moment.")

    def _settings_state(self) -> tuple[int, int]:
        try:
            found = os.stat(self._project.path / SETTINGS_FILE)
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def _read_settings(self) -> None:
        """Take over what was changed in `tagline.toml`; a mistake in it is said, and shown."""
        state = self._settings_state()
        if state == self._settings_seen:
            return
        settings = load_settings(self._project.path)
        with self._waiting:
            for each in (self._project, *self._made):
                each.settings = settings
            self._settings_seen = state


def _plain(options: dict[str, Any]) -> str:
    """Return options as a key."""
    return json.dumps(options, sort_keys=True, ensure_ascii=False)
