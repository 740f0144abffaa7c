"""Brings the predictions of a run into a project: all of them or none, the same ones only once.

The order of the steps makes a crash harmless. Everything is checked before anything is written;
the examples are written first, then the predictions, then the record of the run. Each write is one
atomic commit. Examples without predictions disturb nobody, and predictions without a record are not
seen: repeating the import finds what is there already and does the rest.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tagline.display.words import plural
from tagline.engine import Connection
from tagline.exceptions import InputError
from tagline.project.comparison import repeated
from tagline.project.numbering import number_repeats
from tagline.project.sides import (
    Written,
    check_examples,
    check_predictions,
    open_side,
    write_examples,
    write_predictions,
)
from tagline.project.staging import ROW, Roles, Staged, resolve, stage
from tagline.project.transfer import read_files
from tagline.schema.relations import EXAMPLE_ID
from tagline.store import ImportRecord, Lake, Metadata, RunRecord
from tagline.store.lake import ChangedMeanwhileError

__all__ = ["EXAMPLES", "Import", "import_predictions", "predictions_table"]

EXAMPLES = "examples"
_ATTEMPTS = 20  # each failed attempt means that another import was completed


@dataclass(frozen=True, slots=True)
class Import:
    """What an import changed.

    Attributes
    ----------
    run : str
    examples_new, examples_known : int
        Examples that the project had not, and had.
    examples_filled : int
        Known examples of which this import said something for the first time.
    predictions_new, predictions_known : int
    left_out : mapping of str to int
        Reason -> rows.
    rows_repeated : int
        Rows without an id that repeat the content of another; they are examples of their own.
    message : str
        For people.
    """

    run: str
    examples_new: int
    examples_known: int
    examples_filled: int
    predictions_new: int
    predictions_known: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    rows_repeated: int = 0
    message: str = ""


_OF_ITS_OWN = (
    " No example is one of an earlier run, so that they cannot be compared: if the files are of the"
    " same examples, look whether their ids are written alike."
)


def predictions_table(run: str) -> str:
    """Return the name of the Delta table that holds a run's predictions.

    Each run has a table of its own, so that runs may predict different types. The name is made of
    the run's, safe on every file system, and distinct where only case or punctuation differ.

    Examples
    --------
    >>> predictions_table("Baseline: 1st")
    'predictions/baseline-1st-33782c13'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", run.lower()).strip("-")[:40]
    return f"predictions/{slug or 'run'}-{hashlib.sha256(run.encode()).hexdigest()[:8]}"


def import_predictions(
    reader: Any,
    roles: Roles,
    *,
    run: str,
    source: str,
    lake: Lake,
    metadata: Metadata,
    connection: Connection,
    scratch: Path,
) -> Import:
    """Stage, check and write one import.

    Parameters
    ----------
    reader : pyarrow.RecordBatchReader
        The user's data, read once.
    roles : Roles
        As the user named them.
    run, source : str
        The name of the run; of the data, for the log.
    lake, metadata
        Where it goes.
    connection : Connection
        To DuckDB; compares what comes with what is there.
    scratch : Path
        A folder for the staged files; they are gone afterwards.

    Returns
    -------
    Import

    Raises
    ------
    InputError
        If the data break a rule; nothing was written then.
    ConflictError
        If an example or prediction is known with other content; nothing was written then.
    """
    known = lake.schema(EXAMPLES).names if lake.version(EXAMPLES) is not None else []
    apart = bool(known) and lake.version(predictions_table(run)) is None
    roles = resolve(reader.schema.names, roles, known=tuple(known), source=source)
    scratch.mkdir(parents=True, exist_ok=True)
    _sweep(scratch)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="import-") as folder:
        staged = stage(reader, roles, Path(folder), source=source)
        repeats = 0
        if staged.hashed:
            repeats = number_repeats(connection, staged, roles)
        else:
            _refuse_repeats(connection, staged, roles, source)
        examples, predictions = _write(staged, run, roles, lake=lake, connection=connection)
    done = Import(
        run=run,
        examples_new=examples.new,
        examples_known=examples.known,
        examples_filled=examples.filled,
        predictions_new=predictions.new,
        predictions_known=predictions.known,
        rows_repeated=repeats,
        message=_message(run, examples, predictions)
        + _repeats(repeats)
        + (_OF_ITS_OWN if apart and not examples.known else ""),
    )
    unlogged = {"message", "rows_repeated"}
    log = {key: value for key, value in asdict(done).items() if key not in unlogged}
    metadata.record_import(
        _run_record(run, roles, lake, examples, predictions),
        ImportRecord(source=source, fingerprint=staged.fingerprint, rows=staged.rows, **log),
    )
    return done


