"""Bring Arrow tables to types that both engines know."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

from tagline.exceptions import InputError

__all__ = ["check_names", "in_utc", "narrow", "plain", "plain_type"]


def plain(table: pa.Table) -> pa.Table:
    """Return the table with types that DuckDB and Spark read alike.

    Dictionary-encoded columns are decoded, views and large variants become plain ones, unsigned
    integers signed ones that hold them, columns without any value text; times have microseconds.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    InputError
        If two columns have one name, also where only case differs, or a value does not fit.
    """
    check_names(table.column_names)
    schema = pa.schema([(field.name, plain_type(field.type)) for field in table.schema])
    if schema.equals(table.schema.remove_metadata()):
        return table
    try:
        return _decoded(table).cast(schema, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"A column cannot be read by the engines: {error}.") from error


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the nearest type that DuckDB and Spark read alike.

    Parameters
    ----------
    kind : pyarrow.DataType

    Returns
    -------
    pyarrow.DataType

    Examples
    --------
    >>> plain_type(pa.dictionary(pa.int8(), pa.large_string()))
    DataType(string)
    """
    test = pa.types
    if test.is_dictionary(kind):
        return plain_type(kind.value_type)
    if any(is_list(kind) for is_list in _LISTS):
        return pa.list_(plain_type(kind.value_type))
    if test.is_struct(kind):
        return pa.struct([(field.name, plain_type(field.type)) for field in kind])
    if test.is_map(kind):
        return pa.map_(plain_type(kind.key_type), plain_type(kind.item_type))
    if test.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    return pa.binary() if test.is_fixed_size_binary(kind) else _PLAIN.get(kind, kind)


_LISTS = (
    pa.types.is_list,
    pa.types.is_large_list,
    pa.types.is_fixed_size_list,
    pa.types.is_list_view,
    pa.types.is_large_list_view,
)

_PLAIN: dict[Any, Any] = {
    pa.null(): pa.string(),
    pa.large_string(): pa.string(),
    pa.string_view(): pa.string(),
    pa.large_binary(): pa.binary(),
    pa.binary_view(): pa.binary(),
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
    pa.float16(): pa.float32(),
    pa.date64(): pa.date32(),
    pa.time32("s"): pa.time64("us"),
    pa.time32("ms"): pa.time64("us"),
    pa.time64("ns"): pa.time64("us"),
}


def narrow(table: pa.Table) -> pa.Table:
    """Return the table with whole numbers as int64, where an engine made them wider.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    pyarrow.Table
    """
    fields = [
        (f.name, pa.int64() if pa.types.is_decimal(f.type) and f.type.scale == 0 else f.type)
        for f in table.schema
    ]
    return table.cast(pa.schema(fields))


def in_utc(table: pa.Table) -> pa.Table:
    """Return the table with times in UTC that carry no zone, as both engines can give them.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    pyarrow.Table
    """
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and (field.type.tz or field.type.unit != "us"):
            column = table.column(i).cast(pa.timestamp("us"), safe=False)
            table = table.set_column(i, field.name, column)
    return table


def _decoded(table: pa.Table) -> pa.Table:
    """Decode dictionaries of string views, for which Arrow has no cast."""
    for i, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
            chunks = [
                pa.DictionaryArray.from_arrays(each.indices, each.dictionary.cast(pa.string()))
                for each in table.column(i).chunks
            ]
            column = pa.chunked_array(chunks, type=pa.dictionary(kind.index_type, pa.string()))
            table = table.set_column(i, field.name, column)
    return table


def check_names(names: list[str]) -> None:
    """Refuse names that an engine could not tell apart.

    Parameters
    ----------
    names : list of str

    Raises
    ------
    InputError
        If there is no column, or two columns have one name, also where only case differs.
    """
    if not names:
        raise InputError("The data has no columns.")
    odd = [name for name in names if "\0" in name or name != name.encode(errors="ignore").decode()]
    if odd:
        raise InputError(
            f"The name of the column {odd[0]!r} holds a character that is no text: rename it."
        )
    folded = Counter(name.casefold() for name in names)
    twice = [name for name in names if folded[name.casefold()] > 1]
    if twice and len(set(names)) < len(names):
        again = next(name for name in twice if names.count(name) > 1)
        raise InputError(f"Two columns are called {again!r}: rename one of them.")
    if twice:
        raise InputError(
            f"The columns {twice[0]!r} and {twice[1]!r} cannot be told apart"
            " (SQL ignores case in names): rename one of them."
        )
