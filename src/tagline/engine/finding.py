"""Find files by path, folder, glob or URL, and say what is wrong where there is none to read."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Sequence
from pathlib import Path

from tagline.display.words import shorten_middle
from tagline.engine.files import FORMATS, Files, Format, shown
from tagline.engine.remote import filesystem_of, remote_errors
from tagline.exceptions import InputError

__all__ = ["find_files"]

_PLAIN_QUOTES = "?quote=none"
_NEAR = 0.75  # of the letters of two names without their endings
_ENDINGS = tuple(ending for each in FORMATS for ending in each.extensions)
_KNOWN = ", ".join(ending for ending in _ENDINGS if ending.count(".") == 1)


def find_files(paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> Files:
    """Find the files that a path, a glob, a URL or a list of them means.

    Parameters
    ----------
    paths : str, path or a list of them
        With ``?quote=none`` behind it, CSV and TSV are read with quotes as plain text.

    Returns
    -------
    Files

    Raises
    ------
    InputError
        If a file is missing or empty, a glob matches nothing, formats differ or are unknown.
    MissingExtraError
        If a URL needs fsspec and it is not installed.
    """
    asked = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    if not asked:
        raise InputError("`data` is an empty list of files: name at least one.")
    texts = [os.fspath(each) for each in asked]
    plain = [text.endswith(_PLAIN_QUOTES) for text in texts]
    if any(plain) and not all(plain):
        raise InputError(f"{_PLAIN_QUOTES!r} must stand behind all of the files, or none.")
    found: list[str] = []
    protocols: set[str] = set()
    for text in (each.removesuffix(_PLAIN_QUOTES) for each in texts):
        if not text:
            raise InputError("`data` is an empty path: name a file.")
        if "://" in text and not text.startswith("file://"):
            protocols.add(text.split("://")[0].split("::")[-1])
            found += _remote(text)
        else:
            found += _local(text.removeprefix("file://"))
    kind = _one_format(found, texts)
    if any(plain) and kind.duckdb_reader != "read_csv":
        raise InputError(f"{_PLAIN_QUOTES!r} is for CSV and TSV. Got {kind.name} instead.")
    protocol = tuple(sorted(protocols))
    return Files(tuple(found), kind, protocol, quote="" if any(plain) else '"')


def _one_format(found: list[str], asked: list[str]) -> Format:
    firsts: dict[Format, str] = {}
    for path in found:
        firsts.setdefault(_format(path), path)
    if len(firsts) == 1:
        return next(iter(firsts))
    named = [f"{each.name} ({shown(path)!r})" for each, path in firsts.items()]
    raise InputError(
        f"The files must have one format. Got {' and '.join(named)} together instead:"
        f" name those of one format{_narrower(asked, next(iter(firsts.values())))}."
    )


def _narrower(asked: list[str], path: str) -> str:
    """Return an example of a glob that finds one format where a folder or glob found several."""
    if len(asked) > 1 or "://" in path:
        return ""
    folder, below = Path(shown(path)).parent, "*"
    if Path(asked[0]).is_dir() and folder != Path(asked[0]):
        folder, below = Path(asked[0]), "**/*"
    return f", such as {str(folder / below) + _ending(path)!r}"


def _ending(path: str) -> str:
    """Return the known ending of a path, '' where it has none."""
    name = path.lower().split("?")[0]
    return max((each for each in _ENDINGS if name.endswith(each)), key=len, default="")


def _format(path: str) -> Format:
    ending = _ending(path)
    for each in FORMATS:
        if ending in each.extensions:
            return each
    raise InputError(
        f"The format of {shown(path)!r} is not known by its ending. Known are {_KNOWN}."
    )


def _local(text: str) -> list[str]:
    try:
        path = Path(text).expanduser()
        if path.is_dir():
            return _folder(path, shown(text))
        if path.exists():
            return [_file(path, shown(text))]
        if glob.has_magic(text):
            return _matches(path, text)
        raise InputError(f"There is no file {text!r}.{_neighbour(path)}")
    except (OSError, RuntimeError) as error:
        reason = str(getattr(error, "strerror", None) or error).rstrip(".")
        name = shorten_middle(shown(text), 100)
        raise InputError(f"{name!r} cannot be read: {reason}.") from error


def _file(path: Path, name: str) -> str:
    if not path.is_file():
        raise InputError(f"{name!r} is no file that can be read twice: copy it into one.")
    if not path.stat().st_size:
        raise InputError(f"{name!r} is empty: it has not even a header.")
    if not os.access(path, os.R_OK):
        raise InputError(f"{name!r} cannot be read: you have no permission to.")
    _format(name)
    return str(path.absolute())


def _matches(path: Path, text: str) -> list[str]:
    found = sorted(glob.glob(str(path.absolute()), recursive=True))
    if not found:
        raise InputError(f"No file matches {text!r}.{_neighbour(path)}")
    return [path for each in found for path in _local(each)]


def _folder(path: Path, name: str) -> list[str]:
    if not os.access(path, os.R_OK | os.X_OK):
        raise InputError(f"The folder {name!r} cannot be read: you have no permission to.")
    if (path / "_delta_log").is_dir():
        raise InputError(f"{name!r} is a Delta table: hand over its data as an Arrow reader.")
    inside = sorted(each for each in path.rglob("*") if each.is_file())
    found = [each for each in inside if _ending(each.name) and each.name[0] not in "_."]
    if not inside:
        raise InputError(f"The folder {name!r} is empty: name a file, or a folder with files.")
    if not found:
        raise InputError(
            f"The folder {name!r} holds no file of a known format, but {inside[0].name!r}."
            f" Known are {_KNOWN}."
        )
    return [_file(each, shown(str(each.absolute()))) for each in found]


def _neighbour(path: Path) -> str:
    """Return the sentence that names a file with nearly this name, or says what is there."""
    folder = path.parent
    if glob.has_magic(str(folder)):
        return ""
    if not folder.is_dir():
        return f" There is no folder {str(folder)!r} either."
    names = sorted(each.name for each in folder.iterdir() if _ending(each.name) or each.is_dir())
    stems = {_stem(each): each for each in reversed(names)}
    near = difflib.get_close_matches(_stem(path.name), stems, n=1, cutoff=_NEAR)
    if near and not glob.has_magic(path.name):
        return f" Did you mean {stems[near[0]]!r}?"
    files = [each for each in names if _ending(each)]
    where = "this folder" if folder == Path() else f"{str(folder)!r}"
    if not files:
        return f" There is no file of a known format in {where}."
    more = f" and {len(files) - 5} more" if len(files) > 5 else ""
    return f" In {where} there is {', '.join(files[:5])}{more}."


def _stem(name: str) -> str:
    return name.casefold()[: len(name) - len(_ending(name))]


def _remote(url: str) -> list[str]:
    filesystem, path = filesystem_of(url)
    protocol = url.split("://", maxsplit=1)[0]
    with remote_errors(url):
        if glob.has_magic(path):
            matches = sorted(str(each) for each in filesystem.glob(path))
            if not matches:
                raise InputError(f"No file matches {url!r}.")
            return [f"{protocol}://{each.removeprefix('/')}" for each in matches]
        size = filesystem.info(path).get("size")
    if size == 0:
        raise InputError(f"{url!r} is empty.")
    _format(url)
    return [url]
