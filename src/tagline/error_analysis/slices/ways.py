"""The commands that make a tag of a slice, for people to copy."""

from __future__ import annotations

import shlex

__all__ = ["as_accepted", "as_option"]


def as_option(rule: str) -> str:
    r"""Return the command that analyses errors with the slice as a tag.

    Examples
    --------
    >>> as_option("device = 'b'")
    'tagline errors ... --tag "NAME = device = \'b\'"'
    """
    return f"tagline errors ... --tag {_quoted(f'NAME = {rule}')}"


def as_accepted(rule: str) -> str:
    """Return the command that puts the slice among the tags of a project.

    Examples
    --------
    >>> as_accepted("age >= 61")
    'tagline tags accept NAME "age >= 61"'
    """
    return f"tagline tags accept NAME {_quoted(rule)}"


def _quoted(text: str) -> str:
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'
