"""Results as JSON or CSV, and the arguments that several areas share."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query
from starlette.responses import Response

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Condition", "Format", "Name", "document", "json_rows", "json_value", "table_answer"]

_MOST_BYTES = 65_536  # of one value

Format = Annotated[
    Literal["json", "csv"], Query(description="A JSON document, or the rows as CSV.")
]
Name = Annotated[str | None, Query(max_length=300)]
Condition = Annotated[
    str | None, Query(max_length=20_000, description="A scalar SQL condition over the columns.")
]


def table_answer(result: Any, format: str) -> Response:
    """Return a result as the JSON document of the command line, or its rows as CSV.

    Parameters
    ----------
    result : object
        With `to_dict` and `to_csv`.
    format : {"json", "csv"}

    Returns
    -------
    Response
    """
    if format == "csv":
        return Response(result.to_csv(), media_type="text/csv; charset=utf-8")
    return document(result.to_dict())


def document(value: Mapping[str, Any]) -> Response:
    """Return a JSON document; NaN is none of its values."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return Response(text.encode("utf-8", "replace"), media_type="application/json")


def json_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of a table of data in types that JSON knows; see `json_value`."""
    return [{k: json_value(v) for k, v in row.items()} for row in table.to_pylist()]


def json_value(value: Any) -> Any:
    """Return a value of data as JSON knows it.

    Numbers that are none are null, times are ISO 8601, decimals text, bytes base64 (above 64 KB
    their length only).

    Examples
    --------
    >>> json_value([float("nan"), b"ab", timedelta(minutes=1)])
    [None, 'YWI=', 60.0]
    """
    found: Any
    if isinstance(value, float):
        found = value if math.isfinite(value) else None
    elif isinstance(value, datetime | date | time):
        found = value.isoformat()
    elif isinstance(value, bytes):
        long = len(value) > _MOST_BYTES
        found = {"bytes": len(value)} if long else base64.b64encode(value).decode()
    elif isinstance(value, timedelta):
        found = value.total_seconds()
    elif isinstance(value, Mapping):
        found = {str(key): json_value(each) for key, each in value.items()}
    elif isinstance(value, list | tuple):
        found = [json_value(each) for each in value]
    else:
        found = value if value is None or isinstance(value, bool | int | str) else str(value)
    return found
