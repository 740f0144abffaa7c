"""The metadata of a project: small rows, many writers, in SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from tagline.exceptions import InputError, did_you_mean
from tagline.store.address import masked, parse_address
from tagline.store.comparisons import enter_comparison, known_comparisons
from tagline.store.records import ComparisonRecord, ImportRecord, RunRecord
from tagline.store.tables import ImportRow, ProjectRow, RunRow
from tagline.store.upgrade import upgrade

__all__ = ["Metadata"]

_BUSY_MILLISECONDS = 30_000


class Metadata:
    """An open database with the records of one project.

    Parameters
    ----------
    address : str or Path
        See `tagline.store.address.parse_address`. Missing tables are made, old ones upgraded.
    project : str
        The project's name. It is entered if the database does not know it.
    new : bool, default False
        Whether the database must not know it yet.

    Raises
    ------
    InputError
        If the database cannot be opened, a newer version of Tagline made it, a SQLite file belongs
        to another project, or the project is not new.
    MissingExtraError
        If the driver is not installed.
    """

    def __init__(self, address: str | Path, project: str, *, new: bool = False) -> None:
        url = parse_address(address)
        self.address = masked(url)
        self.project = project
        self._engine = _engine(url)
        with ExitStack() as unfinished:
            unfinished.callback(self.close)
            with self.writing() as session:
                upgrade(session.connection(), self.address)
                self._project_id = _enter(session, project, self.address, new=new)
            unfinished.pop_all()  # it is open: the caller closes it

    def __repr__(self) -> str:
        """Show the address without its password."""
        return f"Metadata({self.address!r}, {self.project!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        self._engine.dispose()

    @property
    def runs(self) -> list[RunRecord]:
        """All runs of the project, the oldest first."""
        with self.reading() as session:
            rows = session.scalars(
                select(RunRow).where(RunRow.project_id == self._project_id).order_by(RunRow.id)
            )
            return [_run_record(row) for row in rows]

    def run(self, name: str | None = None) -> RunRecord:
        """Return a run.

        Parameters
        ----------
        name : str, optional
            Default: the run that was made last.

        Returns
        -------
        RunRecord

        Raises
        ------
        InputError
            If there is no such run.
        """
        runs = self.runs
        if not runs:
            raise InputError(
                f"The project {self.project!r} has no run yet: bring predictions in with"
                " `tagline import` or `project.add_predictions`."
            )
        if name is None:
            return runs[-1]
        for run in runs:
            if run.name == name:
                return run
        raise InputError(
            f"There is no run {name!r}. {did_you_mean(name, [run.name for run in runs])}"
        )

    @property
    def imports(self) -> list[ImportRecord]:
        """All finished imports of the project, the oldest first."""
        with self.reading() as session:
            rows = session.execute(
                select(ImportRow, RunRow.name)
                .join(RunRow, ImportRow.run_id == RunRow.id)
                .where(RunRow.project_id == self._project_id)
                .order_by(ImportRow.id)
            )
            return [_import_record(row, name) for row, name in rows]

    def record_import(self, run: RunRecord, done: ImportRecord) -> RunRecord:
        """Enter a finished import and the run that it belongs to, both or neither.

        Parameters
        ----------
        run : RunRecord
            A new run is entered. A known one takes over the versions, unless the import changed
            nothing, or the run names newer ones already, as when two processes import into it.
        done : ImportRecord

        Returns
        -------
        RunRecord
            The run as it stands now.
        """
        with self.writing() as session:
            self.lock(session)
            row = session.scalar(self._run_query(run.name))
            if row is None:
                values = {k: v for k, v in asdict(run).items() if k != "created_at"}
                row = RunRow(project_id=self._project_id, **values)
                session.add(row)
                session.flush()
            elif done.changed and run.predictions_version >= row.predictions_version:
                for name in _VERSIONED:
                    setattr(row, name, getattr(run, name))
            row.label = row.label if row.label is not None else run.label
            values = {k: v for k, v in asdict(done).items() if k not in {"run", "created_at"}}
            session.add(ImportRow(run_id=row.id, **values))
            session.flush()
            return _run_record(row)

    @property
    def comparisons(self) -> list[ComparisonRecord]:
        """The last comparison of each two runs, measure and condition; the oldest first."""
        with self.reading() as session:
            return known_comparisons(session, self._project_id)

    def record_comparison(self, found: ComparisonRecord) -> ComparisonRecord:
        """Enter a comparison; it replaces an earlier one of the same runs, measure and condition.

        Parameters
        ----------
        found : ComparisonRecord
            Of runs that the project has.

        Returns
        -------
        ComparisonRecord
            As it stands now; the same one twice keeps the time of the first.
        """
        with self.writing() as session:
            self.lock(session)
            named = select(RunRow.name, RunRow.id).where(RunRow.project_id == self._project_id)
            runs = {row.name: row.id for row in session.execute(named)}
            return enter_comparison(session, runs, found)

    def lock(self, session: Session) -> None:
        """One writer per project at a time, on PostgreSQL too."""
        session.get_one(ProjectRow, self._project_id, with_for_update=True)

    def _run_query(self, name: str) -> Any:
        return select(RunRow).where(RunRow.project_id == self._project_id, RunRow.name == name)

    @property
    def project_id(self) -> int:
        """The key of the project's row, which the rows of all other tables point to."""
        return self._project_id

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads."""
        with self._answering(), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that writes: all of it or nothing."""
        engine = self._engine.execution_options(tagline_writes=True)
        with self._answering(), Session(engine) as session, session.begin():
            yield session

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Turn the failures of a database into a sentence; mistakes of ours stay what they are."""
        try:
            yield
        except (IntegrityError, ProgrammingError):
            raise
        except DBAPIError as error:
            reason = str(error.orig).strip().splitlines()[0].rstrip(".")
            raise InputError(f"The store {self.address} cannot be used: {reason}.") from None


_VERSIONED = (
    "examples_version",
    "examples_fingerprint",
    "predictions_version",
    "predictions_fingerprint",
    "predictions",
)


def _engine(url: Any) -> Engine:
    if url.drivername.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": _BUSY_MILLISECONDS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True)


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves: see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    _use_write_ahead_log(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _use_write_ahead_log(cursor: Any) -> None:
    # SQLite does not wait for other processes here, whatever the time-out: two that open a new
    # file at once would lock each other out
    patience = time.monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    # a transaction that reads before it writes fails at once if another wrote between the two;
    # taking the write lock at the start waits instead
    writes = connection.get_execution_options().get("tagline_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _enter(session: Session, name: str, address: str, *, new: bool) -> int:
    """Find the project's row, or make it."""
    row = session.scalar(select(ProjectRow).where(ProjectRow.name == name))
    if row is not None:
        if new:
            raise InputError(
                f"The store {address} has a project {name!r} already: choose another name."
            )
        return row.id
    other = session.scalar(select(ProjectRow.name))
    if other is not None and session.get_bind().dialect.name == "sqlite":
        raise InputError(
            f"The store {address} belongs to the project {other!r}, not to {name!r}: name it so in"
            " tagline.toml, or use another store."
        )
    row = ProjectRow(name=name)
    session.add(row)
    session.flush()
    return row.id


def _run_record(row: RunRow) -> RunRecord:
    return RunRecord(**{each.name: getattr(row, each.name) for each in fields(RunRecord)})


def _import_record(row: ImportRow, run: str) -> ImportRecord:
    names = [each.name for each in fields(ImportRecord) if each.name != "run"]
    return ImportRecord(run=run, **{name: getattr(row, name) for name in names})
