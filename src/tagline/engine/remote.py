"""Files at URLs: opened with a time limit; what servers and drivers refuse, in one sentence."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tagline.display.words import plain, shorten
from tagline.exceptions import InputError, MissingExtraError, TaglineError

__all__ = ["LIMIT", "filesystem_of", "open_url", "refusal_of", "remote_errors", "remote_faults"]

LIMIT = 20  # seconds without a byte from a web server

_PACKAGES = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "http": "aiohttp",
    "https": "aiohttp",
    "hf": "huggingface_hub",
    "ssh": "paramiko",
    "sftp": "paramiko",
}

_AWS = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_GOOGLE = "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS"
_AZURE = "set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_NAME and its key"
_HADOOP = (
    "it needs Java and Hadoop's client on this machine (JAVA_HOME, HADOOP_HOME, and CLASSPATH as"
    " `hadoop classpath --glob` prints it)"
)
_CREDENTIALS = {
    "s3": _AWS,
    "s3a": _AWS,
    "gs": _GOOGLE,
    "gcs": _GOOGLE,
    "az": _AZURE,
    "abfs": _AZURE,
    "abfss": _AZURE,
    "hf": "run `hf auth login`, or set HF_TOKEN",
}

# What drivers raise that is no OSError; a driver that was not imported has raised nothing.
_OF_DRIVERS = (
    ("aiohttp", "ClientError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("gcsfs.retry", "HttpError"),
    ("azure.core.exceptions", "AzureError"),
)
_REFUSED = ("credential", "forbidden", "denied", "anonymous", "unauthorized", "permission")


def filesystem_of(url: str) -> tuple[Any, str]:
    """Return the file system behind a URL, and the path there.

    Parameters
    ----------
    url : str

    Returns
    -------
    fsspec file system
    str

    Raises
    ------
    InputError
        If the URL is of no known kind, or its driver refuses.
    MissingExtraError
        If a package is missing.
    """
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtraError(
            f"{url!r} needs the extra 'files': pip install 'tagline[files]'."
        ) from error
    try:
        with remote_errors(url):
            found: tuple[Any, str] = fsspec.core.url_to_fs(url, **_options(url))
    except ValueError as error:
        if isinstance(error, TaglineError):
            raise
        raise InputError(f"{url!r} is no URL that fsspec knows: {error}.") from error
    return found


def open_url(url: str, mode: str = "rb", **options: Any) -> Any:
    """Return a file at a URL, to be opened by `with`.

    Parameters
    ----------
    url : str
    mode : str, default "rb"
    **options
        As `fsspec.open` takes them.
    """
    import fsspec

    return fsspec.open(url, mode, **options, **_options(url))


def _options(url: str) -> dict[str, Any]:
    """Return the time limit of web servers, unless fsspec's own settings say something of them."""
    from fsspec.config import conf

    protocol = _protocol(url)
    if protocol not in {"http", "https"} or "client_kwargs" in conf.get(protocol, {}):
        return {}
    try:
        from aiohttp import ClientTimeout
    except ImportError:
        return {}
    limit = ClientTimeout(total=None, sock_connect=LIMIT, sock_read=LIMIT)
    return {protocol: {"client_kwargs": {"timeout": limit}}}


def _protocol(url: str) -> str:
    return url.split("://", maxsplit=1)[0].rsplit("::", maxsplit=1)[-1].lower()


@contextmanager
def remote_errors(url: str) -> Iterator[None]:
    """Raise one sentence where the file at a URL cannot be read.

    Parameters
    ----------
    url : str
    """
    loud = logging.getLogger("gcsfs")  # it prints the traceback of what we raise as a sentence
    level = loud.level
    try:
        loud.setLevel(logging.CRITICAL)
        yield
    except ImportError as error:
        if isinstance(error, TaglineError):
            raise
        package = _PACKAGES.get(_protocol(url))
        way_out = f"the package {package!r}: pip install {package}" if package else f"more: {error}"
        raise MissingExtraError(f"{url!r} needs {way_out}.") from error
    except remote_faults() as error:
        raise InputError(refusal_of(url, error)) from error
    finally:
        loud.setLevel(level)


def remote_faults() -> tuple[type[Exception], ...]:
    """Return what the drivers of file systems raise where they cannot read."""
    found = [getattr(sys.modules.get(module), name, None) for module, name in _OF_DRIVERS]
    return (OSError, *(each for each in found if each is not None))


def refusal_of(url: str, error: Exception) -> str:
    """Return the sentence about what a driver raised.

    Parameters
    ----------
    url : str
    error : Exception

    Returns
    -------
    str
    """
    if _timed_out(error):
        return f"{url!r} cannot be read: its server did not answer within {LIMIT} seconds."
    if isinstance(error, FileNotFoundError):
        return f"There is no file {url!r}, or its server does not answer."
    protocol, text = _protocol(url), str(error)
    if protocol in {"hdfs", "viewfs", "webhdfs"} and any(
        each in text for each in ("libjvm", "libhdfs", "CLASSPATH")
    ):
        return f"{url!r} cannot be read: {_HADOOP}."
    lines = plain(text, lines=True).strip().splitlines() or [type(error).__name__]
    said = shorten(lines[0].rstrip("."), 200)
    refused = isinstance(error, PermissionError) or any(each in text.lower() for each in _REFUSED)
    if refused and protocol in _CREDENTIALS:
        return (
            f"{url!r} cannot be read: the credentials for it are missing or refused ({said}):"
            f" {_CREDENTIALS[protocol]}."
        )
    return f"{url!r} cannot be read: {said}."


def _timed_out(error: BaseException | None) -> bool:
    """Return whether a time limit stands behind an error."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__
    return False
