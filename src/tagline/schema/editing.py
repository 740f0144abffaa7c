"""Changes of `tagline.toml` that keep its comments and its order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tagline.exceptions import InputError
from tagline.schema.settings import parse_settings

__all__ = ["set_tag"]


def set_tag(path: Path, name: str, values: Mapping[str, Any]) -> None:
    """Write keys of a section `[tags.NAME]`; the section is made if it is not there.

    Parameters
    ----------
    path : Path
        The `tagline.toml`.
    name : str
        Of the tag.
    values : mapping from key to value
        None takes a key away.

    Raises
    ------
    InputError
        If the file cannot be read or written, or would not be valid afterwards: then it stays.
    """
    import tomlkit

    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
        tags = document.setdefault("tags", tomlkit.table(is_super_table=True))
        section = tags.setdefault(name, tomlkit.table())
        for key, value in values.items():
            if value is None:
                section.pop(key, None)
            else:
                section[key] = value
        text = tomlkit.dumps(document)
        parse_settings(text, path)
        part = path.with_suffix(".toml.part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be changed: {error.strerror}.") from None
    except tomlkit.exceptions.TOMLKitError as error:
        raise InputError(f"{path} is not valid TOML: {error}.") from None
