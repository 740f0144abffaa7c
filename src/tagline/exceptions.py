"""Every error that Tagline raises on purpose.

* TaglineError
  - InputError           an argument, a file or a setting breaks a rule (also a ValueError)
    - ConflictError      other content for something that is already stored
  - MissingExtraError    an optional package or a system component is needed (also an ImportError)

A message is one sentence: what is wrong, where (file, column, row), what to do.
The command line prints it and exits with 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["ConflictError", "InputError", "MissingExtraError", "TaglineError", "did_you_mean"]


_OURS = "tagline_"


class TaglineError(Exception):
    """Base class of all errors that Tagline raises on purpose."""


class InputError(TaglineError, ValueError):
    """An argument, a file or a setting breaks a rule that its documentation states."""


class ConflictError(InputError):
    """Something with this id is stored already, with other content."""


class MissingExtraError(TaglineError, ImportError):
    """A part that not everybody needs is not installed; the message says how to install it."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the sentence that helps after an unknown name.

    Parameters
    ----------
    name : str
        What was asked for.
    known : iterable of str
        What there is; names that Tagline gives to columns of its own are passed over.

    Returns
    -------
    str
        The nearest name if one is near, whatever its case, else the first 20 names.

    Examples
    --------
    >>> did_you_mean("lable", ["label", "prediction"])
    "Did you mean 'label'?"
    """
    names = [str(each) for each in known if not str(each).startswith(_OURS)]
    by_case = {each.casefold(): each for each in reversed(names)}
    near = difflib.get_close_matches(str(name).casefold(), by_case, n=1)
    if near:
        return f"Did you mean {by_case[near[0]]!r}?"
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return f"There is {', '.join(names[:20])}{more}." if names else "There is none."
