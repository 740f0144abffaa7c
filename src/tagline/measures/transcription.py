"""Error measures for transcripts: word and character error rate, with the kinds of edits.

The label (the reference) is never null here. A null prediction gives a null error: the row is left
out. The edits are counted in Python, in batches, inside the engine: on Spark the workers need
tagline installed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from tagline.exceptions import InputError
from tagline.measures.registry import Pair, measure
from tagline.measures.text_edits import NORMALIZATIONS, UNITS, Edits, count_edits

__all__ = ["cer", "edits", "wer"]


@measure("word error rate")
def wer(table: ir.Table, *, normalize: str = "none") -> Pair:
    """Count the words substituted, deleted or inserted, against the words of the reference.

    A row with a null prediction is left out; an empty one deletes every word.

    Parameters
    ----------
    table : ibis Table
        With the text columns `label` (the reference) and `prediction`.
    normalize : {"none", "basic"}, default "none"
        ``"none"``: words are what white space separates. ``"basic"``: Unicode NFKC, lower case,
        punctuation and symbols become blanks except apostrophes inside words, one blank between
        words (the exact steps are those of `tagline.measures.text_edits.normalize_text`).

    Returns
    -------
    Pair
        Error: edits; weight: words of the reference (0 if empty: then every word inserted is an
        error without weight). The rate may pass 1.

    Raises
    ------
    InputError
        If a column is no text, or `normalize` is another word.

    Notes
    -----
    Source: Morris, Maier and Green, *From WER and RIL to MER and WIL*, Interspeech 2004,
    doi:10.21437/Interspeech.2004-668; the same as jiwer's ``wer``.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": ["the cat sat"], "prediction": ["a cat sat down"]})
    >>> pair = wer().pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().iloc[0].to_list()
    [2, 3]
    """
    return _pair(edits(table, unit="words", normalize=normalize))


@measure("character error rate")
def cer(table: ir.Table, *, normalize: str = "none") -> Pair:
    """Count the characters substituted, deleted or inserted, against those of the reference.

    A row with a null prediction is left out; an empty one deletes every character.

    Parameters
    ----------
    table : ibis Table
        With the text columns `label` (the reference) and `prediction`.
    normalize : {"none", "basic"}, default "none"
        As in `wer`. Blanks between words count as characters, those at both ends do not.

    Returns
    -------
    Pair
        Error: edits; weight: characters (Unicode code points) of the reference. The rate may
        pass 1.

    Raises
    ------
    InputError
        If a column is no text, or `normalize` is another word.

    Notes
    -----
    Source: as `wer`, over characters; the same as jiwer's ``cer``.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": ["cat"], "prediction": ["cart"]})
    >>> pair = cer().pairs(rows)
    >>> rows.select(error=pair.error, weight=pair.weight).to_pandas().iloc[0].to_list()
    [1, 3]
    """
    return _pair(edits(table, unit="characters", normalize=normalize))


def edits(table: ir.Table, *, unit: str = "words", normalize: str = "none") -> ir.StructValue:
    """Return the edits of each row as a struct column, for reports that tell the kinds apart.

    Parameters
    ----------
    table : ibis Table
        With the text columns `label` and `prediction`.
    unit : {"words", "characters"}, default "words"
    normalize : {"none", "basic"}, default "none"

    Returns
    -------
    ibis struct value
        With the whole numbers `substitutions`, `deletions`, `insertions`, `errors` (their sum)
        and `reference` (its length); all null where either text is.

    Raises
    ------
    InputError
        If a column is no text, or `unit` or `normalize` is another word.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"label": ["the cat sat"], "prediction": ["a cat sat down"]})
    >>> edits(rows).insertions.to_pyarrow().to_pylist()
    [1]
    """
    for each in ("label", "prediction"):
        if not table[each].type().is_string():
            raise InputError(
                f"Word and character errors need text in `{each}`."
                f" Got a column of type {table[each].type()} instead."
            )
    if unit not in UNITS:
        raise InputError(f"`unit` must be 'words' or 'characters'. Got {unit!r} instead.")
    if normalize not in NORMALIZATIONS:
        raise InputError(f"`normalize` must be 'none' or 'basic'. Got {normalize!r} instead.")
    function = _function(unit, normalize, spark=table.get_backend().name == "pyspark")
    return function(table.label, table.prediction)


def _pair(counted: ir.StructValue) -> Pair:
    return Pair(error=counted.errors, weight=counted.reference)


@functools.cache
def _function(unit: str, normalize: str, *, spark: bool) -> Callable[..., ir.StructValue]:
    """Return the function that the engine runs on batches (Arrow's on DuckDB, pandas' on Spark).

    Ibis runs its Arrow functions row by row on Spark, and knows no pandas functions on DuckDB.
    """
    name = f"tagline_edits_{unit}_{normalize}"
    struct = dt.Struct(dict.fromkeys(Edits._fields, dt.int64))

    def on_arrow(references: pa.Array, hypotheses: pa.Array) -> pa.Array:
        pairs = references.to_pylist(), hypotheses.to_pylist()
        counted = count_edits(*pairs, unit=unit, normalize=normalize)
        columns = zip(*counted, strict=True) if counted else ((),) * len(Edits._fields)
        arrays = [pa.array(column, pa.int64()) for column in columns]
        return pa.StructArray.from_arrays(arrays, names=list(Edits._fields))

    def on_pandas(references: pd.Series, hypotheses: pd.Series) -> pd.DataFrame:
        as_text = functools.partial(pa.array, type=pa.string(), from_pandas=True)
        counted = on_arrow(as_text(references), as_text(hypotheses))
        return pd.DataFrame(
            {each: pd.array(counted.field(each).to_pylist(), "Int64") for each in Edits._fields}
        )

    kind = {"name": name, "signature": ((dt.string, dt.string), struct)}
    made: Callable[..., ir.StructValue] = (
        ibis.udf.scalar.pandas(**kind)(on_pandas)
        if spark
        else ibis.udf.scalar.pyarrow(**kind)(on_arrow)
    )
    return made
