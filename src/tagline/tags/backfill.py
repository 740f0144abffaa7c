"""Which examples to look at again for a tag that came late: the likeliest first.

A tag that was invented at the 63rd example is unknown for the first 62. Those that are most like
the examples that have it come first: a naive Bayes score over what is known of each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np

__all__ = ["likeliest", "words_of"]

_WORD = re.compile(r"[^\W\d_]{3,}")


def words_of(text: str) -> set[str]:
    """Return the words of a note of at least three letters, in small letters.

    Examples
    --------
    >>> sorted(words_of("Engine in the back, engine!"))
    ['back', 'engine', 'the']
    """
    return {word.casefold() for word in _WORD.findall(text)}


def likeliest(
    known: Mapping[str, Set[str]],
    decided: Mapping[str, bool],
    waiting: Sequence[str],
) -> list[tuple[str, float]]:
    """Return the waiting examples, those first that most probably have the tag.

    Parameters
    ----------
    known : mapping from example to a set of str
        What is known of each example: other tags that it has, words of its notes, its classes.
    decided : mapping from example to bool
        Which examples have the tag.
    waiting : sequence of str
        Those that nobody has decided.

    Returns
    -------
    list of (example, probability)
        The largest probability first, ties in the order of `waiting`. With add-one smoothing, and
        features taken for independent given the tag: an order, not a rate.

    Examples
    --------
    >>> known = {"1": {"dim"}, "2": {"dim"}, "3": set(), "4": {"dim"}, "5": set()}
    >>> [each for each, _ in likeliest(known, {"1": True, "2": True, "3": False}, ["5", "4"])]
    ['4', '5']
    """
    sides = {value: [e for e, yes in decided.items() if yes is value] for value in (True, False)}
    counts = {value: Counter(_features(known, own)) for value, own in sides.items()}
    prior = np.log(len(sides[True]) + 1) - np.log(len(sides[False]) + 1)
    present, absent = {}, {}
    for feature in counts[True].keys() | counts[False].keys():
        chance = {
            value: (counts[value][feature] + 1) / (len(sides[value]) + 2) for value in (True, False)
        }
        present[feature] = np.log(chance[True]) - np.log(chance[False])
        absent[feature] = np.log1p(-chance[True]) - np.log1p(-chance[False])
    nothing = prior + sum(absent.values())
    found = []
    for example in waiting:
        own = known.get(example, set()) & present.keys()
        odds = nothing + sum(present[each] - absent[each] for each in own)
        found.append((example, float(1 / (1 + np.exp(-odds)))))
    return sorted(found, key=lambda each: -each[1])


def _features(known: Mapping[str, Set[str]], examples: Iterable[str]) -> Iterable[str]:
    for example in examples:
        yield from known.get(example, ())
