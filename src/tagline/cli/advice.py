"""Advice of the Python functions, in the words of the command line."""

from __future__ import annotations

import re

__all__ = ["in_commands_words"]

_WORDS = (
    (re.compile(r"\{'([^']+)': '([^']*)'\}"), r'--tag "\1 = \2"'),
    (re.compile(r"name another by `before`"), "name another by --before"),
    (re.compile(r"leave `human` away"), "leave --human away"),
    (re.compile(r"hand in two tables, or one table with"), "name two files, or one with"),
    (re.compile(r"name another table, or of one table"), "name another file, or of one file"),
    (re.compile(r"^One table is named"), "One file is named"),
    (re.compile(r"`prediction=\('old', 'new'\)`"), "--prediction old,new"),
    (re.compile(r"`margin` must"), "--margin must"),
    (re.compile(r"`prediction` names the column"), "--prediction names the column"),
    (re.compile(r"import with `scores='([^']+)'`"), r"import with --scores \1"),
    (re.compile(r"import with `scores=\['(\w+)', '(\w+)'\]`"), r"import with --scores \1,\2"),
    (re.compile(r"`exclude` (must|names)"), r"--exclude \1"),
    (re.compile(r"name it by `columns`"), "name it by --columns"),
    (re.compile(r"`expected` must"), "--expect must"),
    (re.compile(r"rename its column '([^']+)' to"), r"name it by --id \1, or rename it to"),
    (re.compile(r"`before` and `after` are one run"), "--before and --after are one run"),
    (re.compile(r"`example_id` names a column"), "--id names a column"),
    (re.compile(r"or leave `example_id`"), "or leave --id"),
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
