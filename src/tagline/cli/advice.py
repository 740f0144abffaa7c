"""Advice of the Python functions, in the words of the command line."""

from __future__ import annotations

import re

__all__ = ["in_commands_words"]

_WORDS = (
    (re.compile(r"\{'([^']+)': '([^']*)'\}"), r'--tag "\1 = \2"'),
    (re.compile(r"name another by `before`"), "name another by --before"),
    (re.compile(r"`before` and `after` are one run"), "--before and --after are one run"),
    (re.compile(r"(the column of the ids by|or leave) `example_id`"), r"\1 --id"),
)


def in_commands_words(message: str) -> str:
    """Return a message with what to write in Python replaced by what to write in the command.

    Parameters
    ----------
    message : str
        Of an `InputError`.

    Returns
    -------
    str

    Examples
    --------
    >>> print(in_commands_words("Write a rule, such as {'high': 'n > 5'}."))
    Write a rule, such as --tag "high = n > 5".
    """
    for python, command in _WORDS:
        message = python.sub(command, message)
    return message
