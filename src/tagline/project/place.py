"""Where a project stands: the folder with `tagline.toml`, and what is under `.tagline/`."""

from __future__ import annotations

from pathlib import Path

from tagline.display.words import shorten
from tagline.exceptions import InputError
from tagline.schema.settings import (
    SETTINGS_FILE,
    STORE_URL_VARIABLE,
    Settings,
    find_settings,
)
from tagline.store.address import parse_address

__all__ = [
    "find_project",
    "lake_location",
    "metadata_address",
    "prepare_private",
    "refuse_odd_name",
    "refuse_password",
]

_PRIVATE = ".tagline"
_LONGEST_NAME = 200


def find_project(path_or_url: str | Path) -> Path:
    """Return the folder of the project that a path is in, looking upwards as git does.

    Parameters
    ----------
    path_or_url : str or Path
        A folder in the project, or its `tagline.toml`.

    Returns
    -------
    Path
        Absolute.

    Raises
    ------
    InputError
        If there is none, or it is a URL.
    """
    if "://" in str(path_or_url):
        raise InputError(
            f"{_without_secret(str(path_or_url))} is no project: it is a folder of this machine's"
            " file system, or the http:// or https:// address of a server."
        )
    start = Path(path_or_url).expanduser().absolute()
    if not start.exists():
        raise InputError(f"There is no folder {start}: make a project with `tagline init`.")
    start = start.parent if start.is_file() else start
    found = find_settings(start)
    if found is None:
        raise InputError(
            f"There is no project in {start} or above it: no {SETTINGS_FILE} was found. Make one"
            " with `tagline init`."
        )
    return found.parent


def prepare_private(folder: Path) -> Path:
    """Make the folder `.tagline/`, which git ignores, and return it.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    private = folder / _PRIVATE
    try:
        private.parent.mkdir(parents=True, exist_ok=True)
        private.mkdir(mode=0o700, exist_ok=True)  # it holds the key of sessions and password hashes
        ignore = private / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{private} cannot be written: {error.strerror}.") from None
    return private


def refuse_odd_name(run: str) -> None:
    """Refuse a name that some database or terminal would not give back as it is.

    Raises
    ------
    InputError
        If it is blank, too long or cannot be printed.
    """
    text = run if isinstance(run, str) else ""
    if not text.strip() or len(text) > _LONGEST_NAME or not text.isprintable():
        raise InputError(
            f"`run` must be a printable name of 1 to {_LONGEST_NAME} characters. Got"
            f" {shorten(repr(run), 60)} instead."
        )


def refuse_password(store: str) -> None:
    """Refuse an address that would put a password into `tagline.toml`.

    Raises
    ------
    InputError
        If it holds one.
    """
    url = parse_address(store)
    if url.password is not None or "password" in url.query:
        raise InputError(
            f"`store` holds a password, which would stand in {SETTINGS_FILE}: leave the password"
            f" out, or set {STORE_URL_VARIABLE} in the environment instead."
        )


def metadata_address(folder: Path, settings: Settings) -> str | Path:
    """Return the address of the metadata; a relative SQLite file is meant from the project."""
    address = settings.store.metadata
    if address is None:
        return folder / _PRIVATE / "metadata.db"
    relative = address.removeprefix("sqlite:///")
    if relative != address or "://" not in address:
        return folder / relative
    return address


def lake_location(folder: Path, settings: Settings) -> str | Path:
    """Return the folder or URL of the lake; a relative folder is meant from the project."""
    lake = settings.store.lake
    if lake is None:
        return folder / _PRIVATE / "lake"
    return lake if "://" in lake else folder / lake


def _without_secret(url: str) -> str:
    """Return scheme and host only: whatever else a URL holds may be secret."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2].partition('?')[0]}"
