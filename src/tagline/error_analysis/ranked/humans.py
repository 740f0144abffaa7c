"""From the argument `human` to people's level for every tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tagline.error_analysis.ranked.rates import People
from tagline.exceptions import InputError, did_you_mean
from tagline.measures import Measure

__all__ = ["is_stated", "people"]


def is_stated(human: Any) -> bool:
    """Tell numbers from a column of answers (a name or an array)."""
    numbers = isinstance(human, (int, float, np.integer, np.floating))
    if isinstance(human, bool):
        raise InputError(
            f"`human` must be an error rate, a pair or a column. Got {human!r} instead."
        )
    return human is None or numbers or isinstance(human, (tuple, Mapping))


def people(human: Any, tags: tuple[str, ...], measure: Measure) -> People:
    """Return people's level aligned with the tags.

    Parameters
    ----------
    human : float, (errors, asked), mapping from a tag to either, None, or what stands for a column
        A fraction, for measures that are bounded by 1.
    tags : tuple of str, length K
    measure : Measure

    Returns
    -------
    People

    Raises
    ------
    InputError
        If a tag is unknown, or a number is no rate.
    """
    unknown = np.full(len(tags), np.nan)
    if human is None:
        return People("none", unknown, unknown, unknown)
    if not is_stated(human):
        return People("column", unknown, unknown, unknown)
    if not isinstance(human, Mapping):
        rate, errors, asked = (np.full(len(tags), each) for each in _one(human, "", measure))
        return People("stated", rate, errors, asked, same_for_all=True)
    rates, errors, asked = unknown.copy(), unknown.copy(), unknown.copy()
    for tag, value in human.items():
        if tag not in tags:
            raise InputError(
                f"`human` names a tag {tag!r} that is not there. {did_you_mean(tag, tags)}"
            )
        place = tags.index(tag)
        rates[place], errors[place], asked[place] = _one(value, f" of {tag!r}", measure)
    return People("stated", rates, errors, asked)


def _one(value: Any, whose: str, measure: Measure) -> tuple[float, float, float]:
    """Return (rate, errors, asked) of one number or pair."""
    try:
        if isinstance(value, (tuple, list)):
            errors, asked = (float(each) for each in value)
        else:
            errors, asked = float(value), np.nan
    except (TypeError, ValueError):
        raise InputError(
            f"`human`{whose} must be an error rate such as 0.05 or a pair (errors, asked)."
            f" Got {value!r} instead."
        ) from None
    bare = bool(np.isnan(asked))
    if not np.isfinite(errors) or errors < 0 or (not bare and not asked > 0):
        raise InputError(
            f"`human`{whose} must not be negative, and `asked` above 0. Got {value!r}."
        )
    if measure.bounded and not bare and errors > asked:
        raise InputError(
            f"`human`{whose} has {errors:g} errors among {asked:g} asked: there cannot be more"
            " errors than answers."
        )
    rate = errors if bare else errors / asked
    if measure.bounded and rate > 1:
        hint = " That looks like percent: write 0.05 for 5 %." if bare else ""
        raise InputError(
            f"`human`{whose} must be a fraction in [0, 1]. Got {value!r} instead.{hint}"
        )
    return rate, np.nan if bare else errors, asked
