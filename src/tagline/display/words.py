"""Numbers and texts as people read them: percent, points, intervals, and what differs in two texts.

Data hold fractions; everything here turns them into text, and never the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup, escape

__all__ = [
    "DASH",
    "WordDifference",
    "number",
    "percent",
    "plain",
    "plural",
    "rough",
    "shorten",
    "shorten_middle",
    "word_difference",
]

DASH = "\N{EN DASH}"
_JOINERS = "\u200c\u200d"  # unprintable by the letter, needed to write Persian, Hindi and emoji


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with thousands separators, or a dash for None and NaN.

    Parameters
    ----------
    value : float or None
    digits : int, default 0
        Digits after the point.

    Returns
    -------
    str

    Examples
    --------
    >>> number(10000), number(2.345, 1), number(None) == DASH
    ('10,000', '2.3', True)
    """
    if value is None or math.isnan(value):
        return DASH
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def rough(count: float) -> str:
    """Return an estimated count to two digits, rounded up; millions and billions in words.

    Parameters
    ----------
    count : float
        At least 0.

    Returns
    -------
    str

    Examples
    --------
    >>> rough(57), rough(1234), rough(52_169_966), rough(1_100_000_001)
    ('57', '1,300', '53 million', '1.2 billion')
    """
    whole = math.ceil(count - 1e-6)
    step = int(10 ** max(len(str(whole)) - 2, 0))
    whole = -(-whole // step) * step
    for size, name in _LARGE:
        if whole >= size:
            return f"{number(whole / size, 1).removesuffix('.0')} {name}"
    return number(whole)


_LARGE = ((10**9, "billion"), (10**6, "million"))


def percent(value: float | None, digits: int = 1) -> str:
    """Return a fraction as a percentage.

    Parameters
    ----------
    value : float or None
        A fraction.
    digits : int, default 1
        Digits after the point. What would read as 0 but is not reads as ``"< 0.1 %"``.

    Returns
    -------
    str

    Examples
    --------
    >>> percent(0.13), percent(0.4, 0), percent(0.0002)
    ('13.0 %', '40 %', '< 0.1 %')
    """
    text = number(None if value is None else 100 * value, digits)
    if value and not text.strip("0."):
        return f"< {10.0**-digits:.{digits}f} %" if value > 0 else f"{text} %"
    return text if text == DASH else f"{text} %"


def plural(count: float, singular: str, many: str | None = None) -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count : float
        A whole number.
    singular : str
        The noun for one.
    many : str, optional
        The noun for several; by default with an s.

    Returns
    -------
    str

    Examples
    --------
    >>> plural(1, "example"), plural(1200, "example"), plural(0, "entry", "entries")
    ('1 example', '1,200 examples', '0 entries')
    """
    return f"{number(count)} {singular if count == 1 else many or singular + 's'}"


def plain(text: object, *, lines: bool = False) -> str:
    r"""Return text that is safe to print: no control characters, no turned direction, one line.

    Parameters
    ----------
    text : object
        Usually a name out of somebody's data; anything else is turned into text.
    lines : bool, default False
        Keep line breaks and tabs.

    Returns
    -------
    str
        What cannot be printed stands as U+FFFD. It can be encoded as UTF-8.

    Examples
    --------
    >>> plain("car\nnoise \x1b[31m")
    'car noise �[31m'
    """
    kept = "\n\t" if lines else ""

    def safe(char: str) -> str:
        if char.isprintable() or char in kept or char in _JOINERS:
            return char
        return " " if char.isspace() else "\ufffd"

    return "".join(map(safe, str(text)))


def shorten(text: str, most: int = 400) -> str:
    """Return the text, cut after `most` characters with an ellipsis.

    Parameters
    ----------
    text : str
    most : int, default 400
        Characters, the ellipsis included.

    Returns
    -------
    str

    Examples
    --------
    >>> shorten("a long sentence", 7)
    'a long…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def shorten_middle(text: str, most: int) -> str:
    """Return the text with its middle left out, so that both ends of a name can be told apart.

    Parameters
    ----------
    text : str
    most : int
        Characters, the ellipsis included.

    Returns
    -------
    str

    Examples
    --------
    >>> shorten_middle("device=tablet 12", 11)
    'devi…let 12'
    """
    if len(text) <= most:
        return text
    end = 2 * (most - 1) // 3
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"


@dataclass(frozen=True, slots=True)
class WordDifference:
    """Two texts with the words that differ marked, and the number of edits between them."""

    reference: Markup  # words that are missing or other in the other text stand in <mark>
    hypothesis: Markup
    substitutions: int
    deletions: int  # words of the reference that the hypothesis lacks
    insertions: int  # words that only the hypothesis has

    def __str__(self) -> str:
        """Return the edits in words."""
        counts = [
            plural(self.substitutions, "substitution"),
            plural(self.deletions, "deletion"),
            plural(self.insertions, "insertion"),
        ]
        return ", ".join(each for each in counts if not each.startswith("0 ")) or "the same words"


def word_difference(
    reference: str, hypothesis: str, *, key: Callable[[str], str] = str
) -> WordDifference:
    """Mark the words in which two texts differ, by the shortest way from one to the other.

    Parameters
    ----------
    reference : str
        What is right.
    hypothesis : str
        What the model said.
    key : callable, optional
        From a word to what is compared, such as a normalised word. A word whose key is empty
        (a mark of punctuation) is never an edit.

    Returns
    -------
    WordDifference
        With fewest substitutions, deletions and insertions of words (Levenshtein 1966). The texts
        are escaped and hold no markup but ``<mark class="right">`` and ``<mark class="wrong">``.

    Examples
    --------
    >>> found = word_difference("the cat sat", "the bat sat down")
    >>> str(found)
    '1 substitution, 1 insertion'
    >>> found.reference
    Markup('the <mark class="right">cat</mark> sat')
    >>> str(word_difference("The cat", "the cat", key=str.lower))
    'the same words'
    """
    from rapidfuzz.distance import Levenshtein

    left, right = reference.split(), hypothesis.split()
    places = [[i for i, word in enumerate(words) if key(word)] for words in (left, right)]
    compared = [
        [key(words[i]) for i in kept] for words, kept in zip((left, right), places, strict=True)
    ]
    edits = {"equal": 0, "replace": 0, "delete": 0, "insert": 0}
    runs: tuple[list[_Run], list[_Run]] = ([], [])
    for step in Levenshtein.opcodes(*compared):
        spans = (step.src_start, step.src_end), (step.dest_start, step.dest_end)
        edits[step.tag] += max(end - start for start, end in spans)
        for run, kept, (start, end) in zip(runs, places, spans, strict=True):
            if step.tag != "equal" and end > start:
                run.append((kept[start], kept[end - 1] + 1))
    return WordDifference(
        _marked(left, runs[0], "right"),
        _marked(right, runs[1], "wrong"),
        edits["replace"],
        edits["delete"],
        edits["insert"],
    )


_Run: TypeAlias = tuple[int, int]  # the first word of a run, and the first behind it


def _marked(words: Sequence[str], runs: Sequence[_Run], kind: str) -> Markup:
    """Return the words as HTML, each run of them marked."""
    parts, done = [], 0
    for start, end in runs:
        parts += [escape(" ".join(words[done:start])), _mark(" ".join(words[start:end]), kind)]
        done = end
    parts.append(escape(" ".join(words[done:])))
    return Markup(" ").join(part for part in parts if part)


def _mark(text: str, kind: str) -> Markup:
    return Markup('<mark class="{}">{}</mark>').format(kind, text)
