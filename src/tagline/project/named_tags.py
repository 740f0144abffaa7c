"""Tags that a call names, looked up in the vocabulary of the project."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tagline.exceptions import InputError, did_you_mean
from tagline.schema.settings import SETTINGS_FILE, Settings

__all__ = ["named_tags", "unknown_tags"]


def named_tags(
    tags: Any, settings: Settings, columns: Collection[str], people: Collection[str] = ()
) -> Any:
    r"""Return the argument `tags` with the rules of the vocabulary in place of their names.

    Parameters
    ----------
    tags : object
        As `tagline.analyze_errors` takes it; a name may be that of a tag with a rule.
    settings : Settings
    columns : collection of str
        Of the data.
    people : collection of str, default ()
        Tags that people give.

    Returns
    -------
    object
        As `tagline.analyze_errors` takes it. Tables of tags, and rules, stay as they are.

    Raises
    ------
    InputError
        If a name is neither a tag nor a column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tagline.schema.settings import parse_settings
    >>> toml = '[project]\nname = "x"\n[tags.short]\nrule = "n_words < 5"'
    >>> named_tags(["device", "short"], parse_settings(toml, Path("tagline.toml")), ["device"])
    ['device', {'short': 'n_words < 5'}]
    """
    named = [tags] if isinstance(tags, str) else tags
    if not isinstance(named, list) or not all(isinstance(each, (str, Mapping)) for each in named):
        return tags
    rules = settings.rules()
    for name in unknown_tags(named, settings):
        if name not in columns:
            known = [*settings.tags, *(each for each in people if each not in settings.tags)]
            raise InputError(
                f"`tags` names {name!r}, which is neither a tag of the project ({SETTINGS_FILE})"
                f" nor a column of the data. {did_you_mean(name, [*known, *columns])}"
            )
    plain = [each for each in named if not isinstance(each, str) or each not in rules]
    chosen = {each: rules[each] for each in named if isinstance(each, str) and each in rules}
    return [*plain, chosen] if chosen else tags


def unknown_tags(tags: Any, settings: Settings) -> list[str]:
    """Return the names in `tags` that no rule of the vocabulary has; they must be columns.

    Parameters
    ----------
    tags : object
        As `tagline.analyze_errors` takes it.
    settings : Settings

    Returns
    -------
    list of str
    """
    named = [tags] if isinstance(tags, str) else tags if isinstance(tags, list) else []
    rules = settings.rules()
    return [each for each in named if isinstance(each, str) and each not in rules]
