"""Reads the data of an import once, names the rows, and lays them down as two Parquet files.

After that the import no longer depends on where the data came from: a reader, a file that somebody
overwrites, or a Spark cluster.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tagline.exceptions import InputError, did_you_mean
from tagline.project.columns import kept_batches, kept_schema
from tagline.project.identity import Fingerprint, content_ids, given_ids
from tagline.schema.relations import EXAMPLE_ID

__all__ = ["PREDICTION", "ROW", "Roles", "Staged", "resolve", "stage"]

PREDICTION = "prediction"
ROW = "(row)"  # the number of the row in the user's data, from 1; only while staged


@dataclass(frozen=True, slots=True)
class Roles:
    """Which of the user's columns says what.

    Attributes
    ----------
    prediction : str
    label, input, example_id : str or None
    scores : tuple of str
        What else the run said.
    """

    prediction: str
    label: str | None = None
    input: str | None = None
    example_id: str | None = None
    scores: tuple[str, ...] = ()

    def of_run(self) -> tuple[str, ...]:
        """Return the columns that belong to the run rather than to the example."""
        return (self.prediction, *self.scores)


@dataclass(frozen=True, slots=True)
class Staged:
    """The data of one import: two files, and what was counted while they were written.

    Attributes
    ----------
    examples, predictions : Path
        Parquet. The examples without the prediction, and the row; `example_id`, `prediction`,
        scores, row.
    rows : int
    fingerprint : str
    hashed : bool
        Whether the ids are hashes of the content.
    silent : tuple of str
        Columns of the examples without any value: they say nothing, not even of their own type.
    """

    examples: Path
    predictions: Path
    rows: int
    fingerprint: str
    hashed: bool
    silent: tuple[str, ...]


def resolve(
    columns: list[str], roles: Roles, *, known: tuple[str, ...] = (), source: str = "the data"
) -> Roles:
    """Check the roles against the columns there are; find the ids.

    Parameters
    ----------
    columns : list of str
        Of the user's data.
    roles : Roles
    known : tuple of str
        Columns that the project's examples have already: a label among them may be missing here.
    source : str, default "the data"
        What the data are called in messages.

    Returns
    -------
    Roles
        With `example_id` filled in where the data have a column of that name.

    Raises
    ------
    InputError
        If a column is missing, or one column is to play two parts.
    """
    named = {"prediction": roles.prediction, "input": roles.input, "example_id": roles.example_id}
    if roles.label not in known:
        named["label"] = roles.label
    for role, name in [*named.items(), *(("scores", each) for each in roles.scores)]:
        if name is not None and name not in columns:
            raise InputError(
                f"`{role}` names a column {name!r} that {source} does not have."
                f" {did_you_mean(name, columns)}"
            )
    found = roles.example_id or (EXAMPLE_ID if EXAMPLE_ID in columns else None)
    of_example = {roles.label, roles.input, found} - {None}
    both = [name for name in roles.of_run() if name in of_example]
    if both:
        raise InputError(
            f"The column {both[0]!r} cannot be both what the run said and a part of the example."
        )
    taken = [name for name in roles.scores if name in {PREDICTION, EXAMPLE_ID, ROW}]
    if taken:
        raise InputError(f"`scores` cannot be called {taken[0]!r}: rename the column.")
    if found != EXAMPLE_ID and EXAMPLE_ID in columns:
        raise InputError(
            f"The data have a column {EXAMPLE_ID!r} beside {found!r}: rename one, or leave"
            " `example_id` away."
        )
    return Roles(roles.prediction, roles.label, roles.input, found, roles.scores)


def stage(reader: pa.RecordBatchReader, roles: Roles, folder: Path, *, source: str) -> Staged:
    """Write the two files of an import.

    Parameters
    ----------
    reader : pyarrow.RecordBatchReader
        Read once.
    roles : Roles
        As `resolve` gives them.
    folder : Path
        Where the files go.
    source : str
        What the data are called in messages.

    Returns
    -------
    Staged

    Raises
    ------
    InputError
        If there is no row, an id is missing, or a type cannot be kept.
    """
    schema = kept_schema(reader.schema)
    of_run = [name for name in roles.of_run() if name in schema.names]
    of_example = [n for n in schema.names if n not in of_run and n != roles.example_id]
    identified = of_example if roles.input is None else [roles.input]
    if roles.example_id is None and not identified:
        raise InputError(
            "The rows cannot be told apart: the data hold nothing but what the run said. Add a"
            f" column {EXAMPLE_ID!r}."
        )
    fingerprint, rows, silent = Fingerprint(), 0, set(of_example)
    paths = folder / "examples.parquet", folder / "predictions.parquet"
    shapes = _shapes(schema, of_example, of_run)
    with pq.ParquetWriter(paths[0], shapes[0]) as one, pq.ParquetWriter(paths[1], shapes[1]) as two:
        for batch in kept_batches(reader, schema):
            ids = _ids(batch, roles, identified, rows + 1)
            numbers = pa.array(np.arange(rows + 1, rows + 1 + len(batch)))
            content = [batch.column(name) for name in of_example]
            said = [batch.column(name) for name in of_run]
            one.write_batch(pa.RecordBatch.from_arrays([ids, *content, numbers], schema=shapes[0]))
            two.write_batch(pa.RecordBatch.from_arrays([ids, *said, numbers], schema=shapes[1]))
            fingerprint.update(batch)
            rows += len(batch)
            silent -= {name for name in silent if batch.column(name).null_count < len(batch)}
    if not rows:
        raise InputError(f"There are no rows in {source}: nothing was imported.")
    return Staged(
        *paths,
        rows,
        fingerprint.hexdigest(),
        hashed=roles.example_id is None,
        silent=tuple(sorted(silent)),
    )


def _shapes(
    schema: pa.Schema, of_example: list[str], of_run: list[str]
) -> tuple[pa.Schema, pa.Schema]:
    identifier = pa.field(EXAMPLE_ID, pa.string())
    said = [schema.field(name) for name in of_run]
    said[0] = said[0].with_name(PREDICTION)
    row = pa.field(ROW, pa.int64())
    return (
        pa.schema([identifier, *(schema.field(name) for name in of_example), row]),
        pa.schema([identifier, *said, row]),
    )


def _ids(batch: pa.RecordBatch, roles: Roles, identified: list[str], first_row: int) -> pa.Array:
    if roles.example_id is not None:
        return given_ids(batch.column(roles.example_id), roles.example_id, first_row)
    if roles.input is not None:
        missing = batch.column(roles.input).is_null().to_numpy(zero_copy_only=False)
        if missing.any():
            raise InputError(
                f"The input {roles.input!r} is missing in row {first_row + int(missing.argmax())}:"
                f" fill it in, or add a column {EXAMPLE_ID!r}."
            )
    return content_ids({name: batch.column(name) for name in identified})
