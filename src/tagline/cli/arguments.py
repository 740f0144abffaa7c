"""What people write on the command line, as the values that the Python functions take."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tagline.exceptions import InputError

__all__ = [
    "chosen_tags",
    "looks_like_file",
    "read_human",
    "read_rules",
    "read_weights",
    "split_names",
]

_TABLE_FILE = re.compile(r"\.(csv|tsv|parquet|jsonl|ndjson|json|arrow|feather|xlsx)(\.gz)?$", re.I)
_PAIR = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*")
_RULE = re.compile(r"\s*(?P<name>[^=]*[^=<>!\s])\s*=(?!=)\s*(?P<rule>\S.*)", re.DOTALL)


def split_names(given: Sequence[str]) -> list[str]:
    """Return the names in texts with commas between; those in parentheses divide nothing.

    Examples
    --------
    >>> split_names(["car_noise, people_noise", "device"])
    ['car_noise', 'people_noise', 'device']
    >>> split_names(["kmeans(pixels, k=3), device"])
    ['kmeans(pixels, k=3)', 'device']
    """
    parts = [each for text in given for each in re.split(r",(?![^()]*\))", text)]
    return [name for each in parts if (name := each.strip())]


def looks_like_file(text: str) -> bool:
    """Tell whether a text is the name of a table file rather than of a column."""
    return bool(_TABLE_FILE.search(text)) or (
        ("/" in text or "\\" in text) and Path(text).is_file()
    )


def read_rules(given: Sequence[str]) -> dict[str, str]:
    """Return rules by tag.

    Parameters
    ----------
    given : sequence of str
        Each such as ``"short = n_words < 5"``.

    Returns
    -------
    dict of str to str

    Raises
    ------
    InputError
        If one has no name, or a name stands twice.

    Examples
    --------
    >>> read_rules(["short = n_words < 5", "yes = label == 'yes'"])
    {'short': 'n_words < 5', 'yes': "label == 'yes'"}
    """
    rules: dict[str, str] = {}
    for text in given:
        found = _RULE.fullmatch(text)
        if found is None:
            raise InputError(
                f'--tag takes "name = rule", as in "short = n_words < 5". Got {text!r}.'
            )
        name = found["name"]
        if name in rules:
            raise InputError(f"--tag names {name!r} twice: give each tag one rule.")
        rules[name] = found["rule"].strip()
    return rules


def read_weights(option: str, given: Sequence[str]) -> dict[str, float]:
    """Return numbers by tag.

    Parameters
    ----------
    option : str
        For messages, such as ``"--ease"``.
    given : sequence of str
        Each such as ``"car_noise=2"``; the number stands behind the last ``=``.

    Returns
    -------
    dict of str to float

    Raises
    ------
    InputError
        If one is written otherwise.

    Examples
    --------
    >>> read_weights("--ease", ["device=tablet=1.5"])
    {'device=tablet': 1.5}
    """
    weights = {}
    for text in given:
        tag, _, number = text.rpartition("=")
        try:
            weights[tag.strip()] = float(number)
        except ValueError:
            tag = ""
        if not tag.strip():
            raise InputError(f"{option} takes TAG=NUMBER, as in car_noise=2. Got {text!r}.")
    return weights


def read_human(text: str) -> float | tuple[int, int] | str:
    """Return a rate, a pair (errors, asked) or the name of a column.

    Parameters
    ----------
    text : str
        Such as ``"0.05"``, ``"12/200"`` or ``"person"``.

    Returns
    -------
    float, tuple of int or str

    Raises
    ------
    InputError
        If it is a percentage.

    Examples
    --------
    >>> read_human("0.05"), read_human("12/200"), read_human("person")
    (0.05, (12, 200), 'person')
    """
    if pair := _PAIR.fullmatch(text):
        return int(pair[1]), int(pair[2])
    if text.strip().endswith("%"):
        raise InputError(f"--human takes a fraction: write 0.05 for 5 %. Got {text!r}.")
    try:
        return float(text)
    except ValueError:
        return text


def chosen_tags(
    names: Sequence[str], rules: Mapping[str, str], vocabulary: Mapping[str, str]
) -> list[str | dict[str, str]] | dict[str, str] | None:
    """Return what `analyze_errors` takes as tags.

    Parameters
    ----------
    names : sequence of str
        Columns, or tags that the project has a rule for.
    rules : mapping of str to str
        Rules of this call, by tag.
    vocabulary : mapping of str to str
        Rules of the project, by tag.

    Returns
    -------
    list, dict or None
        None if no tag was named.

    Examples
    --------
    >>> chosen_tags(["device", "short"], {}, {"short": "n_words < 5"})
    ['device', {'short': 'n_words < 5'}]
    """
    known = {name: vocabulary[name] for name in names if name in vocabulary}
    plain: list[str | dict[str, str]] = [name for name in names if name not in vocabulary]
    all_rules = {**known, **rules}
    if not plain:
        return all_rules or None
    return [*plain, all_rules] if all_rules else plain
