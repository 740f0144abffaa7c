"""What is taken for what, by tag: classes, words, and kinds of edits.

Each function takes a `Countable` whose table has, beside the columns of tags, the label in `x` and
the prediction in `y`, and returns a table as large as the tags times `top`. Rows are counted as
they are: sample weights and groups play no part.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from tagline.exceptions import InputError
from tagline.measures.batch_functions import batch_function
from tagline.measures.countable import Connection, Countable
from tagline.measures.tag_cells import cells_by_tag
from tagline.measures.text_edits import NORMALIZATIONS
from tagline.measures.transcription import edits
from tagline.measures.word_edits import word_edits

__all__ = ["confused_classes", "confused_words", "edit_kinds", "misheard_words"]


def confused_classes(connection: Connection, rows: Countable, *, top: int = 5) -> pa.Table:
    """Return the wrong (label, prediction) pairs that each tag has the most of.

    Parameters
    ----------
    connection : Connection
    rows : Countable
    top : int, default 5
        How many pairs for each tag.

    Returns
    -------
    pyarrow.Table
        With the columns `tag`, `column`, `label`, `prediction` (null where there is none), `n` and
        `wrong`, the number of all wrong rows of the tag; as `cells_by_tag` orders them.

    Raises
    ------
    InputError
        If `top` is below 1.
    """
    _check_top(top)
    wrong = rows.table.filter(~rows.table.x.identical_to(rows.table.y))
    found = cells_by_tag(connection, replace(rows, table=wrong), {}, ["x", "y"], top=top)
    return found.rename_columns(["tag", "column", "label", "prediction", "n", "wrong"])


def edit_kinds(
    connection: Connection, rows: Countable, *, unit: str = "words", normalize: str = "none"
) -> pa.Table:
    """Return the substitutions, deletions and insertions of each tag.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        With text in `x` (the reference) and `y`.
    unit : {"words", "characters"}, default "words"
    normalize : {"none", "basic"}, default "none"

    Returns
    -------
    pyarrow.Table
        With the columns `tag`, `column`, `rows`, `substitutions`, `deletions`, `insertions`,
        `errors` (their sum) and `reference` (words or characters of the references). Rows without
        a prediction are left out.

    Raises
    ------
    InputError
        If a column is no text, or `unit` or `normalize` is another word.
    """
    known = rows.table.filter(rows.table.x.notnull() & rows.table.y.notnull())
    table = known.mutate(label=known.x, prediction=known.y)
    counted = edits(table, unit=unit, normalize=normalize)
    names = ("substitutions", "deletions", "insertions", "errors", "reference")
    table = table.mutate(**{name: counted[name] for name in names})
    sums = {name: f"sum({name})" for name in names}
    found = cells_by_tag(connection, replace(rows, table=table), sums)
    return found.drop_columns("total").rename_columns(["tag", "column", "rows", *names])


def confused_words(
    connection: Connection, rows: Countable, *, top: int = 10, normalize: str = "none"
) -> pa.Table:
    """Return the edits of words that each tag has the most of: which word was taken for which.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        With text in `x` (the reference) and `y`.
    top : int, default 10
        How many edits for each tag.
    normalize : {"none", "basic"}, default "none"

    Returns
    -------
    pyarrow.Table
        With the columns `tag`, `column`, `kind` ("substituted", "deleted" or "inserted"),
        `reference` (null where a word was inserted), `prediction` (null where one was deleted),
        `n` and `edits`, the number of all edits of the tag.

    Raises
    ------
    InputError
        If `top` is below 1, a column is no text, or `normalize` is another word.
    """
    _check_top(top)
    table = _exploded(rows.table, normalize, right=False)
    keys = ["kind", "reference", "prediction"]
    found = cells_by_tag(connection, replace(rows, table=table), {}, keys, top=top)
    return found.rename_columns(["tag", "column", *keys, "n", "edits"])


def misheard_words(
    connection: Connection, rows: Countable, *, top: int = 10, normalize: str = "none"
) -> pa.Table:
    """Return the words of the reference that each tag gets wrong most often.

    Parameters
    ----------
    connection : Connection
    rows : Countable
        With text in `x` (the reference) and `y`.
    top : int, default 10
        How many words for each tag.
    normalize : {"none", "basic"}, default "none"

    Returns
    -------
    pyarrow.Table
        With the columns `tag`, `column`, `word`, `wrong` (how often it was substituted or deleted)
        and `occurs` (how often it stands in a reference that has a prediction).

    Raises
    ------
    InputError
        If `top` is below 1, a column is no text, or `normalize` is another word.
    """
    _check_top(top)
    table = _exploded(rows.table, normalize, right=True)
    table = table.filter(table.reference.notnull())
    aggregates = {"n": "sum(case when kind = 'right' then 0 else 1 end)", "occurs": "count(*)"}
    spoken = replace(rows, table=table)
    found = cells_by_tag(connection, spoken, aggregates, ["reference"], top=top)
    found = found.filter(pc.greater(found["n"], 0))
    found = found.select(["tag", "column", "reference", "n", "occurs"])
    return found.rename_columns(["tag", "column", "word", "wrong", "occurs"])


def _check_top(top: int) -> None:
    if top < 1:
        raise InputError(f"`top` must be a whole number from 1. Got {top!r} instead.")


def _exploded(table: ir.Table, normalize: str, *, right: bool) -> ir.Table:
    """Return one row for each edit (and each right word), with the columns of the table."""
    for each in ("x", "y"):
        if not table[each].type().is_string():
            raise InputError(
                "Confused words need text as label and prediction."
                f" Got a column of type {table[each].type()} instead."
            )
    if normalize not in NORMALIZATIONS:
        raise InputError(f"`normalize` must be 'none' or 'basic'. Got {normalize!r} instead.")
    function = _function(normalize, right, spark=table.get_backend().name == "pyspark")
    table = table.mutate(edit=function(table.x, table.y).edits.unnest())
    kept = [name for name in table.columns if name not in {"edit", "x", "y"}]
    fields = {name: table.edit[name] for name in _FIELDS}
    return table.select(*kept, **fields)


_FIELDS = ("kind", "reference", "prediction")


@functools.cache
def _function(normalize: str, right: bool, *, spark: bool) -> Callable[..., ir.StructValue]:
    edit = dt.Struct(dict.fromkeys(_FIELDS, dt.string))
    gives = {"edits": dt.Array(edit)}

    def count(references: pa.Array, predictions: pa.Array) -> pa.StructArray:
        ends, found = [0], []
        for pair in zip(references.to_pylist(), predictions.to_pylist(), strict=True):
            if None not in pair:
                found += word_edits(*pair, normalize=normalize, right=right)
            ends.append(len(found))
        columns = zip(*found, strict=True) if found else ((),) * len(_FIELDS)
        fields = [pa.array(column, pa.string()) for column in columns]
        edits = pa.StructArray.from_arrays(fields, names=list(_FIELDS))
        lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), edits)
        return pa.StructArray.from_arrays([lists], names=["edits"])

    name = f"tagline_word_edits_{normalize}_{int(right)}"
    return batch_function(name, (dt.string, dt.string), gives, count, spark=spark)
