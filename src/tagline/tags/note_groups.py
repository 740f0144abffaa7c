"""From open to axial coding: groups of free notes that say the same, proposed by their words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["NoteGroup", "note_groups"]

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_LONGEST = 3  # words in an n-gram
_TOO_COMMON = 0.6  # of all notes: says nothing


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Notes that share words: a proposal for a tag, no more.

    Attributes
    ----------
    name : str
        The words that they share, as most of them write it.
    notes : tuple of int
        Their numbers.
    """

    name: str
    notes: tuple[int, ...]


def note_groups(notes: Sequence[tuple[int, str]], *, least: int = 2) -> list[NoteGroup]:
    """Group notes by the n-grams of words that they share; nothing leaves the machine.

    The n-gram that covers most notes makes the first group (the longer one where two cover the
    same), then the one that covers most of the rest, and so on: a greedy set cover.

    Parameters
    ----------
    notes : sequence of (number, text)
    least : int, default 2
        Notes in a group.

    Returns
    -------
    list of NoteGroup
        The largest first. A note stands in one group at most; those that share no words stand in
        none.

    Examples
    --------
    >>> said = ["engine noise in the back", "loud engine noise", "child", "a child speaks", "dim"]
    >>> [(group.name, group.notes) for group in note_groups(list(enumerate(said)))]
    [('engine noise', (0, 1)), ('child', (2, 3))]
    """
    holders: dict[tuple[str, ...], set[int]] = defaultdict(set)
    written: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for number, text in notes:
        for gram, surface in _grams(text):
            holders[gram].add(number)
            written[gram][surface] += 1
    most = max(_TOO_COMMON * len(notes), least)
    useful = {gram: own for gram, own in holders.items() if least <= len(own) <= most}
    found = []
    while useful:
        best = max(useful, key=lambda gram: (len(useful[gram]), len(gram), _letters(gram), gram))
        own = useful[best]
        found.append(NoteGroup(written[best].most_common(1)[0][0], tuple(sorted(own))))
        useful = {gram: left for gram, held in useful.items() if len(left := held - own) >= least}
    return found


def _grams(text: str) -> Iterable[tuple[tuple[str, ...], str]]:
    words = _WORD.findall(text)
    for length in range(1, _LONGEST + 1):
        for start in range(len(words) - length + 1):
            surface = words[start : start + length]
            gram = tuple(word.casefold() for word in surface)
            # short words at an end ("in the") only glue others together, in most languages
            if min(len(gram[0]), len(gram[-1])) > 2 or (length == 1 and not gram[0].isascii()):
                yield gram, " ".join(surface)


def _letters(gram: tuple[str, ...]) -> int:
    return sum(map(len, gram))
