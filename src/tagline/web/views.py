"""A run as the pages look at it: held in the engine once, asked by one thread at a time.

Joining a million predictions to their examples takes longer than a page may. So the joined table is
held in the engine, without bytes, from the first look at a version of a run on; the few newest
views are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, finalize

from tagline.exceptions import InputError
from tagline.project.analysis import analysis_options
from tagline.project.tagging.joining import Answers, with_answers
from tagline.schema.relations import EXAMPLE_ID

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.engine import Connection
    from tagline.project import Project
    from tagline.store import RunRecord
    from tagline.web.served import Served

__all__ = ["WRONG", "RunView", "run_view"]

WRONG = "tl_wrong"
"""Whether the run is wrong on the example; null where that cannot be said."""
_KEPT = 2  # views


@dataclass(eq=False)
class RunView:
    """One version of a run, held in the engine.

    Attributes
    ----------
    run : RunRecord
    project : Project
        With a connection of its own; only inside of `asking`.
    held : ibis table
        `example_id`, the columns but those of bytes, the prediction, `tl_wrong`.
    label, prediction : str or None
        Columns.
    binary : tuple of str
        Columns of bytes; they stand in `project.predictions(run)`.
    why : str
        Why right and wrong are not known; empty where they are.
    """

    run: RunRecord
    project: Project
    held: ir.Table
    label: str | None
    prediction: str
    binary: tuple[str, ...] = ()
    why: str = ""
    _busy: RLock = field(default_factory=RLock)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that can be shown as they are."""
        return tuple(name for name in self.held.columns if name != WRONG)

    @contextmanager
    def asking(self, answers: Answers | None = None) -> Iterator[tuple[Connection, ir.Table]]:
        """Give the connection and the table, for one thread.

        Parameters
        ----------
        answers : Answers, optional
            What people said, as columns of the table.

        Yields
        ------
        Connection
        ibis table
        """
        with self._busy, self.project.connection.share() as connection:
            if answers is None:
                yield connection, self.held
            else:
                yield connection, with_answers(connection, self.held, answers)


_views: WeakKeyDictionary[Served, OrderedDict[Any, RunView]] = WeakKeyDictionary()
_opening = Lock()


def run_view(served: Served, run: str | None = None) -> RunView:
    """Return the view of a run; it is kept.

    Parameters
    ----------
    served : Served
    run : str, optional
        Default: the run that was made last.

    Returns
    -------
    RunView

    Raises
    ------
    InputError
        If there is no such run.
    """
    record = served.project.store.run(run)
    stated = repr(served.project.settings.errors.given())
    key = (record.name, record.examples_version, record.predictions_version, stated)
    with _opening:
        if served not in _views:
            _views[served] = OrderedDict()
            finalize(served, _close, _views[served])
        known = _views[served]
        if key not in known:
            known[key] = _open(served, record)
        known.move_to_end(key)
        while len(known) > _KEPT:
            known.popitem(last=False)
        return known[key]


def _close(views: OrderedDict[Any, RunView]) -> None:
    """Take the views off the engine when their server is gone, or Python ends."""
    while views:
        _, view = views.popitem()
        view.project.close()


def _open(served: Served, record: RunRecord) -> RunView:
    project = served.project.beside()
    table = project.predictions(record.name)
    binary = tuple(name for name in table.columns if table[name].type().is_binary())
    labels = [each.label for each in project.runs if each.label is not None]
    asked = analysis_options(project.settings, record, labels, table.columns, {})
    label = asked["label"] if asked["label"] in table.columns else None
    wrong, why = _wrong(table, asked, label)
    plain = table.drop(*binary) if binary else table
    try:
        held = project.connection.hold(_joined(plain, wrong), "run")
    except InputError as error:  # what a measure cannot read shows when it is computed
        if wrong is None:
            raise
        held, why = project.connection.hold(_joined(plain, None), "run"), str(error)
    return RunView(record, project, held, label, record.prediction, binary, why)


def _joined(table: ir.Table, wrong: ir.Table | None) -> ir.Table:
    import ibis

    if wrong is None:
        return table.mutate(**{WRONG: ibis.null("boolean")}).order_by(EXAMPLE_ID)
    joined, double = table.left_join(wrong, EXAMPLE_ID), f"{EXAMPLE_ID}_right"
    joined = joined.drop(double) if double in joined.columns else joined
    return joined.order_by(EXAMPLE_ID)


def _wrong(table: ir.Table, asked: Any, label: str | None) -> tuple[ir.Table | None, str]:
    """Return where the run is wrong, by the measure of the project."""
    from tagline.error_analysis.asked.erring import ERROR, with_errors

    options = {"label": label, "prediction": asked["prediction"]}
    options |= {"measure": asked["measure"]} if asked.get("measure") else {}
    try:
        found = with_errors(table, options)
    except InputError as error:
        return None, str(error)
    return found.select(EXAMPLE_ID, **{WRONG: found[ERROR] > 0}), ""
