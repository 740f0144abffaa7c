"""Statistics of a text; they know no language."""

from __future__ import annotations

import re
from collections.abc import Set

from tagline.inputs.registry import statistic

__all__ = [
    "digit_share",
    "n_characters",
    "n_sentences",
    "n_tokens",
    "n_words",
    "non_ascii_share",
    "oov_share",
    "upper_share",
]

_EAST = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_EAST}]|[^\W{_EAST}]+|[^\w\s]")
_END = re.compile(r"[.!?…]+[\"'\u201d\u2019»)\]]*(?=\s|$)|[\u3002\uff01\uff1f]+|\n\s*\n")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


@statistic("text", unit="characters", low=0, whole=True)
def n_characters(text: str) -> int:
    """Count the characters (code points), spaces included."""
    return len(text)


@statistic("text", unit="words", low=0, whole=True)
def n_words(text: str) -> int:
    """Count the words: what stands between white space."""
    return len(text.split())


@statistic("text", unit="tokens", low=0, whole=True)
def n_tokens(text: str) -> int:
    """Count the tokens: runs of letters and digits, single ideographs, single other marks.

    Examples
    --------
    >>> n_tokens("It's 5 o'clock, 東京!")
    11
    """
    return len(_TOKEN.findall(text))


@statistic("text", unit="sentences", low=0, whole=True)
def n_sentences(text: str) -> int:
    """Count the sentences: they end with a full stop, question or exclamation mark, or blank line.

    A mark ends one if white space follows, an East Asian mark always. A sentence holds a letter or
    digit.

    Examples
    --------
    >>> n_sentences("Costs 3.50 now. Why?! No end"), n_sentences(" ... ")
    (3, 0)
    """
    return sum(1 for part in _END.split(text) if any(map(str.isalnum, part)))


@statistic("text", unit="fraction", low=0, high=1)
def digit_share(text: str) -> float | None:
    """Divide the digits by the characters; no value for an empty text."""
    return sum(map(str.isdigit, text)) / len(text) if text else None


@statistic("text", unit="fraction", low=0, high=1)
def upper_share(text: str) -> float | None:
    """Divide the upper-case letters by the letters that have a case; no value without any."""
    upper = sum(map(str.isupper, text))
    cased = upper + sum(map(str.islower, text))
    return upper / cased if cased else None


@statistic("text", unit="fraction", low=0, high=1)
def non_ascii_share(text: str) -> float | None:
    """Divide the characters beyond ASCII by all; no value for an empty text."""
    if not text:
        return None
    return 0.0 if text.isascii() else 1 - len(text.encode("ascii", "ignore")) / len(text)


@statistic("text", unit="fraction", low=0, high=1, parameter="vocabulary")
def oov_share(text: str, vocabulary: Set[str]) -> float | None:
    """Divide the words that are not in the vocabulary by all words; no value without words.

    Parameters
    ----------
    text : str
    vocabulary : set of str
        Words, case-folded.

    Returns
    -------
    float or None
        In [0, 1]. A word is a run of letters and digits; an apostrophe inside belongs to it.

    Examples
    --------
    >>> oov_share("The zzyzx isn't here.", {"the", "isn't", "here"})
    0.25
    """
    words = _WORD.findall(text.casefold())
    return sum(word not in vocabulary for word in words) / len(words) if words else None
