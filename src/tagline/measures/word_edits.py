"""Which words of two texts were taken for which: a pure function on strings."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from tagline.measures.text_edits import normalize_text

__all__ = ["KINDS", "WordEdit", "word_edits"]

KINDS = ("right", "substituted", "deleted", "inserted")
_KIND = {"replace": "substituted", "delete": "deleted", "insert": "inserted"}


class WordEdit(NamedTuple):
    """A word of the reference and what stands for it."""

    kind: str  # one of KINDS
    reference: str | None  # None where a word was inserted
    prediction: str | None  # None where it was deleted


def word_edits(
    reference: str, prediction: str, *, normalize: str = "none", right: bool = False
) -> list[WordEdit]:
    """Return the edits that turn a reference into a prediction, in their order.

    They are the fewest possible; where several shortest ways exist it is the one that
    `count_edits` counts.

    Parameters
    ----------
    reference, prediction : str
    normalize : {"none", "basic"}, default "none"
        As in `normalize_text`.
    right : bool, default False
        Whether the words that are right are returned too (last).

    Returns
    -------
    list of WordEdit

    Raises
    ------
    InputError
        If `normalize` is another word.

    Examples
    --------
    >>> [tuple(each) for each in word_edits("the cat sat", "a cat sat down")]
    [('substituted', 'the', 'a'), ('inserted', None, 'down')]
    """
    was = normalize_text(reference, normalize).split()
    said = normalize_text(prediction, normalize).split()
    edits, wrong = [], set()
    for each in Levenshtein.editops(was, said):
        before = None if each.tag == "insert" else was[each.src_pos]
        after = None if each.tag == "delete" else said[each.dest_pos]
        edits.append(WordEdit(_KIND[each.tag], before, after))
        if before is not None:
            wrong.add(each.src_pos)
    if right:
        same = (word for place, word in enumerate(was) if place not in wrong)
        edits += [WordEdit("right", word, word) for word in same]
    return edits
