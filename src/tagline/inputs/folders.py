"""Files of inputs in a folder, by a glob, or one by one; their kind by their endings."""

from __future__ import annotations

import glob
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tagline.display.words import shorten_middle
from tagline.exceptions import InputError

__all__ = ["ENDINGS", "kind_by_ending", "listed"]

ENDINGS = {
    "image": (
        *(".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"),
        *(".jp2", ".avif"),
    ),
    "audio": (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au"),
    "text": (".txt", ".md"),
}
_KINDS = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}


def kind_by_ending(path: str) -> str | None:
    """Return the kind of inputs that a path or URL ends like; None for any other ending."""
    name = path.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].rsplit("/", 1)[-1]
    return _KINDS.get(os.path.splitext(name)[1].lower())


def listed(data: Any, kind: str | None) -> tuple[str, str, list[str]] | None:
    """Return the inputs that a folder, a glob or a path of one names.

    Parameters
    ----------
    data : object
        Whatever `describe_inputs` was handed.
    kind : str or None

    Returns
    -------
    tuple of str, str and list of str, or None
        Folder, kind, and sorted paths below the folder. None where `data` is something else, such
        as a table or a folder of tables.

    Raises
    ------
    InputError
        If the folder holds files of several kinds and `kind` does not say which, or none of it.
    """
    if not isinstance(data, (str, os.PathLike)) or "://" in os.fspath(data):
        return None
    text = os.fspath(data)
    path = Path(text).expanduser()
    try:
        if path.is_dir():
            return _in_folder(path, kind, text)
        if path.is_file():
            one = kind_by_ending(text)
            return (str(path.parent), kind or one, [path.name]) if one else None
    except OSError as error:
        name = shorten_middle(text, 100)
        raise InputError(f"{name!r} cannot be read: {error.strerror}.") from error
    if glob.has_magic(text) and kind_by_ending(text.rstrip("*?")) is not None:
        found = sorted(
            each for each in glob.glob(str(path), recursive=True) if Path(each).is_file()
        )
        if not found:
            raise InputError(f"No file matches {text!r}.")
        base = os.path.commonpath([os.path.dirname(os.path.abspath(each)) for each in found])
        names = [os.path.relpath(each, base) for each in found]
        return base, kind or str(kind_by_ending(found[0])), names
    return None


def _in_folder(path: Path, kind: str | None, text: str) -> tuple[str, str, list[str]] | None:
    names = sorted(_below(path))
    counts = Counter(filter(None, map(kind_by_ending, names)))
    if kind is None:
        media = {each: counts[each] for each in ("image", "audio") if counts[each]} or counts
        if not media:
            return None
        if len(media) > 1:
            both = " and ".join(f"{count:,} of {each}" for each, count in media.items())
            raise InputError(f"The folder {text!r} holds {both}: say which by `kind`.")
        (kind,) = media
    if kind not in ENDINGS:
        return None
    chosen = [name for name in names if kind_by_ending(name) == kind]
    if not chosen:
        known = ", ".join(ENDINGS[kind])
        raise InputError(f"The folder {text!r} holds no {kind}: no file ends in {known}.")
    return str(path), kind, chosen


def _below(folder: Path) -> list[str]:
    """Return the files below a folder; links to folders are not followed, hidden ones left away."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        inside = os.path.relpath(place, folder)
        found += [
            os.path.normpath(os.path.join(inside, each))
            for each in files
            if not each.startswith(".")
        ]
    return found
