"""Edits between two texts: substitutions, deletions, insertions and the length of the reference.

Pure functions on Python strings, which the engines run in batches; no engine is needed here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from tagline.exceptions import InputError

__all__ = ["NORMALIZATIONS", "UNITS", "Edits", "count_edits", "normalize_text"]

NORMALIZATIONS = ("none", "basic")
UNITS = ("words", "characters")


class Edits(NamedTuple):
    """How a text differs from its reference, in words or characters; all None where one is null."""

    errors: int | None  # the sum of the next three
    substitutions: int | None
    deletions: int | None
    insertions: int | None
    reference: int | None  # length of the reference


_UNKNOWN = Edits(None, None, None, None, None)
_CURLY = {0x2019: "'", 0x02BC: "'"}
_OUTER_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")


class _Blanks(dict[int, str]):
    """For `str.translate`: punctuation and symbols but the apostrophe become a blank."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        mark = unicodedata.category(character)[0] in "PS" and character != "'"
        self[code] = " " if mark else character
        return self[code]


_BLANKS = _Blanks()


def normalize_text(text: str, normalize: str = "none") -> str:
    """Normalise a text before it is compared.

    Parameters
    ----------
    text : str
    normalize : {"none", "basic"}, default "none"
        ``"none"``: only the white space at both ends is dropped.
        ``"basic"``, in this order: Unicode NFKC; lower case; typographic apostrophes (U+2019,
        U+02BC) become ``'``; every other punctuation mark and symbol (Unicode categories P and S)
        becomes a blank, so ``well-known`` is two words; so does an apostrophe that does not stand
        between two letters or digits; white space is dropped at both ends and is one blank between
        words. Numbers and spellings stay as they are.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If `normalize` is neither.

    Examples
    --------
    >>> normalize_text("  Don't STOP - 'really', a well-known trick! ", "basic")
    "don't stop really a well known trick"
    """
    if normalize == "none":
        return text.strip()
    if normalize != "basic":
        raise InputError(f"`normalize` must be 'none' or 'basic'. Got {normalize!r} instead.")
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
        text = text.translate(_CURLY)
    text = text.translate(_BLANKS)
    if "'" in text:
        text = _OUTER_APOSTROPHE.sub(" ", text)
    return " ".join(text.split())


def count_edits(
    references: Iterable[str | None],
    hypotheses: Iterable[str | None],
    *,
    unit: str = "words",
    normalize: str = "none",
) -> list[Edits]:
    """Count the edits that turn each reference into its hypothesis, the fewest possible.

    Their sum is unique (the Levenshtein distance). Where several shortest ways exist, the division
    into the three kinds is rapidfuzz's.

    Parameters
    ----------
    references, hypotheses : iterables of str or None, of one length
    unit : {"words", "characters"}, default "words"
        Words are what white space separates. Characters are Unicode code points, blanks between
        words included.
    normalize : {"none", "basic"}, default "none"
        As in `normalize_text`.

    Returns
    -------
    list of Edits
        One for each pair; all numbers None where either text is.

    Raises
    ------
    InputError
        If `unit` or `normalize` is not one of the words above.

    Notes
    -----
    Source: Levenshtein, *Binary codes capable of correcting deletions, insertions and reversals*,
    Soviet Physics Doklady 10, 1966; Morris, Maier and Green, *From WER and RIL to MER and WIL*,
    Interspeech 2004, doi:10.21437/Interspeech.2004-668.

    Examples
    --------
    >>> count_edits(["the cat sat"], ["a cat sat down"])
    [Edits(errors=2, substitutions=1, deletions=0, insertions=1, reference=3)]
    """
    if unit not in UNITS:
        raise InputError(f"`unit` must be 'words' or 'characters'. Got {unit!r} instead.")
    words = unit == "words"
    edits = []
    for reference, hypothesis in zip(references, hypotheses, strict=True):
        if reference is None or hypothesis is None:
            edits.append(_UNKNOWN)
            continue
        was = normalize_text(reference, normalize)
        said = was if reference == hypothesis else normalize_text(hypothesis, normalize)
        if was == said:
            edits.append(Edits(0, 0, 0, 0, len(was.split()) if words else len(was)))
        elif words:
            edits.append(_edits(was.split(), said.split()))
        else:
            edits.append(_edits(was, said))
    return edits


def _edits(was: str | list[str], said: str | list[str]) -> Edits:
    operations = Levenshtein.editops(was, said).as_list()
    errors = len(operations)
    substitutions = sum(operation[0] == "replace" for operation in operations)
    gaps = errors - substitutions  # deletions + insertions
    longer = len(said) - len(was)  # insertions - deletions
    return Edits(errors, substitutions, (gaps - longer) // 2, (gaps + longer) // 2, len(was))
