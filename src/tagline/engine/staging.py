"""Temporary Parquet files: for what can be read only once, or only in order."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from tagline.engine.arrow_types import check_names, plain
from tagline.engine.files import FORMATS, Files
from tagline.engine.frames import as_array, check_length
from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.engine.recipe import Source

__all__ = ["copy", "download", "sink", "stage"]


def stage(
    owner: Source,
    reader: pa.RecordBatchReader,
    columns: Mapping[str, Any] | None = None,
    name: str = "the data",
) -> Files:
    """Write a stream to a temporary Parquet file, batch by batch.

    Parameters
    ----------
    owner : Source
        The file is removed with it.
    reader : pyarrow.RecordBatchReader
        Read once, to its end.
    columns : mapping of str to array of shape (n_rows,), or None
    name : str
        Of the data, for messages.

    Returns
    -------
    Files

    Raises
    ------
    InputError
        If a column has another length than the stream.
    """
    arrays = {key: as_array(values, key) for key, values in (columns or {}).items()}
    check_names([*reader.schema.names, *arrays])
    path = _place(owner)
    start, writer = 0, None
    try:
        for batch in _batches(reader):
            table = pa.Table.from_batches([batch])
            for key, array in arrays.items():
                part = array.slice(start, batch.num_rows)
                if len(part) < batch.num_rows:
                    rows = start + batch.num_rows + sum(each.num_rows for each in reader)
                    check_length(len(array), rows, key, name)
                table = table.append_column(key, part)
            table = plain(table)
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
            start += batch.num_rows
    except pa.ArrowException as error:
        raise InputError(f"{name[0].upper()}{name[1:]} cannot be read: {error}.") from error
    finally:
        if writer:
            writer.close()
    for key, array in arrays.items():
        check_length(len(array), start, key, name)
    return Files((str(path),), FORMATS[0])


def _batches(reader: pa.RecordBatchReader) -> Any:
    some = False
    for batch in reader:
        some = True
        yield batch
    if not some:
        yield pa.RecordBatch.from_pylist([], schema=reader.schema)


def copy(owner: Source, files: Files, columns: Mapping[str, Any], name: str) -> Files:
    """Write files with further columns to a temporary Parquet file, in the order of the rows.

    Parameters
    ----------
    owner : Source
        The file is removed with it.
    files : Files
    columns : mapping of str to array of shape (n_rows,)
    name : str
        Of the files, for messages.

    Returns
    -------
    Files

    Raises
    ------
    InputError
        If a column has another length than the files.
    """
    from tagline.engine.on_duckdb import open_duckdb, read

    arrays = {key: as_array(values, key) for key, values in columns.items()}
    path = _place(owner)
    with open_duckdb("duckdb://") as connection:
        connection.attach("tagline_files", files)
        rows = connection.handle.execute("SELECT count(*) FROM tagline_files").fetchone()[0]
        for key, array in arrays.items():
            check_length(len(array), rows, key, name)
        described = connection.handle.execute("DESCRIBE tagline_files").fetchall()
        check_names([*(each[0] for each in described), *arrays])
        connection.attach("tagline_columns", plain(pa.table(arrays)))
        both = f"({read(connection.handle, files)}) POSITIONAL JOIN tagline_columns"
        connection.handle.execute(f"COPY (SELECT * FROM {both}) TO '{path}' (FORMAT parquet)")
        connection.drop("tagline_columns")
    return Files((str(path),), FORMATS[0])


def download(owner: Source, files: Files) -> Files:
    """Copy files from their URLs to a temporary folder.

    Parameters
    ----------
    owner : Source
        The files are removed with it.
    files : Files

    Returns
    -------
    Files
    """
    from tagline.engine.remote import open_url, remote_errors

    folder = _place(owner).parent
    found = []
    for number, url in enumerate(files.paths):
        target = folder / f"{number}-{url.split('?')[0].rsplit('/', 1)[-1]}"
        with remote_errors(url), open_url(url) as remote, target.open("wb") as local:
            shutil.copyfileobj(remote, local)
        found.append(str(target))
    return replace(files, paths=tuple(found), protocols=())


def sink(owner: Source, frame: Any) -> Files:
    """Write a lazy Polars frame to a temporary Parquet file, without holding it in memory.

    Parameters
    ----------
    owner : Source
        The file is removed with it.
    frame : polars.LazyFrame

    Returns
    -------
    Files
    """
    from polars import Datetime, selectors

    check_names(frame.collect_schema().names())
    frame = frame.with_columns(selectors.datetime(time_unit="ns").cast(Datetime("us")))
    path = _place(owner)
    frame.sink_parquet(path)
    return Files((str(path),), FORMATS[0])


def _place(owner: Source) -> Path:
    folder = tempfile.mkdtemp(prefix="tagline-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "staged.parquet"
