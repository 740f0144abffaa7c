"""Arrow and Excel files, which Python reads for the engines."""

from __future__ import annotations

import io
from typing import IO, Any

import pyarrow as pa

from tagline.engine.arrow_types import check_names, plain
from tagline.engine.files import Files, shown
from tagline.exceptions import InputError, MissingExtraError

__all__ = ["read_arrow", "read_excel"]

_NOT_WHOLE = "{} is no whole {} file (it was cut off, or is of another kind)."


def read_arrow(files: Files) -> Any:
    """Return Arrow files as a dataset, or as a table where they are in the stream format.

    Parameters
    ----------
    files : Files

    Returns
    -------
    pyarrow.dataset.Dataset or pyarrow.Table

    Raises
    ------
    InputError
        If a file is no Arrow file.
    """
    import pyarrow.dataset as ds

    try:
        if not files.protocols and all(_file_format(path) for path in files.paths):
            return ds.dataset(list(files.paths), format="ipc")
        return plain(pa.concat_tables(_stream(path) for path in files.paths))
    except pa.ArrowException as error:
        names = ", ".join(repr(shown(path)) for path in files.paths)
        raise InputError(_NOT_WHOLE.format(names, "Arrow")) from error


def _file_format(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(6) == b"ARROW1"


def _stream(path: str) -> pa.Table:
    source = pa.BufferReader(_bytes(path)) if "://" in path else pa.memory_map(path)
    try:
        return pa.ipc.open_stream(source).read_all()
    except pa.ArrowInvalid:
        source.seek(0)
        return pa.ipc.open_file(source).read_all()


def _bytes(path: str) -> bytes:
    from tagline.engine.remote import open_url, remote_errors

    with remote_errors(path), open_url(path) as file:
        content: bytes = file.read()
    return content


def read_excel(files: Files) -> pa.Table:
    """Return the first sheet of Excel files as a table; its first row names the columns.

    Parameters
    ----------
    files : Files

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    InputError
        If a file cannot be read or its sheet is empty.
    MissingExtraError
        If python-calamine is not installed.
    """
    tables = [_sheet(path) for path in files.paths]
    return plain(pa.concat_tables(tables, promote_options="default"))


def _sheet(path: str) -> pa.Table:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise MissingExtraError(
            f"{path!r} needs the extra 'excel': pip install 'tagline[excel]'."
        ) from error
    opened: IO[bytes] | str = io.BytesIO(_bytes(path)) if "://" in path else path
    try:
        book = CalamineWorkbook.from_object(opened)
        rows = book.get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise InputError(_NOT_WHOLE.format(repr(shown(path)), "Excel")) from error
    if not rows:
        raise InputError(f"The first sheet of {shown(path)!r} is empty.")
    names = [str(name) for name in rows[0]]
    from tagline.engine.frames import as_array

    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else [[] for _ in names]
    try:
        check_names(names)
        arrays = [as_array(_cells(each), name) for each, name in zip(columns, names, strict=True)]
    except InputError as error:
        raise InputError(f"{shown(path)!r} cannot be used. {error}") from error
    return pa.Table.from_arrays(arrays, names=names)


def _cells(column: Any) -> list[Any]:
    """Excel knows no missing value but the empty cell, and no integer but a whole float."""
    cells = [None if each == "" else each for each in column]
    numbers = [each for each in cells if each is not None]
    if numbers and all(isinstance(each, float) and each.is_integer() for each in numbers):
        return [None if each is None else int(each) for each in cells]
    return cells
