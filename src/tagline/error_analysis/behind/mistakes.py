"""What is taken for what, tag by tag: the most confused classes and words, and kinds of edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from tagline.display.words import number, plain, shorten
from tagline.engine import Connection
from tagline.error_analysis.asked.preparing import Prepared
from tagline.error_analysis.asked.question import Question
from tagline.measures.confusions import confused_classes, confused_words, edit_kinds
from tagline.measures.countable import Countable

__all__ = ["KINDS", "count_edits", "count_mistakes", "edits_text", "mistakes_text"]

KINDS = ("confused", "missing", "substituted", "deleted", "inserted")
_UNITS = {"wer": "words", "cer": "characters"}
_LONGEST = 40  # characters of a class or a word in a sentence


def count_mistakes(
    connection: Connection, prepared: Prepared, question: Question, top: int
) -> pa.Table | None:
    """Return the mistakes that each tag has the most of.

    Parameters
    ----------
    connection : Connection
    prepared : Prepared
    question : Question
    top : int
        How many for each tag.

    Returns
    -------
    pyarrow.Table or None
        With the columns `tag`, `kind` (one of `KINDS`), `label`, `prediction`, `n` and `total`, all
        mistakes of the tag. None where label and prediction are neither single classes nor
        transcripts.
    """
    columns = prepared.columns
    if question.measure.name in _UNITS:
        rows, normalize = _transcripts(prepared), _normalize(question)
        found = confused_words(connection, rows, top=top, normalize=normalize)
        names = ["tag", "kind", "reference", "prediction", "n", "edits"]
        return found.select(names).rename_columns(_COLUMNS)
    if not _are_classes(columns, question):
        return None
    rows = prepared.counting(x=columns["label"], y=columns["prediction"])
    found = confused_classes(connection, rows, top=top)
    kind = pc.if_else(pc.is_null(found["prediction"]), "missing", "confused")
    named = found.append_column("kind", kind)
    names = ["tag", "kind", "label", "prediction", "n", "wrong"]
    return named.select(names).rename_columns(_COLUMNS)


def count_edits(connection: Connection, prepared: Prepared, question: Question) -> pa.Table | None:
    """Return the substitutions, deletions and insertions of each tag; None without transcripts.

    Parameters
    ----------
    connection : Connection
    prepared : Prepared
    question : Question

    Returns
    -------
    pyarrow.Table or None
        With the columns `tag`, `rows`, `substitutions`, `deletions`, `insertions`, `errors` (their
        sum) and `reference`, in words or, for `cer`, in characters.
    """
    unit = _UNITS.get(question.measure.name)
    if unit is None:
        return None
    rows, normalize = _transcripts(prepared), _normalize(question)
    return edit_kinds(connection, rows, unit=unit, normalize=normalize).drop_columns("column")


def mistakes_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the mistakes of one tag in words, those that were made more than once.

    Parameters
    ----------
    rows : iterable of mapping
        `kind`, `label`, `prediction`, `n` and `total`; the most frequent first.

    Returns
    -------
    str
        Such as ``"4 for 9 (31), 7 for 1 (12)"``; empty where nothing was done twice.

    Examples
    --------
    >>> row = {"kind": "confused", "label": 9, "prediction": 4, "n": 31, "total": 80}
    >>> mistakes_text([row, {**row, "kind": "missing", "prediction": None, "n": 2}])
    '4 for 9 (31), nothing for 9 (2)'
    """
    return ", ".join(f"{_words(row)} ({number(row['n'])})" for row in rows if row["n"] > 1)


def edits_text(row: Mapping[str, Any]) -> str:
    """Return the kinds of edits of one tag in words.

    Parameters
    ----------
    row : mapping
        `substitutions`, `deletions` and `insertions`.

    Returns
    -------
    str

    Examples
    --------
    >>> edits_text({"substitutions": 31, "deletions": 4, "insertions": 0})
    '31 substituted, 4 deleted, 0 inserted'
    """
    kinds = ("substitutions", "deletions", "insertions")
    counts = (f"{number(row[kind])} {past}" for kind, past in zip(kinds, KINDS[2:], strict=True))
    return ", ".join(counts)


_COLUMNS = ["tag", "kind", "label", "prediction", "n", "total"]


def _words(row: Mapping[str, Any]) -> str:
    label, said = (shorten(plain(str(row[name])), _LONGEST) for name in ("label", "prediction"))
    texts = {
        "missing": f"nothing for {label}",
        "deleted": f"{label} left out",
        "inserted": f"{said} put in",
    }
    return texts.get(str(row["kind"]), f"{said} for {label}")


def _transcripts(prepared: Prepared) -> Countable:
    return prepared.counting(x=prepared.columns["label"], y=prepared.columns["prediction"])


def _normalize(question: Question) -> str:
    return str(question.measure.parameters.get("normalize", "none"))


def _are_classes(columns: Mapping[str, ir.Value], question: Question) -> bool:
    """Return whether label and prediction are single classes.

    A number whose error is not bounded by 1, as in `mae`, is an amount or a probability.
    """
    measure = question.measure
    if not {"label", "prediction"} <= measure.needs or measure.nested:
        return False
    kinds = [columns[name].type() for name in ("label", "prediction")]
    if any(kind.is_nested() for kind in kinds):
        return False
    return measure.bounded or not any(kind.is_numeric() for kind in kinds)
