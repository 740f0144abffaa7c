"""Which Arrow types a project keeps, and how a batch of the user's data is brought to them.

Few types make imports of one project fit together: an integer is an integer, whether a CSV or a
frame of 8-bit integers brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.types as pt

from tagline.exceptions import InputError

__all__ = ["kept_batches", "kept_schema", "kept_type"]


def kept_type(found: pa.DataType) -> pa.DataType | None:
    """Return the type in which a project keeps values of a type, or None if it cannot.

    Examples
    --------
    >>> kept_type(pa.int8()), kept_type(pa.dictionary(pa.int32(), pa.large_string()))
    (DataType(int64), DataType(string))
    """
    for applies, kept in _SCALARS:
        if applies(found):
            return kept
    if isinstance(found, pa.BaseExtensionType):
        return kept_type(found.storage_type)
    if pt.is_dictionary(found) or pt.is_run_end_encoded(found):
        return kept_type(found.value_type)
    if pt.is_timestamp(found):
        return pa.timestamp("us", None if found.tz is None else "UTC")
    if pt.is_decimal(found):
        return found if found.precision <= 38 else None
    return _nested(found)


_SCALARS = (
    (pt.is_integer, pa.int64()),
    (pt.is_floating, pa.float64()),
    (pt.is_boolean, pa.bool_()),
    (lambda t: pt.is_string(t) or pt.is_large_string(t) or pt.is_string_view(t), pa.string()),
    (lambda t: pt.is_binary(t) or pt.is_large_binary(t), pa.binary()),
    (lambda t: pt.is_fixed_size_binary(t) or pt.is_binary_view(t), pa.binary()),
    (pt.is_date, pa.date32()),
    (pt.is_null, pa.string()),  # no value says what type it would have
)


def _nested(found: pa.DataType) -> pa.DataType | None:
    if pt.is_list(found) or pt.is_large_list(found) or pt.is_fixed_size_list(found):
        item = _inner(found.value_type)
        return None if item is None else pa.list_(item)
    if pt.is_struct(found):
        fields = [(each.name, _inner(each.type)) for each in found]
        return None if any(kept is None for _, kept in fields) else pa.struct(fields)
    return None


def _inner(found: pa.DataType) -> pa.DataType | None:
    """Keep short floats inside lists (embeddings, pixels): they are many."""
    if pt.is_float32(found):
        return found
    return kept_type(found)


def kept_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema in which a project keeps data of a schema.

    Raises
    ------
    InputError
        If a type cannot be kept, or two names differ only in case. The message names the column.
    """
    fields = []
    seen: dict[str, str] = {}
    for field in schema:
        kept = kept_type(field.type)
        if kept is None:
            raise InputError(
                f"The column {field.name!r} has the type {field.type}, which a project cannot"
                " keep: make it text, a number, a time stamp or a list of these."
            )
        if other := seen.get(field.name.lower()):
            raise InputError(
                f"The columns {other!r} and {field.name!r} cannot be told apart (SQL ignores case"
                " in names): rename one of them."
            )
        seen[field.name.lower()] = field.name
        fields.append(pa.field(field.name, kept))
    return pa.schema(fields)


def kept_batches(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Bring batches to a schema, one at a time.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        With at least the columns of `schema`.
    schema : pyarrow.Schema
        As `kept_schema` gives it.

    Yields
    ------
    pyarrow.RecordBatch

    Raises
    ------
    InputError
        If a value does not fit. The message names the column.
    """
    for batch in batches:
        arrays = [_kept_array(batch.column(field.name), field) for field in schema]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _kept_array(array: pa.Array, field: pa.Field) -> pa.Array:
    if array.type == field.type:
        return array
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    try:
        return array.cast(field.type)
    except pa.ArrowInvalid as error:
        raise InputError(
            f"The column {field.name!r} holds a value that a project cannot keep as {field.type}:"
            f" {error}."
        ) from None
