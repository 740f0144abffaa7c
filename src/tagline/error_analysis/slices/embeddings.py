"""Which columns are embeddings, how they are to be clustered, and their numbers as one array."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from tagline.exceptions import InputError, did_you_mean
from tagline.schema import EXAMPLE_ID

__all__ = ["Embedding", "Matrix", "as_matrix", "is_embedding", "split_columns"]

Matrix: TypeAlias = NDArray[np.float32]

METHODS: dict[str, set[str]] = {"kmeans": {"k"}, "hdbscan": set()}
MOST_CLUSTERS = 1000


@dataclass(frozen=True)
class Embedding:
    """A column of embeddings and how it is clustered.

    Attributes
    ----------
    column : str
    method : {"kmeans", "hdbscan"}
    k : int or None
        None: chosen from the discovery half.
    """

    column: str
    method: str = "kmeans"
    k: int | None = None


def is_embedding(kind: Any) -> bool:
    """Return whether a column of this type holds lists of fractions."""
    return bool(kind.is_array() and kind.value_type.is_floating())


def split_columns(
    table: ir.Table, asked: str | Sequence[str] | None
) -> tuple[str | Sequence[str] | None, list[Embedding]]:
    """Tell columns of values from embeddings: named alone, or as ``kmeans(name, k=20)``.

    Parameters
    ----------
    table : ibis Table
    asked : str, sequence of str or None
        As `find_slices` takes it.

    Returns
    -------
    str, sequence of str or None
        Without the embeddings.
    list of Embedding

    Raises
    ------
    InputError
        If a method or its argument is unknown, or the column holds no lists of numbers.
    """
    if asked is None:
        return None, []
    names = [asked] if isinstance(asked, str) else asked
    if not isinstance(names, Sequence) or not all(isinstance(each, str) for each in names):
        return asked, []
    plain, embeddings = [], []
    for name in dict.fromkeys(names):
        if name in table.columns:
            found = Embedding(name) if is_embedding(table[name].type()) else None
        else:
            found = _parsed(name)
        if found is None:
            plain.append(name)
            continue
        _check(table, found)
        embeddings.append(found)
    return plain, embeddings


def _parsed(text: str) -> Embedding | None:
    """Take ``method(column, k=20)`` apart; None if it is something else."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    method, options = call.func.id, {str(each.arg): each.value for each in call.keywords}
    if method not in METHODS or len(call.args) != 1 or not set(options) <= METHODS[method]:
        raise InputError(
            "`columns` takes embeddings by name, as 'kmeans(name)', 'kmeans(name, k=20)' or"
            f" 'hdbscan(name)'. Got {text!r} instead."
        )
    given = call.args[0]
    name = given.value if isinstance(given, ast.Constant) else ast.unparse(given)
    return Embedding(str(name), method, _number(options.get("k"), text))


def _number(given: ast.expr | None, text: str) -> int | None:
    if given is None:
        return None
    count = given.value if isinstance(given, ast.Constant) else None
    if not isinstance(count, int) or isinstance(count, bool) or not 2 <= count <= MOST_CLUSTERS:
        raise InputError(
            f"`k` in {text!r} must be a whole number from 2 to {MOST_CLUSTERS:,}: how many"
            " clusters k-means makes."
        )
    return count


def _check(table: ir.Table, embedding: Embedding) -> None:
    name = embedding.column
    if name not in table.columns:
        raise InputError(
            f"`columns` names embeddings {name!r}, which the data do not have."
            f" {did_you_mean(name, table.columns)}"
        )
    kind = table[name].type()
    if not (kind.is_array() and kind.value_type.is_numeric()):
        raise InputError(
            f"`columns` asks for clusters of {name!r}, which holds {kind}: clusters are made of"
            " lists of numbers of one length."
        )
    if EXAMPLE_ID not in table.columns:
        raise InputError(
            f"Clusters of {name!r} become tags by the column {EXAMPLE_ID!r}, which the data do not"
            " have: add one."
        )


def as_matrix(column: Any, name: str, dimensions: int | None) -> Matrix:
    """Return lists of numbers, none of them null, as one array.

    Parameters
    ----------
    column : pyarrow ChunkedArray or Array of lists
    name : str
        Of the column, for messages.
    dimensions : int or None
        How long they must be; None: as the first.

    Returns
    -------
    float array of shape (n_rows, n_dimensions)

    Raises
    ------
    InputError
        If they are not equally long, or hold a number that is unknown or infinite.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not len(column):
        return np.zeros((0, dimensions or 0), np.float32)
    lengths = pc.list_value_length(column)
    least, most = (pc.min(lengths).as_py(), pc.max(lengths).as_py())
    if least != most or most == 0 or most != (dimensions or most):
        other = least if least != (dimensions or most) else most
        raise InputError(
            f"`columns` names embeddings {name!r} of different lengths, such as"
            f" {dimensions or most} and {other}: all must have one length, above 0."
        )
    values = column.flatten()
    flat: Matrix = values.cast(pa.float32()).to_numpy(zero_copy_only=False)
    matrix = flat.reshape(len(column), -1)
    if not np.isfinite(matrix).all():
        raise InputError(
            f"`columns` names embeddings {name!r} that hold a number which is null, NaN or"
            " infinite: repair them, or set the whole list to null."
        )
    return matrix
