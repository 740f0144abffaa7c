"""Files of tags that come in over the network, and go out."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagline.exceptions import InputError

if TYPE_CHECKING:
    from tagline.project.tagging.importing import TagImport
    from tagline.web.server import Server

__all__ = ["KINDS", "bring_in", "taken_out"]

KINDS = {
    "csv": (".csv", "text/csv; charset=utf-8"),
    "xlsx": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (".json", "application/json"),
    "label-studio": (".json", "application/json"),
}
_READ = (".csv", ".tsv", ".xlsx", ".json")
_UNPACKED = 200_000_000  # bytes of an XLSX: what is packed may be much larger than it looks


def bring_in(server: Server, name: str, content: bytes, *, by: str, **layout: Any) -> TagImport:
    """Take over a file of tags: all of it or nothing.

    Parameters
    ----------
    server : Server
    name : str
        What the sender calls the file; only its ending and, in messages, its last part are used.
    content : bytes
    by : str
        Whose decisions they are, where the file does not say.
    **layout
        Of `ProjectTags.import_file`.

    Returns
    -------
    TagImport

    Raises
    ------
    InputError
        If the file cannot be read: nothing was written then.
    """
    ending = Path(name).suffix.lower()
    if ending not in _READ:
        raise InputError(
            f"The file must end in {', '.join(_READ)}. Got {ending or 'none'} instead."
        )
    if not content:
        raise InputError("The file is empty: choose another.")
    with _scratch(server, ending) as path:
        path.write_bytes(content)
        if ending == ".xlsx":
            _refuse_bombs(path)
        try:
            with server.served.desk() as project:
                return project.tags.import_file(path, by=by, **layout)
        except InputError as error:
            said = str(error).replace(str(path), "the file").replace(path.name, "the file")
            raise type(error)(said) from None


def taken_out(server: Server, kind: str) -> bytes:
    """Return what people decided as a file of a kind of `KINDS`."""
    with _scratch(server, KINDS[kind][0]) as path, server.served.desk() as project:
        project.tags.export_file(path, kind=kind)
        return path.read_bytes()


@contextmanager
def _scratch(server: Server, ending: str) -> Iterator[Path]:
    folder = server.project.path / ".tagline" / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(suffix=ending, prefix="tags-", dir=folder)
    os.close(number)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, OSError):
        raise InputError("The file is no XLSX workbook.") from None
    if size > _UNPACKED:
        raise InputError(f"Unpacked, the workbook has {size:,} bytes: send its rows as CSV.")