def _write(
    staged: Staged, run: str, roles: Roles, *, lake: Lake, connection: Connection
) -> tuple[Written, Written]:
    """Check everything, then write both tables; begin again when another import came between."""
    examples: Written | None = None
    for _ in range(_ATTEMPTS):
        with ExitStack() as stack, suppress(ChangedMeanwhileError):
            side = partial(open_side, stack, connection, lake, rows=staged.rows)
            content = side(EXAMPLES, staged.examples, silent=(*staged.silent, ROW))
            said = side(predictions_table(run), staged.predictions)
            content = check_examples(content, label=roles.label)
            said = check_predictions(said, run, roles.prediction)
            examples = examples or write_examples(content)
            return examples, write_predictions(said)
    raise InputError(
        f"{_ATTEMPTS} other imports into this project came in between: repeat this one when they"
        " are done. Nothing of it is lost or seen until then."
    )


def _run_record(
    run: str, roles: Roles, lake: Lake, examples: Written, predictions: Written
) -> RunRecord:
    table = predictions_table(run)
    return RunRecord(
        name=run,
        label=roles.label,
        prediction=roles.prediction,
        examples_version=examples.version,
        predictions_version=predictions.version,
        examples_fingerprint=lake.fingerprint(EXAMPLES, examples.version),
        predictions_fingerprint=lake.fingerprint(table, predictions.version),
        predictions=lake.rows(table, predictions.version),
    )


def _refuse_repeats(connection: Connection, staged: Staged, roles: Roles, source: str) -> None:
    with read_files(connection, [str(staged.predictions)]) as rows:
        found = connection.fetch(repeated(rows)).to_pylist()
    if found:
        first = found[0]
        raise InputError(
            f"The id {first[EXAMPLE_ID]!r} occurs {first['times']} times in {roles.example_id!r}"
            f" (rows {first['first']:,} and {first['second']:,} of {source}): a run says one thing"
            " about an example."
        )


def _repeats(rows: int) -> str:
    if not rows:
        return ""
    one = rows == 1
    verb, are, own = (
        ("repeats", "is", "an example of its own")
        if one
        else ("repeat", "are", "examples of their own")
    )
    return f" {plural(rows, 'row')} {verb} the content of another and {are} {own}, by number."


def _message(run: str, examples: Written, predictions: Written) -> str:
    if not (predictions.new or examples.new or examples.filled):
        one = predictions.known == 1
        known = "the prediction was" if one else f"all {predictions.known:,} predictions were"
        return f"Run {run!r}: {known} known; nothing changed."
    parts = [plural(predictions.new, "new prediction")]
    parts += [f"{predictions.known:,} known"] if predictions.known else []
    parts += [plural(examples.new, "new example")] if examples.new else []
    parts += [f"{plural(examples.filled, 'example')} completed"] if examples.filled else []
    return f"Run {run!r}: {', '.join(parts)}."


def _sweep(scratch: Path) -> None:
    """Remove what imports that were killed left behind more than a day ago."""
    limit = time.time() - 24 * 3600
    for folder in scratch.glob("import-*"):
        with suppress(OSError):  # another process may sweep as well
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder)
