"""Files of inputs by path or URL; with a root, nothing outside it is opened."""

from __future__ import annotations

import io
import os
import stat
import sys
from dataclasses import dataclass
from typing import IO, Any

from tagline.exceptions import InputError, MissingExtraError
from tagline.inputs import limits

__all__ = ["Found", "Places"]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be opened.

    Attributes
    ----------
    path : str
        With symbolic links resolved, or a URL.
    size, mtime : int
        Bytes, and nanoseconds of the last change; -1 for a URL, which may have changed unseen.
    """

    path: str
    size: int = -1
    mtime: int = -1

    @property
    def is_local(self) -> bool:
        """Whether it has a size and a time by which a change is seen."""
        return self.size >= 0


@dataclass(frozen=True)
class Places:
    """Where the files of inputs lie. What is refused raises a sentence without a subject.

    Attributes
    ----------
    folder : str
        What relative paths start from.
    root : str or None
        A folder or a URL; what lies elsewhere, also by a symbolic link, is refused.
    """

    folder: str = "."
    root: str | None = None

    def find(self, text: str) -> Found:
        """Return the file that a path or URL means.

        Parameters
        ----------
        text : str

        Returns
        -------
        Found

        Raises
        ------
        InputError
            If it is outside the root, missing, empty, too large or no plain file.
        """
        if not text or "\0" in text:
            raise InputError("is no path")
        if "://" in text and not text.startswith("file://"):
            return self._url(text)
        return self._file(os.path.join(self.folder, text.removeprefix("file://")))

    def open(self, found: Found) -> IO[bytes]:
        """Open a file that `find` returned.

        Parameters
        ----------
        found : Found

        Returns
        -------
        binary file
            That can be sought in.

        Raises
        ------
        InputError
            If it cannot be read.
        MissingExtraError
            If a URL needs a package that is not installed.
        """
        if not found.is_local:
            return _download(found.path)
        links = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        binary = getattr(os, "O_BINARY", 0)
        try:
            number = os.open(found.path, os.O_RDONLY | links | binary)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}") from error
        return os.fdopen(number, "rb")

    def _file(self, path: str) -> Found:
        try:
            real = os.path.realpath(path, strict=False)
            if self.root is not None and not self._inside(real):
                raise InputError("is outside the data root")
            known = os.stat(real)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}") from error
        if not stat.S_ISREG(known.st_mode):
            raise InputError("is no plain file")
        if not known.st_size:
            raise InputError("is empty")
        if known.st_size > limits.MAX_FILE_BYTES:
            raise InputError(f"is larger than {limits.MAX_FILE_BYTES >> 30} GiB")
        return Found(real, known.st_size, known.st_mtime_ns)

    def _inside(self, real: str) -> bool:
        if self.root is None or "://" in self.root:
            return False
        root = os.path.realpath(self.root)
        return real.startswith(root.rstrip(os.sep) + os.sep)

    def _url(self, url: str) -> Found:
        if "::" in url:
            raise InputError("is a chain of URLs: name one")
        if self.root is not None:
            start = self.root.rstrip("/") + "/"
            below = url.removeprefix(start)
            if "://" not in start or not url.startswith(start) or _climbs(below):
                raise InputError("is outside the data root")
        return Found(url)


def _climbs(path: str) -> bool:
    plain = path.replace("\\", "/").replace("%2f", "/").replace("%2F", "/")
    plain = plain.replace("%2e", ".").replace("%2E", ".")
    return ".." in plain.split("/")


def _download(url: str) -> IO[bytes]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtraError("URLs need the extra 'files': pip install 'tagline[files]'.") from (
            error
        )
    try:
        with fsspec.open(url, "rb") as remote:
            content = remote.read(limits.MAX_REMOTE_BYTES + 1)
    except ImportError as error:
        raise MissingExtraError(f"URLs of this kind need one more package: {error}.") from error
    except _remote_faults() as error:
        said = getattr(error, "strerror", None) or getattr(error, "message", None)
        raise InputError(f"cannot be fetched: {said or type(error).__name__}") from error
    if not content:
        raise InputError("is empty")
    if len(content) > limits.MAX_REMOTE_BYTES:
        raise InputError(f"is larger than {limits.MAX_REMOTE_BYTES >> 20} MiB")
    return io.BytesIO(content)


def _remote_faults() -> tuple[type[BaseException], ...]:
    """Return what the file systems behind URLs raise; that of HTTP has errors of its own."""
    faults: tuple[Any, ...] = (OSError, ValueError, KeyError)
    client = getattr(sys.modules.get("aiohttp"), "ClientError", None)
    return faults if client is None else (*faults, client)
